/* SPDX-License-Identifier: MIT
 * Linux: madvise_cold_or_pageout_pte_range, reclaim_pages, madvise_free_pte_range. Pages that
 * others map too are left alone. Invariant: an unmapped dirty page is one of the page cache;
 * private pages and shared memory leave through swap.
 */
#include "kernel/page_out.h"

#include "kernel/frame.h"
#include "kernel/huge.h"
#include "kernel/page.h"
#include "kernel/page_cache.h"
#include "kernel/swap.h"
#include "kernel/writeback.h"
#include "mmu/shootdown.h"
#include "mmu/table.h"
#include "mmu/tlb.h"
#include "policy/policy.h"

/* The frame of the page when it is this entry's alone; VM_NO_FRAME: leave it. */
static vm_frame sole_frame(const vm_machine *m, vm_pid mm, vm_vpn vpn)
{
    uint64_t entry = pte_get(m, mm, vpn);
    if (!(entry & vm_pte_bit_present) || entry & vm_pte_bit_special) {
        return VM_NO_FRAME;
    }
    vm_frame f = (vm_frame)pte_number(entry);
    const struct frame *frame = &m->frames[f];
    return frame_evictable_kind(frame) && frame->maps == 1 ? f : VM_NO_FRAME;
}

/* The entry's accessed bit, and dirty bit if asked, go. */
static void make_old(vm_machine *m, vm_pid mm, vm_vpn vpn, uint64_t bits)
{
    uint64_t entry = pte_get(m, mm, vpn);
    if (entry & bits) {
        pte_set(m, mm, vpn, entry & ~bits);
        if (bits & vm_pte_bit_dirty) { /* the next write must set it again, whoever writes */
            tlb_drop_page(m, mm, vpn);
        } else {
            tlb_drop_local(m, mm, vpn);
        }
    }
}

static void out(vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    bool in_swap = frame->kind != vm_frame_kind_file, drop = page_droppable(m, f);
    bool cached = !in_swap && cache_at(m, frame->object, frame->index);
    if (in_swap && !drop && !frame->slot) {
        if (!page_give_slot(m, f)) {
            return; /* swap is full: the page stays */
        }
        frame_set_flags(m, f, frame->flags | vm_frame_bit_dirty);
    }
    page_unmap_all(m, f);
    bool dirty = frame->flags & vm_frame_bit_dirty;
    if (dirty && !cached) {
        writeback_page(m, f);
    }
    if (dirty && in_swap) {
        EMIT(m, swap_cached, .frame = f, .slot = frame->slot - 1);
    } else if (!dirty || !cached) {
        if (drop) {
            EMIT(m, dropped_lazy, .frame = f);
        } else {
            EMIT(m, dropped_clean, .frame = f);
        }
        frame_release(m, f);
    }
}

void pages_out(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end)
{
    for (vm_vpn vpn = start; pte_next(m, mm, vpn, end, &vpn); vpn++) {
        vm_frame f = sole_frame(m, mm, vpn);
        if (f != VM_NO_FRAME && !(m->frames[f].flags & vm_frame_bit_pinned)) {
            out(m, f);
        }
    }
}

void pages_cool(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end)
{
    huge_split_at(m, mm, start);
    huge_split_at(m, mm, end);
    for (vm_vpn vpn = start; pte_next(m, mm, vpn, end, &vpn); vpn++) {
        vm_frame f = sole_frame(m, mm, vpn);
        if (f != VM_NO_FRAME) {
            make_old(m, mm, vpn, vm_pte_bit_accessed);
            policy_cool(m, f);
        }
    }
}

/* madvise_free_single_vma: swap entries are forgotten at once. */
static void free_lazily(vm_machine *m, vm_pid mm, vm_vpn vpn)
{
    if (pte_get(m, mm, vpn) & vm_pte_bit_swapped) {
        page_zap(m, mm, vpn);
        return;
    }
    vm_frame f = sole_frame(m, mm, vpn);
    const struct frame *frame = &m->frames[f == VM_NO_FRAME ? 0 : f];
    if (f == VM_NO_FRAME || frame->kind != vm_frame_kind_anon ||
        (frame->slot && m->slots[frame->slot - 1].refs)) {
        return;
    }
    make_old(m, mm, vpn, vm_pte_bit_accessed | vm_pte_bit_dirty);
    uint8_t flags = frame->flags & (uint8_t)~vm_frame_bit_dirty;
    frame_set_flags(m, f, flags | vm_frame_bit_lazyfree);
    if (frame->slot) {
        slot_set_frame(m, frame->slot - 1, 0);
    }
    policy_cool(m, f);
}

void pages_free_lazily(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end)
{
    huge_split_range(m, mm, start, end); /* one dirty bit could not tell its pages apart */
    for (vm_vpn vpn = start; pte_next(m, mm, vpn, end, &vpn); vpn++) {
        free_lazily(m, mm, vpn);
    }
}
