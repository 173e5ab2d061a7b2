/* SPDX-License-Identifier: MIT
 * expand_stack, expand_downwards and acct_stack_growth: any access between the limit and a mapping
 * that grows down extends it to that page in one step; where the stack pointer is does not matter.
 * Invariant: the growth stays within the limits, and stack_guard_gap pages away from what is
 * mapped below; a mapping there that nobody may use (a guard) is gap enough.
 */
#include "kernel/stack.h"

#include "kernel/commit.h"
#include "kernel/mmap_place.h"
#include "kernel/vma.h"

/* What lies below keeps its distance. */
static bool gap_kept(const vm_machine *m, vm_pid mm, uint32_t stack, vm_vpn vpn)
{
    uint32_t below = vma_before(m, mm, m->vmas[stack].start);
    const struct vma *vma = &m->vmas[below];
    return !below || vma->flags & vm_map_bit_growsdown || !vma->prot ||
           vpn - vma->end >= m->config.stack_guard_gap;
}

static bool within_limits(const vm_machine *m, vm_pid pid, const struct vma *stack, vm_vpn vpn)
{
    uint64_t limit = m->processes[pid].stack_limit;
    limit = limit ? limit : m->config.stack_limit;
    uint64_t more = stack->start - vpn;
    return stack->end - vpn <= limit >> m->config.page_shift && space_allows(m, stack->pid, more) &&
           more <= stack->offset &&
           (!(stack->flags & vm_map_bit_locked) || lock_allows(m, pid, more)) &&
           (!(stack->flags & vm_map_bit_account) || commit_allows(m, stack->pid, more));
}

uint32_t stack_grow(vm_machine *m, vm_tid tid, vm_pid mm, vm_vpn vpn)
{
    uint32_t v = vma_first_end_after(m, mm, vpn);
    const struct vma *stack = &m->vmas[v];
    if (!v || !(stack->flags & vm_map_bit_growsdown) || vpn < map_floor(m) ||
        !gap_kept(m, mm, v, vpn) || !within_limits(m, m->tasks[tid].pid, stack, vpn)) {
        return 0;
    }
    EMIT(m, stack_grown, .tid = tid, .vma = v, .start = vpn);
    vma_set_range(m, v, vpn, stack->end);
    return v;
}
