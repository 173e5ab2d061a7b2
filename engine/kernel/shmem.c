/* SPDX-License-Identifier: MIT
 * Shared memory. Invariant: a page is in a frame, or in a slot that cached.slot names, or nowhere
 * (it reads 0); in both only while the slot is the swap cache's copy of an unmapped page.
 */
#include "kernel/shmem.h"

#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/page_cache.h"
#include "kernel/reclaim.h"
#include "kernel/swap.h"
#include "kernel/words.h"

uint32_t shmem_new(vm_machine *m, uint32_t name, uint64_t bytes)
{
    uint32_t object = object_new(m, vm_object_kind_shmem, name, 0);
    cache_resize(m, object, bytes);
    return object;
}

bool shmem_on_disk(const vm_machine *m, uint32_t object, uint64_t index)
{
    const struct cached *cached = cache_at(m, object, index);
    return cached && cached->slot && !cached->frame;
}

uint64_t shmem_pages(const vm_machine *m, uint32_t object)
{
    uint64_t n = 0, pages = object_pages(m, object);
    for (uint64_t i = 0; i < pages; i++) {
        const struct cached *cached = cache_at(m, object, i);
        n += cached && (cached->frame || cached->slot);
    }
    return n;
}

void shmem_forget_slot(vm_machine *m, uint32_t object, uint64_t index)
{
    struct cached *cached = cache_at(m, object, index);
    if (!cached || !cached->slot) {
        return;
    }
    vm_slot slot = cached->slot - 1;
    cached->slot = 0;
    slot_set_frame(m, slot, 0);
    slot_set_refs(m, slot, 0);
}

/* shmem_swapin_folio: the page comes back and gives up its slot, so it is dirty again. */
static void keep_in_memory(vm_machine *m, uint32_t object, uint64_t index, vm_frame f)
{
    shmem_forget_slot(m, object, index);
    frame_set_flags(m, f, m->frames[f].flags | vm_frame_bit_dirty);
}

static vm_frame swap_in(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index)
{
    vm_frame f = reclaim_take(m, pid, vm_frame_kind_shmem, object, index);
    if (f == VM_NO_FRAME) {
        return VM_NO_FRAME;
    }
    struct cached *cached = cache_at(m, object, index);
    vm_slot slot = cached->slot - 1;
    EMIT(m, swap_read, .slot = slot, .frame = f);
    words_copy(m, m->slots[slot].words, vm_store_frame, f, 0, &m->frames[f].words);
    cached->frame = f + 1;
    count(m, pid, vm_counter_swap_ins, 1);
    m->outcome.disk = true;
    keep_in_memory(m, object, index, f);
    return f;
}

vm_frame shmem_get(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index, bool *disk)
{
    struct cached *cached = cache_at(m, object, index);
    *disk = shmem_on_disk(m, object, index);
    if (!cached) {
        return VM_NO_FRAME;
    }
    if (*disk) {
        return swap_in(m, pid, object, index);
    }
    if (cached->frame) {
        vm_frame f = cached->frame - 1;
        if (cached->slot) {
            EMIT(m, swap_hit, .slot = cached->slot - 1, .frame = f);
            keep_in_memory(m, object, index, f);
        } else {
            EMIT(m, cache_hit, .object = object, .index = index, .frame = f);
        }
        return f;
    }
    vm_frame f = reclaim_take(m, pid, vm_frame_kind_shmem, object, index);
    if (f == VM_NO_FRAME) {
        return VM_NO_FRAME;
    }
    EMIT(m, shmem_zeroed, .object = object, .index = index, .frame = f);
    cached->frame = f + 1;
    frame_set_flags(m, f, vm_frame_bit_dirty); /* there is no copy anywhere */
    count(m, pid, vm_counter_zero_fills, 1);
    return f;
}
