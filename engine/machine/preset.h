/* SPDX-License-Identifier: MIT
 * Set-ups: state that an example from a book gives instead of letting it come about.
 */
#ifndef MACHINE_PRESET_H
#define MACHINE_PRESET_H

#include "machine/world.h"

enum vm_status vm_op_preset_map(vm_machine *m, const struct vm_op_preset_map *op);
enum vm_status vm_op_preset_tlb(vm_machine *m, const struct vm_op_preset_tlb *op);
enum vm_status vm_op_set_policy(vm_machine *m, const struct vm_op_set_policy *op);

#endif
