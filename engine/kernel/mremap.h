/* SPDX-License-Identifier: MIT
 * mremap: a mapping gets another size or another place, and keeps its pages.
 */
#ifndef KERNEL_MREMAP_H
#define KERNEL_MREMAP_H

#include "machine/world.h"

enum vm_status vm_op_mremap(vm_machine *m, const struct vm_op_mremap *op);

/* One call under way (Linux: struct vma_remap_struct). Ranges in pages. */
struct remap {
    vm_tid tid;
    vm_pid pid, mm;
    uint32_t flags; /* vm_mremap_bit_* */
    vm_vpn at, to;  /* `to`: the new place, when it is given */
    uint64_t old_pages, new_pages;
};
static inline bool remap_places(const struct remap *r)
{
    return r->flags & (vm_mremap_bit_fixed | vm_mremap_bit_dontunmap);
}
/* kernel/mremap_move.c: entries go from r->at to a new mapping (move_vma). Returns its first page.
 */
enum vm_errno_code remap_move(vm_machine *m, const struct remap *r, vm_vpn *to);

#endif
