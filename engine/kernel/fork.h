/* SPDX-License-Identifier: MIT
 * fork: the process is copied, its memory is shared until somebody writes.
 */
#ifndef KERNEL_FORK_H
#define KERNEL_FORK_H

#include "machine/world.h"

enum vm_status vm_op_fork(vm_machine *m, const struct vm_op_fork *op);

#endif
