/* SPDX-License-Identifier: MIT
 * Invariants of the processors' TLBs against the page tables.
 */
#include "kernel/kernel_space.h"
#include "machine/check.h"
#include "machine/world.h"
#include "mmu/table.h"
#include "mmu/tlb.h"

/* Whose page an entry of some processor's TLB translates. */
static vm_pid process_of(const vm_machine *m, uint32_t cpu, uint16_t asid)
{
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        const struct process *process = &m->processes[pid];
        bool own = m->config.asids ? process->asid == asid : process->root == m->cpus[cpu].root;
        if (own && process->root) {
            return pid;
        }
    }
    return 0;
}

/* An entry that is stricter than the table is fine: that costs a fault for nothing. */
static const char *check_entry(const vm_machine *m, uint32_t cpu, const struct tlb_entry *e)
{
    const uint64_t rights = vm_pte_bit_present | vm_pte_bit_writable | vm_pte_bit_user |
                            vm_pte_bit_huge | vm_pte_bit_dirty;
    bool global = e->pte & vm_pte_bit_global;
    vm_pid pid = global ? 0 : process_of(m, cpu, e->asid);
    uint64_t entry = global ? kernel_pte(m, e->vpn) : pid ? pte_get(m, pid, e->vpn) : 0;
    if (!entry || pte_number(entry) != pte_number(e->pte) || (e->pte & rights & ~entry) ||
        (entry & ~e->pte & vm_pte_bit_no_execute)) {
        return "27: the TLB gives nothing that the page table does not";
    }
    return NULL;
}

const char *check_tlbs(const vm_machine *m)
{
    for (uint32_t i = 0; i < m->tlb_n; i++) {
        uint32_t cpu = i / m->tlb_each;
        const struct tlb_entry *e = &m->tlb[i];
        if (e->leaving) {
            return "88: no entry is on its way out of a TLB when an operation has ended";
        }
        const char *problem = tlb_valid_at(m, cpu, e) ? check_entry(m, cpu, e) : NULL;
        if (problem) {
            return problem;
        }
    }
    bool quiet = !m->shootdown.depth && !m->shootdown.targets && !m->shootdown.pages;
    return quiet ? NULL : "89: every processor has been told what it must forget";
}
