/* SPDX-License-Identifier: MIT
 * Where things lie in an address space, for each kind of machine; pages.
 */
#ifndef KERNEL_LAYOUT_H
#define KERNEL_LAYOUT_H

#include "machine/world.h"

struct layout {
    vm_vpn program;   /* a program that may lie anywhere (Linux: ELF_ET_DYN_BASE) */
    vm_vpn fixed;     /* a program linked for one place */
    vm_vpn map_top;   /* mappings lie below it */
    vm_vpn map_base;  /* not 0: mappings lie from here upwards */
    vm_vpn stack_top; /* end of the stack */
    uint64_t stack;   /* pages of a fresh stack, that of the arguments among them */
    vm_vpn brk_alone; /* the heap of a static program that may lie anywhere */
    uint64_t brk_gap; /* pages between the program's end and the heap */
    uint64_t sp_gap;  /* bytes between the arguments' strings and their vectors */
    bool vdso;        /* the kernel maps code of its own */
};

/* For a process with this RLIMIT_STACK. Draws from the machine's random numbers when addresses are
 * randomised. */
struct layout layout_draw(vm_machine *m, uint64_t stack_limit);
uint64_t random_next(vm_machine *m); /* splitmix64, from the seed */

#endif
