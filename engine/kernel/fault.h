/* SPDX-License-Identifier: MIT
 * The page-fault handler.
 */
#ifndef KERNEL_FAULT_H
#define KERNEL_FAULT_H

#include "machine/world.h"

enum fault_end {
    FAULT_RETRY,  /* run the same instruction again */
    FAULT_SKIP,   /* a signal's handler stepped over it */
    FAULT_KILLED, /* the thread does not go on: its process is gone or will be, or a handler comes
                     first */
};

/* The kernel's part of a fault of the running thread, between the trap and the return. `kernel`:
 * the kernel itself wanted the memory; a bad address is FAULT_SKIP without a signal. */
enum fault_end fault_handle(
    vm_machine *m, vm_tid tid, vm_va va, enum vm_access access, bool kernel);

/* After a trap though the page is present: it is entered where the hardware searches
 * (mmu/hashed.h).
 */
void fault_refill(vm_machine *m, vm_tid tid, vm_va va, bool kernel);
/* The same for an access that the entry would allow and the machine forbids: SIGSEGV. */
enum fault_end fault_deny(vm_machine *m, vm_tid tid, vm_va va);
/* A fault that only ends in SIGSEGV: segv_maperr, segv_accerr. */
enum fault_end fault_refuse(vm_machine *m, vm_tid tid, vm_va va, enum vm_fault kind);

#endif
