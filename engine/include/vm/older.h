/* SPDX-License-Identifier: MIT
 * Questions to machines without pages. Nothing here has an effect; a machine with pages has none of
 * it.
 */
#ifndef VM_OLDER_H
#define VM_OLDER_H

#include "vm/vm.h"

/* Bytes, but `holes`, which is how many there are; `largest` is the largest of them. */
struct vm_space {
    uint64_t holes, free, largest;
    uint64_t used;     /* of pieces in use, slabs among them */
    uint64_t internal; /* of these not asked for: rounding, headers, free objects of slabs */
};
void vm_space_of(const vm_machine *machine, struct vm_space *out);
/* The i-th hole, from 0, in the order of its list; of buddies the lists of small blocks come first.
 * False: there are not so many. */
bool vm_hole_at(const vm_machine *machine, uint64_t i, vm_pa *at, uint64_t *bytes);

struct vm_segment_view {
    uint32_t number;
    vm_va start; /* its lowest address */
    vm_pa base;
    uint64_t bytes;
    uint8_t prot; /* vm_prot_bit_* */
    bool down;    /* it grows towards lower addresses, as a stack does */
    bool present; /* it is in memory, not swapped out */
};
/* The segment that an address of the process names, or that has a number. False: none. */
bool vm_segment_at(const vm_machine *machine, vm_pid pid, vm_va va, struct vm_segment_view *out);
bool vm_segment_numbered(
    const vm_machine *machine, vm_pid pid, uint32_t number, struct vm_segment_view *out);
/* Slabs of a cache, and its objects in use: Bonwick, "The slab allocator: an object-caching kernel
 * memory allocator", USENIX Summer 1994. False: there is no such cache. */
bool vm_cache_at(const vm_machine *machine, uint64_t cache, uint64_t *slabs, uint64_t *objects);

#endif
