/* SPDX-License-Identifier: MIT
 * Operations in one line for the tests of the kernel's calls: DO(m, close, .tid = 1, .fd = 3)
 * applies one that is not refused and gives its result; ERRNO(ebadf) is the result of a call that
 * fails so.
 */
#ifndef SUPPORT_MACHINE_H
#define SUPPORT_MACHINE_H

#include "vm/vm.h"

#define DO(m, name, ...)                                                                           \
    machine_do(m, &(const struct vm_op){.kind = vm_op_kind_##name, .u.name = {__VA_ARGS__}})
#define ERRNO(name) (UINT64_MAX - vm_errno_code_##name + 1)

/* An x86-64 machine with tables outside the frames, one kernel frame (the zero page), some swap. */
vm_machine *machine_x86(uint32_t frames);
uint64_t machine_do(vm_machine *m, const struct vm_op *op);
/* How often a happening occurs in the events of one operation that is not refused. */
size_t machine_count(vm_machine *m, const struct vm_op *op, enum vm_event_kind happening);

#endif
