/* SPDX-License-Identifier: MIT
 * Mutexes. +0: 0 free, 1 locked, 2 locked and somebody waits (Drepper, "Futexes are tricky",
 * mutex2; glibc: lll_lock). +8: the owner's tid, and the mutex's kind (MUTEX_INHERIT). Invariant:
 * who finds 0, or gives back 1, never enters the kernel.
 *
 * unlock hands a mutex that others wait for over to the first of them. glibc's normal mutex would
 * be free for a moment, and whoever comes first gets it: see kernel/futex.c.
 */
#include "userland/sync.h"

#include "kernel/deadlock.h"
#include "kernel/futex.h"
#include "kernel/lock.h"
#include "kernel/process.h"
#include "race/race.h"

enum { FREE, LOCKED, AWAITED };
#define OWNER_MASK UINT64_C(0xffffffff)

uint32_t mutex_at(vm_machine *m, vm_tid tid, vm_va va, const struct cell *cell, uint64_t name)
{
    uint32_t lock = lock_get(m, space_of_task(m, tid), va, vm_lock_kind_mutex, name);
    lock_set_inherit(m, lock, cell->second & MUTEX_INHERIT);
    lock_hold(m, lock, cell->word ? sync_tid(m, cell->second & OWNER_MASK) : 0, 0);
    return lock;
}

static void put(vm_machine *m, const struct cell *cell, uint32_t lock, uint64_t word, vm_tid owner)
{
    cell_put(m, cell, word, (cell->second & ~OWNER_MASK) | owner);
    lock_hold(m, lock, owner, 0);
}

void mutex_take(vm_machine *m, vm_tid tid, const struct cell *cell, uint32_t lock)
{
    EMIT(m, mutex_taken, .tid = tid, .lock = lock);
    race_acquire(m, tid, race_lock(m, lock));
    put(m, cell, lock, m->locks[lock].waiters ? AWAITED : LOCKED, tid);
}

void mutex_sleep(vm_machine *m, vm_tid tid, vm_va va, const struct cell *cell, uint32_t lock)
{
    EMIT(m, mutex_busy, .tid = tid, .lock = lock, .owner = m->locks[lock].owner);
    count(m, m->tasks[tid].pid, vm_counter_contended, 1);
    cell_put_word(m, cell, AWAITED);
    futex_sleep(m, tid, lock, va, vm_wait_reason_mutex, 0);
    deadlock_look(m, tid);
}

void mutex_release(vm_machine *m, vm_tid tid, const struct cell *cell, uint32_t lock)
{
    vm_tid owner = m->locks[lock].owner;
    if (cell->word == FREE) {
        EMIT(m, unlock_free, .tid = tid, .lock = lock);
        return;
    }
    if (owner != tid) {
        EMIT(m, unlock_foreign, .tid = tid, .lock = lock, .owner = owner);
        count(m, m->tasks[tid].pid, vm_counter_foreign_unlocks, 1);
    }
    race_release(m, tid, race_lock(m, lock));
    if (cell->word == LOCKED) {
        EMIT(m, mutex_released, .tid = tid, .lock = lock);
        put(m, cell, lock, FREE, 0);
        return;
    }
    futex_enter(m, tid, lock);
    vm_tid next = futex_first(m, lock, vm_wait_reason_none);
    if (!next) {
        put(m, cell, lock, FREE, 0);
    } else {
        EMIT(m, mutex_handed, .tid = tid, .lock = lock, .thread = next,
            .left = m->locks[lock].waiters - 1);
        race_acquire(m, next, race_lock(m, lock));
        put(m, cell, lock, m->locks[lock].waiters > 1 ? AWAITED : LOCKED, next);
        futex_wake(m, next, 0);
    }
    futex_leave(m, tid);
}

enum vm_status vm_op_lock(vm_machine *m, const struct vm_op_lock *op)
{
    struct cell cell;
    enum vm_status status;
    if (!sync_open(m, op->tid, op->va, LOCK_BYTES, 1, &cell, &status)) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    uint32_t lock = mutex_at(m, tid, op->va, &cell, op->name);
    if (cell.word == FREE) {
        mutex_take(m, tid, &cell, lock);
    } else {
        mutex_sleep(m, tid, op->va, &cell, lock);
    }
    return VM_OK;
}

enum vm_status vm_op_trylock(vm_machine *m, const struct vm_op_trylock *op)
{
    struct cell cell;
    enum vm_status status;
    if (!sync_open(m, op->tid, op->va, LOCK_BYTES, 1, &cell, &status)) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    uint32_t lock = mutex_at(m, tid, op->va, &cell, op->name);
    bool took = cell.word == FREE;
    if (took) {
        mutex_take(m, tid, &cell, lock);
    } else {
        EMIT(m, mutex_refused, .tid = tid, .lock = lock, .owner = m->locks[lock].owner);
        count(m, m->tasks[tid].pid, vm_counter_contended, 1);
    }
    sync_result(m, tid, op->into, took);
    return VM_OK;
}

enum vm_status vm_op_unlock(vm_machine *m, const struct vm_op_unlock *op)
{
    struct cell cell;
    enum vm_status status;
    if (!sync_open(m, op->tid, op->va, LOCK_BYTES, 1, &cell, &status)) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    mutex_release(m, tid, &cell, mutex_at(m, tid, op->va, &cell, op->name));
    return VM_OK;
}
