/* SPDX-License-Identifier: MIT
 * Entries and frames, changed together. Invariant: a present entry of a frame that is counted is
 * one node of the frame's reverse mapping, and one page of its address space's resident set; an
 * entry that names a slot is one of the slot's references, and one page of VmSwap.
 */
#include "kernel/page.h"

#include "kernel/frame.h"
#include "kernel/huge.h"
#include "kernel/page_cache.h"
#include "kernel/shmem.h"
#include "kernel/swap.h"
#include "kernel/vma.h"
#include "mmu/shootdown.h"
#include "mmu/table.h"

#include <assert.h>

uint64_t page_entry(const vm_machine *m, vm_frame f, const struct vma *vma, bool writable)
{
    uint64_t entry = (uint64_t)f << PTE_SHIFT | vm_pte_bit_present | vm_pte_bit_leaf;
    entry |= vma->prot ? vm_pte_bit_user : 0;
    entry |= vma->prot & vm_prot_bit_exec ? 0 : vm_pte_bit_no_execute;
    bool private = !(vma->flags & (vm_map_bit_shared | vm_map_bit_pages));
    if (vma->prot & vm_prot_bit_write && m->frames[f].kind != vm_frame_kind_zero && writable) {
        entry |= vm_pte_bit_writable;
    } else if (vma->prot & vm_prot_bit_write && private) {
        entry |= vm_pte_bit_cow;
    }
    return entry;
}

/* One page more or less of a resident set: MM_ANONPAGES, MM_FILEPAGES, MM_SHMEMPAGES. */
static void count_resident(vm_machine *m, vm_pid mm, vm_frame f, int64_t delta)
{
    static const uint8_t counter[vm_frame_kind_count] = {
        [vm_frame_kind_anon] = vm_counter_rss_anon,
        [vm_frame_kind_file] = vm_counter_rss_file,
        [vm_frame_kind_shmem] = vm_counter_rss_shmem,
    };
    uint8_t one = counter[m->frames[f].kind];
    if (one) {
        count(m, mm, (enum vm_counter)one, delta);
        count(m, mm, vm_counter_rss, delta);
    }
}

static bool names_frame(uint64_t entry)
{
    return entry & vm_pte_bit_present && !(entry & vm_pte_bit_special);
}

/* The vdso's code is made of pages with a count like a file's; its data and devices are bare frame
 * numbers (VM_PFNMAP), which nobody counts. */
static void count_lent(vm_machine *m, vm_pid mm, vm_vpn vpn, uint64_t entry, int64_t delta)
{
    uint32_t v = entry & vm_pte_bit_special ? vma_find(m, mm, vpn) : 0;
    if (v && m->vmas[v].kind == vm_vma_kind_vdso) {
        count(m, mm, vm_counter_rss_file, delta);
        count(m, mm, vm_counter_rss, delta);
    }
}

/* mlock_folio, munlock_folio: a page is locked while some mapping under mlock has it. */
void page_settle_lock(vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    bool locked = false;
    for (uint32_t r = frame->rmap; r && !locked && frame_evictable_kind(frame);
         r = m->rmaps[r].next) {
        uint32_t v = vma_find(m, m->rmaps[r].pid, m->rmaps[r].vpn);
        locked = v && m->vmas[v].flags & vm_map_bit_locked;
    }
    uint8_t kept = frame->flags & (uint8_t)~vm_frame_bit_locked;
    frame_set_flags(m, f, kept | (locked ? (uint8_t)vm_frame_bit_locked : 0));
}

/* A locked page lost one of its mappings. */
static void unlock(vm_machine *m, vm_frame f)
{
    if (m->frames[f].flags & vm_frame_bit_locked) {
        page_settle_lock(m, f);
    }
}

/* The entry goes from what it was to the new frame in one change, as the hardware sees it. */
void page_map(
    vm_machine *m, vm_pid mm, vm_vpn vpn, vm_frame f, const struct vma *vma, bool writable)
{
    EMIT(m, entry_set, .pid = mm, .vpn = vpn, .frame = f, .entry = page_entry(m, f, vma, writable));
    page_map_quietly(m, mm, vpn, f, vma, writable);
}

