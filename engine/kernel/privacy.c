/* SPDX-License-Identifier: MIT
 * Whose stack an address is on. A created thread's is the range that its creator mapped; the main
 * thread's is the mapping that grows.
 */
#include "kernel/privacy.h"

#include "kernel/vma.h"

static bool on_main_stack(const vm_machine *m, vm_pid mm, vm_va va)
{
    uint32_t v = vma_find(m, mm, vpn_of(m, va));
    return v && m->vmas[v].kind == vm_vma_kind_stack && m->vmas[v].flags & vm_map_bit_growsdown;
}

vm_tid stack_of_other(const vm_machine *m, vm_tid tid, vm_va va)
{
    vm_pid pid = m->tasks[tid].pid;
    const struct thread_stack *own = &m->tasks[tid].stack;
    if (va >= own->start && va < own->end) {
        return 0;
    }
    vm_tid first = m->processes[pid].task;
    for (vm_tid other = first; other < m->tasks_n; other++) {
        const struct task *task = &m->tasks[other];
        if (task->pid == pid && other != tid && va >= task->stack.start && va < task->stack.end) {
            return other;
        }
    }
    bool mains = tid != first && !m->tasks[first].stack.start;
    return mains && on_main_stack(m, mm_of(m, pid), va) ? first : 0;
}
