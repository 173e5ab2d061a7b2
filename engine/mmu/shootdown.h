/* SPDX-License-Identifier: MIT
 * What one processor changes in a page table, the others must hear of: their TLBs may remember the
 * old entry.
 */
#ifndef MMU_SHOOTDOWN_H
#define MMU_SHOOTDOWN_H

#include "machine/world.h"
#include "mmu/tlb.h"

/* An entry that was present became less permissive, or names another frame: no processor may
 * remember it. Says tlb_drop where one did. Processors that run the address space are interrupted:
 * at once, or once for all pages at the end of a gather. */
void tlb_drop_page(vm_machine *m, vm_pid pid, vm_vpn vpn);
/* The same for all pages of an address space (Linux: flush_tlb_mm). */
void tlb_drop_process(vm_machine *m, vm_pid pid);
/* Between these, one interrupt a processor (Linux: tlb_gather_mmu, tlb_finish_mmu). They nest. */
void shootdown_gather(vm_machine *m);
void shootdown_finish(vm_machine *m);

#endif
