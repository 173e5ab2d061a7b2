/* SPDX-License-Identifier: MIT
 * madvise: what a program says about the pages it will, or will no longer, use.
 */
#ifndef KERNEL_MADVISE_H
#define KERNEL_MADVISE_H

#include "machine/world.h"

enum vm_status vm_op_madvise(vm_machine *m, const struct vm_op_madvise *op);

#endif
