/* SPDX-License-Identifier: MIT
 * Drawing the operations about pipes and message queues. Queues are small, so that they are often
 * full; what is sent fits into most of them.
 */
#include "support_draw.h"

#define MAKE(name, ...)                                                                            \
    (struct vm_op)                                                                                 \
    {                                                                                              \
        .kind = vm_op_kind_##name, .u.name = { __VA_ARGS__ }                                       \
    }

/* A message queue's descriptor, or (rarely) any. */
static uint64_t draw_queue(struct draw *d)
{
    uint64_t n = 0, chosen = roll(d, 6);
    uint32_t i = d->pid ? d->m->processes[d->pid].first_descriptor : 0;
    for (; i; i = d->m->descriptors[i].next) {
        uint32_t object = d->m->open_files[d->m->descriptors[i].file].object;
        bool queue = d->m->objects[object].kind == vm_object_kind_mqueue;
        if (queue && roll(d, ++n) == 0) {
            chosen = d->m->descriptors[i].fd;
        }
    }
    return chosen;
}

struct vm_op draw_pipe(struct draw *d)
{
    return MAKE(
        pipe, d->tid, roll(d, 3) ? d->page * roll(d, 5) : roll(d, 2 * d->page), 1 + roll(d, 5));
}

struct vm_op draw_mq_open(struct draw *d)
{
    uint64_t flags = roll(d, 6) ? 7 : roll(d, 65);
    uint64_t bytes = roll(d, 3) ? 1 + roll(d, 100) : roll(d, 3 * d->page);
    return MAKE(mq_open, d->tid, 20 + roll(d, 3), flags, 1 + roll(d, 3), bytes);
}

struct vm_op draw_mq_unlink(struct draw *d)
{
    return MAKE(mq_unlink, d->tid, 20 + roll(d, 3));
}

struct vm_op draw_mq_send(struct draw *d)
{
    uint64_t bytes = roll(d, 3) ? roll(d, 20) : roll(d, 3 * d->page);
    uint64_t priority = roll(d, 20) ? roll(d, 3) : roll(d, 40000);
    return MAKE(mq_send, d->tid, draw_queue(d), d->va, bytes, priority);
}

struct vm_op draw_mq_receive(struct draw *d)
{
    return MAKE(mq_receive, d->tid, draw_queue(d), d->va, roll(d, 4) ? 3 * d->page : roll(d, 100));
}
