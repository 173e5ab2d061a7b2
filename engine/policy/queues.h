/* SPDX-License-Identifier: MIT
 * Several lists that share their links (list.h), of which a page is in one at most; a word of the
 * page says in which. The lists from `ghosts` on remember pages that left (ghost.h). 2Q, S3-FIFO
 * and ARC are made of them.
 *
 * Some let the page that comes leave the ghosts before somebody else becomes one: its place is free
 * for the victim then. Two scalars keep its name until it is loaded.
 */
#ifndef POLICY_QUEUES_H
#define POLICY_QUEUES_H

#include "policy/ghost.h"

enum { QUEUE_NONE, QUEUES_MOST = 5 };

struct queues {
    struct list list[QUEUES_MOST]; /* from 1 on: QUEUE_NONE is in none */
    uint8_t n;                     /* one more than the last */
    uint8_t ghosts;                /* the first that remembers */
    uint8_t in;                    /* the region that says in which a node is */
    uint8_t coming, coming_index;  /* the scalars; not used: 0 */
    enum vm_memory memory;         /* what the ghosts are called when one comes back */
};

static inline uint32_t queue_size(const vm_machine *m, const struct queues *q, unsigned list)
{
    return list_size(m, &q->list[list]);
}

static inline void queue_leave(vm_machine *m, const struct queues *q, uint32_t node)
{
    list_remove(m, &q->list[policy_word(m, q->in, node)], node);
    policy_put(m, q->in, node, QUEUE_NONE);
}

/* To its front; the node is in none. */
static inline void queue_enter(vm_machine *m, const struct queues *q, unsigned list, uint32_t node)
{
    policy_put(m, q->in, node, list);
    list_push_front(m, &q->list[list], node);
}

/* The frame holds no page any more; it may be in none. */
void queue_drop(vm_machine *m, const struct queues *q, vm_frame frame);
/* To the end of its list. */
void queue_cool(vm_machine *m, const struct queues *q, vm_frame frame);
void queue_forget(vm_machine *m, const struct queues *q, uint32_t ghost);
/* The page in the frame is a ghost from now on, at the front of the list; a copy of it that was one
 * already is forgotten. */
void queue_remember(vm_machine *m, const struct queues *q, vm_frame frame, unsigned list);

/* The page that is sought leaves the ghosts now, if it is one; the next call will know it. */
void queue_expect(vm_machine *m, const struct queues *q);
/* The page was loaded: was it among the ghosts? It is not any more. */
bool queue_came_back(vm_machine *m, const struct queues *q, vm_frame frame);

/* NULL, or what is wrong: each node is in the list that its word names, ghosts where they belong.
 */
const char *queues_check(const vm_machine *m, const struct queues *q);

#endif
