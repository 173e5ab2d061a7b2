/* SPDX-License-Identifier: MIT
 * Whose a page is, and how many one process may hold.
 */
#ifndef KERNEL_LIMIT_H
#define KERNEL_LIMIT_H

#include "machine/world.h"

/* A frame that holds a page from now on is charged to m->payer; until it is released. */
void limit_charge(vm_machine *m, struct frame *frame);
void limit_uncharge(vm_machine *m, const struct frame *frame);

/* The living process that a frame is charged to; 0: nobody. */
static inline vm_pid limit_owner(const vm_machine *m, vm_frame f)
{
    vm_pid charge = m->frames[f].charge;
    return charge && m->processes[charge].root ? charge : 0;
}

/* Makes room below the process's limit for one page more; false: it must die. */
bool limit_make_room(vm_machine *m, vm_pid mm);
/* The limit was lowered: what is too much leaves at once. limit_reserve was called. */
void limit_enforce(vm_machine *m, vm_pid mm);
enum vm_status limit_reserve(vm_machine *m);
/* For vm_check: invariants 50 to 54. */
const char *limit_check(const vm_machine *m);

#endif
