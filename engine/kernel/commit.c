/* SPDX-License-Identifier: MIT
 * Promises and limits (Linux: mm/util.c's __vm_enough_memory, may_expand_vm, mlock_future_ok). The
 * sum of promises itself, the counter `committed`, is kept by vma.c and shmem.c.
 */
#include "kernel/commit.h"

#include "kernel/vma.h"

/* admin_reserve_kbytes and user_reserve_kbytes begin as 3 % of memory, 8 and 128 MiB at most. */
static uint64_t reserve(const vm_machine *m, uint64_t most_bytes)
{
    uint64_t part = m->config.frames / 32, most = most_bytes >> m->config.page_shift;
    return part < most ? part : most;
}

uint64_t commit_limit(const vm_machine *m)
{
    return (uint64_t)m->config.frames * m->config.overcommit_ratio / 100 + m->config.slots;
}

static bool never_allows(const vm_machine *m, vm_pid mm, uint64_t more)
{
    uint64_t limit = commit_limit(m);
    uint64_t kept = capable(m, mm) ? 0 : reserve(m, UINT64_C(8) << 20);
    uint64_t share = space_pages(m, mm) / 32, user = reserve(m, UINT64_C(128) << 20);
    kept += share < user ? share : user;
    uint64_t promised = m->counter[vm_counter_committed];
    return more <= limit && promised + more + kept < limit;
}

bool commit_allows(const vm_machine *m, vm_pid mm, uint64_t more)
{
    switch (m->config.overcommit) {
    case vm_overcommit_never:
        return !more || never_allows(m, mm, more);
    case vm_overcommit_heuristic: /* a page on paper is no promise: only what is used counts */
        return on_paper(m) || more <= (uint64_t)m->config.frames + m->config.slots;
    case vm_overcommit_always:
    case vm_overcommit_count:
        break;
    }
    return true;
}

bool commit_allows_copy(const vm_machine *m, vm_pid mm)
{
    uint64_t all = 0;
    for (uint32_t v = m->processes[mm].first_vma; v; v = m->vmas[v].next) {
        const struct vma *vma = &m->vmas[v];
        if (!(vma->flags & vm_map_bit_account) || vma->flags & vm_map_bit_dontfork) {
            continue;
        }
        uint64_t pages = vma->end - vma->start;
        all += pages;
        bool sum = m->config.overcommit == vm_overcommit_never;
        if (!commit_allows(m, mm, sum ? all : pages)) { /* the heuristic looks at each alone */
            return false;
        }
    }
    return true;
}

uint64_t space_pages(const vm_machine *m, vm_pid mm)
{
    uint64_t pages = 0;
    for (uint32_t v = m->processes[mm].first_vma; v; v = m->vmas[v].next) {
        pages += m->vmas[v].end - m->vmas[v].start;
    }
    return pages;
}

uint64_t locked_pages(const vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end)
{
    uint64_t pages = 0;
    for (uint32_t v = vma_first_end_after(m, mm, start); v && m->vmas[v].start < end;
         v = m->vmas[v].next) {
        const struct vma *vma = &m->vmas[v];
        vm_vpn from = vma->start > start ? vma->start : start, to = vma->end < end ? vma->end : end;
        pages += vma->flags & vm_map_bit_locked ? to - from : 0;
    }
    return pages;
}

bool space_allows(const vm_machine *m, vm_pid pid, uint64_t more)
{
    uint64_t limit = m->processes[pid].space_limit;
    return !limit || space_pages(m, mm_of(m, pid)) + more <= limit >> m->config.page_shift;
}

bool lock_allows(const vm_machine *m, vm_pid pid, uint64_t more)
{
    uint64_t limit = m->processes[pid].lock_limit;
    return !limit || capable(m, pid) ||
           locked_pages(m, mm_of(m, pid), 0, m->user_end) + more <= limit >> m->config.page_shift;
}

bool is_accountable(uint8_t prot, uint32_t flags)
{
    return prot & vm_prot_bit_write && !(flags & (vm_map_bit_shared | vm_map_bit_noreserve));
}
