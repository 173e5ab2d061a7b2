/* SPDX-License-Identifier: MIT
 * Random operations about synchronisation.
 */
#include "support_draw.h"

struct vm_op draw_lock(struct draw *d)
{
    return (struct vm_op){
        .kind = vm_op_kind_lock, .u.lock = {.tid = d->tid, .va = d->va, .name = roll(d, 4)}};
}

struct vm_op draw_trylock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_trylock,
        .u.trylock = {.tid = d->tid, .va = d->va, .name = roll(d, 4), .into = roll(d, 4)}};
}

struct vm_op draw_unlock(struct draw *d)
{
    return (struct vm_op){
        .kind = vm_op_kind_unlock, .u.unlock = {.tid = d->tid, .va = d->va, .name = roll(d, 4)}};
}

struct vm_op draw_spin_lock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_spin_lock,
        .u.spin_lock = {.tid = d->tid, .va = d->va, .name = roll(d, 4)}};
}

struct vm_op draw_spin_unlock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_spin_unlock,
        .u.spin_unlock = {.tid = d->tid, .va = d->va, .name = roll(d, 4)}};
}

struct vm_op draw_down(struct draw *d)
{
    return (struct vm_op){
        .kind = vm_op_kind_down, .u.down = {.tid = d->tid, .va = d->va, .name = roll(d, 4)}};
}

struct vm_op draw_post(struct draw *d)
{
    return (struct vm_op){
        .kind = vm_op_kind_post, .u.post = {.tid = d->tid, .va = d->va, .name = roll(d, 4)}};
}

struct vm_op draw_cond_wait(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_cond_wait,
        .u.cond_wait = {.tid = d->tid,
            .va = d->va,
            .name = roll(d, 4),
            .mutex = d->va,
            .mutex_name = roll(d, 4)}};
}

struct vm_op draw_cond_signal(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_cond_signal,
        .u.cond_signal = {.tid = d->tid, .va = d->va, .name = roll(d, 4)}};
}

struct vm_op draw_cond_broadcast(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_cond_broadcast,
        .u.cond_broadcast = {.tid = d->tid, .va = d->va, .name = roll(d, 4)}};
}

struct vm_op draw_spurious_wakeup(struct draw *d)
{
    return (struct vm_op){
        .kind = vm_op_kind_spurious_wakeup, .u.spurious_wakeup = {.thread = roll(d, 8)}};
}

struct vm_op draw_barrier_wait(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_barrier_wait,
        .u.barrier_wait = {.tid = d->tid, .va = d->va, .name = roll(d, 4)}};
}

struct vm_op draw_read_lock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_read_lock,
        .u.read_lock = {.tid = d->tid, .va = d->va, .name = roll(d, 4)}};
}

struct vm_op draw_write_lock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_write_lock,
        .u.write_lock = {.tid = d->tid, .va = d->va, .name = roll(d, 4)}};
}

struct vm_op draw_rw_unlock(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_rw_unlock,
        .u.rw_unlock = {.tid = d->tid, .va = d->va, .name = roll(d, 4)}};
}

struct vm_op draw_atomic(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_atomic,
        .u.atomic = {.tid = d->tid,
            .atomic = roll(d, vm_atomic_count),
            .va = d->va,
            .value = roll(d, 5),
            .expected = roll(d, 5),
            .into = roll(d, 4)}};
}
