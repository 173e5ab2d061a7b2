/* SPDX-License-Identifier: MIT
 * mremap (Linux: mm/mremap.c): a mapping shrinks, grows where it is, or moves with its entries.
 * Invariant: a page keeps its frame, its identity and its place within the mapping.
 */
#include "kernel/mremap.h"

#include "kernel/commit.h"
#include "kernel/mlock.h"
#include "kernel/mmap.h"
#include "kernel/mmap_place.h"
#include "kernel/process.h"
#include "kernel/vma.h"
#include "mmu/access.h"
#include "mmu/table.h"

/* check_mremap_params: what is wrong whatever is mapped. */
static enum vm_errno_code check_params(const vm_machine *m, const struct vm_op_mremap *op)
{
    const uint64_t mask = page_size(m) - 1;
    uint64_t pages = pages_of(m, op->new_bytes);
    bool move = op->flags & (vm_mremap_bit_fixed | vm_mremap_bit_dontunmap);
    if (op->va & mask || !pages || pages > m->user_end) {
        return vm_errno_code_einval;
    }
    if (!move) {
        return vm_errno_code_none;
    }
    vm_vpn from = vpn_of(m, op->va), to = vpn_of(m, op->new_va);
    uint64_t old = pages_of(m, op->old_bytes);
    bool overlap = from + old > to && to + pages > from;
    if (!(op->flags & vm_mremap_bit_maymove) || op->new_va & mask || to > m->user_end - pages ||
        (op->flags & vm_mremap_bit_dontunmap && old != pages) ||
        (op->flags & vm_mremap_bit_fixed && overlap)) {
        return vm_errno_code_einval;
    }
    return vm_errno_code_none;
}

/* check_prep_vma: what the mapping does not allow. */
static enum vm_errno_code check_mapping(const vm_machine *m, const struct remap *r)
{
    uint32_t v = vma_find(m, r->mm, r->at);
    if (!v) {
        return vm_errno_code_efault;
    }
    const struct vma *vma = &m->vmas[v];
    if (!remap_places(r) && r->new_pages <= r->old_pages && r->old_pages) {
        return vm_errno_code_none;
    }
    bool special = vma->flags & vm_map_bit_special;
    if ((!r->old_pages && !(vma->flags & vm_map_bit_shared)) ||
        (r->flags & vm_mremap_bit_dontunmap && special)) {
        return vm_errno_code_einval;
    }
    uint64_t kept = r->new_pages < r->old_pages ? r->new_pages : r->old_pages;
    if (kept > vma->end - r->at || (r->new_pages > r->old_pages && special)) {
        return vm_errno_code_efault;
    }
    uint64_t more = r->new_pages > r->old_pages ? r->new_pages - r->old_pages : 0;
    if (vma->flags & vm_map_bit_locked && !lock_allows(m, r->pid, more)) {
        return vm_errno_code_eagain;
    }
    return space_allows(m, r->pid, more) ? vm_errno_code_none : vm_errno_code_enomem;
}

/* expand_vma_in_place: the pages behind the mapping are free. */
static bool can_grow(const vm_machine *m, const struct remap *r)
{
    const struct vma *vma = &m->vmas[vma_find(m, r->mm, r->at)];
    vm_vpn end = r->at + r->new_pages;
    return vma->end == r->at + r->old_pages && end <= m->user_end && end > vma->end &&
           (!vma->next || m->vmas[vma->next].start >= end);
}

static enum vm_errno_code grow(vm_machine *m, const struct remap *r)
{
    const struct vma *vma = &m->vmas[vma_find(m, r->mm, r->at)];
    uint64_t more = r->new_pages - r->old_pages;
    if (vma->flags & vm_map_bit_account && !commit_allows(m, r->mm, more)) {
        return vm_errno_code_enomem;
    }
    EMIT(m, mapped, .pid = r->mm, .vma = vma_find(m, r->mm, r->at), .start = vma->end,
        .pages = more);
    struct vma as = *vma;
    as.offset += as.end - as.start;
    as.start = as.end;
    as.end += more;
    vma_place(m, &as); /* at least the mapping itself is alike */
    return vm_errno_code_none;
}

/* The destination of a fixed move is free, and a tail that is not wanted gone. */
static enum vm_errno_code move_to(vm_machine *m, struct remap *r, vm_vpn *to)
{
    if (r->flags & vm_mremap_bit_fixed) {
        unmap_range(m, r->mm, r->to, r->to + r->new_pages);
        if (!vma_find(m, r->mm, r->at)) {
            return vm_errno_code_efault;
        }
    }
    if (r->new_pages < r->old_pages) {
        unmap_range(m, r->mm, r->at + r->new_pages, r->at + r->old_pages);
        r->old_pages = r->new_pages;
    }
    if (r->flags & vm_mremap_bit_dontunmap && !space_allows(m, r->pid, r->new_pages)) {
        return vm_errno_code_enomem;
    }
    return remap_move(m, r, to);
}

