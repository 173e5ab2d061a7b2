/* SPDX-License-Identifier: MIT
 * The kernel touches user memory through the process's own page table, in kernel mode throughout.
 */
#include "kernel/user_copy.h"

#include "mmu/access.h"

enum user_copy_end user_touch(
    vm_machine *m, vm_tid tid, vm_va va, enum vm_access access, vm_frame *frame)
{
    switch (access_by_kernel(m, tid, va, access, frame)) {
    case ACCESS_DONE:
        return USER_DONE;
    case ACCESS_SKIPPED:
        return USER_FAULT;
    case ACCESS_KILLED:
        break;
    }
    return USER_KILLED;
}
