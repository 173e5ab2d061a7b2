/* SPDX-License-Identifier: MIT
 * Pages that a program gives up by its own will: MADV_PAGEOUT, MADV_COLD, MADV_FREE.
 */
#ifndef KERNEL_PAGE_OUT_H
#define KERNEL_PAGE_OUT_H

#include "machine/world.h"

/* Pages of [start, end) that nobody else maps leave memory: a dirty one is written and stays in the
 * swap cache until its frame is needed, a clean one is dropped. Words are reserved. */
void pages_out(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end);
/* They are the next to be chosen by the replacement policy. */
void pages_cool(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end);
/* Private pages that may be dropped unwritten, until they are written again. */
void pages_free_lazily(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end);

#endif
