/* SPDX-License-Identifier: MIT
 * msync: changed pages of a mapped file go to disk.
 */
#ifndef KERNEL_MSYNC_H
#define KERNEL_MSYNC_H

#include "machine/world.h"

enum vm_status vm_op_msync(vm_machine *m, const struct vm_op_msync *op);

#endif
