/* SPDX-License-Identifier: MIT
 * Read-write locks. +0: how many read, or WRITER; +8: the writer's tid in the lower half, how many
 * wait in the upper. Readers are preferred, as glibc's default does
 * (PTHREAD_RWLOCK_PREFER_READER_NP): a waiting writer keeps no reader out. Invariant: whoever gets
 * in or out without anybody waiting does not enter the kernel.
 */
#include "userland/sync.h"

#include "kernel/deadlock.h"
#include "kernel/futex.h"
#include "kernel/lock.h"
#include "kernel/process.h"
#include "kernel/switch.h"
#include "race/race.h"

#define WRITER UINT64_MAX
#define OWNER_MASK UINT64_C(0xffffffff)

/* The lock, its cell and the thread that is at it. */
struct at {
    vm_machine *m;
    vm_tid tid;
    vm_va va;
    struct cell cell;
    uint32_t lock;
};

static uint64_t readers(const struct at *at)
{
    return at->cell.word == WRITER ? 0 : at->cell.word;
}

static enum vm_status begin(
    vm_machine *m, uint64_t tid, vm_va va, uint64_t name, struct at *at, bool *reached)
{
    *reached = false;
    enum vm_status status = sync_begin(m, tid, va, LOCK_BYTES, 1);
    if (status != VM_OK) {
        return status;
    }
    *at = (struct at){.m = m, .tid = (vm_tid)tid, .va = va};
    switch_to(m, at->tid);
    if (cell_open(m, at->tid, va, LOCK_BYTES, &at->cell) == ACCESS_DONE) {
        at->lock = lock_get(m, space_of_task(m, at->tid), va, vm_lock_kind_rwlock, name);
        bool writing = at->cell.word == WRITER;
        vm_tid owner = writing ? sync_tid(m, at->cell.second & OWNER_MASK) : 0;
        lock_hold(m, at->lock, owner, readers(at));
        *reached = true;
    }
    return VM_OK;
}

/* The words as they are from now on: `waits` more threads wait than before. */
static void put(struct at *at, uint64_t word, vm_tid writer, int64_t waits)
{
    uint64_t waiting = (at->cell.second >> 32) + (uint64_t)waits;
    at->cell.word = word;
    at->cell.second = waiting << 32 | writer;
    cell_put(at->m, &at->cell, word, at->cell.second);
    lock_hold(at->m, at->lock, writer, readers(at));
}

/* A reader is ordered after writers; a writer after readers, too. */
static void ordered(const struct at *at, vm_tid tid, bool writing)
{
    race_acquire(at->m, tid, race_lock(at->m, at->lock));
    if (writing) {
        race_acquire(at->m, tid, race_readers(at->m, at->lock));
    }
}

static void sleep_at(struct at *at, enum vm_wait_reason reason)
{
    vm_machine *m = at->m;
    EMIT(m, rwlock_busy, .tid = at->tid, .lock = at->lock, .readers = readers(at),
        .owner = m->locks[at->lock].owner);
    count(m, m->tasks[at->tid].pid, vm_counter_contended, 1);
    put(at, at->cell.word, m->locks[at->lock].owner, 1);
    futex_sleep(m, at->tid, at->lock, at->va, reason, 0);
    deadlock_look(m, at->tid);
}

enum vm_status vm_op_read_lock(vm_machine *m, const struct vm_op_read_lock *op)
{
    struct at at;
    bool reached;
    enum vm_status status = begin(m, op->tid, op->va, op->name, &at, &reached);
    if (status != VM_OK || !reached) {
        return status;
    }
    if (at.cell.word == WRITER) {
        sleep_at(&at, vm_wait_reason_read_lock);
    } else {
        EMIT(m, read_locked, .tid = at.tid, .lock = at.lock, .readers = at.cell.word + 1);
        ordered(&at, at.tid, false);
        put(&at, at.cell.word + 1, 0, 0);
    }
    return VM_OK;
}

enum vm_status vm_op_write_lock(vm_machine *m, const struct vm_op_write_lock *op)
{
    struct at at;
    bool reached;
    enum vm_status status = begin(m, op->tid, op->va, op->name, &at, &reached);
    if (status != VM_OK || !reached) {
        return status;
    }
    if (at.cell.word) {
        sleep_at(&at, vm_wait_reason_write_lock);
    } else {
        EMIT(m, write_locked, .tid = at.tid, .lock = at.lock);
        ordered(&at, at.tid, true);
        put(&at, WRITER, at.tid, 0);
    }
    return VM_OK;
}

/* Nobody is in any more: all readers that wait, or else the first writer. */
static void hand_over(struct at *at, bool wrote)
{
    vm_machine *m = at->m;
    vm_tid next = wrote ? futex_first(m, at->lock, vm_wait_reason_read_lock) : 0;
    if (!next) {
        next = futex_first(m, at->lock, vm_wait_reason_write_lock);
        if (next) {
            EMIT(m, rwlock_handed, .thread = next, .lock = at->lock);
            ordered(at, next, true);
            put(at, WRITER, next, -1);
            futex_wake(m, next, 0);
            return;
        }
        next = futex_first(m, at->lock, vm_wait_reason_read_lock);
    }
    for (; next; next = futex_first(m, at->lock, vm_wait_reason_read_lock)) {
        EMIT(m, rwlock_handed, .thread = next, .lock = at->lock);
        ordered(at, next, false);
        put(at, at->cell.word + 1, 0, -1);
        futex_wake(m, next, 0);
    }
}

enum vm_status vm_op_rw_unlock(vm_machine *m, const struct vm_op_rw_unlock *op)
{
    struct at at;
    bool reached;
    enum vm_status status = begin(m, op->tid, op->va, op->name, &at, &reached);
    if (status != VM_OK || !reached) {
        return status;
    }
    vm_tid owner = m->locks[at.lock].owner;
    bool wrote = at.cell.word == WRITER;
    if (!at.cell.word) {
        EMIT(m, unlock_free, .tid = at.tid, .lock = at.lock);
        return VM_OK;
    }
    if (wrote && owner != at.tid) {
        EMIT(m, unlock_foreign, .tid = at.tid, .lock = at.lock, .owner = owner);
        count(m, m->tasks[at.tid].pid, vm_counter_foreign_unlocks, 1);
    }
    uint64_t left = wrote ? 0 : at.cell.word - 1;
    EMIT(m, rwlock_left, .tid = at.tid, .lock = at.lock, .readers = left);
    race_release(m, at.tid, wrote ? race_lock(m, at.lock) : race_readers(m, at.lock));
    put(&at, left, 0, 0);
    if (!left && at.cell.second >> 32) {
        futex_enter(m, at.tid, at.lock);
        hand_over(&at, wrote);
        futex_leave(m, at.tid);
    }
    return VM_OK;
}
