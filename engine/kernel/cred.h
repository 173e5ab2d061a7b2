/* SPDX-License-Identifier: MIT
 * Who may do what: users, groups, file modes, limits.
 */
#ifndef KERNEL_CRED_H
#define KERNEL_CRED_H

#include "machine/world.h"

/* The process may use the file so (`want`: vm_prot_bit_*). */
bool may_open(const vm_machine *m, vm_pid pid, uint32_t object, uint8_t want);

enum vm_status vm_op_attributes(vm_machine *m, const struct vm_op_attributes *op);
enum vm_status vm_op_setuid(vm_machine *m, const struct vm_op_setuid *op);
enum vm_status vm_op_setrlimit(vm_machine *m, const struct vm_op_setrlimit *op);

#endif
