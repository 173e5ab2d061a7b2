/* SPDX-License-Identifier: MIT
 * Condition variables (pthread_cond_wait). +0: a sequence that every signal moves on, +8: how many
 * wait. Mesa semantics: a signal makes a thread fit to go on, it does not hand it the mutex; the
 * wait is over when the thread has the mutex again, and by then it must look again. Invariant: a
 * thread is queued at the condition before its mutex is free, so no signal can fall between.
 *
 * A thread that must still wait for its mutex is moved to the mutex's queue without waking up
 * (FUTEX_CMP_REQUEUE). Who wakes it looks at the mutex for it; only if the waker cannot reach the
 * mutex, because it lives in another address space, the woken thread runs in between and does it.
 */
#include "userland/sync.h"

#include "kernel/deadlock.h"
#include "kernel/futex.h"
#include "kernel/lock.h"
#include "kernel/process.h"
#include "kernel/switch.h"
#include "kernel/vma.h"

static uint32_t condition_at(vm_machine *m, vm_tid tid, vm_va va, uint64_t waiting, uint64_t name)
{
    uint32_t lock = lock_get(m, space_of_task(m, tid), va, vm_lock_kind_condition, name);
    lock_hold(m, lock, 0, waiting);
    return lock;
}

enum vm_status vm_op_cond_wait(vm_machine *m, const struct vm_op_cond_wait *op)
{
    enum vm_status status = sync_begin(m, op->tid, op->va, LOCK_BYTES, 2);
    status = status == VM_OK ? sync_check(m, op->mutex, LOCK_BYTES) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    struct cell cell;
    switch_to(m, tid);
    if (cell_open(m, tid, op->va, LOCK_BYTES, &cell) != ACCESS_DONE) {
        return VM_OK;
    }
    uint32_t lock = condition_at(m, tid, op->va, cell.second, op->name);
    EMIT(m, condition_wait, .tid = tid, .lock = lock);
    cell_put(m, &cell, cell.word, cell.second + 1);
    lock_hold(m, lock, 0, cell.second + 1);
    if (cell_open(m, tid, op->mutex, LOCK_BYTES, &cell) != ACCESS_DONE) {
        return VM_OK; /* a handler steps over the call: who waits is counted one too many */
    }
    mutex_release(m, tid, &cell, mutex_at(m, tid, op->mutex, &cell, op->mutex_name));
    lock = lock_get(m, space_of_task(m, tid), op->va, vm_lock_kind_condition, op->name);
    futex_sleep(m, tid, lock, op->va, vm_wait_reason_condition, op->mutex);
    return VM_OK;
}

static bool can_reach(const vm_machine *m, vm_tid tid, vm_tid waiter, vm_va va)
{
    vm_pid mm = space_of_task(m, tid);
    uint32_t v = vma_find(m, mm, vpn_of(m, va));
    return mm == space_of_task(m, waiter) && v && vma_allows(m, &m->vmas[v], vm_access_store);
}

/* The thread, which runs, locks its mutex as anybody would. */
static void lock_again(vm_machine *m, vm_tid tid, vm_va mutex)
{
    struct cell cell;
    if (cell_open(m, tid, mutex, LOCK_BYTES, &cell) != ACCESS_DONE) {
        return;
    }
    uint32_t lock = mutex_at(m, tid, mutex, &cell, 0);
    if (cell.word) {
        mutex_sleep(m, tid, mutex, &cell, lock);
    } else {
        mutex_take(m, tid, &cell, lock);
    }
}

/* A thread in the queue of a condition shall go on. False: who runs cannot go on itself. */
static bool resume(vm_machine *m, vm_tid tid, vm_tid waiter)
{
    vm_va mutex = m->tasks[waiter].futex.mutex;
    uint32_t condition = m->tasks[waiter].futex.lock;
    EMIT(m, condition_over, .thread = waiter, .lock = condition);
    if (!can_reach(m, tid, waiter, mutex)) {
        futex_wake(m, waiter, 0);
        switch_to(m, waiter);
        lock_again(m, waiter, mutex);
        bool able = task_ready(m, tid) == VM_OK;
        if (able) {
            switch_to(m, tid);
        }
        return able;
    }
    struct cell cell;
    futex_leave(m, tid);
    if (cell_open(m, tid, mutex, LOCK_BYTES, &cell) != ACCESS_DONE) {
        return false;
    }
    if (m->tasks[waiter].futex.lock != condition) {
        return true; /* making room has killed it */
    }
    uint32_t lock = mutex_at(m, tid, mutex, &cell, 0);
    if (cell.word) {
        cell_put_word(m, &cell, 2);
        futex_requeue(m, waiter, lock, mutex);
        deadlock_look(m, waiter);
    } else {
        mutex_take(m, waiter, &cell, lock);
        futex_wake(m, waiter, 0);
    }
    return true;
}

