/* SPDX-License-Identifier: MIT
 * Starting a program: an address space for it, its segments mapped and not read.
 */
#ifndef KERNEL_EXEC_H
#define KERNEL_EXEC_H

#include "machine/world.h"

/* A root table for a process; false: no frame is to be had. Tables are reserved. */
bool process_give_root(vm_machine *m, vm_pid pid);

enum vm_status vm_op_start(vm_machine *m, const struct vm_op_start *op);
enum vm_status vm_op_execve(vm_machine *m, const struct vm_op_execve *op);

#endif
