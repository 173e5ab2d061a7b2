/* SPDX-License-Identifier: MIT
 * The kernel's half of every address space: tables that all processes share.
 */
#ifndef KERNEL_KERNEL_SPACE_H
#define KERNEL_KERNEL_SPACE_H

#include "machine/world.h"

/* At the machine's start, before any process: where the user's part ends, and the shared tables. */
enum vm_status kernel_space_build(vm_machine *m);
/* The root of a new address space gets its entry for the kernel's half, if the machine has one. */
void kernel_space_share(vm_machine *m, vm_pid pid, uint32_t root);
/* The entry of a page of the kernel's half; 0: none. */
uint64_t kernel_pte(const vm_machine *m, vm_vpn vpn);
/* The page of the address space that an address means; false: the address is not canonical. */
bool canonical(const vm_machine *m, vm_va va, vm_vpn *vpn);

#endif
