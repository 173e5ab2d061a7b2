/* SPDX-License-Identifier: MIT
 * Interrupts: the third way into the kernel, besides system calls and faults.
 */
#ifndef KERNEL_INTERRUPT_H
#define KERNEL_INTERRUPT_H

#include "machine/world.h"

/* A processor stops between two instructions and enters the kernel; what it was in before. */
enum vm_mode interrupt_begin(vm_machine *m, uint32_t cpu, enum vm_interrupt cause);
/* It goes back to whoever it runs now. */
void interrupt_end(vm_machine *m, uint32_t cpu, enum vm_mode before);

enum vm_status vm_op_tick(vm_machine *m, const struct vm_op_tick *op);

#endif
