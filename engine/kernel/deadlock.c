/* SPDX-License-Identifier: MIT
 * Deadlocks, found when they close. A thread waits for at most one lock or thread, and a mutex or a
 * lock taken for writing has at most one owner, so the wait-for graph (Silberschatz, section 8.6.1)
 * is a set of chains: a new edge closes a circle if and only if the chain behind it leads back.
 * Semaphores, conditions, barriers and readers have no one owner: who waits there may be released
 * by anybody.
 */
#include "kernel/deadlock.h"

/* For whom the thread waits; 0: nobody in particular. */
static vm_tid awaited(const vm_machine *m, vm_tid tid)
{
    const struct task *task = &m->tasks[tid];
    if (task->state != vm_task_state_waiting) {
        return 0;
    }
    switch ((enum vm_wait_reason)task->wait) {
    case vm_wait_reason_mutex:
    case vm_wait_reason_read_lock:
    case vm_wait_reason_write_lock:
        return m->locks[task->waits_for].owner;
    case vm_wait_reason_join:
        return task->waits_for < m->tasks_n ? (vm_tid)task->waits_for : 0;
    default:
        return 0;
    }
}

static void say_edge(vm_machine *m, vm_tid tid)
{
    const struct task *task = &m->tasks[tid];
    vm_tid other = awaited(m, tid);
    if (task->wait == vm_wait_reason_join) {
        EMIT(m, deadlock_join, .tid = tid, .thread = other);
    } else {
        EMIT(m, deadlock_edge, .tid = tid, .lock = task->waits_for, .holder = other);
    }
}

void deadlock_look(vm_machine *m, vm_tid tid)
{
    vm_tid at = tid;
    uint64_t length = 0;
    do { /* circles that leave the thread out were found when they closed */
        at = awaited(m, at);
        length++;
    } while (at && at != tid && length < m->tasks_n);
    if (at != tid) {
        return;
    }
    EMIT(m, deadlock, .tid = tid, .length = length);
    count(m, m->tasks[tid].pid, vm_counter_deadlocks, 1);
    do {
        say_edge(m, at);
        at = awaited(m, at);
    } while (at != tid);
}
