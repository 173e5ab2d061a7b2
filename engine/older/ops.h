/* SPDX-License-Identifier: MIT
 * The operations of machines without pages.
 */
#ifndef OLDER_OPS_H
#define OLDER_OPS_H

#include "machine/world.h"

/* place.c */
enum vm_status vm_op_place(vm_machine *m, const struct vm_op_place *op);
enum vm_status vm_op_share(vm_machine *m, const struct vm_op_share *op);
enum vm_status vm_op_resize(vm_machine *m, const struct vm_op_resize *op);
enum vm_status vm_op_unload(vm_machine *m, const struct vm_op_unload *op);
/* swap.c */
enum vm_status vm_op_swap_out(vm_machine *m, const struct vm_op_swap_out *op);
enum vm_status vm_op_swap_in(vm_machine *m, const struct vm_op_swap_in *op);
enum vm_status vm_op_compact(vm_machine *m, const struct vm_op_compact *op);
/* alloc.c */
enum vm_status vm_op_alloc(vm_machine *m, const struct vm_op_alloc *op);
enum vm_status vm_op_release(vm_machine *m, const struct vm_op_release *op);
/* slab.c */
enum vm_status vm_op_cache(vm_machine *m, const struct vm_op_cache *op);
enum vm_status vm_op_shrink(vm_machine *m, const struct vm_op_shrink *op);

#endif
