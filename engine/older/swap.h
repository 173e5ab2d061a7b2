/* SPDX-License-Identifier: MIT
 * Whole processes to disk and back.
 */
#ifndef OLDER_SWAP_H
#define OLDER_SWAP_H

#include "machine/world.h"

/* All segments of a process come into memory; false: one found no hole, those that did stay. */
bool process_fetch(vm_machine *m, vm_pid pid);
bool process_is_in(const vm_machine *m, vm_pid pid);

#endif
