/* SPDX-License-Identifier: MIT
 * What the observer knows of the words that threads agree on: their names, who holds them, who
 * waits. The program and the kernel go by the words themselves.
 */
#ifndef KERNEL_LOCK_H
#define KERNEL_LOCK_H

#include "machine/world.h"

#define LOCKS_MAX 4096 /* different ones of a run at a time */

void lock_describe(const vm_machine *m, struct vm_events *events);
/* Room for `more` locks that nobody has used yet. */
enum vm_status lock_reserve(vm_machine *m, uint64_t more);
/* The lock at an address of an address space; 0: it was not used yet. */
uint32_t lock_find(const vm_machine *m, vm_pid mm, vm_va va, enum vm_lock_kind kind);
/* The same; unknown ones are noted (one is reserved). A name that is not 0 is kept. */
uint32_t lock_get(vm_machine *m, vm_pid mm, vm_va va, enum vm_lock_kind kind, uint64_t name);
/* Who holds it now; a mutex whose owner inherits priorities passes them on. */
void lock_hold(vm_machine *m, uint32_t id, vm_tid owner, uint64_t holders);
void lock_set_inherit(vm_machine *m, uint32_t id, bool inherit);
void lock_set_waiters(vm_machine *m, uint32_t id, uint32_t waiters);

/* Pages of an address space are given up, an object of shared memory, or the last thread that
 * waited: locks there that nobody waits for are forgotten. */
void lock_drop_range(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end);
void lock_drop_object(vm_machine *m, uint32_t object);
void lock_drop_unused(vm_machine *m, uint32_t id);

#endif
