/* SPDX-License-Identifier: MIT
 * Entries and frames, changed together. Invariant: a present entry of a frame that is not the zero
 * page is one node of the frame's reverse mapping, and one page of its process's resident set.
 */
#include "kernel/page.h"

#include "kernel/frame.h"
#include "kernel/swap.h"
#include "mmu/table.h"
#include "mmu/tlb.h"

#include <assert.h>

static uint64_t entry_of(vm_frame f, const struct vma *vma, bool writable)
{
    uint64_t entry = (uint64_t)f << PTE_SHIFT | vm_pte_bit_present | vm_pte_bit_leaf;
    entry |= vma->prot ? vm_pte_bit_user : 0;
    entry |= vma->prot & vm_prot_bit_exec ? 0 : vm_pte_bit_no_execute;
    if (vma->prot & vm_prot_bit_write) {
        entry |= writable ? vm_pte_bit_writable : vm_pte_bit_cow;
    }
    return entry;
}

static bool counts_as_resident(const vm_machine *m, vm_frame f)
{
    return m->frames[f].kind != vm_frame_kind_zero;
}

/* The entry goes from what it was to the new frame in one change, as the hardware sees it. */
void page_map(
    vm_machine *m, vm_pid pid, vm_vpn vpn, vm_frame f, const struct vma *vma, bool writable)
{
    uint64_t old = pte_get(m, pid, vpn), entry = entry_of(f, vma, writable);
    EMIT(m, entry_set, .pid = pid, .vpn = vpn, .frame = f, .entry = entry);
    pte_set(m, pid, vpn, entry);
    frame_map(m, f, pid, vpn);
    int64_t resident = counts_as_resident(m, f);
    if (old & vm_pte_bit_present) {
        vm_frame before = (vm_frame)pte_number(old);
        frame_unmap(m, before, pid, vpn);
        resident -= counts_as_resident(m, before);
    }
    if (resident) {
        count(m, pid, vm_counter_rss, resident);
    }
    if (old & vm_pte_bit_present) {
        tlb_drop_page(m, pid, vpn);
    }
}

void page_clear(vm_machine *m, vm_pid pid, vm_vpn vpn, uint64_t entry)
{
    uint64_t old = pte_get(m, pid, vpn);
    assert(old & vm_pte_bit_present);
    vm_frame f = (vm_frame)pte_number(old);
    pte_set(m, pid, vpn, entry);
    frame_unmap(m, f, pid, vpn);
    if (counts_as_resident(m, f)) {
        count(m, pid, vm_counter_rss, -1);
    }
}

bool frame_exclusive(const vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    return frame->kind == vm_frame_kind_anon && frame->maps == 1 &&
           (!frame->slot || !m->slots[frame->slot - 1].refs);
}

bool frame_settle(vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    bool cached_file = frame->kind == vm_frame_kind_file && m->objects[frame->object].first_cached;
    bool in_swap_cache = frame->slot && m->slots[frame->slot - 1].refs;
    bool busy = f == m->busy[0] || f == m->busy[1]; /* who uses it settles it later */
    if (!frame_evictable_kind(frame) || busy || frame->maps || cached_file || in_swap_cache) {
        return false;
    }
    frame_release(m, f);
    return true;
}

uint32_t page_zap(vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    uint64_t entry = pte_get(m, pid, vpn);
    if (entry & vm_pte_bit_swapped) {
        vm_slot slot = (vm_slot)pte_number(entry);
        uint32_t frame = m->slots[slot].frame;
        pte_set(m, pid, vpn, 0);
        slot_set_refs(m, slot, m->slots[slot].refs - 1);
        /* The last name of a page that only the swap cache still held. */
        return frame && !m->frames[frame - 1].maps ? frame_settle(m, frame - 1) : 0;
    }
    if (!(entry & vm_pte_bit_present)) {
        return 0;
    }
    vm_frame f = (vm_frame)pte_number(entry);
    page_clear(m, pid, vpn, 0);
    return frame_settle(m, f);
}

uint32_t pages_zap(vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end)
{
    uint32_t freed = 0;
    vm_vpn vpn = start;
    while (pte_next(m, pid, vpn, end, &vpn)) {
        freed += page_zap(m, pid, vpn);
        vpn++;
    }
    return freed;
}
