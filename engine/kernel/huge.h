/* SPDX-License-Identifier: MIT
 * Transparent huge pages: one entry above the last level maps as many pages as a table would.
 * `mm` is the process whose tables they are (mm_of).
 */
#ifndef KERNEL_HUGE_H
#define KERNEL_HUGE_H

#include "machine/world.h"

struct fault_in;

/* do_huge_pmd_anonymous_page: the first touch of an aligned range that the mapping holds whole.
 * False: nothing was mapped, a small page must do. */
bool huge_fault(vm_machine *m, const struct fault_in *in);
/* do_huge_pmd_wp_page: a write to a huge page that is read-only. True: all of it is writable now.
 * False: it is split, and the write goes on with one small page. */
bool huge_write(vm_machine *m, const struct fault_in *in);

/* Splits the huge page that a page is part of, if it is; cannot fail. */
void huge_split(vm_machine *m, vm_pid mm, vm_vpn vpn);
/* The same, unless the huge page begins with this page: for the two ends of a range. */
void huge_split_at(vm_machine *m, vm_pid mm, vm_vpn vpn);
/* Every huge page of [start, end), its ends included. */
void huge_split_range(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end);

enum huge_copy { HUGE_NONE, HUGE_COPIED, HUGE_NO_FRAME };
/* fork (copy_huge_pmd): parent and child share the huge page that begins at vpn. HUGE_NONE: none
 * begins there (any more). */
enum huge_copy huge_share(vm_machine *m, vm_pid parent, vm_pid child, vm_vpn vpn);
/* Takes away the huge page that begins at vpn (zap_huge_pmd). Counts frames that came free. */
uint32_t huge_zap(vm_machine *m, vm_pid mm, vm_vpn vpn);

/* No other process maps any part of the huge page that a frame was taken for. */
bool huge_alone(const vm_machine *m, vm_frame frame);
/* The table that waits for the split of the huge page at vpn; 0: none. */
uint32_t huge_deposit(const vm_machine *m, vm_pid mm, vm_vpn vpn);

#endif
