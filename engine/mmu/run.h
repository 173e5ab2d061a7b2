/* SPDX-License-Identifier: MIT
 * References in bulk, as far as neither the kernel nor a page-table entry has anything to do.
 */
#ifndef MMU_RUN_H
#define MMU_RUN_H

#include "machine/world.h"

/* Where in the TLB a page was found last. Only a guess: it is verified at each use. */
#define RUN_GUESSES 64
struct run_guess {
    uint32_t at[RUN_GUESSES]; /* by the low bits of the page number */
};

/* The first references of the running thread that hit the TLB, or whose walk ends in an entry that
 * allows them and has its bits set already: the same effect as access_page on each, without events.
 * Returns how many; the next one needs access_page. The machine has a TLB, nothing is recorded. */
size_t run_hits(vm_machine *m, const struct vm_ref *refs, size_t n, struct run_guess *guess);

#endif
