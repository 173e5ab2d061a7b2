/* SPDX-License-Identifier: MIT
 * The index of a process's mappings by address (Linux: the maple tree of mm_struct).
 */
#ifndef KERNEL_VMA_TREE_H
#define KERNEL_VMA_TREE_H

#include "machine/world.h"

void vma_tree_insert(vm_machine *m, uint32_t id);
void vma_tree_remove(vm_machine *m, uint32_t id);

#endif
