/* SPDX-License-Identifier: MIT
 * Devices: the terminal, /dev/null, /dev/zero, and memory that is none of the machine's frames.
 */
#ifndef KERNEL_DEVICE_H
#define KERNEL_DEVICE_H

#include "machine/world.h"

/* Page frames of devices lie far behind the memory and the tables that are kept outside it, one
 * device after the other. A frame of that number has no row in m->frames. */
#define DEVICE_FIRST_FRAME (UINT32_C(1) << 28)

static inline bool is_device_frame(vm_frame frame)
{
    return frame >= DEVICE_FIRST_FRAME && frame != VM_NO_FRAME;
}
/* Which page of which device a frame is. */
void device_place(const vm_machine *m, vm_frame frame, uint32_t *object, uint64_t *index);

/* Room for device_map, if the request is for a device. */
enum vm_status device_reserve(vm_machine *m, const struct vm_op_mmap *op);
/* Why a device's memory cannot be mapped so; none: it can. */
enum vm_errno_code device_refusal(
    const vm_machine *m, uint32_t object, uint64_t offset, uint64_t pages, uint64_t map_flags);
/* Entries for the new mapping at `va`, if a device is behind it, and all of them at once: what
 * Linux's remap_pfn_range does in a driver's mmap. False: no frame was to be had for a table, and
 * the mapping is gone again. */
bool device_map(vm_machine *m, vm_pid pid, vm_va va);

/* n bytes reached the terminal. */
void terminal_show(vm_machine *m, vm_tid tid, uint32_t object, const uint8_t *bytes, uint32_t n);

enum vm_status vm_op_device(vm_machine *m, const struct vm_op_device *op);

#endif
