/* SPDX-License-Identifier: MIT
 * Helpers of the tests of synchronisation.
 */
#include "support_sync.h"

#include "kernel/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

vm_machine *sync_machine(uint32_t cpus, uint32_t threads)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.cpus = cpus;
    config.frames = 100;
    config.slots = 32;
    config.kernel_frames = 1;
    config.tables_outside = true;
    vm_machine *m;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    DO(m, start, .label = 1);
    DO(m, mmap, .tid = T0, .hint = WORDS, .bytes = 8192, .prot = 3);
    DO(m, access, .tid = T0, .va = WORDS, .access = vm_access_store, .bytes = 1);
    assert_int_equal(RESERVE(m, tasks, threads), VM_OK);
    for (uint32_t i = 1; i < threads; i++) {
        task_new(m, 1);
    }
    return m;
}

uint64_t sync_word(const vm_machine *m, vm_va va)
{
    uint64_t value = 0;
    assert_true(vm_value(m, 1, va, &value));
    return value;
}

struct vm_lock_view sync_lock(const vm_machine *m, vm_va va)
{
    struct vm_lock_view lock;
    assert_true(vm_lock_at(m, 1, va, &lock));
    return lock;
}

bool sync_waits(const vm_machine *m, vm_tid tid)
{
    return vm_task_state_of(m, tid) == vm_task_state_waiting;
}