void page_map_quietly(
    vm_machine *m, vm_pid mm, vm_vpn vpn, vm_frame f, const struct vma *vma, bool writable)
{
    uint64_t old = pte_get(m, mm, vpn), entry = page_entry(m, f, vma, writable);
    pte_set(m, mm, vpn, entry);
    frame_map(m, f, mm, vpn);
    if (names_frame(old)) {
        vm_frame before = (vm_frame)pte_number(old);
        frame_unmap(m, before, mm, vpn);
        count_resident(m, mm, before, -1);
        unlock(m, before);
    } else {
        count_lent(m, mm, vpn, old, -1);
    }
    count_resident(m, mm, f, 1);
    if (vma->flags & vm_map_bit_locked && frame_evictable_kind(&m->frames[f])) {
        frame_set_flags(m, f, m->frames[f].flags | vm_frame_bit_locked);
    }
    if (old & vm_pte_bit_present) {
        tlb_drop_page(m, mm, vpn);
    }
}

void page_map_special(vm_machine *m, vm_pid mm, vm_vpn vpn, vm_frame f, const struct vma *vma)
{
    uint64_t entry = page_entry(m, f, vma, false) | vm_pte_bit_special;
    entry &= ~(uint64_t)vm_pte_bit_cow;
    EMIT(m, entry_set, .pid = mm, .vpn = vpn, .frame = f, .entry = entry);
    pte_set(m, mm, vpn, entry);
    count_lent(m, mm, vpn, entry, 1);
}

void page_clear(vm_machine *m, vm_pid mm, vm_vpn vpn, uint64_t entry)
{
    uint64_t old = pte_get(m, mm, vpn);
    assert(old & vm_pte_bit_present);
    vm_frame f = (vm_frame)pte_number(old);
    pte_set(m, mm, vpn, entry);
    if (names_frame(old)) {
        frame_unmap(m, f, mm, vpn);
        count_resident(m, mm, f, -1);
        unlock(m, f);
    } else {
        count_lent(m, mm, vpn, old, -1);
    }
    if (entry & vm_pte_bit_swapped) {
        count(m, mm, vm_counter_swapped, 1);
    }
}

void page_copied(vm_machine *m, vm_pid mm, vm_vpn vpn, uint64_t entry)
{
    pte_set(m, mm, vpn, entry);
    if (entry & vm_pte_bit_swapped) {
        vm_slot slot = (vm_slot)pte_number(entry);
        slot_set_refs(m, slot, m->slots[slot].refs + 1);
        count(m, mm, vm_counter_swapped, 1);
    } else if (names_frame(entry)) {
        frame_map(m, (vm_frame)pte_number(entry), mm, vpn);
        count_resident(m, mm, (vm_frame)pte_number(entry), 1);
    } else {
        count_lent(m, mm, vpn, entry, 1);
    }
}

void page_forget_slot(vm_machine *m, vm_pid mm, vm_vpn vpn)
{
    vm_slot slot = (vm_slot)pte_number(pte_get(m, mm, vpn));
    pte_set(m, mm, vpn, 0);
    slot_set_refs(m, slot, m->slots[slot].refs - 1);
    count(m, mm, vm_counter_swapped, -1);
}

bool page_droppable(const vm_machine *m, vm_frame f)
{
    uint8_t flags = m->frames[f].flags;
    return m->frames[f].kind == vm_frame_kind_anon && flags & vm_frame_bit_lazyfree &&
           !(flags & vm_frame_bit_dirty);
}

bool frame_exclusive(const vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    return frame->kind == vm_frame_kind_anon && frame->flags & vm_frame_bit_exclusive;
}

bool frame_reusable(const vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    bool in_swap = frame->slot && m->slots[frame->slot - 1].refs;
    return frame_exclusive(m, f) ||
           (frame->kind == vm_frame_kind_anon && frame->maps == 1 && !in_swap &&
               (!(frame->flags & vm_frame_bit_huge) || huge_alone(m, f)));
}

