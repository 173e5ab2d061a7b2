/* SPDX-License-Identifier: MIT
 * Who waits for a processor, and who for something else. One run queue for all processors (OSTEP,
 * section 10.4, single-queue scheduling); Linux has one a processor and balances them.
 */
#ifndef KERNEL_SCHEDULE_H
#define KERNEL_SCHEDULE_H

#include "machine/world.h"

/* The processor on which a thread would run next: where it runs already; else where it ran last, if
 * that one is idle and allowed; else the idle one with the lowest number; else the one where it ran
 * last, or the lowest it may use, and who runs there must give way. */
uint32_t cpu_for(const vm_machine *m, vm_tid tid);
bool cpu_allowed(const vm_machine *m, vm_tid tid, uint32_t cpu);

/* The thread waits for something: it leaves its processor, which is idle then, and counts a
 * voluntary switch. Says `waiting`. */
void task_block(vm_machine *m, vm_tid tid, enum vm_wait_reason reason, uint64_t waits_for);
/* What it waited for has happened: says `woken`, and it stands at the tail of the run queue. Its
 * call is complete, `ret` is the call's result. A thread that does not wait is left alone. */
void task_wake(vm_machine *m, vm_tid tid, uint64_t ret);
/* The thread has ended (state ended or exited): it leaves its processor. */
void task_end(vm_machine *m, vm_tid tid, enum vm_task_state state);
/* Affinity and own priority go from a thread to one that it creates (Linux: sched_fork). */
void task_inherit(vm_machine *m, vm_tid from, vm_tid to);

enum vm_status vm_op_yield(vm_machine *m, const struct vm_op_yield *op);
enum vm_status vm_op_setpriority(vm_machine *m, const struct vm_op_setpriority *op);
enum vm_status vm_op_setaffinity(vm_machine *m, const struct vm_op_setaffinity *op);

#endif
