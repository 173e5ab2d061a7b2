/* SPDX-License-Identifier: MIT
 * Where things lie in an address space, for each kind of machine; pages.
 */
#ifndef KERNEL_LAYOUT_H
#define KERNEL_LAYOUT_H

#include "machine/world.h"

struct layout {
    vm_vpn program;   /* first segment */
    vm_vpn map_top;   /* mappings lie below it */
    vm_vpn stack_top; /* end of the stack */
    uint64_t stack;   /* pages of a fresh stack */
};

/* Draws from the machine's random numbers when addresses are randomised. */
struct layout layout_draw(vm_machine *m);
uint64_t random_next(vm_machine *m); /* splitmix64, from the seed */

#endif
