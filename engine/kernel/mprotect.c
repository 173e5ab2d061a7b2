/* SPDX-License-Identifier: MIT
 * mprotect (Linux: do_mprotect_pkey, mprotect_fixup, change_protection): one mapping after the
 * other gets the new rights, then its entries. Invariant: an entry never allows what its mapping
 * forbids; pages stay where they are, also under rights of none.
 */
#include "kernel/commit.h"
#include "kernel/mlock.h"
#include "kernel/mmap.h"
#include "kernel/page.h"
#include "kernel/process.h"
#include "kernel/vma.h"
#include "mmu/access.h"
#include "mmu/shootdown.h"
#include "mmu/table.h"

/* can_change_pte_writable: no fault would have to copy the page or note the write. */
static bool writable_at_once(const vm_machine *m, const struct vma *vma, uint64_t entry)
{
    if (vma->flags & vm_map_bit_special) {
        return vma->flags & vm_map_bit_shared;
    }
    vm_frame f = (vm_frame)pte_number(entry);
    if (m->frames[f].kind == vm_frame_kind_zero) {
        return false;
    }
    if (vma->flags & (vm_map_bit_shared | vm_map_bit_pages)) {
        bool notes = m->objects[vma->object].kind == vm_object_kind_file; /* page_mkwrite */
        return !notes || entry & vm_pte_bit_dirty;
    }
    return frame_exclusive(m, f);
}

static uint64_t entry_with(const vm_machine *m, const struct vma *vma, uint64_t entry)
{
    uint64_t now = entry & ~(uint64_t)(vm_pte_bit_user | vm_pte_bit_no_execute | vm_pte_bit_cow);
    now |= vma->prot ? vm_pte_bit_user : 0;
    now |= vma->prot & vm_prot_bit_exec ? 0 : vm_pte_bit_no_execute;
    if (!(vma->prot & vm_prot_bit_write)) {
        now &= ~(uint64_t)vm_pte_bit_writable;
    } else if (!(now & vm_pte_bit_writable)) {
        now |= writable_at_once(m, vma, entry) ? vm_pte_bit_writable : vm_pte_bit_cow;
    }
    return now;
}

/* pte_needs_flush: a TLB that knows of too few rights does no harm, so the others are not told. */
static bool needs_flush(uint64_t before, uint64_t now)
{
    const uint64_t given = vm_pte_bit_present | vm_pte_bit_writable | vm_pte_bit_user;
    return (before & ~now & given) || (now & ~before & vm_pte_bit_no_execute);
}

static void protect_entries(vm_machine *m, const struct vma *vma, vm_vpn start, vm_vpn end)
{
    shootdown_gather(m);
    for (vm_vpn vpn = start; pte_next(m, vma->pid, vpn, end, &vpn); vpn++) {
        uint64_t entry = pte_get(m, vma->pid, vpn);
        if (!(entry & vm_pte_bit_present)) {
            continue;
        }
        uint64_t now = entry_with(m, vma, entry);
        if (now != entry) {
            pte_set(m, vma->pid, vpn, now);
            if (needs_flush(entry, now)) {
                tlb_drop_page(m, vma->pid, vpn);
            } else {
                tlb_drop_local(m, vma->pid, vpn);
            }
        }
    }
    shootdown_finish(m);
}

/* mprotect_fixup's flags: a private mapping that becomes writable is a promise from now on; it
 * stays one, unless nothing was written yet. */
static uint32_t flags_with(const struct vma *vma, uint8_t prot)
{
    const uint32_t free = vm_map_bit_account | vm_map_bit_shared | vm_map_bit_noreserve |
                          vm_map_bit_pages | vm_map_bit_special;
    if (prot & vm_prot_bit_write) {
        bool promise = !(vma->flags & free) && !(vma->prot & vm_prot_bit_write);
        return promise ? vma->flags | vm_map_bit_account : vma->flags;
    }
    bool unused = !vma->object && !vma->anon;
    return unused ? vma->flags & ~(uint32_t)vm_map_bit_account : vma->flags;
}

/* How far the call gets: to the first hole, or to the mapping it may not promise or not write. */
static vm_vpn reach(const vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end, uint8_t prot,
    enum vm_errno_code *error)
{
    *error = vm_errno_code_enomem;
    vm_vpn to = vma_covered(m, mm, start, end);
    uint64_t promises = 0;
    for (uint32_t v = vma_find(m, mm, start); v && m->vmas[v].start < to; v = m->vmas[v].next) {
        const struct vma *vma = &m->vmas[v];
        vm_vpn from = vma->start > start ? vma->start : start;
        bool more = flags_with(vma, prot) & ~vma->flags & vm_map_bit_account;
        promises += more ? (vma->end < to ? vma->end : to) - from : 0;
        if (more && !commit_allows(m, mm, promises)) {
            return from;
        }
        if (prot & vm_prot_bit_write && vma->flags & vm_map_bit_nowrite) {
            *error = vm_errno_code_eacces;
            return from;
        }
    }
    return to;
}

/* Locked pages that only now may be written: their copies are made at once, no fault later. */
static bool wants_copies(const struct vma *vma, uint8_t prot)
{
    return prot & vm_prot_bit_write && !(vma->prot & vm_prot_bit_write) &&
           vma->flags & vm_map_bit_locked && !(vma->flags & vm_map_bit_shared);
}

static void protect(vm_machine *m, vm_tid tid, vm_vpn start, vm_vpn end, uint8_t prot)
{
    vm_pid mm = mm_of(m, m->tasks[tid].pid);
    while (start < end) {
        uint32_t v = vma_find(m, mm, start);
        bool copies = wants_copies(&m->vmas[v], prot);
        vm_vpn to = m->vmas[v].end < end ? m->vmas[v].end : end;
        uint32_t flags = flags_with(&m->vmas[v], prot);
        if (prot != m->vmas[v].prot) {
            v = vma_modify(m, v, start, to, prot, flags);
            struct vma vma = m->vmas[v];
            protect_entries(m, &vma, start, to);
        }
        if (copies) {
            (void)populate_mapped(m, tid, start, to);
        }
        start = to;
    }
}

enum vm_status vm_op_mprotect(vm_machine *m, const struct vm_op_mprotect *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK || op->prot > 7) {
        return status != VM_OK ? status : VM_INVALID;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid mm = mm_of(m, m->tasks[tid].pid);
    vm_vpn start = vpn_of(m, op->va), end = start + pages_of(m, op->bytes);
    uint64_t locked = locked_pages(m, mm, start, end);
    status = locked > m->config.limits.pages ? VM_LIMIT : map_reserve(m);
    status = status == VM_OK && locked ? access_reserve(m, locked) : status;
    if (status != VM_OK) {
        return status;
    }
    call_begin(m, tid, vm_op_kind_mprotect);
    if (op->va & (page_size(m) - 1)) {
        call_fail(m, tid, vm_errno_code_einval);
        return VM_OK;
    }
    bool fits = end >= start && end <= m->user_end;
    enum vm_errno_code error = vm_errno_code_enomem;
    vm_vpn to = fits ? reach(m, mm, start, end, (uint8_t)op->prot, &error) : start;
    if (to > start) {
        EMIT(m, protected, .pid = mm, .start = start, .pages = to - start, .prot = op->prot);
        protect(m, tid, start, to, (uint8_t)op->prot);
    }
    if (to < end || !fits) {
        call_fail(m, tid, error);
    } else {
        call_end(m, tid, 0);
    }
    return VM_OK;
}
