/* SPDX-License-Identifier: MIT
 * Doubly linked lists of frames and ghosts in a policy's words. A list is five regions: `next` and
 * `prev` (shape frames or nodes), which several lists may share as long as no node is in two of
 * them, and the scalars `head`, `tail` and `size`. Links are written plus one: 0 is the end.
 * A node is a frame's number, or frames_n plus a ghost's slot (ghost.h).
 */
#ifndef POLICY_LIST_H
#define POLICY_LIST_H

#include "policy/policy.h"

#define NO_NODE UINT32_MAX

struct list {
    uint8_t next, prev, head, tail, size; /* regions */
};

static inline uint32_t list_node(uint64_t link)
{
    return link ? (uint32_t)(link - 1) : NO_NODE;
}
static inline uint32_t list_first(const vm_machine *m, const struct list *list)
{
    return list_node(policy_word(m, list->head, 0));
}
static inline uint32_t list_last(const vm_machine *m, const struct list *list)
{
    return list_node(policy_word(m, list->tail, 0));
}
static inline uint32_t list_next(const vm_machine *m, const struct list *list, uint32_t node)
{
    return list_node(policy_word(m, list->next, node));
}
static inline uint32_t list_prev(const vm_machine *m, const struct list *list, uint32_t node)
{
    return list_node(policy_word(m, list->prev, node));
}
static inline uint32_t list_size(const vm_machine *m, const struct list *list)
{
    return (uint32_t)policy_word(m, list->size, 0);
}

void list_push_front(vm_machine *m, const struct list *list, uint32_t node);
void list_push_back(vm_machine *m, const struct list *list, uint32_t node);
/* `before` is in the list. */
void list_insert_before(vm_machine *m, const struct list *list, uint32_t before, uint32_t node);
void list_remove(vm_machine *m, const struct list *list, uint32_t node);
/* `to` takes the place of `from`, which is in no list then. */
void list_replace(vm_machine *m, const struct list *list, uint32_t from, uint32_t to);
/* NULL, or what is wrong with its links; `member` says whose nodes they are, NULL: not asked. */
const char *list_check(const vm_machine *m, const struct list *list,
    bool (*member)(const vm_machine *m, uint32_t node, uint64_t tag), uint64_t tag);

#endif
