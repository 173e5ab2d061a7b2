/* SPDX-License-Identifier: MIT
 * Swap slots: where anonymous pages lie on disk. A slot lives while an entry names it or a frame in
 * memory keeps it as its copy (the swap cache).
 */
#ifndef KERNEL_SWAP_H
#define KERNEL_SWAP_H

#include "machine/world.h"

void slot_describe(const vm_machine *m, struct vm_events *events);
vm_slot slot_take(
    vm_machine *m, uint32_t object, uint64_t index);            /* VM_NO_SLOT when swap is full */
void slot_set_refs(vm_machine *m, vm_slot slot, uint32_t refs); /* frees it when nothing needs it */
void slot_set_frame(vm_machine *m, vm_slot slot, uint32_t frame_plus_one); /* likewise */

#endif
