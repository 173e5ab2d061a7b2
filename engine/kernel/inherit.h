/* SPDX-License-Identifier: MIT
 * Priority inheritance: who holds up others runs at the priority of the most urgent of them.
 */
#ifndef KERNEL_INHERIT_H
#define KERNEL_INHERIT_H

#include "machine/world.h"

/* What the priority of a thread must be: its own, or the highest of those that wait for a mutex of
 * its that passes priorities on. */
uint8_t inherit_priority(const vm_machine *m, vm_tid tid);
/* Sets it, and that of the thread it waits for, and so on (Linux: rt_mutex_adjust_prio_chain). To
 * be called after its own priority, what it owns or who waits has changed; 0 and threads that have
 * ended are left alone. */
void inherit_update(vm_machine *m, vm_tid tid);
/* The same after setpriority: who keeps the thread waiting learns of it, too. */
void inherit_own(vm_machine *m, vm_tid tid);

#endif
