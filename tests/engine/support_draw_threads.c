/* SPDX-License-Identifier: MIT
 * Random operations about threads.
 */
#include "support_draw.h"

struct vm_op draw_create(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_create,
        .u.create = {.tid = d->tid,
            .label = roll(d, 4),
            .entry = d->va,
            .body = roll(d, 4),
            .stack = roll(d, 300)}};
}

struct vm_op draw_thread_start(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_thread_start, .u.thread_start = {.tid = d->tid}};
}

struct vm_op draw_thread_exit(struct draw *d)
{
    return (struct vm_op){
        .kind = vm_op_kind_thread_exit, .u.thread_exit = {.tid = d->tid, .value = roll(d, 5)}};
}

struct vm_op draw_join(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_join,
        .u.join = {.tid = d->tid, .thread = roll(d, 8), .into = roll(d, 4)}};
}

struct vm_op draw_detach(struct draw *d)
{
    return (struct vm_op){
        .kind = vm_op_kind_detach, .u.detach = {.tid = d->tid, .thread = roll(d, 8)}};
}
