/* SPDX-License-Identifier: MIT
 * What machines without pages do where others use their pages.
 */
#ifndef OLDER_ACCESS_H
#define OLDER_ACCESS_H

#include "machine/world.h"

bool older_allows(const vm_machine *m, const struct vm_op *op); /* has this machine it at all? */
enum vm_status older_start(vm_machine *m, const struct vm_op_start *op);
enum vm_status older_access(vm_machine *m, const struct vm_op_access *op);
/* The physical address of a process's, if it has one. */
bool older_translate(const vm_machine *m, vm_pid pid, vm_va va, vm_pa *pa);

#endif
