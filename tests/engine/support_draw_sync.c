/* SPDX-License-Identifier: MIT
 * Random operations about synchronisation.
 */
#include "support_draw.h"

/* A word for a kind of lock: mostly one of two in the process's first mapping that it may write (or
 * the first shared one), so that threads and processes meet. */
static vm_va word_of(struct draw *d, enum vm_lock_kind kind)
{
    bool shared = roll(d, 2);
    if (roll(d, 12) == 0) {
        return roll(d, 3) ? d->va & ~UINT64_C(15) : d->va;
    }
    struct vm_vma_view vma = {0};
    vm_va found = 0;
    while (d->pid && vm_vma_next(d->m, d->pid, vma.end, &vma)) {
        bool fits = vma.prot & vm_prot_bit_write && (!shared || vma.flags & vm_map_bit_shared);
        if (vma.prot & vm_prot_bit_write && (!found || fits)) {
            found = vma.start * d->page;
            if (fits) {
                break;
            }
        }
    }
    uint64_t place = roll(d, 30) ? (uint64_t)kind * 2 + roll(d, 2) : roll(d, 8);
    return found + 16 * place % d->page;
}

/* Mostly a lock of the kind that the thread holds, to give it back. */
static vm_va held_word(struct draw *d, enum vm_lock_kind kind)
{
    for (uint32_t id = 1; d->pid && id < d->m->locks_n && roll(d, 12); id++) {
        const struct lock *lock = &d->m->locks[id];
        if (lock->kind == kind && lock->owner == d->tid && roll(d, 4)) {
            return lock->va;
        }
    }
    return word_of(d, kind);
}

struct vm_op draw_lock(struct draw *d)
{
    vm_va va = word_of(d, vm_lock_kind_mutex);
    if (roll(d, 10) == 0) { /* PTHREAD_PRIO_INHERIT, as the linker would have written it */
        return (struct vm_op){.kind = vm_op_kind_store,
            .u.store = {.tid = d->tid, .va = va + 8, .value = UINT64_C(1) << 32}};
    }
    return (struct vm_op){
        .kind = vm_op_kind_lock, .u.lock = {.tid = d->tid, .va = va, .name = roll(d, 4)}};
}

struct vm_op draw_trylock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_trylock,
        .u.trylock = {.tid = d->tid,
            .va = word_of(d, vm_lock_kind_mutex),
            .name = roll(d, 4),
            .into = roll(d, 4)}};
}

struct vm_op draw_unlock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_unlock,
        .u.unlock = {.tid = d->tid, .va = held_word(d, vm_lock_kind_mutex), .name = roll(d, 4)}};
}

struct vm_op draw_spin_lock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_spin_lock,
        .u.spin_lock = {
            .tid = d->tid, .va = word_of(d, vm_lock_kind_spinlock), .name = roll(d, 4)}};
}

struct vm_op draw_spin_unlock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_spin_unlock,
        .u.spin_unlock = {
            .tid = d->tid, .va = held_word(d, vm_lock_kind_spinlock), .name = roll(d, 4)}};
}

struct vm_op draw_down(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_down,
        .u.down = {.tid = d->tid, .va = word_of(d, vm_lock_kind_semaphore), .name = roll(d, 4)}};
}

struct vm_op draw_post(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_post,
        .u.post = {.tid = d->tid, .va = word_of(d, vm_lock_kind_semaphore), .name = roll(d, 4)}};
}

struct vm_op draw_cond_wait(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_cond_wait,
        .u.cond_wait = {.tid = d->tid,
            .va = word_of(d, vm_lock_kind_condition),
            .name = roll(d, 4),
            .mutex = word_of(d, vm_lock_kind_mutex),
            .mutex_name = roll(d, 4)}};
}

struct vm_op draw_cond_signal(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_cond_signal,
        .u.cond_signal = {
            .tid = d->tid, .va = word_of(d, vm_lock_kind_condition), .name = roll(d, 4)}};
}

struct vm_op draw_cond_broadcast(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_cond_broadcast,
        .u.cond_broadcast = {
            .tid = d->tid, .va = word_of(d, vm_lock_kind_condition), .name = roll(d, 4)}};
}

struct vm_op draw_spurious_wakeup(struct draw *d)
{
    vm_tid thread = (vm_tid)roll(d, 8);
    for (vm_tid tid = 1; roll(d, 10) && tid < d->m->tasks_n; tid++) {
        thread = d->m->tasks[tid].wait == vm_wait_reason_condition ? tid : thread;
    }
    return (struct vm_op){
        .kind = vm_op_kind_spurious_wakeup, .u.spurious_wakeup = {.thread = thread}};
}

struct vm_op draw_barrier_wait(struct draw *d)
{
    vm_va va = word_of(d, vm_lock_kind_barrier);
    uint64_t needed = 0;
    bool ready = vm_value(d->m, d->pid, va + 8, &needed) && needed;
    if (!ready && roll(d, 5)) { /* pthread_barrier_init */
        return (struct vm_op){.kind = vm_op_kind_store,
            .u.store = {.tid = d->tid, .va = va + 8, .value = 1 + roll(d, 3)}};
    }
    return (struct vm_op){.kind = vm_op_kind_barrier_wait,
        .u.barrier_wait = {.tid = d->tid, .va = va, .name = roll(d, 4)}};
}

struct vm_op draw_read_lock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_read_lock,
        .u.read_lock = {.tid = d->tid, .va = word_of(d, vm_lock_kind_rwlock), .name = roll(d, 4)}};
}

struct vm_op draw_write_lock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_write_lock,
        .u.write_lock = {.tid = d->tid, .va = word_of(d, vm_lock_kind_rwlock), .name = roll(d, 4)}};
}

struct vm_op draw_rw_unlock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_rw_unlock,
        .u.rw_unlock = {
            .tid = d->tid, .va = held_word(d, vm_lock_kind_rwlock), .name = roll(d, 4)}};
}

/* A plain access to a word that others of the process use as well: a race, mostly. */
static struct vm_op draw_shared_word(struct draw *d)
{
    vm_va va = word_of(d, vm_lock_kind_mutex) + 128;
    return roll(d, 2) ? (struct vm_op){.kind = vm_op_kind_store,
                            .u.store = {.tid = d->tid, .va = va, .value = roll(d, 5)}}
                      : (struct vm_op){.kind = vm_op_kind_load,
                            .u.load = {.tid = d->tid, .va = va, .name = 1 + roll(d, 4)}};
}

struct vm_op draw_meeting(struct draw *d)
{
    struct vm_op (*const often[])(struct draw *) = {draw_lock, draw_lock, draw_lock, draw_unlock,
        draw_unlock, draw_trylock, draw_spin_lock, draw_spin_unlock, draw_down, draw_post,
        draw_cond_wait, draw_cond_signal, draw_cond_broadcast, draw_barrier_wait, draw_barrier_wait,
        draw_read_lock, draw_read_lock, draw_write_lock, draw_rw_unlock, draw_join,
        draw_setpriority, draw_malloc, draw_malloc, draw_free, draw_free, draw_shared_word,
        draw_shared_word};
    return often[roll(d, sizeof often / sizeof often[0])](d);
}

struct vm_op draw_atomic(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_atomic,
        .u.atomic = {.tid = d->tid,
            .atomic = roll(d, vm_atomic_count),
            .va = roll(d, 2) ? d->va : word_of(d, roll(d, vm_lock_kind_count)),
            .value = roll(d, 5),
            .expected = roll(d, 5),
            .into = roll(d, 4)}};
}
