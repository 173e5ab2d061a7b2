/* SPDX-License-Identifier: MIT
 * Words that threads agree on, as the C library uses them: what the operations on locks share.
 */
#ifndef USERLAND_SYNC_H
#define USERLAND_SYNC_H

#include "machine/world.h"
#include "mmu/access.h"

/* Both words of a lock, read by one indivisible access; cell_put writes what shall be there. They
 * lie in one page, as in one cache line. Valid until the next access. */
struct cell {
    vm_frame frame;
    uint32_t offset;
    uint64_t word, second;
};
enum { WORD_BYTES = 8, LOCK_BYTES = 16 };

/* The thread can run, the lock's words lie in one page, and there is room for `accesses` accesses
 * to locks. */
enum vm_status sync_begin(vm_machine *m, uint64_t tid, vm_va va, uint64_t bytes, uint64_t accesses);
enum vm_status sync_check(const vm_machine *m, vm_va va, uint64_t bytes);
enum vm_status sync_reserve(vm_machine *m, uint64_t accesses);
/* An access of the running thread. Not ACCESS_DONE: a signal, and nothing is to be done. */
enum access_end cell_open(vm_machine *m, vm_tid tid, vm_va va, uint64_t bytes, struct cell *out);
void cell_put(vm_machine *m, const struct cell *cell, uint64_t word, uint64_t second);
void cell_put_word(vm_machine *m, const struct cell *cell, uint64_t word);
/* How most operations on locks begin: sync_begin, the thread runs, and the cell is open. False: the
 * operation ends with *status; it cannot be done, or a signal came first. */
bool sync_open(vm_machine *m, uint64_t tid, vm_va va, uint64_t bytes, uint64_t accesses,
    struct cell *out, enum vm_status *status);
/* The operation's result, also in a register when somebody wants it (0: nobody). */
void sync_result(vm_machine *m, vm_tid tid, uint64_t into, uint64_t value);
static inline vm_pid space_of_task(const vm_machine *m, vm_tid tid)
{
    return mm_of(m, m->tasks[tid].pid);
}
/* A thread's number that a word holds; 0: it is none. */
static inline vm_tid sync_tid(const vm_machine *m, uint64_t number)
{
    return number < m->tasks_n ? (vm_tid)number : 0;
}

/* ---- mutexes, for conditions: userland/sync_mutex.c ---- */
/* +8: the owner's tid in the lower half; this bit: PTHREAD_PRIO_INHERIT. */
#define MUTEX_INHERIT (UINT64_C(1) << 32)
/* The lock behind a cell, with what the words say now. */
uint32_t mutex_at(vm_machine *m, vm_tid tid, vm_va va, const struct cell *cell, uint64_t name);
/* `tid` has it from now on, whoever does it. */
void mutex_take(vm_machine *m, vm_tid tid, const struct cell *cell, uint32_t lock);
/* The running thread finds it taken, and sleeps. */
void mutex_sleep(vm_machine *m, vm_tid tid, vm_va va, const struct cell *cell, uint32_t lock);
/* The running thread gives it back, to whom has waited longest. */
void mutex_release(vm_machine *m, vm_tid tid, const struct cell *cell, uint32_t lock);

enum vm_status vm_op_lock(vm_machine *m, const struct vm_op_lock *op);
enum vm_status vm_op_trylock(vm_machine *m, const struct vm_op_trylock *op);
enum vm_status vm_op_unlock(vm_machine *m, const struct vm_op_unlock *op);
enum vm_status vm_op_spin_lock(vm_machine *m, const struct vm_op_spin_lock *op);
enum vm_status vm_op_spin_unlock(vm_machine *m, const struct vm_op_spin_unlock *op);
enum vm_status vm_op_down(vm_machine *m, const struct vm_op_down *op);
enum vm_status vm_op_post(vm_machine *m, const struct vm_op_post *op);
enum vm_status vm_op_cond_wait(vm_machine *m, const struct vm_op_cond_wait *op);
enum vm_status vm_op_cond_signal(vm_machine *m, const struct vm_op_cond_signal *op);
enum vm_status vm_op_cond_broadcast(vm_machine *m, const struct vm_op_cond_broadcast *op);
enum vm_status vm_op_spurious_wakeup(vm_machine *m, const struct vm_op_spurious_wakeup *op);
enum vm_status vm_op_barrier_wait(vm_machine *m, const struct vm_op_barrier_wait *op);
enum vm_status vm_op_read_lock(vm_machine *m, const struct vm_op_read_lock *op);
enum vm_status vm_op_write_lock(vm_machine *m, const struct vm_op_write_lock *op);
enum vm_status vm_op_rw_unlock(vm_machine *m, const struct vm_op_rw_unlock *op);
enum vm_status vm_op_atomic(vm_machine *m, const struct vm_op_atomic *op);

#endif
