/* SPDX-License-Identifier: MIT
 * System calls that wait, and how they go on. The operation that makes one possible completes it:
 * after its own work, each thread whose call can go on is switched to, in the order of waiting, and
 * ends its call with its own page table. A call that has ended may let the next one go on.
 */
#ifndef KERNEL_PENDING_H
#define KERNEL_PENDING_H

#include "machine/world.h"

enum pending_end {
    PENDING_DONE,   /* the answer is what was done, or the error */
    PENDING_WAITS,  /* for what *reason says */
    PENDING_KILLED, /* no memory: the process dies when the operation ends */
};

struct pending_answer {
    enum vm_errno_code error;   /* PENDING_DONE: why no more was done */
    enum vm_wait_reason reason; /* PENDING_WAITS */
};

void pending_describe(const vm_machine *m, struct vm_events *events);
/* Room for whatever goes on after the operation that is about to begin; it is set aside. */
enum vm_status pending_reserve(vm_machine *m);
/* A call that begins: as far as it goes, then its answer, or the thread waits. */
void pending_begin(vm_machine *m, vm_tid tid, const struct pending *call);
bool pending_can_go_on(const vm_machine *m, const struct pending *call);
/* All calls that can go on, until none can. */
void pending_run(vm_machine *m);
/* The thread ends: its call is not continued. */
void pending_forget(vm_machine *m, vm_tid tid);
/* A signal comes first: the call answers what was done, or EINTR. The thread can run. */
void pending_interrupt(vm_machine *m, vm_tid tid);
/* Bytes that a pipe or a queue can carry within one operation, of those that a call wants. */
uint64_t pending_most(const vm_machine *m, uint32_t object, uint64_t bytes);

#endif