enum vm_status vm_op_cond_signal(vm_machine *m, const struct vm_op_cond_signal *op)
{
    struct cell cell;
    enum vm_status status;
    if (!sync_open(m, op->tid, op->va, LOCK_BYTES, 2, &cell, &status)) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    uint32_t lock = condition_at(m, tid, op->va, cell.second, op->name);
    if (!cell.second) {
        EMIT(m, signal_lost, .tid = tid, .lock = lock);
        return VM_OK;
    }
    EMIT(m, condition_signal, .tid = tid, .lock = lock, .waiting = m->locks[lock].waiters);
    cell_put(m, &cell, cell.word + 1, cell.second - 1);
    lock_hold(m, lock, 0, cell.second - 1);
    futex_enter(m, tid, lock);
    vm_tid next = futex_first(m, lock, vm_wait_reason_none);
    if (next) {
        resume(m, tid, next);
    }
    futex_leave(m, tid);
    return VM_OK;
}

enum vm_status vm_op_cond_broadcast(vm_machine *m, const struct vm_op_cond_broadcast *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    uint32_t known = lock_find(m, space_of_task(m, tid), op->va, vm_lock_kind_condition);
    uint32_t waiters = m->locks[known].waiters; /* of 0: none */
    struct cell cell;
    if (!sync_open(m, op->tid, op->va, LOCK_BYTES, 1 + (uint64_t)waiters, &cell, &status)) {
        return status;
    }
    uint32_t lock = condition_at(m, tid, op->va, cell.second, op->name);
    if (!cell.second) {
        EMIT(m, signal_lost, .tid = tid, .lock = lock);
        return VM_OK;
    }
    EMIT(m, condition_broadcast, .tid = tid, .lock = lock, .waiting = m->locks[lock].waiters);
    cell_put(m, &cell, cell.word + 1, 0);
    lock_hold(m, lock, 0, 0);
    futex_enter(m, tid, lock);
    for (; waiters && m->locks[lock].kind == vm_lock_kind_condition; waiters--) {
        vm_tid next = futex_first(m, lock, vm_wait_reason_none);
        if (!next || !resume(m, tid, next)) {
            break;
        }
    }
    futex_leave(m, tid);
    return VM_OK;
}

enum vm_status vm_op_spurious_wakeup(vm_machine *m, const struct vm_op_spurious_wakeup *op)
{
    if (!op->thread || op->thread >= m->tasks_n) {
        return VM_NO_TASK;
    }
    vm_tid tid = (vm_tid)op->thread;
    const struct futex_wait *at = &m->tasks[tid].futex;
    if (m->tasks[tid].wait != vm_wait_reason_condition || !at->lock) {
        return VM_INVALID;
    }
    enum vm_status status = sync_reserve(m, 2);
    if (status != VM_OK) {
        return status;
    }
    uint32_t lock = at->lock;
    vm_va va = at->va, mutex = at->mutex;
    EMIT(m, woken_for_nothing, .tid = tid, .lock = lock);
    futex_wake(m, tid, 0);
    switch_to(m, tid);
    struct cell cell;
    if (cell_open(m, tid, va, LOCK_BYTES, &cell) != ACCESS_DONE) {
        return VM_OK;
    }
    lock = condition_at(m, tid, va, cell.second, 0);
    cell_put(m, &cell, cell.word, cell.second - (cell.second != 0));
    lock_hold(m, lock, 0, cell.second - (cell.second != 0));
    lock_again(m, tid, mutex);
    return VM_OK;
}
