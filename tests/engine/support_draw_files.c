/* SPDX-License-Identifier: MIT
 * Drawing the operations of files: descriptors, reading and writing, shared memory, copies.
 */
#include "support_draw.h"

#define MAKE(name, ...)                                                                            \
    (struct vm_op)                                                                                 \
    {                                                                                              \
        .kind = vm_op_kind_##name, .u.name = { __VA_ARGS__ }                                       \
    }

static uint64_t draw_object(struct draw *d)
{
    return roll(d, d->m->objects_n + 1);
}

/* A descriptor that is open, or (rarely) any. */
static uint64_t draw_fd(struct draw *d)
{
    uint64_t n = 0, chosen = roll(d, 6);
    uint32_t i = d->pid ? d->m->processes[d->pid].first_descriptor : 0;
    for (; i && roll(d, 20); i = d->m->descriptors[i].next) {
        if (roll(d, ++n) == 0) {
            chosen = d->m->descriptors[i].fd;
        }
    }
    return chosen;
}

static uint64_t draw_open_flags(struct draw *d)
{
    return roll(d, 4) ? vm_open_bit_read | vm_open_bit_write : roll(d, 64);
}

struct vm_op draw_warm(struct draw *d)
{
    return MAKE(warm, draw_object(d));
}

struct vm_op draw_drop_caches(struct draw *d)
{
    return MAKE(drop_caches, roll(d, 2));
}

struct vm_op draw_open(struct draw *d)
{
    return MAKE(open, d->tid, draw_object(d), draw_open_flags(d), roll(d, 5));
}

struct vm_op draw_shm_open(struct draw *d)
{
    return MAKE(shm_open, d->tid, 10 + roll(d, 3),
        draw_open_flags(d) | (roll(d, 2) ? vm_open_bit_create : 0), draw_bytes(d));
}

struct vm_op draw_shm_unlink(struct draw *d)
{
    return MAKE(shm_unlink, d->tid, 10 + roll(d, 3));
}

struct vm_op draw_memfd_create(struct draw *d)
{
    return MAKE(memfd_create, d->tid, 10 + roll(d, 3), draw_bytes(d));
}

struct vm_op draw_close(struct draw *d)
{
    return MAKE(close, d->tid, draw_fd(d));
}

struct vm_op draw_dup2(struct draw *d)
{
    return MAKE(dup2, d->tid, draw_fd(d), roll(d, 8));
}

struct vm_op draw_read(struct draw *d)
{
    return MAKE(read, d->tid, draw_fd(d), d->va, draw_bytes(d));
}

struct vm_op draw_write(struct draw *d)
{
    return MAKE(write, d->tid, draw_fd(d), d->va, draw_bytes(d));
}

struct vm_op draw_lseek(struct draw *d)
{
    uint64_t offset = roll(d, 4) ? draw_bytes(d) : 0 - draw_bytes(d);
    return MAKE(lseek, d->tid, draw_fd(d), offset, roll(d, vm_whence_count));
}

struct vm_op draw_ftruncate(struct draw *d)
{
    return MAKE(ftruncate, d->tid, draw_fd(d), draw_bytes(d));
}

struct vm_op draw_fsync(struct draw *d)
{
    return MAKE(fsync, d->tid, draw_fd(d));
}

struct vm_op draw_copy(struct draw *d)
{
    return MAKE(copy, d->tid, draw_address(d), d->va, draw_bytes(d));
}

struct vm_op draw_store_text(struct draw *d)
{
    return MAKE(
        store_text, d->tid, d->va, 1 + roll(d, 64), UINT64_C(0x6f77206f6c6c6548), roll(d, 99));
}
