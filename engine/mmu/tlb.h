/* SPDX-License-Identifier: MIT
 * The translation lookaside buffer of each processor: sets of ways, tagged by ASID where the
 * machine has them. A flush changes the epoch: an entry of another epoch is not valid. What is said
 * here of the TLB is said of that of the operation's processor; mmu/shootdown.h is about the
 * others.
 */
#ifndef MMU_TLB_H
#define MMU_TLB_H

#include "machine/world.h"
#include "mmu/table.h"

void tlb_describe(const vm_machine *m, struct vm_events *events);
/* The index of the entry that maps a page in the present address space, or -1. */
int tlb_find(const vm_machine *m, vm_vpn vpn);
void tlb_use(vm_machine *m, int index); /* notes the use */
/* Where a page's entry goes in `set`: where it is, a free place, or that of the entry used least
 * recently. */
uint32_t tlb_choose(const vm_machine *m, uint32_t set, uint16_t asid, vm_vpn vpn);
/* The entry of a page; of a huge page it stands for all of it. */
void tlb_fill(vm_machine *m, uint32_t index, uint16_t asid, vm_vpn vpn, uint64_t pte);
void tlb_set_pte(vm_machine *m, int index, uint64_t pte);
/* Forgets one page of a process, if it is there (a huge page: all of it); says so with tlb_drop. An
 * entry that only gained rights need not leave other processors' TLBs. */
void tlb_drop_local(vm_machine *m, vm_pid pid, vm_vpn vpn);
/* Some processor's: forgets all pages of a process, and says so. */
void tlb_flush_process(vm_machine *m, uint32_t cpu, vm_pid pid);
/* The same for a processor that does not run the process now: nobody interrupts it. */
void tlb_flush_absent(vm_machine *m, uint32_t cpu, vm_pid pid);
/* The entry of a page in some processor's TLB, from `from` on (0: the first); UINT32_MAX: none. */
uint32_t tlb_holds(const vm_machine *m, uint32_t cpu, vm_pid pid, vm_vpn vpn, uint32_t from);
/* It leaves; the caller has said so. */
void tlb_clear(vm_machine *m, uint32_t index);
/* The place within its processor's TLB. */
static inline uint32_t tlb_place(const vm_machine *m, uint32_t index)
{
    return index % m->tlb_each;
}

/* The set in which a page's entry stands, if it maps as many pages as `pte` does. */
static inline uint32_t tlb_set_of(const vm_machine *m, vm_vpn vpn, uint64_t pte)
{
    vm_vpn number = pte & vm_pte_bit_huge ? vpn >> m->shift[2] : vpn;
    return (uint32_t)number & (m->config.tlb_sets - 1);
}

/* A flush (another epoch) spares what is global. */
static inline bool tlb_valid_at(const vm_machine *m, uint32_t cpu, const struct tlb_entry *entry)
{
    return entry->pte && (entry->epoch == m->cpus[cpu].epoch || entry->pte & vm_pte_bit_global);
}
static inline bool tlb_valid(const vm_machine *m, const struct tlb_entry *entry)
{
    return tlb_valid_at(m, m->on, entry);
}

/* The entry answers for a page in the present address space. */
static inline bool tlb_means(const vm_machine *m, const struct tlb_entry *entry, vm_vpn vpn)
{
    return entry->vpn == (vpn & ~pte_span(m, entry->pte)) && tlb_valid(m, entry) &&
           (entry->asid == cpu_of(m)->asid || entry->pte & vm_pte_bit_global);
}

#endif
