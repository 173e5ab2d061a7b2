/* SPDX-License-Identifier: MIT
 * Priority inheritance (Sha, Rajkumar, Lehoczky 1990; Linux: kernel/locking/rtmutex.c). Invariant:
 * the priority of a living thread is the highest of its own and of those of the threads that wait
 * for a mutex it owns, where the mutex is one that passes priorities on.
 */
#include "kernel/inherit.h"

#include "kernel/process.h"

static bool lives(const vm_machine *m, vm_tid tid)
{
    if (!tid || tid >= m->tasks_n) {
        return false;
    }
    uint8_t state = m->tasks[tid].state;
    return state == vm_task_state_ready || state == vm_task_state_running ||
           state == vm_task_state_waiting;
}

static const struct lock *waits_for(const vm_machine *m, vm_tid tid)
{
    const struct lock *lock = &m->locks[m->tasks[tid].futex.lock];
    return lock->kind == vm_lock_kind_mutex && lock->inherit ? lock : NULL;
}

static bool owns_inheriting(const vm_machine *m, vm_tid tid)
{
    for (uint32_t id = 1; id < m->locks_n; id++) {
        if (m->locks[id].inherit && m->locks[id].owner == tid && m->locks[id].waiters) {
            return true;
        }
    }
    return false;
}

uint8_t inherit_priority(const vm_machine *m, vm_tid tid)
{
    uint8_t highest = m->tasks[tid].base_priority;
    vm_tid end = owns_inheriting(m, tid) ? m->tasks_n : 0;
    for (vm_tid other = 1; other < end; other++) {
        const struct lock *lock = other != tid ? waits_for(m, other) : NULL;
        if (lock && lock->owner == tid && m->tasks[other].priority > highest) {
            highest = m->tasks[other].priority;
        }
    }
    return highest;
}

void inherit_update(vm_machine *m, vm_tid tid)
{
    while (lives(m, tid)) {
        struct task now = m->tasks[tid];
        uint8_t priority = inherit_priority(m, tid);
        if (now.priority == priority) {
            return;
        }
        if (priority > now.priority) {
            EMIT(m, priority_inherited, .tid = tid, .priority = priority, .own = now.base_priority);
        } else {
            EMIT(m, priority_restored, .tid = tid, .priority = priority);
        }
        now.priority = priority;
        task_put(m, tid, &now);
        const struct lock *lock = waits_for(m, tid);
        tid = lock ? lock->owner : 0;
    }
}

void inherit_own(vm_machine *m, vm_tid tid)
{
    inherit_update(m, tid);
    const struct lock *lock = waits_for(m, tid);
    if (lock) {
        inherit_update(m, lock->owner);
    }
}
