/* SPDX-License-Identifier: MIT
 * The data-race detector: vector clocks and the last accesses of every word (Djit+ by Pozniansky
 * and Schuster; FastTrack by Flanagan and Freund, PLDI 2009). It observes: nothing a program can
 * see depends on it. While a machine has had one thread only, it keeps nothing.
 *
 * Whoever orders threads calls the functions below, in any operation, as often as it likes: the
 * door has reserved what they need, and nothing fails. An edge is a release by the one that was
 * first and an acquire of the same key by the other.
 */
#ifndef RACE_RACE_H
#define RACE_RACE_H

#include "machine/world.h"

/* What threads meet at. */
struct race_key {
    uint64_t space, word;
};
enum race_thing {
    RACE_MEMORY = 1,  /* id: an address space */
    RACE_SHARED,      /* id: the object behind shared memory */
    RACE_READERS,     /* beside RACE_MEMORY, for the readers of a lock there */
    RACE_READERS_SHM, /* beside RACE_SHARED */
    RACE_OBJECT,      /* id: a pipe, a message queue, a file */
    RACE_SIGNAL       /* id: the process that gets one, whichever thread takes it */
};
static inline struct race_key race_thing(enum race_thing thing, uint64_t id)
{
    return (struct race_key){(uint64_t)thing << 32 | id, 0};
}
/* The word at va as all who share it know it, whatever address they see it at. */
struct race_key race_word(const vm_machine *m, vm_tid tid, vm_va va);
/* The word of a lock that the observer knows (kernel/lock.c). */
struct race_key race_lock(const vm_machine *m, uint32_t lock);
/* Beside it: what readers of the lock there leave behind for the next writer, but not for readers.
 */
struct race_key race_readers(const vm_machine *m, uint32_t lock);

/* All that tid has done so far comes before what those do that acquire the key later. */
void race_release(vm_machine *m, vm_tid tid, struct race_key key);
void race_acquire(vm_machine *m, vm_tid tid, struct race_key key);
/* pthread_create, fork: what the parent did comes before all that the child does. */
void race_fork(vm_machine *m, vm_tid parent, vm_tid child);
/* pthread_join, wait: all that the ended thread did comes before what the waiter does from now on.
 */
void race_join(vm_machine *m, vm_tid waiter, vm_tid ended);

/* An access to the word at va, after it was done; says so when it races. */
void race_access(vm_machine *m, vm_tid tid, vm_va va, enum vm_access access);
/* The kernel or memcpy reads or writes [va, va + bytes) for the thread: its first words are
 * watched, without those of which it has some bytes only. */
void race_range(vm_machine *m, vm_tid tid, vm_va va, uint64_t bytes, enum vm_access access);
/* An indivisible one: it races with plain ones only, and orders (load: acquire; store: release; a
 * reading and writing one: both). */
void race_atomic(vm_machine *m, vm_tid tid, vm_va va, enum vm_atomic atomic);
/* [start, end) of an address space is new memory: what was done there before is no matter. */
void race_forget(vm_machine *m, vm_pid mm, vm_va start, vm_va end);

/* The door's: room for what one operation can need. `line` is the scenario's. */
enum vm_status race_begin(vm_machine *m, uint32_t line);

#endif
