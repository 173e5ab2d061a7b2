/* SPDX-License-Identifier: MIT
 * Transparent huge pages (Linux: mm/huge_memory.c). A huge page is a run of free frames, aligned
 * and in a row, mapped by one leaf at level 2. Each of its frames counts its mappings as any other
 * does. Invariant: beside each huge entry lies an empty table of level 1 for the same pages (the
 * deposit), so that a split needs no memory and cannot fail.
 *
 * There is no compaction: where no frames lie in a row a small page must do. And no khugepaged:
 * small pages stay small.
 */
#include "kernel/huge.h"

#include "kernel/fault_in.h"
#include "kernel/frame.h"
#include "kernel/kswapd.h"
#include "kernel/page.h"
#include "kernel/reclaim.h"
#include "mmu/shootdown.h"
#include "mmu/table.h"
#include "mmu/tlb.h"

#include <assert.h>

/* The huge entry of a page: where it stands, what it is, and the first page that it maps. */
struct huge {
    struct pte_place at;
    uint64_t entry;
    vm_vpn first;
};

static bool find(const vm_machine *m, vm_pid mm, vm_vpn vpn, struct huge *out)
{
    out->at = pte_place(m, mm, vpn);
    out->entry = out->at.table ? *table_entry(m, out->at.table, out->at.index) : 0;
    out->first = vpn & ~(huge_pages(m) - 1);
    return out->entry & vm_pte_bit_huge;
}

static void count_resident(vm_machine *m, vm_pid mm, int64_t pages)
{
    count(m, mm, vm_counter_rss_anon, pages);
    count(m, mm, vm_counter_rss, pages);
}

/* ---- the table for a later split ---- */
uint32_t huge_deposit(const vm_machine *m, vm_pid mm, vm_vpn vpn)
{
    vm_vpn first = vpn & ~(huge_pages(m) - 1);
    for (uint32_t t = 1; t < m->tables_n; t++) {
        const struct table *table = &m->tables[t];
        if (table->pid == mm && table->level == 1 && table->base == first) {
            return t;
        }
    }
    return 0;
}

/* `frame`: plus one, taken for it; 0: outside the frames. */
static void deposit(vm_machine *m, vm_pid mm, vm_vpn first, uint32_t frame)
{
    EMIT(m, table_deposited, .pid = mm, .table = table_next(m), .frame = frame ? frame - 1 : 0);
    table_new(m, mm, 1, first, frame);
}

/* False: no frame for it. Making room may split huge pages, also those of this process. */
static bool deposit_reclaiming(vm_machine *m, vm_pid mm, vm_vpn first)
{
    vm_frame f = VM_NO_FRAME;
    if (!m->config.tables_outside) {
        f = reclaim_take(m, mm, vm_frame_kind_table, 0, 1);
        if (f == VM_NO_FRAME) {
            return false;
        }
    }
    deposit(m, mm, first, f + 1); /* VM_NO_FRAME + 1 = 0 */
    return true;
}

/* From the free frames beside the run that the huge page takes; there is one. */
static void deposit_beside(vm_machine *m, vm_pid mm, vm_vpn first, vm_frame run)
{
    vm_frame f = VM_NO_FRAME;
    if (!m->config.tables_outside) {
        f = 0;
        while (m->frames[f].kind != vm_frame_kind_free || f - run < huge_pages(m)) {
            f++;
        }
        frame_claim(m, f, vm_frame_kind_table, 0, 1);
    }
    deposit(m, mm, first, f + 1);
}

/* ---- the first touch ---- */
/* thp_vma_allowable_order: the mapping wants huge pages and holds all of this one. */
static bool wanted(const vm_machine *m, const struct vma *vma, vm_vpn first)
{
    const uint32_t never =
        vm_map_bit_nohugepage | vm_map_bit_shared | vm_map_bit_pages | vm_map_bit_special;
    bool asked = m->config.thp == vm_thp_always ||
                 (m->config.thp == vm_thp_madvise && vma->flags & vm_map_bit_hugepage);
    return asked && m->config.levels > 1 && !vma->object && !(vma->flags & never) &&
           first >= vma->start && first + huge_pages(m) <= vma->end;
}

