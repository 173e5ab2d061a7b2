/* SPDX-License-Identifier: MIT
 * One page of a process: its entry, the frame behind it, and the counts that follow both.
 */
#ifndef KERNEL_PAGE_H
#define KERNEL_PAGE_H

#include "machine/world.h"

/* Points the entry at a frame (rights of the mapping; `writable` false: read-only, and
 * copy-on-write when the mapping allows writing). The entry was empty, or of another frame,
 * which loses this user. */
void page_map(
    vm_machine *m, vm_pid pid, vm_vpn vpn, vm_frame frame, const struct vma *vma, bool writable);
/* Takes a present entry away and leaves `entry`; the frame loses one mapping. */
void page_clear(vm_machine *m, vm_pid pid, vm_vpn vpn, uint64_t entry);
/* Empties the entry, and gives back the frame or the slot when nobody else needs it. Counts frames
 * that came free. */
uint32_t page_zap(vm_machine *m, vm_pid pid, vm_vpn vpn);
/* Every entry of [start, end). */
uint32_t pages_zap(vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end);
/* The only user of an anonymous frame: nobody maps it or names its slot besides one entry. */
bool frame_exclusive(const vm_machine *m, vm_frame frame);
/* The frame a last user left: freed unless it is a page of the page cache. */
bool frame_settle(vm_machine *m, vm_frame frame);

#endif
