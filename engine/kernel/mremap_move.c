/* SPDX-License-Identifier: MIT
 * Moving a mapping (Linux: move_vma, copy_vma, move_page_tables). The new mapping names the same
 * pages of the same object or identity, so an entry can move as it is. Invariant: when no table can
 * be had for an entry, all go back and nothing has moved.
 */
#include "kernel/commit.h"
#include "kernel/frame.h"
#include "kernel/huge.h"
#include "kernel/mlock.h"
#include "kernel/mmap.h"
#include "kernel/mmap_place.h"
#include "kernel/mremap.h"
#include "kernel/vma.h"
#include "mmu/shootdown.h"
#include "mmu/table.h"

static void move_entry(vm_machine *m, vm_pid mm, vm_vpn from, vm_vpn to)
{
    uint64_t entry = pte_get(m, mm, from);
    bool mapped = entry & vm_pte_bit_present && !(entry & vm_pte_bit_special);
    pte_set(m, mm, from, 0);
    if (mapped) {
        frame_unmap(m, pte_frame(m, entry, from), mm, from);
    }
    pte_set(m, mm, to, entry);
    if (mapped) {
        frame_map(m, pte_frame(m, entry, from), mm, to);
    }
    if (entry & vm_pte_bit_present) {
        tlb_drop_page(m, mm, from);
    }
}

/* Entries of [from, from + pages), as far as tables can be had; returns where it ended. */
static vm_vpn move_entries(vm_machine *m, vm_pid mm, vm_vpn from, vm_vpn to, uint64_t pages)
{
    vm_vpn end = from + pages;
    huge_split_range(m, mm, from, end);
    shootdown_gather(m);
    for (vm_vpn vpn = from; pte_next(m, mm, vpn, end, &vpn); vpn++) {
        if (!table_build(m, mm, to + (vpn - from))) {
            end = vpn;
            break;
        }
        move_entry(m, mm, vpn, to + (vpn - from)); /* making room may have sent it to swap */
    }
    shootdown_finish(m);
    return end;
}

/* copy_vma: the mapping at the new place. Never written to, its pages take the new place's
 * numbers, the better to merge. */
static struct vma copy_of(const vm_machine *m, const struct remap *r, vm_vpn to)
{
    struct vma copy = m->vmas[vma_find(m, r->mm, r->at)];
    copy.offset = copy.object || copy.anon ? copy.offset + (r->at - copy.start) : to;
    copy.start = to;
    copy.end = to + r->new_pages;
    return copy;
}

static bool find_place(const vm_machine *m, const struct remap *r, vm_vpn *to)
{
    const struct vma *vma = &m->vmas[vma_find(m, r->mm, r->at)];
    struct map_request request = {.bytes = r->new_pages << m->config.page_shift,
        .offset = vma->offset + (r->at - vma->start),
        .flags = vma->flags & (vm_map_bit_shared | vm_map_bit_pages),
        .object = vma->object};
    if (remap_places(r)) {
        request.hint = r->to << m->config.page_shift;
        request.flags |= r->flags & vm_mremap_bit_fixed ? vm_map_bit_fixed : 0;
    }
    return map_place(m, r->mm, &request, r->new_pages, to);
}

/* dontunmap_complete: the old mapping stays, empty and no longer locked. */
static void keep_source(vm_machine *m, const struct remap *r)
{
    uint32_t v = vma_find(m, r->mm, r->at);
    struct vma now = m->vmas[v];
    now.flags &= ~(uint32_t)vm_map_bit_locked;
    if (now.start == r->at && now.end == r->at + r->old_pages) {
        now.anon = 0; /* its pages are gone, and their identity with them */
        now.flags &= ~(uint32_t)vm_map_bit_inherited;
    }
    vma_put(m, v, &now);
    lock_frames(m, r->mm, now.start, now.end);
}

enum vm_errno_code remap_move(vm_machine *m, const struct remap *r, vm_vpn *to)
{
    const struct vma *vma = &m->vmas[vma_find(m, r->mm, r->at)];
    bool keep = r->flags & vm_mremap_bit_dontunmap;
    uint64_t more = keep ? r->new_pages : r->new_pages - r->old_pages;
    if (!find_place(m, r, to) ||
        (vma->flags & vm_map_bit_account && !commit_allows(m, r->mm, more))) {
        return vm_errno_code_enomem;
    }
    EMIT(m, moved, .pid = r->mm, .from = r->at, .to = *to, .pages = r->old_pages);
    struct vma copy = copy_of(m, r, *to);
    uint32_t new = vma_place(m, &copy);
    vm_vpn end = move_entries(m, r->mm, r->at, *to, r->old_pages);
    if (end < r->at + r->old_pages) {
        move_entries(m, r->mm, *to, r->at, end - r->at); /* the tables there still stand */
        unmap_range(m, r->mm, *to, *to + r->new_pages);
        return vm_errno_code_enomem;
    }
    if (keep && vma_find(m, r->mm, r->at) != new) {
        keep_source(m, r);
    } else if (!keep) {
        unmap_range(m, r->mm, r->at, r->at + r->old_pages);
    }
    table_prune(m, r->mm, r->at, r->at + r->old_pages);
    return vm_errno_code_none;
}
