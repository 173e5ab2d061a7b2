/* SPDX-License-Identifier: MIT
 * Helpers of the tests of memory that is short.
 */
#include "support_scarce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct vm_config scarce_config(uint32_t frames, uint32_t slots, enum vm_policy_kind policy)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = frames;
    config.kernel_frames = 0;
    config.slots = slots;
    config.policy = policy;
    config.tables_outside = true;
    return config;
}

vm_machine *scarce_machine(const struct vm_config *config, unsigned processes)
{
    vm_machine *m;
    assert_int_equal(vm_machine_new(config, &m), VM_OK);
    for (unsigned i = 1; i <= processes; i++) {
        DO(m, start, .label = i);
    }
    return m;
}

uint64_t scarce_map(vm_machine *m, vm_tid tid, uint64_t pages)
{
    return DO(m, mmap, .tid = tid, .bytes = pages * PAGE, .prot = 3, .name = 1);
}

static struct vm_op touch(vm_tid tid, uint64_t va, uint64_t pages, enum vm_access access)
{
    return (struct vm_op){.kind = vm_op_kind_access,
        .u.access = {.tid = tid, .va = va, .access = access, .bytes = pages * PAGE}};
}

struct vm_op scarce_store(vm_tid tid, uint64_t va, uint64_t pages)
{
    return touch(tid, va, pages, vm_access_store);
}

struct vm_op scarce_load(vm_tid tid, uint64_t va, uint64_t pages)
{
    return touch(tid, va, pages, vm_access_load);
}

void scarce_names(vm_machine *m, struct vm_op op, char text[NAMES_MAX])
{
    struct vm_events events = {0};
    struct vm_event event;
    size_t at = 0, used = 0;
    assert_int_equal(vm_apply(m, &op, &events), VM_OK);
    text[0] = '\0';
    while (vm_event_next(events.bytes, events.length, &at, &event)) {
        const struct vm_event_desc *desc = vm_event_desc(event.kind);
        size_t length = strlen(desc->name);
        if (!desc->change && used + length + 2 < NAMES_MAX) {
            memcpy(text + used, desc->name, length);
            memcpy(text + used + length, " ", 2);
            used += length + 1;
        }
    }
    vm_events_release(&events);
    const char *problem = vm_check(m);
    if (problem) {
        fail_msg("%s", problem);
    }
}

void scarce_limit(vm_machine *m, vm_tid tid, uint32_t pages)
{
    DO(m, setrlimit, .tid = tid, .resource = vm_resource_memory,
        .value = pages ? pages * PAGE : UINT64_MAX);
}

unsigned scarce_times(const char *names, const char *name)
{
    unsigned n = 0;
    size_t length = strlen(name);
    for (const char *at = names; (at = strstr(at, name)); at += length) {
        n += (at == names || at[-1] == ' ') && at[length] == ' ';
    }
    return n;
}
