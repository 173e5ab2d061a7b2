/* SPDX-License-Identifier: MIT
 * Activation records: which functions a thread is in, and what lies where in their frames. They
 * name what the stack holds, for observers and for the epilogue, which knows at which distance from
 * the frame pointer it saved a register; the values themselves lie in memory.
 */
#ifndef USERLAND_ACTIVATION_H
#define USERLAND_ACTIVATION_H

#include "machine/world.h"

void activation_describe(const vm_machine *m, struct vm_events *events);
/* Room for one frame of `words` stored words. */
enum vm_status activation_reserve(vm_machine *m, uint64_t words);
/* The innermost frame of the thread from now on. depth, words and next are its list's. */
void activation_push(vm_machine *m, vm_tid tid, const struct activation *frame);
/* The innermost frame holds the register or parameter `name` at `va`. */
void activation_note(vm_machine *m, vm_tid tid, enum vm_stack_word kind, vm_va va, uint32_t name);
void activation_pop(vm_machine *m, vm_tid tid);
void activations_drop(vm_machine *m, vm_tid tid); /* the thread or its program ended */

/* fork: the child's thread is in the same functions. */
enum vm_status activations_reserve_copy(vm_machine *m, vm_tid from);
void activations_copy(vm_machine *m, vm_tid from, vm_tid to);

#endif
