/* SPDX-License-Identifier: MIT
 * The binary buddy system.
 */
#ifndef OLDER_BUDDY_H
#define OLDER_BUDDY_H

#include "older/piece.h"

#define BUDDY_PIECES HOLE_LISTS /* that one request can make */

/* A block for `bytes` (a header included) of a request of `asked`; 0: none is large enough. */
uint32_t buddy_take(vm_machine *m, uint64_t bytes, uint64_t asked);
void buddy_give(vm_machine *m, uint32_t piece);
uint32_t buddy_order(uint64_t bytes); /* log2 of the least power of two that is not less */

#endif
