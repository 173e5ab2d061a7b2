/* SPDX-License-Identifier: MIT
 * The calls that change an address space.
 */
#ifndef KERNEL_MMAP_H
#define KERNEL_MMAP_H

#include "machine/world.h"

enum vm_status vm_op_mmap(vm_machine *m, const struct vm_op_mmap *op);
enum vm_status vm_op_munmap(vm_machine *m, const struct vm_op_munmap *op);
enum vm_status vm_op_mprotect(vm_machine *m, const struct vm_op_mprotect *op);
enum vm_status vm_op_brk(vm_machine *m, const struct vm_op_brk *op);

#endif
