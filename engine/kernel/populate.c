/* SPDX-License-Identifier: MIT
 * Populate (Linux: populate_vma_page_range, faultin_page): the faults of a loop over the pages,
 * taken inside the kernel in one go. Nobody traps, so `faults` stays; minor and major count.
 */
#include "kernel/populate.h"

#include "kernel/fault_in.h"
#include "kernel/vma.h"
#include "mmu/table.h"

/* A present entry that allows the access needs nothing. */
static bool satisfied(const vm_machine *m, const struct fault_in *in)
{
    uint64_t entry = pte_get(m, in->mm, in->vpn);
    return entry & vm_pte_bit_present && (!in->store || entry & vm_pte_bit_writable);
}

static enum populate_end one(vm_machine *m, struct fault_in *in)
{
    in->v = vma_find(m, in->mm, in->vpn);
    if (!in->v) {
        return POPULATE_HOLE;
    }
    in->vma = &m->vmas[in->v];
    if (!(vma_allows(m, in->vma, in->store ? vm_access_store : vm_access_load))) {
        return POPULATE_DENIED;
    }
    if (satisfied(m, in)) {
        return POPULATE_DONE;
    }
    if (fault_past_end(m, in)) {
        return POPULATE_BUS;
    }
    return fault_resolve(m, in) ? POPULATE_DONE : POPULATE_NOMEM;
}

enum populate_end populate_range(vm_machine *m, vm_tid tid, vm_vpn start, vm_vpn end, bool write)
{
    vm_pid pid = m->tasks[tid].pid;
    struct fault_in in = {
        .tid = tid, .pid = pid, .mm = mm_of(m, pid), .store = write, .populate = true};
    enum populate_end done = POPULATE_DONE;
    for (in.vpn = start; in.vpn < end && done == POPULATE_DONE; in.vpn++) {
        done = one(m, &in);
    }
    return done;
}
