/* SPDX-License-Identifier: MIT
 * Page frames: who holds each. The free frame with the lowest number is taken first.
 */
#ifndef KERNEL_FRAME_H
#define KERNEL_FRAME_H

#include "machine/world.h"

void frame_describe(const vm_machine *m, struct vm_events *events);

/* A free frame, or VM_NO_FRAME; the caller reclaims. The frame is of `kind` afterwards. */
vm_frame frame_take(vm_machine *m, enum vm_frame_kind kind, uint32_t object, uint64_t index);
/* The same without a happening of its own: one of many that belong to the one before. */
vm_frame frame_take_quietly(
    vm_machine *m, enum vm_frame_kind kind, uint32_t object, uint64_t index);
/* A given free frame (preset, kernel at the start). */
void frame_claim(
    vm_machine *m, vm_frame frame, enum vm_frame_kind kind, uint32_t object, uint64_t index);
/* Back to the free ones; its words and its tie to a slot go with it. */
void frame_release(vm_machine *m, vm_frame frame);

void frame_set_flags(vm_machine *m, vm_frame frame, uint8_t flags);
void frame_set_slot(vm_machine *m, vm_frame frame, uint32_t slot_plus_one);
/* One more or one less entry maps the frame; keeps the reverse mapping. rmaps are reserved. */
void frame_map(vm_machine *m, vm_frame frame, vm_pid pid, vm_vpn vpn);
void frame_unmap(vm_machine *m, vm_frame frame, vm_pid pid, vm_vpn vpn);

/* A file's page that its file does not have yet. */
static inline bool frame_dirty_file(const struct frame *frame)
{
    return frame->kind == vm_frame_kind_file && frame->flags & vm_frame_bit_dirty;
}

static inline bool frame_evictable_kind(const struct frame *frame)
{
    const unsigned evictable =
        1u << vm_frame_kind_anon | 1u << vm_frame_kind_file | 1u << vm_frame_kind_shmem;
    return evictable >> frame->kind & 1;
}

#endif
