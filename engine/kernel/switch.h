/* SPDX-License-Identifier: MIT
 * The processors: which thread runs where, and what changes when another one gets the processor.
 */
#ifndef KERNEL_SWITCH_H
#define KERNEL_SWITCH_H

#include "machine/world.h"

void cpu_describe(const vm_machine *m, struct vm_events *events);
/* The row of the processor of the operation in progress; of another one. */
void cpu_put(vm_machine *m, const struct cpu *now);
void cpu_put_at(vm_machine *m, uint32_t cpu, const struct cpu *now);
void cpu_mode(vm_machine *m, enum vm_mode mode);
void cpu_mode_at(vm_machine *m, uint32_t cpu, enum vm_mode mode);

/* Makes `tid` run: on the processor where it runs already, or on the one that cpu_for chooses. It
 * is the processor of the operation in progress from then on (m->on), and the thread its runner. */
void switch_to(vm_machine *m, vm_tid tid);
/* The processor takes up a thread that is ready; who ran there until now is ready again, unless it
 * left before (task_block). */
void cpu_dispatch(vm_machine *m, uint32_t cpu, vm_tid tid);
/* Nobody runs on the processor where `tid` runs, if it runs. The last address space stays loaded
 * (Linux: lazy TLB mode); the caller gives the thread its new state. */
void cpu_idle(vm_machine *m, vm_tid tid);
/* The same for a thread that will go on one day: its registers are saved. */
void cpu_leave(vm_machine *m, vm_tid tid);
/* No processor has the page table `root` loaded any more: its process gave it up. */
void cpu_forget_space(vm_machine *m, uint32_t root);
/* Loads the page-table base of a process that runs already, after its address space was replaced.
 */
void cpu_load_space(vm_machine *m, vm_pid pid);

#endif
