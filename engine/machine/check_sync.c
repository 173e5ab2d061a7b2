/* SPDX-License-Identifier: MIT
 * Invariants of locks, of the queues at them, and of inherited priorities.
 */
#include "kernel/inherit.h"
#include "machine/check.h"

static enum vm_lock_kind kind_awaited(const struct task *task)
{
    switch ((enum vm_wait_reason)task->wait) {
    case vm_wait_reason_mutex:
        return vm_lock_kind_mutex;
    case vm_wait_reason_condition:
        return vm_lock_kind_condition;
    case vm_wait_reason_semaphore:
        return vm_lock_kind_semaphore;
    case vm_wait_reason_barrier:
        return vm_lock_kind_barrier;
    case vm_wait_reason_read_lock:
    case vm_wait_reason_write_lock:
        return vm_lock_kind_rwlock;
    default:
        return vm_lock_kind_none;
    }
}

static const char *check_waiter(const vm_machine *m, const struct task *task)
{
    const struct futex_wait *at = &task->futex;
    enum vm_lock_kind kind = kind_awaited(task);
    if ((kind != vm_lock_kind_none) != (at->lock != 0) || (kind && at->lock != task->waits_for)) {
        return "105: a thread has a place in a queue if and only if it waits for a lock";
    }
    if (at->lock && (at->lock >= m->locks_n || m->locks[at->lock].kind != kind)) {
        return "106: a thread waits for a lock that is known, and of the kind it waits for";
    }
    if (at->place > m->futex_stamp || (at->lock && !at->place)) {
        return "107: places in queues are given in order";
    }
    if (at->mutex && task->wait != vm_wait_reason_condition) {
        return "108: only who waits for a condition needs a mutex afterwards";
    }
    return NULL;
}

static bool alive(const struct task *task)
{
    return task->state == vm_task_state_ready || task->state == vm_task_state_running ||
           task->state == vm_task_state_waiting;
}

static const char *check_tasks(const vm_machine *m)
{
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        const struct task *task = &m->tasks[tid];
        const char *problem = check_waiter(m, task);
        if (problem) {
            return problem;
        }
        if (alive(task) && task->priority != inherit_priority(m, tid)) {
            return "109: a priority is a thread's own or that of the most urgent one it holds up";
        }
    }
    return NULL;
}

static const char *check_queue(const vm_machine *m, uint32_t id)
{
    uint32_t waiters = 0;
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        const struct futex_wait *at = &m->tasks[tid].futex;
        waiters += at->lock == id;
        for (vm_tid other = tid + 1; at->lock == id && other < m->tasks_n; other++) {
            if (m->tasks[other].futex.place == at->place) {
                return "110: no two threads have one place";
            }
        }
    }
    return waiters == m->locks[id].waiters ? NULL : "111: a lock counts who waits for it";
}

static const char *check_place(const vm_machine *m, uint32_t id)
{
    const struct lock *lock = &m->locks[id];
    const struct process *space = &m->processes[lock->pid];
    if (lock->object ? m->objects[lock->object].kind == vm_object_kind_none && !lock->waiters
                     : (!space->root && !lock->waiters)) {
        return "112: a lock that nobody waits for lies in memory that somebody has";
    }
    for (uint32_t other = id + 1; other < m->locks_n; other++) {
        const struct lock *next = &m->locks[other];
        bool same = lock->object ? next->offset == lock->offset
                                 : next->pid == lock->pid && next->va == lock->va;
        if (next->kind == lock->kind && next->object == lock->object && same) {
            return "113: one place is one lock of a kind";
        }
    }
    return NULL;
}

const char *check_sync(const vm_machine *m)
{
    const char *problem = check_tasks(m);
    for (uint32_t id = 1; !problem && id < m->locks_n; id++) {
        const struct lock *lock = &m->locks[id];
        if (!lock->kind) {
            continue;
        }
        problem = check_queue(m, id);
        problem = problem ? problem : check_place(m, id);
        bool owned = lock->kind == vm_lock_kind_mutex || lock->kind == vm_lock_kind_spinlock ||
                     lock->kind == vm_lock_kind_rwlock;
        if (!problem && (lock->owner >= m->tasks_n || (lock->owner && !owned))) {
            problem = "114: only a mutex, a spinlock or a lock for writing has an owner";
        }
    }
    return problem;
}