/* The first of the lowest free frames that lie in a row, aligned. VM_NO_FRAME: there are none, or
 * not `spare` more besides, or the process may not have so many. */
static vm_frame free_run(const vm_machine *m, vm_pid mm, uint32_t spare)
{
    const struct process *process = &m->processes[mm];
    vm_vpn n = huge_pages(m);
    bool limited = process->frame_limit && process->charged + n > process->frame_limit;
    if (limited || m->frames_free < n + spare + m->config.watermark_min) {
        return VM_NO_FRAME;
    }
    for (uint64_t first = 0; first + n <= m->frames_n; first += n) {
        uint64_t free = 0;
        while (free < n && m->frames[first + free].kind == vm_frame_kind_free) {
            free++;
        }
        if (free == n) {
            return (vm_frame)first;
        }
    }
    return VM_NO_FRAME;
}

static void take_run(vm_machine *m, const struct fault_in *in, vm_vpn vpn, vm_frame first)
{
    const struct vma *vma = in->vma;
    bool locked = vma->flags & vm_map_bit_locked;
    uint8_t flags = vm_frame_bit_dirty | vm_frame_bit_exclusive | vm_frame_bit_huge |
                    (locked ? vm_frame_bit_locked : 0);
    vm_vpn n = huge_pages(m);
    EMIT(m, huge_taken, .frame = first, .pages = n);
    m->payer = in->mm;
    for (vm_vpn i = 0; i < n; i++) {
        vm_frame f = (vm_frame)(first + i);
        frame_claim(m, f, vm_frame_kind_anon, vma->anon, vma->offset + (vpn + i - vma->start));
        frame_set_flags(m, f, flags);
    }
    m->payer = 0;
    count(m, in->pid, vm_counter_zero_fills, (int64_t)n);
    count(m, in->pid, vm_counter_huge_faults, 1);
}

static void map_run(vm_machine *m, const struct fault_in *in, const struct huge *at, vm_frame first)
{
    vm_vpn n = huge_pages(m);
    uint64_t entry = page_entry(m, first, in->vma, true) | vm_pte_bit_huge;
    EMIT(m, huge_mapped, .pid = in->mm, .vpn = at->first, .frame = first, .pages = n,
        .entry = entry);
    table_set(m, at->at.table, at->at.index, entry);
    for (vm_vpn i = 0; i < n; i++) {
        frame_map(m, (vm_frame)(first + i), in->mm, at->first + i);
    }
    count_resident(m, in->mm, (int64_t)n);
}

/* The zero page for all of the range; false: no frame for the deposit. */
static bool map_zero(vm_machine *m, const struct fault_in *in, const struct huge *at)
{
    vm_frame zero = m->config.kernel_frames - 1;
    if (!deposit_reclaiming(m, in->mm, at->first)) {
        return false;
    }
    fault_note(m, in, vm_fault_zero);
    EMIT(
        m, huge_zero_page, .tid = in->tid, .vpn = at->first, .frame = zero, .pages = huge_pages(m));
    table_set(m, at->at.table, at->at.index,
        page_entry(m, zero, in->vma, false) | vm_pte_bit_huge | vm_pte_bit_special);
    return true;
}

