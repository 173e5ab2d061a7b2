/* SPDX-License-Identifier: MIT
 * Sleeping until a word in user memory has changed (Linux: futex). Only who finds a lock taken, or
 * gives back one that others wait for, comes here.
 */
#ifndef KERNEL_FUTEX_H
#define KERNEL_FUTEX_H

#include "machine/world.h"

void futex_describe(const vm_machine *m, struct vm_events *events);
/* FUTEX_WAIT: the running thread goes to the end of the lock's queue and leaves its processor. va:
 * where the lock lies for it; mutex: what it needs after a condition, else 0. */
void futex_sleep(
    vm_machine *m, vm_tid tid, uint32_t lock, vm_va va, enum vm_wait_reason reason, vm_va mutex);
/* Who has waited longest, for this reason (none: any); at a mutex that passes priorities on, the
 * most urgent of them. 0: nobody. */
vm_tid futex_first(const vm_machine *m, uint32_t lock, enum vm_wait_reason reason);
/* FUTEX_WAKE, of the running thread: the way into the kernel and back. */
void futex_enter(vm_machine *m, vm_tid tid, uint32_t lock);
void futex_leave(vm_machine *m, vm_tid tid);
/* Takes a thread out of its queue and wakes it; its blocked call is complete and gives `ret`. */
void futex_wake(vm_machine *m, vm_tid tid, uint64_t ret);
/* FUTEX_CMP_REQUEUE: it goes on sleeping, in the queue of a mutex. */
void futex_requeue(vm_machine *m, vm_tid tid, uint32_t lock, vm_va va);
/* The thread ends: nobody finds it in a queue any more. */
void futex_exit(vm_machine *m, vm_tid tid);

#endif
