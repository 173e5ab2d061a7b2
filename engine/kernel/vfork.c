/* SPDX-License-Identifier: MIT
 * vfork (Linux: clone with CLONE_VM and CLONE_VFORK). Invariant: a process whose mm is not its own
 * number has no table of its own, and the one that lent it waits.
 */
#include "kernel/vfork.h"

#include "kernel/process.h"

static void wake_lender(vm_machine *m, vm_pid child)
{
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        struct task now = m->tasks[tid];
        if (now.state == vm_task_state_waiting && now.wait == vm_wait_reason_vfork &&
            now.waits_for == child) {
            EMIT(m, woken, .tid = tid);
            now.state = vm_task_state_ready;
            now.wait = vm_wait_reason_none;
            now.waits_for = 0;
            now.ret = child;
            task_put(m, tid, &now);
        }
    }
}

void vfork_leave(vm_machine *m, vm_pid child)
{
    struct process now = m->processes[child];
    EMIT(m, memory_left, .pid = child, .owner = now.mm);
    now.mm = child;
    now.brk_start = now.brk = 0;
    now.asid = m->config.asids ? (uint16_t)child : 0;
    process_put(m, child, &now);
    wake_lender(m, child);
}