bool huge_fault(vm_machine *m, const struct fault_in *in)
{
    struct huge at = {.first = in->vpn & ~(huge_pages(m) - 1)};
    if (!wanted(m, in->vma, at.first) || table_at(m, in->mm, in->vpn, 1) ||
        find(m, in->mm, in->vpn, &at) || !table_build_to(m, in->mm, in->vpn, 2)) {
        return false;
    }
    uint32_t table = table_at(m, in->mm, in->vpn, 2);
    at.at = (struct pte_place){table, table_index(m, in->vpn, 2)};
    if (!in->store && m->config.kernel_frames) {
        return map_zero(m, in, &at);
    }
    vm_frame first = free_run(m, in->mm, !m->config.tables_outside);
    if (first == VM_NO_FRAME) {
        EMIT(m, huge_fallback, .tid = in->tid, .vpn = in->vpn, .pages = huge_pages(m));
        return false;
    }
    fault_note(m, in, vm_fault_zero);
    deposit_beside(m, in->mm, at.first, first);
    take_run(m, in, at.first, first);
    map_run(m, in, &at, first);
    watermark_check(m, in->pid);
    return true;
}

/* ---- a write to a shared one ---- */
bool huge_alone(const vm_machine *m, vm_frame f)
{
    vm_frame first = f & ~(vm_frame)(huge_pages(m) - 1);
    vm_pid owner = m->frames[f].rmap ? m->rmaps[m->frames[f].rmap].pid : 0;
    for (vm_frame part = first; part < first + huge_pages(m); part++) {
        const struct frame *frame = &m->frames[part];
        bool same = frame->flags & vm_frame_bit_huge && frame->object == m->frames[f].object;
        for (uint32_t r = same ? frame->rmap : 0; r; r = m->rmaps[r].next) {
            if (m->rmaps[r].pid != owner) {
                return false;
            }
        }
    }
    return true;
}

/* The whole page is this process's own again: no copy. */
static void reuse(vm_machine *m, const struct fault_in *in, const struct huge *huge)
{
    vm_frame first = (vm_frame)pte_number(huge->entry);
    fault_note(m, in, vm_fault_reuse);
    count(m, in->pid, vm_counter_reuses, 1);
    EMIT(
        m, huge_reused, .tid = in->tid, .vpn = huge->first, .frame = first, .pages = huge_pages(m));
    for (vm_frame f = first; f < first + huge_pages(m); f++) {
        frame_set_flags(m, f, m->frames[f].flags | vm_frame_bit_exclusive);
    }
    table_set(m, huge->at.table, huge->at.index,
        (huge->entry | vm_pte_bit_writable) & ~(uint64_t)vm_pte_bit_cow);
    tlb_drop_local(m, in->mm, huge->first);
}

bool huge_write(vm_machine *m, const struct fault_in *in)
{
    struct huge huge;
    bool found = find(m, in->mm, in->vpn, &huge);
    assert(found);
    (void)found;
    bool zero = huge.entry & vm_pte_bit_special;
    vm_frame first = zero ? free_run(m, in->mm, 0) : (vm_frame)pte_number(huge.entry);
    if (zero && first != VM_NO_FRAME) { /* do_huge_zero_wp_pmd */
        fault_note(m, in, vm_fault_zero);
        take_run(m, in, huge.first, first);
        map_run(m, in, &huge, first);
        tlb_drop_page(m, in->mm, huge.first);
        return true;
    }
    if (!zero && (m->frames[first].flags & vm_frame_bit_exclusive || huge_alone(m, first))) {
        reuse(m, in, &huge);
        return true;
    }
    huge_split(m, in->mm, in->vpn);
    return false;
}

/* ---- the split ---- */
void huge_split(vm_machine *m, vm_pid mm, vm_vpn vpn)
{
    struct huge huge;
    if (!find(m, mm, vpn, &huge)) {
        return;
    }
    uint32_t table = huge_deposit(m, mm, vpn);
    assert(table);
    EMIT(m, huge_split, .pid = mm, .vpn = huge.first, .table = table, .pages = huge_pages(m));
    const uint64_t only_huge = vm_pte_bit_huge | vm_pte_bit_special;
    const uint64_t flags = huge.entry & ((UINT64_C(1) << PTE_SHIFT) - 1) & ~only_huge;
    for (uint32_t i = 0; i < huge_pages(m); i++) {
        vm_frame f = leaf_frame(m, huge.entry, huge.first + i);
        table_set(m, table, i, (uint64_t)f << PTE_SHIFT | flags);
    }
    table_set(m, huge.at.table, huge.at.index,
        (uint64_t)table << PTE_SHIFT | vm_pte_bit_present | vm_pte_bit_writable | vm_pte_bit_user);
    count(m, mm, vm_counter_huge_splits, 1);
    tlb_drop_page(m, mm, huge.first);
}

