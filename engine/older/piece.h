/* SPDX-License-Identifier: MIT
 * Memory in pieces: the rows that every allocator of this folder shares.
 */
#ifndef OLDER_PIECE_H
#define OLDER_PIECE_H

#include "machine/world.h"

#define HOLE_LISTS 41 /* of buddies: one for each power of two up to 2^40 */

bool pieces_begin(vm_machine *m); /* all of it is free; false: no memory of the host */
void piece_describe(const vm_machine *m, struct vm_events *events);
/* Room for `more` further pieces. */
enum vm_status pieces_reserve(vm_machine *m, uint64_t more);

uint32_t piece_at(const vm_machine *m, vm_pa at); /* the one that begins there; 0: none */
uint32_t piece_holding(const vm_machine *m, vm_pa at);
uint32_t piece_before(const vm_machine *m, uint32_t piece); /* by address; 0: it is the first */
/* A piece behind `before`, 0: the first. Its links are made here. */
uint32_t piece_new(vm_machine *m, uint32_t before, const struct piece *now);
void piece_put(vm_machine *m, uint32_t piece, const struct piece *now);
void piece_drop(vm_machine *m, uint32_t piece); /* it is in no list */

/* Lists of holes. */
void hole_insert(vm_machine *m, uint32_t list, uint32_t piece, enum vm_list_order order);
void hole_remove(vm_machine *m, uint32_t list, uint32_t piece);
void rover_put(vm_machine *m, uint32_t piece); /* of list 0 */

struct holes {
    uint64_t n, bytes, largest;
};
struct holes holes_of(const vm_machine *m);

#endif
