/* SPDX-License-Identifier: MIT
 * munmap (Linux: do_vmi_align_munmap): mappings in the range go, those across its edges are cut;
 * entries, frames and tables that nobody needs any more go with them.
 */
#include "kernel/huge.h"
#include "kernel/lock.h"
#include "kernel/mmap.h"
#include "kernel/page.h"
#include "kernel/process.h"
#include "kernel/vma.h"
#include "mmu/table.h"
#include "race/race.h"

void unmap_range(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end)
{
    uint32_t v = vma_first_end_after(m, mm, start);
    if (start >= end || !v || m->vmas[v].start >= end) {
        return;
    }
    if (m->vmas[v].start < start && m->vmas[v].end > end) {
        vma_split(m, mm, end);
    }
    EMIT(m, unmapped, .pid = mm, .start = start, .pages = end - start);
    pages_unmap(m, mm, start, end);
    while (v && m->vmas[v].start < end) {
        struct vma vma = m->vmas[v];
        if (vma.start < start) {
            vma_set_range(m, v, vma.start, start);
        } else if (vma.end > end) {
            vma_set_range(m, v, end, vma.end);
        } else {
            vma_free(m, v);
        }
        v = vma.next;
    }
    table_prune(m, mm, start, end);
    lock_drop_range(m, mm, start, end);
    race_forget(m, mm, start << m->config.page_shift, end << m->config.page_shift);
}

enum vm_status vm_op_munmap(vm_machine *m, const struct vm_op_munmap *op)
{
    enum vm_status status = task_ready(m, op->tid);
    status = status == VM_OK ? map_reserve(m) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid mm = mm_of(m, m->tasks[tid].pid);
    vm_vpn start = vpn_of(m, op->va), end = start + pages_of(m, op->bytes);
    call_begin(m, tid, vm_op_kind_munmap);
    uint32_t v = vma_find(m, mm, start);
    bool splits = v && m->vmas[v].start < start && m->vmas[v].end > end;
    if (op->va & (page_size(m) - 1) || end <= start || end > m->user_end) {
        call_fail(m, tid, vm_errno_code_einval);
    } else if (splits && m->processes[mm].vmas >= MAP_COUNT_MAX) {
        call_fail(m, tid, vm_errno_code_enomem);
    } else {
        unmap_range(m, mm, start, end);
        call_end(m, tid, 0);
    }
    return VM_OK;
}
