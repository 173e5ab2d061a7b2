/* SPDX-License-Identifier: MIT
 * One page of an address space: its entry, the frame behind it, and the counts that follow both.
 * `mm` is the process whose tables they are (mm_of).
 */
#ifndef KERNEL_PAGE_H
#define KERNEL_PAGE_H

#include "machine/world.h"

/* The entry for a page of a mapping in a frame; page_map says what `writable` means. */
uint64_t page_entry(const vm_machine *m, vm_frame frame, const struct vma *vma, bool writable);
/* Points the entry at a frame (rights of the mapping; `writable` false: read-only, and in a private
 * mapping that allows writing copy-on-write). The entry was empty, or of another frame, which loses
 * this user. One rmap is reserved. */
void page_map(
    vm_machine *m, vm_pid mm, vm_vpn vpn, vm_frame frame, const struct vma *vma, bool writable);
/* The same without a happening of its own: one of many that belong to the one before. */
void page_map_quietly(
    vm_machine *m, vm_pid mm, vm_vpn vpn, vm_frame frame, const struct vma *vma, bool writable);
/* Points an empty entry at a frame that nobody counts: the kernel's own. */
void page_map_special(vm_machine *m, vm_pid mm, vm_vpn vpn, vm_frame frame, const struct vma *vma);
/* Takes a present entry away and leaves `entry`; the frame loses one mapping. */
void page_clear(vm_machine *m, vm_pid mm, vm_vpn vpn, uint64_t entry);
/* One more entry that maps the frame, or names a slot, was copied by fork. */
void page_copied(vm_machine *m, vm_pid mm, vm_vpn vpn, uint64_t entry);
/* The frame says whether a mapping that has it is locked (mlock). */
void page_settle_lock(vm_machine *m, vm_frame frame);
/* Removes a swap entry; the slot loses this name. */
void page_forget_slot(vm_machine *m, vm_pid mm, vm_vpn vpn);
/* Empties the entry, and gives back the frame or the slot when nobody else needs it. Counts frames
 * that came free. */
uint32_t page_zap(vm_machine *m, vm_pid mm, vm_vpn vpn); /* a huge page as a whole, at its first */
/* Every entry of [start, end). */
uint32_t pages_zap(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end);
/* The same while the process lives: no processor remembers the pages (Linux: zap_page_range_single,
 * between tlb_gather_mmu and tlb_finish_mmu). */
void pages_unmap(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end);
/* Linux's try_to_unmap: every entry of the frame goes; an anonymous page leaves its slot there
 * (page_give_slot before), unless it may be dropped. */
void page_unmap_all(vm_machine *m, vm_frame frame);
/* A slot for a page that has none yet (anonymous, shared memory); false: swap is full. */
bool page_give_slot(vm_machine *m, vm_frame frame);
/* The page goes without being written: madvise(MADV_FREE) allowed it and nobody wrote since. */
bool page_droppable(const vm_machine *m, vm_frame frame);
/* The page is one process's own (PageAnonExclusive): its entry may be writable at once. */
bool frame_exclusive(const vm_machine *m, vm_frame frame);
/* A write need not copy: it is, or the one entry that maps it is its only user left. */
bool frame_reusable(const vm_machine *m, vm_frame frame);
/* The frame a last user left: freed unless the page cache or the swap cache keeps it. */
bool frame_settle(vm_machine *m, vm_frame frame);

#endif
