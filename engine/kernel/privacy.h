/* SPDX-License-Identifier: MIT
 * Whose stack an address is on. To hardware and Linux all stacks of a process are alike; only in
 * the strict mode of this machine is a thread's stack its own.
 */
#ifndef KERNEL_PRIVACY_H
#define KERNEL_PRIVACY_H

#include "machine/world.h"

/* The process has created threads: only then is there anything to ask. */
static inline bool has_threads(const vm_machine *m, vm_tid tid)
{
    return m->tasks[m->processes[m->tasks[tid].pid].task].next_number > 1;
}

static inline bool stacks_strict(const vm_machine *m)
{
    return m->config.stacks == vm_stacks_strict;
}

/* The other thread on whose stack `va` lies; 0: it is on none, or on the thread's own. */
vm_tid stack_of_other(const vm_machine *m, vm_tid tid, vm_va va);

#endif
