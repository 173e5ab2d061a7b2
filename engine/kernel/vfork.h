/* SPDX-License-Identifier: MIT
 * vfork: a child in its parent's memory.
 */
#ifndef KERNEL_VFORK_H
#define KERNEL_VFORK_H

#include "machine/world.h"

/* The child no longer needs what it borrowed; the parent wakes. It has no address space then. */
void vfork_leave(vm_machine *m, vm_pid child);

enum vm_status vm_op_vfork(vm_machine *m, const struct vm_op_vfork *op);

#endif
