/* SPDX-License-Identifier: MIT
 * Random operations about messages.
 */
#include "support_draw.h"

struct vm_op draw_pipe(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_pipe,
        .u.pipe = {
            .tid = d->tid, .bytes = roll(d, 3) ? d->page * roll(d, 5) : roll(d, 2 * d->page)}};
}

struct vm_op draw_mq_open(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_mq_open,
        .u.mq_open = {.tid = d->tid,
            .name = roll(d, 4),
            .flags = roll(d, 8),
            .messages = roll(d, 8),
            .bytes = roll(d, 3) ? d->page * roll(d, 5) : roll(d, 2 * d->page)}};
}

struct vm_op draw_mq_unlink(struct draw *d)
{
    return (struct vm_op){
        .kind = vm_op_kind_mq_unlink, .u.mq_unlink = {.tid = d->tid, .name = roll(d, 4)}};
}

struct vm_op draw_mq_send(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_mq_send,
        .u.mq_send = {.tid = d->tid,
            .fd = roll(d, 8),
            .va = d->va,
            .bytes = roll(d, 300),
            .priority = roll(d, 8)}};
}

struct vm_op draw_mq_receive(struct draw *d)
{
    return (struct vm_op){.kind = vm_op_kind_mq_receive,
        .u.mq_receive = {.tid = d->tid,
            .fd = roll(d, 8),
            .va = d->va,
            .bytes = roll(d, 3) ? d->page * roll(d, 5) : roll(d, 2 * d->page)}};
}
