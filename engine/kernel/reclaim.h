/* SPDX-License-Identifier: MIT
 * Frames when there are too few: choose a victim, save it if it is dirty, take its frame.
 */
#ifndef KERNEL_RECLAIM_H
#define KERNEL_RECLAIM_H

#include "kernel/page.h"

/* A frame for `kind`, for the process `pid` (0: nobody), evicting and even killing where needed.
 * VM_NO_FRAME when there is none, or the process in need itself was chosen to die: the operation
 * then ends as it can, and the process with it. Other processes may be gone afterwards, and pages
 * of this one may have left; only m->busy's frames are safe. */
vm_frame reclaim_take(
    vm_machine *m, vm_pid pid, enum vm_frame_kind kind, uint32_t object, uint64_t index);
/* The policy chooses one victim within the scope, and it leaves; false: there is none. `pid` pays
 * for the work; 0: the machine. */
bool reclaim_one(vm_machine *m, vm_pid pid, struct scope scope);
/* This page leaves: policy_may_evict allowed it. */
void reclaim_frame(vm_machine *m, vm_frame frame, vm_pid pid);
/* A process's page, or what it wrote into a pipe (GFP_HIGHUSER | __GFP_ACCOUNT): charged, limited
 * and kept out of the reserve. */
static inline bool reclaim_is_page(enum vm_frame_kind kind)
{
    return kind == vm_frame_kind_anon || kind == vm_frame_kind_file ||
           kind == vm_frame_kind_shmem || kind == vm_frame_kind_buffer;
}
/* The frame's page has, or can get, a place on disk, or needs none. */
static inline bool reclaim_possible(const vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    return frame->kind == vm_frame_kind_file || frame->slot || m->slots_free ||
           page_droppable(m, f);
}
/* Giving up the frame means writing it first. */
bool reclaim_dirty(const vm_machine *m, vm_frame frame);

#endif
