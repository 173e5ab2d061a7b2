/* SPDX-License-Identifier: MIT
 * Shared memory (Linux: mm/shmem.c): pages that belong to an object, not to an address space. Its
 * disk is swap: the object holds the slots.
 */
#ifndef KERNEL_SHMEM_H
#define KERNEL_SHMEM_H

#include "machine/world.h"

/* Shared memory of `bytes`, nobody's yet (object_hold). Reserved: one object, cache_reserve. */
uint32_t shmem_new(vm_machine *m, uint32_t name, uint64_t bytes);
/* The frame with a page, for the kernel and for faults: found, read from swap, or a fresh one full
 * of zeros; VM_NO_FRAME: no memory. *disk: it came from swap. */
vm_frame shmem_get(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index, bool *disk);
/* The page is in a swap slot and not in memory: getting it waits for the disk. */
bool shmem_on_disk(const vm_machine *m, uint32_t object, uint64_t index);
/* The object no longer needs the slot of a page, if it has one. */
void shmem_forget_slot(vm_machine *m, uint32_t object, uint64_t index);
/* Pages that exist, in memory or in swap. */
uint64_t shmem_pages(const vm_machine *m, uint32_t object);

#endif
