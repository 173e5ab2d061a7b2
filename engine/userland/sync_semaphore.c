/* SPDX-License-Identifier: MIT
 * Counting semaphores (Dijkstra's P and V; POSIX sem_wait and sem_post; glibc: struct new_sem).
 * +0: the value, +8: how many wait. Invariant: who finds a value above 0 takes one without the
 * kernel; post enters it only when somebody waits, and its unit then goes to who waited longest.
 */
#include "userland/sync.h"

#include "kernel/futex.h"
#include "kernel/lock.h"
#include "kernel/process.h"
#include "race/race.h"

static uint32_t semaphore_at(
    vm_machine *m, vm_tid tid, vm_va va, const struct cell *cell, uint64_t name)
{
    uint32_t lock = lock_get(m, space_of_task(m, tid), va, vm_lock_kind_semaphore, name);
    lock_hold(m, lock, 0, cell->word);
    return lock;
}

enum vm_status vm_op_down(vm_machine *m, const struct vm_op_down *op)
{
    struct cell cell;
    enum vm_status status;
    if (!sync_open(m, op->tid, op->va, LOCK_BYTES, 1, &cell, &status)) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    uint32_t lock = semaphore_at(m, tid, op->va, &cell, op->name);
    if (cell.word) {
        EMIT(m, semaphore_down, .tid = tid, .lock = lock, .value = cell.word - 1);
        race_acquire(m, tid, race_lock(m, lock));
        cell_put_word(m, &cell, cell.word - 1);
        lock_hold(m, lock, 0, cell.word - 1);
    } else {
        EMIT(m, semaphore_empty, .tid = tid, .lock = lock);
        count(m, m->tasks[tid].pid, vm_counter_contended, 1);
        cell_put(m, &cell, 0, cell.second + 1);
        futex_sleep(m, tid, lock, op->va, vm_wait_reason_semaphore, 0);
    }
    return VM_OK;
}

/* Somebody waits, or did so when the word was written. */
static void wake_one(vm_machine *m, vm_tid tid, const struct cell *cell, uint32_t lock)
{
    futex_enter(m, tid, lock);
    vm_tid next = futex_first(m, lock, vm_wait_reason_none);
    if (next) {
        EMIT(m, semaphore_handed, .tid = tid, .lock = lock, .thread = next);
        race_acquire(m, next, race_lock(m, lock));
        cell_put(m, cell, cell->word, cell->second - 1);
        futex_wake(m, next, 0);
    } else {
        EMIT(m, semaphore_post, .tid = tid, .lock = lock, .value = cell->word + 1);
        cell_put(m, cell, cell->word + 1, 0);
        lock_hold(m, lock, 0, cell->word + 1);
    }
    futex_leave(m, tid);
}

enum vm_status vm_op_post(vm_machine *m, const struct vm_op_post *op)
{
    struct cell cell;
    enum vm_status status;
    if (!sync_open(m, op->tid, op->va, LOCK_BYTES, 1, &cell, &status)) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    uint32_t lock = semaphore_at(m, tid, op->va, &cell, op->name);
    race_release(m, tid, race_lock(m, lock));
    if (cell.second) {
        wake_one(m, tid, &cell, lock);
    } else {
        EMIT(m, semaphore_post, .tid = tid, .lock = lock, .value = cell.word + 1);
        cell_put_word(m, &cell, cell.word + 1);
        lock_hold(m, lock, 0, cell.word + 1);
    }
    return VM_OK;
}
