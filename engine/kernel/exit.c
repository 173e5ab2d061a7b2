/* SPDX-License-Identifier: MIT
 * exit and wait. Frames that others map, and pages of the page cache, survive their process.
 */
#include "kernel/exit.h"

#include "kernel/clone.h"
#include "kernel/descriptor.h"
#include "kernel/lock.h"
#include "kernel/page.h"
#include "kernel/process.h"
#include "kernel/schedule.h"
#include "kernel/signal.h"
#include "kernel/vfork.h"
#include "kernel/vma.h"
#include "kernel/words.h"
#include "mmu/shootdown.h"
#include "mmu/table.h"
#include "older/place.h"
#include "race/race.h"
#include "userland/malloc_arena.h"
#include "userland/stack_cache.h"

void memory_release(vm_machine *m, vm_pid pid)
{
    if (is_older(m)) {
        segments_release(m, pid);
        return;
    }
    uint32_t free_before = m->frames_free;
    tlb_drop_process(m, pid);
    chunks_drop(m, pid);
    stack_cache_drop(m, pid);
    arenas_drop(m, pid);
    for (uint32_t v = m->processes[pid].first_vma; v; v = m->vmas[v].next) {
        pages_zap(m, pid, m->vmas[v].start, m->vmas[v].end);
    }
    /* A preset entry may lie outside every mapping. */
    pages_zap(m, pid, 0, m->user_end);
    while (m->processes[pid].first_vma) {
        vma_free(m, m->processes[pid].first_vma);
    }
    table_free_all(m, pid);
    lock_drop_range(m, pid, 0, UINT64_MAX);
    race_forget(m, pid, 0, UINT64_MAX);
    EMIT(m, memory_released, .pid = pid, .frames = m->frames_free - free_before);
}

static void set_reaped(vm_machine *m, vm_pid child)
{
    struct process gone = m->processes[child];
    gone.state = vm_process_state_reaped;
    process_put(m, child, &gone);
}

static void reap(vm_machine *m, vm_tid waiter, vm_pid child)
{
    EMIT(m, reaped, .parent = m->tasks[waiter].pid, .child = child);
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        if (m->tasks[tid].pid == child) {
            race_join(m, waiter, tid);
        }
    }
    set_reaped(m, child);
}

/* A child that wait may answer for: the one asked for, or any (0). */
static bool is_child(const vm_machine *m, vm_pid pid, vm_pid child, uint64_t wanted)
{
    return m->processes[child].parent == pid &&
           m->processes[child].state != vm_process_state_reaped && (!wanted || wanted == child);
}

static vm_pid find_child(const vm_machine *m, vm_pid pid, uint64_t wanted, bool ended)
{
    for (vm_pid child = 1; child < m->processes_n; child++) {
        bool zombie = m->processes[child].state == vm_process_state_zombie;
        if (is_child(m, pid, child, wanted) && (zombie || !ended)) {
            return child;
        }
    }
    return 0;
}

/* wait_consider_task: the first who waits for it gets it; who waits for nobody any more is told. */
static void wake_parent(vm_machine *m, vm_pid child)
{
    vm_pid parent = m->processes[child].parent;
    for (vm_tid tid = 1; parent && tid < m->tasks_n; tid++) {
        const struct task *task = &m->tasks[tid];
        if (task->pid != parent || task->state != vm_task_state_waiting ||
            task->wait != vm_wait_reason_child) {
            continue;
        }
        uint64_t wanted = task->waits_for;
        if (is_child(m, parent, child, wanted)) {
            task_wake(m, tid, child);
            reap(m, tid, child);
        } else if (!find_child(m, parent, wanted, false)) {
            task_wake(m, tid, (uint64_t) - (int64_t)vm_errno_code_echild);
        }
    }
}

void child_changed(vm_machine *m, vm_pid child)
{
    vm_pid parent = m->processes[child].parent;
    if (parent && m->processes[parent].state == vm_process_state_alive) {
        EMIT(m, child_signal, .parent = parent, .child = child);
        signal_send(m, vm_signo_sigchld, parent, 0);
    }
}

/* forget_original_parent: init adopts the children, and has always waited for those that ended. */
static void leave_children(vm_machine *m, vm_pid pid)
{
    for (vm_pid child = 1; child < m->processes_n; child++) {
        if (!is_child(m, pid, child, 0)) {
            continue;
        }
        bool zombie = m->processes[child].state == vm_process_state_zombie;
        EMIT(m, orphaned, .parent = pid, .child = child);
        struct process now = m->processes[child];
        now.parent = 0;
        now.adopted = true;
        process_put(m, child, &now);
        if (zombie) {
            EMIT(m, init_reaps, .child = child);
            set_reaped(m, child);
        }
    }
}

/* exit_notify: who learns of the end. */
static void notify(vm_machine *m, vm_pid pid)
{
    vm_pid parent = m->processes[pid].parent;
    if (m->processes[pid].adopted) {
        EMIT(m, init_reaps, .child = pid);
        set_reaped(m, pid);
    } else if (parent &&
               m->processes[parent].action[vm_signo_sigchld].action == vm_signal_action_ignore) {
        EMIT(m, reaped_unasked, .parent = parent, .child = pid);
        set_reaped(m, pid);
        wake_parent(m, pid);
    } else {
        wake_parent(m, pid);
        child_changed(m, pid);
    }
}

void process_end(vm_machine *m, vm_pid pid, uint64_t code)
{
    for (vm_pid other = 1; other < m->processes_n; other++) {
        if (other != pid && mm_of(m, other) == pid) { /* a vfork child cannot outlive its memory */
            process_end(m, other, code);
        }
    }
    EMIT(m, exited, .pid = pid, .code = code);
    for (vm_tid tid = m->processes[pid].task; tid < m->tasks_n; tid++) {
        bool elsewhere = m->tasks[tid].state == vm_task_state_running && cpu_of(m)->tid != tid;
        if (m->tasks[tid].pid == pid && elsewhere) {
            cpu_idle(m, tid); /* exit_group stops the others before the memory goes */
        }
    }
    bool borrowed = mm_of(m, pid) != pid;
    if (!borrowed) {
        memory_release(m, pid);
    } else {
        vfork_leave(m, pid);
    }
    descriptor_exit(m, pid);
    signals_end_process(m, pid);
    struct process process = m->processes[pid];
    uint32_t root = process.root;
    process.state = vm_process_state_zombie;
    process.root = 0;
    process.exit_code = code;
    process_put(m, pid, &process);
    threads_end(m, pid);
    cpu_forget_space(m, root);
    leave_children(m, pid);
    notify(m, pid);
}

enum vm_status vm_op_exit(vm_machine *m, const struct vm_op_exit *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    call_begin(m, (vm_tid)op->tid, vm_op_kind_exit);
    process_end(m, m->tasks[op->tid].pid, op->code & 0xff); /* wait reports 8 bits of it */
    return VM_OK;
}

enum vm_status vm_op_wait(vm_machine *m, const struct vm_op_wait *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    call_begin(m, tid, vm_op_kind_wait);
    vm_pid child = find_child(m, pid, op->child, true);
    if (child) {
        reap(m, tid, child);
        call_end(m, tid, child);
    } else if (!find_child(m, pid, op->child, false)) {
        call_fail(m, tid, vm_errno_code_echild);
    } else {
        task_block(m, tid, vm_wait_reason_child, op->child);
    }
    return VM_OK;
}
