/* SPDX-License-Identifier: MIT
 * Frames when none is free: choose a victim, save it if it is dirty, take its frame.
 */
#ifndef KERNEL_RECLAIM_H
#define KERNEL_RECLAIM_H

#include "machine/world.h"

/* A frame for `kind`, evicting where needed; VM_NO_FRAME when nothing can be given up. */
vm_frame reclaim_take(
    vm_machine *m, vm_pid pid, enum vm_frame_kind kind, uint32_t object, uint64_t index);
/* The frame's page has, or can get, a place on disk. */
bool reclaim_possible(const vm_machine *m, vm_frame frame);

#endif
