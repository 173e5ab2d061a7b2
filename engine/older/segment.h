/* SPDX-License-Identifier: MIT
 * Segments of processes: the rows, and finding them.
 */
#ifndef OLDER_SEGMENT_H
#define OLDER_SEGMENT_H

#include "machine/world.h"

void segment_describe(const vm_machine *m, struct vm_events *events);
void segment_put(vm_machine *m, uint32_t segment, const struct segment_register *now);
uint32_t segment_new(vm_machine *m, const struct segment_register *now); /* room is reserved */
uint32_t segment_of(const vm_machine *m, vm_pid pid, uint32_t number);   /* 0: none */
uint32_t segment_of_piece(const vm_machine *m, uint32_t piece);          /* the first; 0: none */
uint32_t segment_piece(const vm_machine *m, const struct segment_register *segment);
/* What its base register says when it lies in this piece: one that grows down is at its end. */
vm_pa segment_base(const struct piece *piece, bool down);
uint64_t segment_most(const vm_machine *m); /* bytes that a segment can have */
uint32_t segment_numbers(const vm_machine *m);
/* The lowest address of a process that lies in it. */
vm_va segment_address(const vm_machine *m, const struct segment_register *segment);

/* What the hardware makes of an address. */
struct translation {
    uint32_t segment, number;
    uint64_t offset;
    bool fits;
    enum vm_trap_reason reason; /* when it does not */
    vm_pa pa;
};
struct translation segment_translate(
    const vm_machine *m, vm_pid pid, vm_va va, uint64_t bytes, enum vm_access access);

#endif
