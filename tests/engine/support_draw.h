/* SPDX-License-Identifier: MIT
 * How a random operation is drawn: one row and one function for each operation that is a step. An
 * operation of ops.def without a row here does not compile.
 */
#ifndef SUPPORT_DRAW_H
#define SUPPORT_DRAW_H

#include "support_random.h"

#include "machine/world.h"

/* DRAW(operation, weight): drawn in proportion to its weight, by draw_<operation>. */
#define DRAWS                                                                                      \
    DRAW(start, 20)                                                                                \
    DRAW(preset_map, 4)                                                                            \
    DRAW(preset_tlb, 4)                                                                            \
    DRAW(access, 450)                                                                              \
    DRAW(load, 80)                                                                                 \
    DRAW(store, 170)                                                                               \
    DRAW(set, 4)                                                                                   \
    DRAW(mmap, 60)                                                                                 \
    DRAW(munmap, 25)                                                                               \
    DRAW(mprotect, 25)                                                                             \
    DRAW(brk, 25)                                                                                  \
    DRAW(fork, 35)                                                                                 \
    DRAW(exit, 12)                                                                                 \
    DRAW(wait, 20)                                                                                 \
    DRAW(sigaction, 40)                                                                            \
    DRAW(set_policy, 8)                                                                            \
    DRAW(warm, 6)                                                                                  \
    DRAW(drop_caches, 6)                                                                           \
    DRAW(mremap, 20)                                                                               \
    DRAW(madvise, 35)                                                                              \
    DRAW(msync, 12)                                                                                \
    DRAW(mlock, 10)                                                                                \
    DRAW(munlock, 10)                                                                              \
    DRAW(setrlimit, 8)                                                                             \
    DRAW(execve, 10)                                                                               \
    DRAW(vfork, 10)                                                                                \
    DRAW(setuid, 5)                                                                                \
    DRAW(open, 20)                                                                                 \
    DRAW(shm_open, 12)                                                                             \
    DRAW(shm_unlink, 5)                                                                            \
    DRAW(memfd_create, 8)                                                                          \
    DRAW(close, 10)                                                                                \
    DRAW(dup2, 8)                                                                                  \
    DRAW(read, 35)                                                                                 \
    DRAW(write, 35)                                                                                \
    DRAW(lseek, 8)                                                                                 \
    DRAW(ftruncate, 10)                                                                            \
    DRAW(fsync, 8)                                                                                 \
    DRAW(copy, 20)                                                                                 \
    DRAW(store_text, 10)                                                                           \
    DRAW(call, 10)                                                                                 \
    DRAW(ret, 10)                                                                                  \
    DRAW(malloc, 40)                                                                               \
    DRAW(calloc, 12)                                                                               \
    DRAW(realloc, 16)                                                                              \
    DRAW(free, 35)                                                                                 \
    DRAW(tick, 24)                                                                                 \
    DRAW(yield, 8)                                                                                 \
    DRAW(setpriority, 8)                                                                           \
    DRAW(setaffinity, 8)                                                                           \
    DRAW(create, 25)                                                                               \
    DRAW(thread_start, 20)                                                                         \
    DRAW(thread_exit, 12)                                                                          \
    DRAW(join, 15)                                                                                 \
    DRAW(detach, 8)                                                                                \
    DRAW(lock, 8)                                                                                  \
    DRAW(trylock, 8)                                                                               \
    DRAW(unlock, 8)                                                                                \
    DRAW(spin_lock, 8)                                                                             \
    DRAW(spin_unlock, 8)                                                                           \
    DRAW(down, 8)                                                                                  \
    DRAW(post, 8)                                                                                  \
    DRAW(cond_wait, 8)                                                                             \
    DRAW(cond_signal, 8)                                                                           \
    DRAW(cond_broadcast, 8)                                                                        \
    DRAW(spurious_wakeup, 8)                                                                       \
    DRAW(barrier_wait, 8)                                                                          \
    DRAW(read_lock, 8)                                                                             \
    DRAW(write_lock, 8)                                                                            \
    DRAW(rw_unlock, 8)                                                                             \
    DRAW(atomic, 8)                                                                                \
    DRAW(pipe, 16)                                                                                 \
    DRAW(mq_open, 14)                                                                              \
    DRAW(mq_unlink, 3)                                                                             \
    DRAW(mq_send, 24)                                                                              \
    DRAW(mq_receive, 24)                                                                           \
    DRAW(kill, 8)                                                                                  \
    DRAW(tgkill, 8)                                                                                \
    DRAW(sigprocmask, 8)                                                                           \
    DRAW(do_signal, 12)                                                                            \
    DRAW(sigreturn, 8)                                                                             \
    DRAW(pause, 8)                                                                                 \
    DRAW(place, 1)                                                                                 \
    DRAW(share, 1)                                                                                 \
    DRAW(resize, 1)                                                                                \
    DRAW(unload, 1)                                                                                \
    DRAW(swap_out, 1)                                                                              \
    DRAW(swap_in, 1)                                                                               \
    DRAW(compact, 1)                                                                               \
    DRAW(alloc, 1)                                                                                 \
    DRAW(release, 1)                                                                               \
    DRAW(cache, 1)                                                                                 \
    DRAW(shrink, 1)

/* Where a drawing starts from: a thread, its process, and an address in one of its mappings. */
struct draw {
    struct dice *dice;
    const vm_machine *m;
    vm_tid tid;
    vm_pid pid;
    uint64_t page; /* bytes of a page */
    struct vm_vma_view vma;
    vm_va va;      /* a multiple of 8 */
    vm_va page_va; /* the start of its page */
};

#define DRAW(name, weight) struct vm_op draw_##name(struct draw *d);
DRAWS
#undef DRAW

static inline uint64_t roll(struct draw *d, uint64_t sides)
{
    return dice_roll(d->dice, sides);
}
/* Bytes: a few, a page's worth, or a few pages. */
static inline uint64_t draw_bytes(struct draw *d)
{
    switch (roll(d, 3)) {
    case 0:
        return roll(d, 40);
    case 1:
        return d->page - 20 + roll(d, 40);
    default:
        return roll(d, 6 * d->page);
    }
}
static inline uint64_t draw_pages(struct draw *d)
{
    return (1 + roll(d, 6)) * d->page;
}
/* What a machine without pages is asked (support_draw_older.c). */
struct vm_op draw_older(struct draw *d);
/* What threads of a process do with one another: locks, the heap, words that all of them use. */
struct vm_op draw_meeting(struct draw *d);
/* What wakes a thread that waits, by somebody who can; false: nobody waits, or nobody can. */
bool draw_wake(struct draw *d, struct vm_op *out);
/* Another address of the process, like d->va. */
vm_va draw_address(struct draw *d);

#endif
