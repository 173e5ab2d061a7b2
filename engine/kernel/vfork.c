/* SPDX-License-Identifier: MIT
 * vfork (Linux: clone with CLONE_VM and CLONE_VFORK). Invariant: a process whose mm is not its own
 * number has no table of its own, and the one that lent it waits.
 */
#include "kernel/vfork.h"

#include "kernel/descriptor.h"
#include "kernel/process.h"
#include "kernel/signal.h"
#include "kernel/words.h"
#include "race/race.h"
#include "userland/activation.h"
#include "userland/malloc_arena.h"
#include "userland/pthread.h"

static void wake_lender(vm_machine *m, vm_pid child)
{
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        const struct task *task = &m->tasks[tid];
        if (task->state == vm_task_state_waiting && task->wait == vm_wait_reason_vfork &&
            task->waits_for == child) {
            allocator_put(m, tid, m->tasks[m->processes[child].task].allocator);
            task_wake(m, tid, child);
            race_join(m, tid, m->processes[child].task);
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
    allocators_drop(m, child);
}

static void borrow(vm_machine *m, vm_pid mm, vm_pid child)
{
    struct process now = m->processes[child];
    now.mm = mm;
    now.asid = m->processes[mm].asid;
    process_put(m, child, &now);
}

static void copy_thread(vm_machine *m, vm_tid from, vm_tid to)
{
    struct task now = m->tasks[to];
    now.sp = m->tasks[from].sp;
    now.pc = m->tasks[from].pc;
    now.fp = m->tasks[from].fp;
    task_put(m, to, &now);
    for (uint32_t w = m->tasks[from].registers; w; w = m->words[w].next) {
        registers_put(m, to, m->words[w].offset, m->words[w].value);
    }
    stack_put(m, to, &m->tasks[from].stack);
    activations_copy(m, from, to);
    /* One thread-local storage for both: what malloc notes there while the lender waits, it finds.
     */
    allocator_put(m, to, m->tasks[from].allocator);
    allocator_put(m, from, (struct allocator){0});
}

enum vm_status vm_op_vfork(vm_machine *m, const struct vm_op_vfork *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    if (m->config.limits.processes && m->processes_n > m->config.limits.processes) {
        return VM_LIMIT;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid parent = m->tasks[tid].pid;
    status = signal_frames_reserve(m, tid);
    status = status == VM_OK ? RESERVE(m, processes, 1) : status;
    status = status == VM_OK ? RESERVE(m, tasks, 1) : status;
    status = status == VM_OK ? RESERVE(m, words, words_length(m, m->tasks[tid].registers)) : status;
    status = status == VM_OK ? activations_reserve_copy(m, tid) : status;
    status = status == VM_OK ? descriptor_reserve(m, descriptor_count(m, parent), 0) : status;
    if (status != VM_OK) {
        return status;
    }
    call_begin(m, tid, vm_op_kind_vfork);
    EMIT(m, vforked, .parent = parent, .child = m->processes_n);
    vm_pid child = process_new(m, (uint32_t)op->label, m->processes[parent].program, parent);
    vm_tid first = m->processes[child].task;
    process_inherit(m, parent, child);
    borrow(m, mm_of(m, parent), child);
    descriptor_fork(m, parent, child);
    copy_thread(m, tid, first);
    race_fork(m, tid, first);
    task_inherit(m, tid, first);
    signals_copy_thread(m, tid, first);
    signal_frames_copy(m, tid, first);
    task_block(m, tid, vm_wait_reason_vfork, child);
    m->pc = 0; /* the child has an instruction of its own */
    switch_to(m, first);
    cpu_mode(m, vm_mode_user);
    m->outcome.value = child;
    return VM_OK;
}
