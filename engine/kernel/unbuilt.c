/* SPDX-License-Identifier: MIT
 * Operations whose file is still to come answer that the machine cannot do them.
 */
#include "kernel/unbuilt.h"

#define UNBUILT(name)                                                                              \
    enum vm_status vm_op_##name(vm_machine *m, const struct vm_op_##name *op)                      \
    {                                                                                              \
        (void)m;                                                                                   \
        (void)op;                                                                                  \
        return VM_UNSUPPORTED;                                                                     \
    }
UNBUILT_OPS
#undef UNBUILT
