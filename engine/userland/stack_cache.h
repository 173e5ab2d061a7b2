/* SPDX-License-Identifier: MIT
 * Stacks that no thread uses and that the library keeps for the next one.
 */
#ifndef USERLAND_STACK_CACHE_H
#define USERLAND_STACK_CACHE_H

#include "machine/world.h"

void stack_cache_describe(const vm_machine *m, struct vm_events *events);
/* Room for one stack more, and for freeing all that the cache must then give up. */
enum vm_status stack_cache_reserve(vm_machine *m, vm_tid tid);
/* The thread gives a stack back (queue_stack): it is the newest in the cache. */
void stack_cache_put(vm_machine *m, vm_tid tid, const struct thread_stack *stack);
/* A new stack was mapped where one of the cache was: the program had unmapped that itself. */
void stack_cache_forget(vm_machine *m, vm_pid mm, const struct thread_stack *stack);
bool stack_cache_full(const vm_machine *m, vm_tid tid);
/* Unmaps the oldest until the rest is within the limit (__nptl_free_stacks), but for the one with
 * this thread pointer, on which somebody still runs; 0: nobody. `tid` runs. */
void stack_cache_trim(vm_machine *m, vm_tid tid, vm_va but);
/* A stack of at least so many bytes, guard included (get_cached_stack); false: none fits. */
bool stack_cache_take(vm_machine *m, vm_tid tid, uint64_t bytes, struct thread_stack *out);

/* fork: the child has the stacks of all threads, and only one thread (__nptl_reclaim_stacks). */
enum vm_status stack_cache_reserve_copy(vm_machine *m, vm_pid parent);
void stack_cache_copy(vm_machine *m, vm_tid parent, vm_pid child);
void stack_cache_drop(vm_machine *m, vm_pid mm); /* with the memory */

#endif
