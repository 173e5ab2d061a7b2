/* SPDX-License-Identifier: MIT
 * One fault being handled (Linux: struct vm_fault), and the files that handle its kinds. For
 * fault*.c and populate.c only. A handler says false when no frame was to be had.
 */
#ifndef KERNEL_FAULT_IN_H
#define KERNEL_FAULT_IN_H

#include "machine/world.h"

struct fault_in {
    vm_tid tid;
    vm_pid pid; /* whom it is charged to */
    vm_pid mm;  /* whose mappings and tables */
    vm_vpn vpn;
    bool store;
    bool populate; /* the kernel faults ahead of the program: no trap, no signal */
    uint32_t v;
    const struct vma *vma; /* of this arena: mappings are not moved while a fault is handled */
};

/* The page's number within what stands behind the mapping. */
static inline uint64_t fault_index(const struct fault_in *in)
{
    return in->vma->offset + (in->vpn - in->vma->start);
}

/* The mapping's pages go back to their object; what is written there is everybody's. */
static inline bool fault_shared(const struct fault_in *in)
{
    return in->vma->flags & (vm_map_bit_shared | vm_map_bit_pages);
}

/* Names the fault and counts it as minor or major. */
void fault_note(vm_machine *m, const struct fault_in *in, enum vm_fault kind);
/* The mapping is found and its rights allow the access. */
bool fault_resolve(vm_machine *m, struct fault_in *in);

/* The page lies behind the end of its file. */
bool fault_past_end(const vm_machine *m, const struct fault_in *in);

bool fault_anon(vm_machine *m, const struct fault_in *in); /* do_anonymous_page */
bool fault_file(vm_machine *m, const struct fault_in *in); /* do_fault */
/* A read behind the end of a file: the pages before the end, around it, are mapped all the same. */
void fault_around_end(vm_machine *m, const struct fault_in *in);
bool fault_swap(vm_machine *m, const struct fault_in *in, uint64_t entry);  /* do_swap_page */
bool fault_write(vm_machine *m, const struct fault_in *in, uint64_t entry); /* do_wp_page */
/* A frame for a private page, while `keep` must not be the victim; VM_NO_FRAME: none. */
vm_frame fault_frame(vm_machine *m, const struct fault_in *in, vm_frame keep);
/* A private copy of `from` in `to` becomes the page; `from` may be mapped there read-only already.
 */
void fault_copy(vm_machine *m, const struct fault_in *in, vm_frame from, vm_frame to);

#endif
