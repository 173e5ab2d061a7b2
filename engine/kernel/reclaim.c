/* SPDX-License-Identifier: MIT
 * Eviction. Order: the policy names the victim; its entries are cleared; a dirty page is written to
 * its file or its slot, a clean one dropped; the frame is free.
 */
#include "kernel/reclaim.h"

#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/page.h"
#include "kernel/swap.h"
#include "kernel/words.h"
#include "mmu/table.h"
#include "mmu/tlb.h"
#include "policy/policy.h"

bool reclaim_possible(const vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    return frame->kind == vm_frame_kind_file || frame->slot || m->slots_free;
}

void policy_forget_use(vm_machine *m, vm_frame f)
{
    for (uint32_t r = m->frames[f].rmap; r; r = m->rmaps[r].next) {
        uint64_t entry = pte_get(m, m->rmaps[r].pid, m->rmaps[r].vpn);
        if (entry & vm_pte_bit_accessed) {
            pte_set(m, m->rmaps[r].pid, m->rmaps[r].vpn, entry & ~(uint64_t)vm_pte_bit_accessed);
            tlb_drop_page(m, m->rmaps[r].pid, m->rmaps[r].vpn);
        }
    }
}

static void clear_entries(vm_machine *m, vm_frame f, uint64_t entry)
{
    struct frame *frame = &m->frames[f];
    while (frame->rmap) {
        struct rmap rmap = m->rmaps[frame->rmap];
        EMIT(m, entry_cleared, .pid = rmap.pid, .vpn = rmap.vpn, .frame = f);
        tlb_drop_page(m, rmap.pid, rmap.vpn);
        page_clear(m, rmap.pid, rmap.vpn, entry);
        if (entry & vm_pte_bit_swapped) {
            vm_slot slot = (vm_slot)pte_number(entry);
            slot_set_refs(m, slot, m->slots[slot].refs + 1);
        }
    }
}

static void write_back(vm_machine *m, vm_frame f, vm_slot slot)
{
    struct frame *frame = &m->frames[f];
    if (frame->kind == vm_frame_kind_file) {
        struct cached *cached = cache_at(m, frame->object, frame->index);
        EMIT(m, file_write, .frame = f, .object = frame->object, .index = frame->index);
        if (cached) {
            words_copy(m, frame->words, vm_store_file, frame->object, frame->index, &cached->words);
        }
    } else {
        EMIT(m, swap_write, .frame = f, .slot = slot);
        words_copy(m, frame->words, vm_store_slot, slot, 0, &m->slots[slot].words);
    }
    count(m, 0, vm_counter_writebacks, 1);
    m->outcome.writebacks++;
    m->outcome.disk = true;
    frame_set_flags(m, f, frame->flags & (uint8_t)~vm_frame_bit_dirty);
}

static void evict(vm_machine *m, vm_frame f)
{
    struct frame *frame = &m->frames[f];
    bool dirty = frame->flags & vm_frame_bit_dirty;
    const struct rmap *first = &m->rmaps[frame->rmap];
    EMIT(m, evict, .policy = m->policy, .frame = f, .pid = frame->rmap ? first->pid : 0,
        .vpn = frame->rmap ? first->vpn : frame->index, .dirty = dirty);
    uint64_t entry = 0;
    vm_slot slot = VM_NO_SLOT;
    if (frame->kind == vm_frame_kind_anon) {
        slot = frame->slot ? frame->slot - 1 : slot_take(m, frame->object, frame->index);
        if (!frame->slot) {
            slot_set_frame(m, slot, f + 1);
        }
        entry = (uint64_t)slot << PTE_SHIFT | vm_pte_bit_swapped;
    }
    clear_entries(m, f, entry);
    if (dirty) {
        write_back(m, f, slot);
    } else {
        EMIT(m, dropped_clean, .frame = f);
    }
    frame_release(m, f);
    count(m, 0, vm_counter_evictions, 1);
    m->outcome.evictions++;
}

vm_frame reclaim_take(
    vm_machine *m, vm_pid pid, enum vm_frame_kind kind, uint32_t object, uint64_t index)
{
    (void)pid;
    if (!m->frames_free) {
        EMIT(m, reclaim, .policy = m->policy);
        vm_frame victim = policy_victim(m);
        if (victim == VM_NO_FRAME) {
            return VM_NO_FRAME;
        }
        evict(m, victim);
    }
    return frame_take(m, kind, object, index);
}
