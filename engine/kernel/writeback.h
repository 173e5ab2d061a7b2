/* SPDX-License-Identifier: MIT
 * Pages go to where they live on disk: file pages to their file, the others to swap.
 */
#ifndef KERNEL_WRITEBACK_H
#define KERNEL_WRITEBACK_H

#include "machine/world.h"

/* Writes the page, whoever maps it: it is clean afterwards. Entries of shared file mappings lose
 * their write bit, so that the next write is noticed (page_mkclean). A page of anonymous or shared
 * memory has its slot already (page_give_slot). Words are reserved. */
void writeback_page(vm_machine *m, vm_frame frame);
/* Dirty pages [from, to) of a file; returns how many were written. */
uint64_t writeback_file(vm_machine *m, uint32_t object, uint64_t from, uint64_t to);
/* Room for writing every dirty page of an object. */
enum vm_status writeback_reserve(vm_machine *m, uint32_t object);

#endif
