/* SPDX-License-Identifier: MIT
 * Helpers of the tests of calls.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

vm_machine *machine_x86(uint32_t frames)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = frames;
    config.kernel_frames = 1;
    config.slots = 32;
    config.tables_outside = true;
    config.fault_around = 16;
    vm_machine *m;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    return m;
}

uint64_t machine_do(vm_machine *m, const struct vm_op *op)
{
    enum vm_status status = vm_apply(m, op, NULL);
    if (status != VM_OK) {
        fail_msg("%s: %s", vm_op_desc(op->kind)->name, vm_status_words(status));
    }
    const char *problem = vm_check(m);
    if (problem) {
        fail_msg("%s: %s", vm_op_desc(op->kind)->name, problem);
    }
    return vm_last(m)->value;
}

size_t machine_count(vm_machine *m, const struct vm_op *op, enum vm_event_kind happening)
{
    struct vm_events events = {0};
    assert_int_equal(vm_apply(m, op, &events), VM_OK);
    struct vm_event event;
    size_t at = 0, n = 0;
    while (vm_event_next(events.bytes, events.length, &at, &event)) {
        n += event.kind == happening;
    }
    vm_events_release(&events);
    return n;
}
