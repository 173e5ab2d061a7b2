/* SPDX-License-Identifier: MIT
 * Spinlocks (pthread_spin_lock): one word, 0 or 1. Invariant: nobody sleeps and nobody is woken; an
 * operation that finds the lock taken is one look, and the thread stays ready for the next.
 */
#include "userland/sync.h"

#include "kernel/lock.h"
#include "kernel/process.h"
#include "race/race.h"

enum vm_status vm_op_spin_lock(vm_machine *m, const struct vm_op_spin_lock *op)
{
    struct cell cell;
    enum vm_status status;
    if (!sync_open(m, op->tid, op->va, WORD_BYTES, 1, &cell, &status)) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    uint32_t lock = lock_get(m, space_of_task(m, tid), op->va, vm_lock_kind_spinlock, op->name);
    if (cell.word) {
        EMIT(m, spin_round, .tid = tid, .lock = lock, .owner = m->locks[lock].owner);
        count(m, m->tasks[tid].pid, vm_counter_spins, 1);
        return VM_OK;
    }
    EMIT(m, spin_taken, .tid = tid, .lock = lock);
    race_acquire(m, tid, race_lock(m, lock));
    cell_put_word(m, &cell, 1);
    lock_hold(m, lock, tid, 0);
    m->outcome.value = 1;
    return VM_OK;
}

enum vm_status vm_op_spin_unlock(vm_machine *m, const struct vm_op_spin_unlock *op)
{
    struct cell cell;
    enum vm_status status;
    if (!sync_open(m, op->tid, op->va, WORD_BYTES, 1, &cell, &status)) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    uint32_t lock = lock_get(m, space_of_task(m, tid), op->va, vm_lock_kind_spinlock, op->name);
    EMIT(m, spin_released, .tid = tid, .lock = lock);
    race_release(m, tid, race_lock(m, lock));
    cell_put_word(m, &cell, 0);
    lock_hold(m, lock, 0, 0);
    return VM_OK;
}
