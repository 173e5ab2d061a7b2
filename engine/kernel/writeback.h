/* SPDX-License-Identifier: MIT
 * Pages go to where they live on disk: file pages to their file, the others to swap.
 */
#ifndef KERNEL_WRITEBACK_H
#define KERNEL_WRITEBACK_H

#include "machine/world.h"

/* Writes the page, whoever maps it: it is clean afterwards, and the next write is noticed. An
 * anonymous page has its slot already. Words are reserved. */
void writeback_page(vm_machine *m, vm_frame frame);

#endif
