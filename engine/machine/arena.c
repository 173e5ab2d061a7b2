/* SPDX-License-Identifier: MIT
 * Memory of a machine: growing arrays behind the counting allocator of the configuration.
 * Operations reserve before they change anything, so that nothing fails half-way.
 */
#include "machine/world.h"

#include <stdlib.h>
#include <string.h>

void *machine_resize(vm_machine *m, void *ptr, size_t old_size, size_t new_size)
{
    const struct vm_allocator *allocator = &m->config.allocator;
    if (new_size > old_size && m->config.limits.memory &&
        m->memory + (new_size - old_size) > m->config.limits.memory) {
        return NULL;
    }
    void *fresh;
    if (allocator->resize) {
        fresh = allocator->resize(allocator->ctx, ptr, old_size, new_size);
    } else if (new_size) {
        fresh = realloc(ptr, new_size);
    } else {
        free(ptr);
        fresh = NULL;
    }
    if (fresh || !new_size) {
        m->memory = m->memory - old_size + new_size;
    }
    return fresh;
}

/* Words for what may follow the operation: kswapd (and what leaves a working set) is written one
 * page after the other, the flusher copies the words of every dirty page, also of those that the
 * operation itself makes; so does WSClock, which writes ahead, during it. */
static uint64_t background_words(const vm_machine *m, uint64_t more)
{
    bool flusher = m->config.dirty_background || m->policy == vm_policy_kind_wsclock;
    bool one_by_one = m->config.watermark_high || m->policy == vm_policy_kind_ws ||
                      m->policy == vm_policy_kind_pff;
    uint64_t live = m->words_live + more, page = page_size(m) / 8;
    return !live ? more : flusher ? more + live + page : one_by_one ? more + page : more;
}

enum vm_status arena_reserve(
    vm_machine *m, void **items, uint32_t n, uint32_t *room, uint64_t more, size_t size)
{
    uint64_t need = n + (items == (void **)&m->words ? background_words(m, more) : more);
    if (need <= *room) {
        return VM_OK;
    }
    if (need > UINT32_MAX / 2) {
        return VM_LIMIT;
    }
    uint64_t grown = (uint64_t)*room + *room / 2 + 16;
    uint32_t fresh = (uint32_t)(need > grown ? need : grown);
    void *moved = machine_resize(m, *items, (size_t)*room * size, (size_t)fresh * size);
    if (!moved) {
        return VM_NOMEM;
    }
    memset((char *)moved + (size_t)*room * size, 0, (size_t)(fresh - *room) * size);
    *items = moved;
    *room = fresh;
    return VM_OK;
}
