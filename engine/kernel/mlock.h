/* SPDX-License-Identifier: MIT
 * mlock and munlock.
 */
#ifndef KERNEL_MLOCK_H
#define KERNEL_MLOCK_H

#include "machine/world.h"

enum vm_status vm_op_mlock(vm_machine *m, const struct vm_op_mlock *op);
enum vm_status vm_op_munlock(vm_machine *m, const struct vm_op_munlock *op);

/* Brings in every page of [start, end) that its mapping lets be read or written, as MAP_POPULATE
 * and mlock do: a private writable mapping is written to, so that no copy is left for later. Says
 * why it stopped early. access_reserve is the caller's. */
enum vm_errno_code populate_mapped(vm_machine *m, vm_tid tid, vm_vpn start, vm_vpn end);
/* mlock_vma_pages_range: the frames that [start, end) maps follow what their mappings say. */
void lock_frames(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end);

#endif
