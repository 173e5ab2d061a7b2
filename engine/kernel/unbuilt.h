/* SPDX-License-Identifier: MIT
 * Operations whose file is still to come: UNBUILT(name). Deleted when the list is empty.
 */
#ifndef KERNEL_UNBUILT_H
#define KERNEL_UNBUILT_H

#include "machine/world.h"

#define UNBUILT_OPS                                                                                \
    UNBUILT(shm_open)                                                                              \
    UNBUILT(shm_unlink)                                                                            \
    UNBUILT(memfd_create)                                                                          \
    UNBUILT(read)                                                                                  \
    UNBUILT(write)                                                                                 \
    UNBUILT(lseek)                                                                                 \
    UNBUILT(ftruncate)                                                                             \
    UNBUILT(fsync)

#define UNBUILT(name) enum vm_status vm_op_##name(vm_machine *m, const struct vm_op_##name *op);
UNBUILT_OPS
#undef UNBUILT

#endif
