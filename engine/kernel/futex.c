/* SPDX-License-Identifier: MIT
 * Queues of sleeping threads, one for each lock (Linux: kernel/futex/; man 2 futex; U. Drepper,
 * "Futexes are tricky"). The kernel knows nothing of a lock but its place and who sleeps there.
 * Invariant: a thread has a place in a queue if and only if it waits for a lock; places are in
 * order of arrival.
 *
 * Linux only wakes the thread, which then tries for the word again, so another thread may take the
 * lock before it (barging). Here the waker completes the sleeper's call: of all interleavings that
 * are possible there, the one in which the woken thread comes first. Linux' own mutex does the same
 * for a waiter that has lost too often (MUTEX_FLAG_HANDOFF).
 */
#include "kernel/futex.h"

#include "kernel/inherit.h"
#include "kernel/lock.h"
#include "kernel/process.h"
#include "kernel/schedule.h"
#include "kernel/switch.h"

static void emit(struct vm_events *events, vm_tid tid, const struct futex_wait *old,
    const struct futex_wait *now)
{
    EMIT_TO(events, futex, .tid = tid,                //
        .old_lock = old->lock, .lock = now->lock,     //
        .old_place = old->place, .place = now->place, //
        .old_va = old->va, .va = now->va,             //
        .old_mutex = old->mutex, .mutex = now->mutex);
}

void futex_describe(const vm_machine *m, struct vm_events *events)
{
    const struct futex_wait nothing = {0};
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        if (m->tasks[tid].futex.lock) {
            emit(events, tid, &nothing, &m->tasks[tid].futex);
        }
    }
}

static void put(vm_machine *m, vm_tid tid, struct futex_wait now)
{
    struct futex_wait old = m->tasks[tid].futex;
    m->tasks[tid].futex = now;
    emit(m->events, tid, &old, &now);
}

/* Out of its queue; whoever inherited its priority has it no more. Returns where it waited. */
static uint32_t dequeue(vm_machine *m, vm_tid tid)
{
    uint32_t lock = m->tasks[tid].futex.lock;
    put(m, tid, (struct futex_wait){0});
    lock_set_waiters(m, lock, m->locks[lock].waiters - 1);
    if (m->locks[lock].inherit) {
        inherit_update(m, m->locks[lock].owner);
    }
    return lock;
}

static void enqueue(vm_machine *m, vm_tid tid, uint32_t lock, vm_va va, vm_va mutex)
{
    put(m, tid,
        (struct futex_wait){.lock = lock, .place = ++m->futex_stamp, .va = va, .mutex = mutex});
    lock_set_waiters(m, lock, m->locks[lock].waiters + 1);
    if (m->locks[lock].inherit) {
        inherit_update(m, m->locks[lock].owner);
    }
}

void futex_sleep(
    vm_machine *m, vm_tid tid, uint32_t lock, vm_va va, enum vm_wait_reason reason, vm_va mutex)
{
    vm_pid pid = m->tasks[tid].pid;
    EMIT(m, futex_wait, .tid = tid, .lock = lock, .before = m->locks[lock].waiters);
    count(m, pid, vm_counter_syscalls, 1);
    count(m, pid, vm_counter_futex_waits, 1);
    cpu_mode(m, vm_mode_kernel);
    enqueue(m, tid, lock, va, mutex);
    task_block(m, tid, reason, lock);
}

vm_tid futex_first(const vm_machine *m, uint32_t lock, enum vm_wait_reason reason)
{
    vm_tid first = 0;
    for (vm_tid tid = 1; m->locks[lock].waiters && tid < m->tasks_n; tid++) {
        const struct task *task = &m->tasks[tid], *best = &m->tasks[first];
        if (task->futex.lock != lock || (reason && task->wait != reason)) {
            continue;
        }
        bool urgent = m->locks[lock].inherit && task->priority != best->priority;
        if (!first ||
            (urgent ? task->priority > best->priority : task->futex.place < best->futex.place)) {
            first = tid;
        }
    }
    return first;
}

void futex_enter(vm_machine *m, vm_tid tid, uint32_t lock)
{
    vm_pid pid = m->tasks[tid].pid;
    EMIT(m, futex_wake, .tid = tid, .lock = lock, .waiters = m->locks[lock].waiters);
    count(m, pid, vm_counter_syscalls, 1);
    count(m, pid, vm_counter_futex_wakes, 1);
    cpu_mode(m, vm_mode_kernel);
}

void futex_leave(vm_machine *m, vm_tid tid)
{
    if (cpu_of(m)->tid == tid) {
        cpu_mode(m, vm_mode_user);
    }
}

void futex_wake(vm_machine *m, vm_tid tid, uint64_t ret)
{
    uint32_t lock = dequeue(m, tid);
    task_wake(m, tid, ret);
    lock_drop_unused(m, lock);
}

void futex_requeue(vm_machine *m, vm_tid tid, uint32_t lock, vm_va va)
{
    EMIT(m, futex_requeued, .tid = tid, .from = m->tasks[tid].futex.lock, .lock = lock,
        .owner = m->locks[lock].owner);
    uint32_t before = dequeue(m, tid);
    struct task now = m->tasks[tid];
    now.wait = vm_wait_reason_mutex;
    now.waits_for = lock;
    task_put(m, tid, &now);
    enqueue(m, tid, lock, va, 0);
    lock_drop_unused(m, before);
}

void futex_exit(vm_machine *m, vm_tid tid)
{
    if (m->tasks[tid].futex.lock) {
        lock_drop_unused(m, dequeue(m, tid));
    }
}
