/* SPDX-License-Identifier: MIT
 * Threads that wait for each other in a circle.
 */
#ifndef KERNEL_DEADLOCK_H
#define KERNEL_DEADLOCK_H

#include "machine/world.h"

/* A thread has begun to wait: if it waits for itself, over however many others, says so and names
 * every edge. It stays so: no thread of the circle can ever go on by itself. */
void deadlock_look(vm_machine *m, vm_tid tid);

#endif
