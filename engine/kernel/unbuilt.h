/* SPDX-License-Identifier: MIT
 * Operations whose file is still to come: UNBUILT(name). Deleted when the list is empty.
 */
#ifndef KERNEL_UNBUILT_H
#define KERNEL_UNBUILT_H

#include "machine/world.h"

#define UNBUILT_OPS                                                                                \
    UNBUILT(kill)                                                                                  \
    UNBUILT(tgkill)                                                                                \
    UNBUILT(sigprocmask)                                                                           \
    UNBUILT(sigreturn)                                                                             \
    UNBUILT(pause)

#define UNBUILT(name) enum vm_status vm_op_##name(vm_machine *m, const struct vm_op_##name *op);
UNBUILT_OPS
#undef UNBUILT

#endif
