/* SPDX-License-Identifier: MIT
 * The calls that change an address space, and the same for the kernel's own use.
 */
#ifndef KERNEL_MMAP_H
#define KERNEL_MMAP_H

#include "machine/world.h"

/* do_mmap's arguments. The object's own rights are the caller's to check. */
struct map_request {
    vm_va hint; /* with vm_map_bit_fixed: the place */
    uint64_t bytes;
    uint64_t offset; /* pages into the object */
    uint32_t flags;  /* vm_map_bit_* */
    uint32_t object; /* 0: anonymous */
    uint32_t name;
    uint8_t prot;
    uint8_t kind; /* none: by the request */
};

/* Room for one map_region, unmap_range or brk_move. */
enum vm_status map_reserve(vm_machine *m);
/* Maps, as mmap does, for process `pid` into the address space it runs in. Returns the address, or
 * says why not in `error` (none: done). Nothing is populated. */
vm_va map_region(
    vm_machine *m, vm_pid pid, const struct map_request *request, enum vm_errno_code *error);
/* Removes everything in [start, end), says what, and does nothing where nothing is. */
void unmap_range(vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end);
/* brk: returns where the heap ends now, which is where it ended when it could not be moved. */
vm_va brk_move(vm_machine *m, vm_pid pid, vm_va to);

enum vm_status vm_op_mmap(vm_machine *m, const struct vm_op_mmap *op);
enum vm_status vm_op_munmap(vm_machine *m, const struct vm_op_munmap *op);
enum vm_status vm_op_mprotect(vm_machine *m, const struct vm_op_mprotect *op);
enum vm_status vm_op_brk(vm_machine *m, const struct vm_op_brk *op);

#endif
