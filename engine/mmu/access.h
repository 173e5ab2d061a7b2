/* SPDX-License-Identifier: MIT
 * The way every access goes: TLB, walk, fault, again.
 */
#ifndef MMU_ACCESS_H
#define MMU_ACCESS_H

#include "machine/world.h"

enum access_end {
    ACCESS_DONE,
    ACCESS_SKIPPED, /* a signal's handler stepped over it */
    ACCESS_KILLED,  /* the process is gone (in the kernel: will be), or a signal's handler comes
                       first: see signal_due */
};

/* One access within one page by the running thread; *frame is where it ended. What it may need is
 * reserved (access_reserve). */
enum access_end access_page(
    vm_machine *m, vm_tid tid, vm_va va, enum vm_access access, vm_frame *frame);
/* The same for the kernel's access to user memory during a call of the thread: ACCESS_SKIPPED is a
 * bad address, and no signal. */
enum access_end access_by_kernel(
    vm_machine *m, vm_tid tid, vm_va va, enum vm_access access, vm_frame *frame);
/* access_op.c: room for accesses to so many pages */
enum vm_status access_reserve(vm_machine *m, uint64_t pages);
/* The same for accesses that follow an operation which may change what there is. */
enum vm_status access_reserve_later(vm_machine *m, uint64_t pages);

enum vm_status vm_op_access(vm_machine *m, const struct vm_op_access *op);
enum vm_status vm_op_load(vm_machine *m, const struct vm_op_load *op);
enum vm_status vm_op_store(vm_machine *m, const struct vm_op_store *op);

#endif
