/* SPDX-License-Identifier: MIT
 * Doubly linked lists in a policy's words. Invariant: the links of a node that is in no list are 0.
 */
#include "policy/list.h"

static void link(vm_machine *m, const struct list *list, uint32_t prev, uint32_t node)
{
    policy_put(m, prev == NO_NODE ? list->head : list->next, prev == NO_NODE ? 0 : prev,
        node == NO_NODE ? 0 : (uint64_t)node + 1);
    policy_put(m, node == NO_NODE ? list->tail : list->prev, node == NO_NODE ? 0 : node,
        prev == NO_NODE ? 0 : (uint64_t)prev + 1);
}

static void resize(vm_machine *m, const struct list *list, int change)
{
    policy_put(m, list->size, 0, policy_word(m, list->size, 0) + (uint64_t)change);
}

static void insert(
    vm_machine *m, const struct list *list, uint32_t prev, uint32_t next, uint32_t node)
{
    link(m, list, prev, node);
    link(m, list, node, next);
    resize(m, list, 1);
}

void list_push_front(vm_machine *m, const struct list *list, uint32_t node)
{
    insert(m, list, NO_NODE, list_first(m, list), node);
}

void list_push_back(vm_machine *m, const struct list *list, uint32_t node)
{
    insert(m, list, list_last(m, list), NO_NODE, node);
}

void list_insert_before(vm_machine *m, const struct list *list, uint32_t before, uint32_t node)
{
    insert(m, list, list_prev(m, list, before), before, node);
}

static void clear(vm_machine *m, const struct list *list, uint32_t node)
{
    policy_put(m, list->next, node, 0);
    policy_put(m, list->prev, node, 0);
}

void list_remove(vm_machine *m, const struct list *list, uint32_t node)
{
    link(m, list, list_prev(m, list, node), list_next(m, list, node));
    clear(m, list, node);
    resize(m, list, -1);
}

void list_replace(vm_machine *m, const struct list *list, uint32_t from, uint32_t to)
{
    uint32_t prev = list_prev(m, list, from), next = list_next(m, list, from);
    link(m, list, prev, to);
    link(m, list, to, next);
    clear(m, list, from);
}

const char *list_check(const vm_machine *m, const struct list *list,
    bool (*member)(const vm_machine *m, uint32_t node, uint64_t tag), uint64_t tag)
{
    uint32_t nodes = 0, prev = NO_NODE;
    for (uint32_t node = list_first(m, list); node != NO_NODE; node = list_next(m, list, node)) {
        if (list_prev(m, list, node) != prev || nodes == list_size(m, list)) {
            return "140: the links of a policy's list agree";
        }
        if (member && !member(m, node, tag)) {
            return "141: a node of a policy's list is marked as such";
        }
        prev = node;
        nodes++;
    }
    bool whole = nodes == list_size(m, list) && list_last(m, list) == prev;
    return whole ? NULL : "142: a policy's list has the size and the tail it says";
}
