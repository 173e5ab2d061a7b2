/* SPDX-License-Identifier: MIT
 * Placement: which addresses a mapping gets.
 */
#ifndef KERNEL_MMAP_PLACE_H
#define KERNEL_MMAP_PLACE_H

#include "kernel/mmap.h"

vm_vpn map_floor(const vm_machine *m); /* vm.mmap_min_addr, in pages */
/* The highest gap of `pages` below the process's map_top, or failing that the lowest in the upper
 * two thirds of the space; where a process has a map_base, the lowest from there on. False: there
 * is none. */
bool map_gap(const vm_machine *m, vm_pid mm, uint64_t pages, vm_vpn *out);
/* Where a request goes; false: nowhere. */
bool map_place(
    const vm_machine *m, vm_pid mm, const struct map_request *request, uint64_t pages, vm_vpn *out);

#endif
