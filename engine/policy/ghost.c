/* SPDX-License-Identifier: MIT
 * Pages remembered after they left. Their words lie behind those of the frames, a row for each slot
 * (policy.h). A hash of chains finds a page; free slots are a list through the same links.
 * Invariant: a slot is in use if and only if its object is not 0; then the hash finds it.
 */
#include "policy/ghost.h"

#include <assert.h>
#include <string.h>

static uint32_t bucket(const vm_machine *m, uint32_t object, uint64_t index)
{
    uint64_t mixed =
        (index + (uint64_t)object * UINT64_C(0xD6E8FEB86659FD93)) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(mixed >> 32) & (m->ghost_heads_n - 1);
}

static uint32_t object_of(const vm_machine *m, uint32_t slot)
{
    return (uint32_t)policy_word(m, vm_policies[m->policy]->ghost_object, slot);
}

static uint64_t index_of(const vm_machine *m, uint32_t slot)
{
    return policy_word(m, vm_policies[m->policy]->ghost_index, slot);
}

static void hang(vm_machine *m, uint32_t slot)
{
    uint32_t at = bucket(m, object_of(m, slot), index_of(m, slot));
    m->ghost_links[slot] = m->ghost_heads[at];
    m->ghost_heads[at] = slot + 1;
}

/* As many chains as there may be ghosts, a power of two. */
static enum vm_status widen(vm_machine *m)
{
    uint32_t size = m->ghost_heads_n ? m->ghost_heads_n : 16;
    while (size < m->ghost_links_room) {
        size *= 2;
    }
    if (size == m->ghost_heads_n) {
        return VM_OK;
    }
    enum vm_status status = RESERVE(m, ghost_heads, size - m->ghost_heads_n);
    if (status != VM_OK) {
        return status;
    }
    m->ghost_heads_n = size;
    memset(m->ghost_heads, 0, size * sizeof *m->ghost_heads);
    for (uint32_t slot = 0; slot < m->ghost_links_n; slot++) {
        if (object_of(m, slot)) { /* the others are the free list, whose order must not change */
            hang(m, slot);
        }
    }
    return VM_OK;
}

enum vm_status ghost_reserve(vm_machine *m, uint64_t more)
{
    enum vm_status status = RESERVE(m, ghost_links, more);
    if (status == VM_OK) {
        status = RESERVE(m, policy_words, more * m->ghost_stride);
    }
    return status == VM_OK ? widen(m) : status;
}

void ghost_reset(vm_machine *m)
{
    m->ghost_links_n = m->free_ghost = 0;
    if (m->ghost_heads_n) {
        memset(m->ghost_heads, 0, m->ghost_heads_n * sizeof *m->ghost_heads);
    }
}

uint32_t ghost_find(const vm_machine *m, uint32_t object, uint64_t index)
{
    uint32_t link = m->ghost_heads_n ? m->ghost_heads[bucket(m, object, index)] : 0;
    while (link && (object_of(m, link - 1) != object || index_of(m, link - 1) != index)) {
        link = m->ghost_links[link - 1];
    }
    return link ? m->frames_n + link - 1 : NO_NODE;
}

uint32_t ghost_incoming(const vm_machine *m)
{
    return m->incoming.page ? ghost_find(m, m->incoming.object, m->incoming.index) : NO_NODE;
}

uint32_t ghost_of(const vm_machine *m, vm_frame frame)
{
    return ghost_find(m, m->frames[frame].object, m->frames[frame].index);
}

uint32_t ghost_add(vm_machine *m, uint32_t object, uint64_t index)
{
    assert(object && ghost_find(m, object, index) == NO_NODE);
    uint32_t slot = m->free_ghost;
    if (slot) {
        slot--;
        m->free_ghost = m->ghost_links[slot];
    } else {
        assert(m->ghost_links_n < m->ghost_links_room &&
               m->policy_words_n + m->ghost_stride <= m->policy_words_room);
        slot = m->ghost_links_n++;
        m->policy_words_n += m->ghost_stride;
    }
    const struct vm_policy *policy = vm_policies[m->policy];
    policy_put(m, policy->ghost_object, slot, object);
    policy_put(m, policy->ghost_index, slot, index);
    hang(m, slot);
    return m->frames_n + slot;
}

void ghost_forget(vm_machine *m, uint32_t node)
{
    uint32_t slot = node - m->frames_n;
    uint32_t *link = &m->ghost_heads[bucket(m, object_of(m, slot), index_of(m, slot))];
    while (*link != slot + 1) {
        link = &m->ghost_links[*link - 1];
    }
    *link = m->ghost_links[slot];
    const struct vm_policy *policy = vm_policies[m->policy];
    policy_put(m, policy->ghost_object, slot, 0);
    policy_put(m, policy->ghost_index, slot, 0);
    m->ghost_links[slot] = m->free_ghost;
    m->free_ghost = slot + 1;
}

const char *ghost_check(const vm_machine *m)
{
    const struct vm_policy *policy = vm_policies[m->policy];
    const struct vm_policy_desc *desc = vm_policy_desc(m->policy);
    uint32_t ghosts = 0;
    for (uint32_t slot = 0; slot < m->ghost_links_n; slot++) {
        if (object_of(m, slot)) {
            ghosts++;
            if (ghost_find(m, object_of(m, slot), index_of(m, slot)) != m->frames_n + slot) {
                return "143: a page that is remembered is found, and once only";
            }
            continue;
        }
        for (unsigned r = 0; r < desc->regions_n; r++) {
            bool node = desc->regions[r].shape == vm_region_nodes;
            bool ghost = desc->regions[r].shape == vm_region_ghosts;
            if ((node || ghost) && policy_word(m, r, slot + (node ? m->frames_n : 0))) {
                return "144: the words of a page that is forgotten are 0";
            }
        }
    }
    uint32_t most = policy->ghosts ? policy->ghosts(m) : 0;
    return ghosts <= most ? NULL : "145: a policy remembers no more pages than it says";
}
