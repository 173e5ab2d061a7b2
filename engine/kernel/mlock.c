/* SPDX-License-Identifier: MIT
 * mlock, munlock (Linux: mm/mlock.c, __mm_populate): the mappings of the range say that their pages
 * stay, the frames say it too, and the pages that are missing come in. Invariant: a frame is locked
 * exactly while a locked mapping maps it.
 */
#include "kernel/mlock.h"

#include "kernel/commit.h"
#include "kernel/mmap.h"
#include "kernel/page.h"
#include "kernel/populate.h"
#include "kernel/process.h"
#include "kernel/vma.h"
#include "mmu/access.h"
#include "mmu/table.h"

enum vm_errno_code populate_mapped(vm_machine *m, vm_tid tid, vm_vpn start, vm_vpn end)
{
    vm_pid mm = mm_of(m, m->tasks[tid].pid);
    while (start < end) {
        uint32_t v = vma_find(m, mm, start);
        if (!v) {
            return vm_errno_code_enomem;
        }
        const struct vma *vma = &m->vmas[v];
        vm_vpn to = vma->end < end ? vma->end : end;
        bool write = vma->prot & vm_prot_bit_write && !(vma->flags & vm_map_bit_shared);
        if (!(vma->flags & vm_map_bit_special)) {
            enum populate_end done = populate_range(m, tid, start, to, write);
            if (done != POPULATE_DONE) {
                return done == POPULATE_NOMEM ? vm_errno_code_eagain : vm_errno_code_enomem;
            }
        }
        start = to;
    }
    return vm_errno_code_none;
}

void lock_frames(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end)
{
    for (vm_vpn vpn = start; pte_next(m, mm, vpn, end, &vpn); vpn++) {
        uint64_t entry = pte_get(m, mm, vpn);
        if (entry & vm_pte_bit_present && !(entry & vm_pte_bit_special)) {
            page_settle_lock(m, pte_frame(m, entry, vpn));
        }
    }
}

/* apply_vma_lock_flags: how far it gets is how far mappings lie without a hole. */
static vm_vpn set_lock(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end, bool lock)
{
    vm_vpn to = vma_covered(m, mm, start, end);
    EMIT(m, locked, .pid = mm, .start = start, .pages = to - start, .locked = lock);
    for (vm_vpn at = start; at < to;) {
        uint32_t v = vma_find(m, mm, at);
        const struct vma *vma = &m->vmas[v];
        vm_vpn upto = vma->end < to ? vma->end : to;
        uint32_t flags =
            (vma->flags & ~(uint32_t)vm_map_bit_locked) | (lock ? (uint32_t)vm_map_bit_locked : 0);
        if (flags != vma->flags && !(vma->flags & vm_map_bit_special)) {
            vma_set_flags(m, v, at, upto, flags);
            lock_frames(m, mm, at, upto);
        }
        at = upto;
    }
    return to;
}

/* do_mlock's order: may this user lock so much, is all of it mapped, can all of it be had. */
static enum vm_errno_code lock_range(vm_machine *m, vm_tid tid, vm_vpn start, vm_vpn end)
{
    vm_pid pid = m->tasks[tid].pid, mm = mm_of(m, pid);
    uint64_t more = end - start - locked_pages(m, mm, start, end);
    if (!lock_allows(m, pid, more)) {
        return vm_errno_code_enomem;
    }
    if (vma_covered(m, mm, start, end) == start) {
        return vm_errno_code_enomem;
    }
    if (set_lock(m, mm, start, end, true) < end) {
        return vm_errno_code_enomem;
    }
    return populate_mapped(m, tid, start, end);
}

static enum vm_status reserve(vm_machine *m, vm_tid tid, vm_vpn start, vm_vpn end)
{
    vm_vpn to = vma_covered(m, mm_of(m, m->tasks[tid].pid), start, end);
    if (to - start > m->config.limits.pages) {
        return VM_LIMIT;
    }
    enum vm_status status = map_reserve(m);
    return status == VM_OK ? access_reserve(m, to - start) : status;
}

static enum vm_status change(vm_machine *m, uint64_t task, vm_va va, uint64_t bytes, bool lock)
{
    enum vm_status status = task_ready(m, task);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)task;
    vm_vpn start = vpn_of(m, va);
    uint64_t offset = va & (page_size(m) - 1);
    vm_vpn end = start + (bytes + offset < bytes ? 0 : pages_of(m, bytes + offset));
    bool wraps = end < start || (end == start && bytes) || end > m->user_end;
    status = wraps ? VM_OK : reserve(m, tid, start, end);
    if (status != VM_OK) {
        return status;
    }
    vm_pid mm = mm_of(m, m->tasks[tid].pid);
    call_begin(m, tid, lock ? vm_op_kind_mlock : vm_op_kind_munlock);
    enum vm_errno_code error = vm_errno_code_none;
    if (wraps) {
        error = end < start || end == start ? vm_errno_code_einval : vm_errno_code_enomem;
    } else if (end > start && lock) {
        error = lock_range(m, tid, start, end);
    } else if (end > start && (vma_covered(m, mm, start, end) == start ||
                                  set_lock(m, mm, start, end, false) < end)) {
        error = vm_errno_code_enomem;
    }
    if (error != vm_errno_code_none) {
        call_fail(m, tid, error);
    } else {
        call_end(m, tid, 0);
    }
    return VM_OK;
}

enum vm_status vm_op_mlock(vm_machine *m, const struct vm_op_mlock *op)
{
    return change(m, op->tid, op->va, op->bytes, true);
}

enum vm_status vm_op_munlock(vm_machine *m, const struct vm_op_munlock *op)
{
    return change(m, op->tid, op->va, op->bytes, false);
}