bool frame_settle(vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    bool kept = frame->kind == vm_frame_kind_shmem ||
                (frame->kind == vm_frame_kind_file && cache_at(m, frame->object, frame->index));
    bool in_swap_cache = frame->slot && m->slots[frame->slot - 1].refs;
    /* While the OOM killer ends a process, the fault in progress may still need the frame: it
     * settles it itself. */
    bool busy = m->reaping && (f == m->busy[0] || f == m->busy[1]);
    if (!frame_evictable_kind(frame) || busy || frame->maps || kept || in_swap_cache) {
        return false;
    }
    frame_release(m, f);
    return true;
}

uint32_t page_zap(vm_machine *m, vm_pid mm, vm_vpn vpn)
{
    uint64_t entry = pte_get(m, mm, vpn);
    if (entry & vm_pte_bit_huge) {
        return huge_zap(m, mm, vpn);
    }
    if (entry & vm_pte_bit_swapped) {
        uint32_t frame = m->slots[pte_number(entry)].frame;
        page_forget_slot(m, mm, vpn);
        /* The last name of a page that only the swap cache still held. */
        return frame && !m->frames[frame - 1].maps ? frame_settle(m, frame - 1) : 0;
    }
    if (!(entry & vm_pte_bit_present)) {
        return 0;
    }
    page_clear(m, mm, vpn, 0);
    return names_frame(entry) ? frame_settle(m, (vm_frame)pte_number(entry)) : 0;
}

uint32_t pages_zap(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end)
{
    uint32_t freed = 0;
    vm_vpn vpn = start;
    huge_split_at(m, mm, start);
    huge_split_at(m, mm, end);
    while (pte_next(m, mm, vpn, end, &vpn)) {
        freed += page_zap(m, mm, vpn);
        vpn++;
    }
    return freed;
}

void pages_unmap(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end)
{
    huge_split_at(m, mm, start);
    huge_split_at(m, mm, end);
    shootdown_gather(m);
    for (vm_vpn vpn = start; pte_next(m, mm, vpn, end, &vpn); vpn++) {
        if (pte_get(m, mm, vpn) & vm_pte_bit_present) {
            tlb_drop_page(m, mm, vpn);
        }
        page_zap(m, mm, vpn);
    }
    shootdown_finish(m);
}

/* What an anonymous page leaves in its entries: the slot, and whether it was one process's own. */
static uint64_t entry_left(const vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    if (frame->kind != vm_frame_kind_anon || page_droppable(m, f)) {
        return 0;
    }
    assert(frame->slot);
    uint64_t own = frame->flags & vm_frame_bit_exclusive ? vm_pte_bit_exclusive : 0;
    return (uint64_t)(frame->slot - 1) << PTE_SHIFT | vm_pte_bit_swapped | own;
}

void page_unmap_all(vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    uint64_t entry = frame->rmap ? entry_left(m, f) : 0;
    shootdown_gather(m);
    while (frame->rmap) {
        struct rmap rmap = m->rmaps[frame->rmap];
        huge_split(m, rmap.pid, rmap.vpn);
        EMIT(m, entry_cleared, .pid = rmap.pid, .vpn = rmap.vpn, .frame = f);
        tlb_drop_page(m, rmap.pid, rmap.vpn);
        page_clear(m, rmap.pid, rmap.vpn, entry);
        if (entry) {
            slot_set_refs(m, frame->slot - 1, m->slots[frame->slot - 1].refs + 1);
        }
    }
    shootdown_finish(m); /* before anybody else gets the frame: try_to_unmap_flush */
    frame_set_flags(m, f, frame->flags & (uint8_t)~vm_frame_bit_exclusive);
}

bool page_give_slot(vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    if (frame->slot) {
        return true;
    }
    vm_slot slot = slot_take(m, frame->object, frame->index);
    if (slot == VM_NO_SLOT) {
        return false;
    }
    slot_set_frame(m, slot, f + 1);
    if (frame->kind == vm_frame_kind_shmem) { /* the object names it, not an entry */
        slot_set_refs(m, slot, 1);
        cache_at(m, frame->object, frame->index)->slot = slot + 1;
    }
    return true;
}
