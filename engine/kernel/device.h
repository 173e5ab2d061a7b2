/* SPDX-License-Identifier: MIT
 * Devices: the terminal, /dev/null, /dev/zero, and memory that is none of the machine's frames.
 */
#ifndef KERNEL_DEVICE_H
#define KERNEL_DEVICE_H

#include "machine/world.h"

enum vm_status vm_op_device(vm_machine *m, const struct vm_op_device *op);

#endif
