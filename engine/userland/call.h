/* SPDX-License-Identifier: MIT
 * Calls of functions, as the compiled code makes them: frames on the stack, by ordinary accesses.
 */
#ifndef USERLAND_CALL_H
#define USERLAND_CALL_H

#include "machine/world.h"

enum vm_status vm_op_call(vm_machine *m, const struct vm_op_call *op);
/* VM_INVALID when the thread is in no function. */
enum vm_status vm_op_ret(vm_machine *m, const struct vm_op_ret *op);

#endif
