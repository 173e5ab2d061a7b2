/* SPDX-License-Identifier: MIT
 * The free-space manager of variable sizes.
 */
#ifndef OLDER_FREE_LIST_H
#define OLDER_FREE_LIST_H

#include "older/piece.h"

#define FREE_LIST_PIECES 3 /* that taking or giving can make */

/* Takes `bytes` for a request of `asked`; 0: no hole is large enough. */
uint32_t free_list_take(vm_machine *m, uint64_t bytes, uint64_t asked);
/* The same at an address; 0: it is not all free there. */
uint32_t free_list_take_at(vm_machine *m, vm_pa at, uint64_t bytes);
/* Gives a piece in use back. */
void free_list_give(vm_machine *m, uint32_t piece);
/* The first `bytes` of a piece in use stay, the rest becomes a hole. */
void free_list_cut(vm_machine *m, uint32_t piece, uint64_t bytes);
/* The last `bytes` of a piece in use stay; returns the piece that they are now. */
uint32_t free_list_cut_front(vm_machine *m, uint32_t piece, uint64_t bytes);
/* A piece in use and the free bytes behind it, or before it, become one; false: they are not
 * free. Growing downwards makes another piece: *piece. */
bool free_list_extend(vm_machine *m, uint32_t *piece, uint64_t bytes, bool down);

#endif
