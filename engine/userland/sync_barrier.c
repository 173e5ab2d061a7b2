/* SPDX-License-Identifier: MIT
 * Barriers (pthread_barrier_wait). +0: how many have come, +8: how many are needed. Invariant: the
 * one that makes it complete wakes all others and finds the word 0 again afterwards.
 */
#include "userland/sync.h"

#include "kernel/futex.h"
#include "kernel/lock.h"
#include "kernel/process.h"
#include "race/race.h"

#define SERIAL_THREAD UINT64_MAX /* PTHREAD_BARRIER_SERIAL_THREAD is -1 */

static void open_all(vm_machine *m, vm_tid tid, const struct cell *cell, uint32_t lock)
{
    EMIT(m, barrier_opened, .tid = tid, .lock = lock, .needed = cell->second);
    race_release(m, tid, race_lock(m, lock));
    race_acquire(m, tid, race_lock(m, lock));
    cell_put_word(m, cell, 0);
    lock_hold(m, lock, 0, 0);
    if (m->locks[lock].waiters) {
        futex_enter(m, tid, lock);
        vm_tid next;
        while ((next = futex_first(m, lock, vm_wait_reason_none)) != 0) {
            race_acquire(m, next, race_lock(m, lock));
            futex_wake(m, next, 0);
        }
        futex_leave(m, tid);
    }
    m->outcome.value = SERIAL_THREAD;
}

enum vm_status vm_op_barrier_wait(vm_machine *m, const struct vm_op_barrier_wait *op)
{
    struct cell cell;
    enum vm_status status;
    if (!sync_open(m, op->tid, op->va, LOCK_BYTES, 1, &cell, &status)) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    uint32_t lock = lock_get(m, space_of_task(m, tid), op->va, vm_lock_kind_barrier, op->name);
    if (!cell.second) {
        EMIT(m, barrier_useless, .tid = tid, .lock = lock);
        m->outcome.value = (uint64_t) - (int64_t)vm_errno_code_einval;
    } else if (cell.word + 1 >= cell.second) {
        open_all(m, tid, &cell, lock);
    } else {
        EMIT(m, barrier_reached, .tid = tid, .lock = lock, .arrived = cell.word + 1,
            .needed = cell.second);
        race_release(m, tid, race_lock(m, lock));
        cell_put_word(m, &cell, cell.word + 1);
        lock_hold(m, lock, 0, cell.word + 1);
        futex_sleep(m, tid, lock, op->va, vm_wait_reason_barrier, 0);
    }
    return VM_OK;
}