void huge_split_at(vm_machine *m, vm_pid mm, vm_vpn vpn)
{
    if (vpn & (huge_pages(m) - 1)) {
        huge_split(m, mm, vpn);
    }
}

void huge_split_range(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end)
{
    vm_vpn n = huge_pages(m);
    for (vm_vpn vpn = start & ~(n - 1); m->config.thp != vm_thp_never && vpn < end; vpn += n) {
        huge_split(m, mm, vpn);
    }
}

/* ---- fork and the end ---- */
enum huge_copy huge_share(vm_machine *m, vm_pid parent, vm_pid child, vm_vpn vpn)
{
    struct huge huge;
    if (!find(m, parent, vpn, &huge) || huge.first != vpn) {
        return HUGE_NONE;
    }
    if (!table_build_to(m, child, vpn, 2) || !deposit_reclaiming(m, child, vpn)) {
        return HUGE_NO_FRAME;
    }
    if (!find(m, parent, vpn, &huge)) { /* one of its own pages had to make room */
        table_free(m, huge_deposit(m, child, vpn));
        return HUGE_NONE;
    }
    vm_frame first = (vm_frame)pte_number(huge.entry);
    bool zero = huge.entry & vm_pte_bit_special;
    EMIT(m, huge_shared, .parent = parent, .child = child, .vpn = vpn, .frame = first,
        .pages = huge_pages(m));
    for (vm_vpn i = 0; !zero && i < huge_pages(m); i++) {
        vm_frame f = (vm_frame)(first + i);
        frame_set_flags(m, f, m->frames[f].flags & (uint8_t)~vm_frame_bit_exclusive);
        frame_map(m, f, child, vpn + i);
    }
    uint64_t shared = huge.entry;
    if (shared & vm_pte_bit_writable) {
        shared = (shared & ~(uint64_t)vm_pte_bit_writable) | vm_pte_bit_cow;
    }
    table_set(m, huge.at.table, huge.at.index, shared);
    uint32_t upper = table_at(m, child, vpn, 2);
    table_set(m, upper, table_index(m, vpn, 2),
        shared & ~(uint64_t)(vm_pte_bit_accessed | vm_pte_bit_dirty));
    count_resident(m, child, zero ? 0 : (int64_t)huge_pages(m));
    return HUGE_COPIED;
}

uint32_t huge_zap(vm_machine *m, vm_pid mm, vm_vpn vpn)
{
    struct huge huge;
    bool found = find(m, mm, vpn, &huge);
    assert(found && huge.first == vpn); /* the ends of a range were split */
    (void)found;
    vm_vpn n = huge.entry & vm_pte_bit_special ? 0 : huge_pages(m);
    vm_frame first = (vm_frame)pte_number(huge.entry);
    uint32_t freed = 0;
    table_set(m, huge.at.table, huge.at.index, 0);
    for (vm_vpn i = 0; i < n; i++) {
        frame_unmap(m, (vm_frame)(first + i), mm, vpn + i);
        if (m->frames[first + i].flags & vm_frame_bit_locked) {
            page_settle_lock(m, (vm_frame)(first + i));
        }
    }
    if (n) {
        count_resident(m, mm, -(int64_t)n);
    }
    for (vm_vpn i = 0; i < n; i++) {
        freed += frame_settle(m, (vm_frame)(first + i));
    }
    table_free(m, huge_deposit(m, mm, vpn));
    tlb_drop_page(m, mm, vpn);
    return freed;
}