/* Several mappings move in one call when nothing is resized (since Linux 6.17); gaps stay gaps. */
static enum vm_errno_code move_all(vm_machine *m, const struct remap *r, vm_vpn *to)
{
    vm_vpn end = r->at + r->old_pages;
    enum vm_errno_code error = vm_errno_code_efault;
    for (vm_vpn at = r->at; at < end;) {
        uint32_t v = vma_first_end_after(m, r->mm, at);
        if (!v || m->vmas[v].start >= end || (at == r->at && m->vmas[v].start > at)) {
            break;
        }
        struct remap one = *r;
        one.at = m->vmas[v].start > at ? m->vmas[v].start : at;
        one.old_pages = one.new_pages = (m->vmas[v].end < end ? m->vmas[v].end : end) - one.at;
        one.to = r->to + (one.at - r->at);
        at = one.at + one.old_pages;
        vm_vpn moved;
        error = check_mapping(m, &one);
        error = error == vm_errno_code_none ? move_to(m, &one, &moved) : error;
        if (error != vm_errno_code_none) {
            return error;
        }
    }
    *to = r->to;
    return error;
}

static enum vm_errno_code remap(vm_machine *m, struct remap *r, vm_vpn *to)
{
    *to = r->at;
    if (r->flags & vm_mremap_bit_fixed && r->old_pages == r->new_pages) {
        return move_all(m, r, to);
    }
    enum vm_errno_code error = check_mapping(m, r);
    if (error != vm_errno_code_none) {
        return error;
    }
    if (remap_places(r)) {
        return move_to(m, r, to);
    }
    if (r->new_pages == r->old_pages) {
        return vm_errno_code_none;
    }
    if (r->new_pages < r->old_pages) {
        unmap_range(m, r->mm, r->at + r->new_pages, r->at + r->old_pages);
        return vm_errno_code_none;
    }
    if (can_grow(m, r)) {
        return grow(m, r);
    }
    return r->flags & vm_mremap_bit_maymove ? remap_move(m, r, to) : vm_errno_code_enomem;
}

/* Room for the tables of the new place, for pages that come in there because they are locked, and
 * for what making them can push out. */
static enum vm_status reserve(vm_machine *m, vm_pid mm, uint64_t populated)
{
    if (populated > m->config.limits.pages) {
        return VM_LIMIT;
    }
    enum vm_status status = vma_reserve(m, 6);
    status = status == VM_OK && populated ? access_reserve(m, populated) : status;
    uint64_t fanout = UINT64_C(1) << m->config.level_bits[m->config.levels - 1];
    uint64_t tables = 2 * vm_tables_of(m, mm) + 4 * m->config.levels + 2 * (populated / fanout);
    status = status == VM_OK ? table_reserve(m, tables) : status;
    uint64_t words = page_size(m) / 8 < m->words_live ? page_size(m) / 8 : m->words_live;
    return status == VM_OK && words ? RESERVE(m, words, m->words_live + (2 * populated + 2) * words)
                                    : status;
}

enum vm_status vm_op_mremap(vm_machine *m, const struct vm_op_mremap *op)
{
    const uint64_t known = vm_mremap_bit_maymove | vm_mremap_bit_fixed | vm_mremap_bit_dontunmap;
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK || op->flags & ~known) {
        return status != VM_OK ? status : VM_INVALID;
    }
    vm_tid tid = (vm_tid)op->tid;
    struct remap r = {.tid = tid,
        .pid = m->tasks[tid].pid,
        .mm = mm_of(m, m->tasks[tid].pid),
        .flags = (uint32_t)op->flags,
        .at = vpn_of(m, op->va),
        .to = vpn_of(m, op->new_va),
        .old_pages = pages_of(m, op->old_bytes),
        .new_pages = pages_of(m, op->new_bytes)};
    uint32_t v = vma_find(m, r.mm, r.at);
    bool more = v && m->vmas[v].flags & vm_map_bit_locked && r.new_pages > r.old_pages;
    status = reserve(m, r.mm, more ? r.new_pages - r.old_pages : 0);
    if (status != VM_OK) {
        return status;
    }
    call_begin(m, tid, vm_op_kind_mremap);
    enum vm_errno_code error = check_params(m, op);
    if (error == vm_errno_code_none && m->processes[r.mm].vmas + 4 > MAP_COUNT_MAX) {
        error = vm_errno_code_enomem;
    }
    vm_vpn to = 0;
    error = error == vm_errno_code_none ? remap(m, &r, &to) : error;
    if (error != vm_errno_code_none) {
        call_fail(m, tid, error);
    } else {
        if (more) {
            (void)populate_mapped(m, tid, to + r.old_pages, to + r.new_pages);
        }
        call_end(m, tid, to << m->config.page_shift);
    }
    return VM_OK;
}
