/* SPDX-License-Identifier: MIT
 * read, write, lseek, ftruncate, fsync: the page cache on one side, user memory on the other.
 */
#ifndef KERNEL_READ_WRITE_H
#define KERNEL_READ_WRITE_H

#include "machine/world.h"

enum vm_status vm_op_read(vm_machine *m, const struct vm_op_read *op);
enum vm_status vm_op_write(vm_machine *m, const struct vm_op_write *op);
enum vm_status vm_op_lseek(vm_machine *m, const struct vm_op_lseek *op);
enum vm_status vm_op_ftruncate(vm_machine *m, const struct vm_op_ftruncate *op);
enum vm_status vm_op_fsync(vm_machine *m, const struct vm_op_fsync *op);

#endif
