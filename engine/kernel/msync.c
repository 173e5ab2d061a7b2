/* SPDX-License-Identifier: MIT
 * msync (Linux: mm/msync.c). MS_SYNC writes the dirty pages of shared file mappings in the range;
 * MS_ASYNC does nothing, for the kernel knows already which pages are dirty.
 */
#include "kernel/msync.h"

#include "kernel/page_cache.h"
#include "kernel/process.h"
#include "kernel/vma.h"
#include "kernel/writeback.h"

static void sync_part(vm_machine *m, const struct vma *vma, vm_vpn start, vm_vpn end)
{
    uint64_t from = vma->offset + (start - vma->start);
    if (vma->object && vma->flags & vm_map_bit_shared) {
        writeback_file(m, vma->object, from, from + (end - start));
    }
}

static enum vm_errno_code walk(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end, uint64_t flags)
{
    enum vm_errno_code error = vm_errno_code_none;
    while (start < end) {
        uint32_t v = vma_first_end_after(m, mm, start);
        const struct vma *vma = &m->vmas[v];
        if (!v || vma->start >= end) {
            return vm_errno_code_enomem;
        }
        if (vma->start > start) {
            error = vm_errno_code_enomem;
            start = vma->start;
        }
        if (flags & vm_msync_bit_invalidate && vma->flags & vm_map_bit_locked) {
            return vm_errno_code_ebusy;
        }
        vm_vpn to = vma->end < end ? vma->end : end;
        if (flags & vm_msync_bit_sync) {
            sync_part(m, vma, start, to);
        }
        start = to;
    }
    return error;
}

enum vm_status vm_op_msync(vm_machine *m, const struct vm_op_msync *op)
{
    const uint64_t known = vm_msync_bit_async | vm_msync_bit_invalidate | vm_msync_bit_sync;
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK || op->flags & ~known) {
        return status != VM_OK ? status : VM_INVALID;
    }
    status = RESERVE(m, words, m->words_live);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid mm = mm_of(m, m->tasks[tid].pid);
    vm_vpn start = vpn_of(m, op->va), end = start + pages_of(m, op->bytes);
    bool both = op->flags & vm_msync_bit_async && op->flags & vm_msync_bit_sync;
    call_begin(m, tid, vm_op_kind_msync);
    if (op->va & (page_size(m) - 1) || both || end < start) {
        call_fail(m, tid, both || end >= start ? vm_errno_code_einval : vm_errno_code_enomem);
        return VM_OK;
    }
    enum vm_errno_code error = walk(m, mm, start, end, op->flags);
    if (error != vm_errno_code_none) {
        call_fail(m, tid, error);
    } else {
        call_end(m, tid, 0);
    }
    return VM_OK;
}
