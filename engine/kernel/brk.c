/* SPDX-License-Identifier: MIT
 * brk (Linux: sys_brk, do_brk_flags): the end of the heap. Invariant: a page stays free between the
 * heap and what is mapped above it, and more below a stack.
 */
#include "kernel/commit.h"
#include "kernel/mmap.h"
#include "kernel/process.h"
#include "kernel/vma.h"

/* What lies above leaves room for [old, end) and one page more. */
static bool has_room(const vm_machine *m, vm_pid mm, vm_vpn old, vm_vpn end)
{
    uint32_t v = vma_first_end_after(m, mm, old);
    if (!v) {
        return end <= m->user_end;
    }
    const struct vma *above = &m->vmas[v];
    uint64_t gap = above->flags & vm_map_bit_growsdown ? m->config.stack_guard_gap : 0;
    return end + 1 + gap <= above->start;
}

static bool may_grow(const vm_machine *m, vm_pid pid, vm_vpn old, vm_vpn end)
{
    vm_pid mm = mm_of(m, pid);
    return end <= m->user_end && has_room(m, mm, old, end) &&
           m->processes[mm].vmas <= MAP_COUNT_MAX && space_allows(m, pid, end - old) &&
           commit_allows(m, mm, end - old);
}

static void grow(vm_machine *m, vm_pid mm, vm_vpn old, vm_vpn end)
{
    struct vma vma = {.pid = mm,
        .start = old,
        .end = end,
        .prot = vm_prot_bit_read | vm_prot_bit_write,
        .flags = vm_map_bit_account,
        .kind = vm_vma_kind_heap,
        .offset = old};
    uint32_t below = vma_before(m, mm, old);
    bool heap = below && m->vmas[below].start >= vpn_of(m, m->processes[mm].brk_start);
    vma_place_above(m, &vma, heap ? below : 0);
}

vm_va brk_move(vm_machine *m, vm_pid pid, vm_va to)
{
    vm_pid mm = mm_of(m, pid);
    vm_va now = m->processes[mm].brk;
    vm_vpn old = pages_of(m, now), end = pages_of(m, to);
    uint32_t heap = vma_first_end_after(m, mm, end);
    bool shrinks = end < old;
    bool there = heap && m->vmas[heap].start < old; /* something is left to shrink */
    if (to < m->processes[mm].brk_start || (shrinks && !there) ||
        (end > old && !may_grow(m, pid, old, end))) {
        return now;
    }
    EMIT(m, brk_moved, .pid = mm, .va = to);
    if (shrinks) {
        unmap_range(m, mm, end, old);
    } else if (end > old) {
        grow(m, mm, old, end);
    }
    struct process process = m->processes[mm];
    process.brk = to;
    process_put(m, mm, &process);
    return to;
}

enum vm_status vm_op_brk(vm_machine *m, const struct vm_op_brk *op)
{
    enum vm_status status = task_ready(m, op->tid);
    status = status == VM_OK ? map_reserve(m) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    call_begin(m, tid, vm_op_kind_brk);
    call_end(m, tid, brk_move(m, m->tasks[tid].pid, op->va));
    return VM_OK;
}
