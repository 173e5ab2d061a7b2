/* SPDX-License-Identifier: MIT
 * Lists of pages and of pages remembered; see queues.h.
 */
#include "policy/queues.h"

void queue_drop(vm_machine *m, const struct queues *q, vm_frame frame)
{
    if (policy_word(m, q->in, frame)) {
        queue_leave(m, q, frame);
    }
}

void queue_cool(vm_machine *m, const struct queues *q, vm_frame frame)
{
    const struct list *list = &q->list[policy_word(m, q->in, frame)];
    list_remove(m, list, frame);
    list_push_back(m, list, frame);
}

void queue_forget(vm_machine *m, const struct queues *q, uint32_t ghost)
{
    queue_leave(m, q, ghost);
    ghost_forget(m, ghost);
}

void queue_remember(vm_machine *m, const struct queues *q, vm_frame frame, unsigned list)
{
    uint32_t twin = ghost_of(m, frame);
    if (twin != NO_NODE) {
        queue_forget(m, q, twin);
    }
    queue_leave(m, q, frame);
    queue_enter(m, q, list, ghost_add(m, m->frames[frame].object, m->frames[frame].index));
}

static void come_back(vm_machine *m, const struct queues *q, uint32_t ghost)
{
    EMIT(m, ghost_hit, .policy = m->policy, .memory = q->memory);
    queue_forget(m, q, ghost);
}

void queue_expect(vm_machine *m, const struct queues *q)
{
    uint32_t ghost = ghost_incoming(m);
    if (ghost != NO_NODE) {
        come_back(m, q, ghost);
        policy_put(m, q->coming, 0, m->incoming.object);
        policy_put(m, q->coming_index, 0, m->incoming.index);
    }
}

bool queue_came_back(vm_machine *m, const struct queues *q, vm_frame frame)
{
    const struct frame *page = &m->frames[frame];
    bool came = policy_word(m, q->coming, 0) == page->object &&
                policy_word(m, q->coming_index, 0) == page->index;
    policy_put(m, q->coming, 0, 0);
    policy_put(m, q->coming_index, 0, 0);
    uint32_t ghost = ghost_of(m, frame);
    if (ghost != NO_NODE) { /* a frame was free: nobody had to leave */
        come_back(m, q, ghost);
    }
    return came || ghost != NO_NODE;
}

/* What list_check hands through: the list, whether it remembers, and where a node says so. */
static bool member(const vm_machine *m, uint32_t node, uint64_t tag)
{
    return policy_word(m, (uint8_t)(tag >> 16), node) == (uint8_t)tag &&
           ghost_is(m, node) == (bool)(tag >> 8 & 1);
}

const char *queues_check(const vm_machine *m, const struct queues *q)
{
    const char *problem = NULL;
    for (unsigned i = QUEUE_NONE + 1; i < q->n && !problem; i++) {
        problem = list_check(
            m, &q->list[i], member, i | (uint64_t)(i >= q->ghosts) << 8 | (uint64_t)q->in << 16);
    }
    return problem;
}
