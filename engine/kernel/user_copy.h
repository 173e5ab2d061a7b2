/* SPDX-License-Identifier: MIT
 * The kernel's way to user memory (Linux: copy_from_user, copy_to_user).
 */
#ifndef KERNEL_USER_COPY_H
#define KERNEL_USER_COPY_H

#include "machine/world.h"

enum user_copy_end {
    USER_DONE,
    USER_FAULT,  /* a bad address: the call answers EFAULT; there is no signal */
    USER_KILLED, /* no memory: the process dies when the operation ends */
};

/* One access within one page during a call of `tid`; *frame is where it ended. It faults like the
 * program would. Reserved as for the program's access (access_reserve). */
enum user_copy_end user_touch(
    vm_machine *m, vm_tid tid, vm_va va, enum vm_access access, vm_frame *frame);

/* Bytes between the program's memory and a frame of the kernel's. */
struct user_copy {
    bool to_user;
    uint32_t object; /* for whom, or of what */
    vm_va va;
    vm_frame frame;
    uint32_t offset, bytes; /* in the frame */
};
/* All of them, page by page of the program; what a bad address cuts short is lost. Reserved: the
 * accesses, and page_bytes_reserve. */
enum user_copy_end user_copy_frame(vm_machine *m, vm_tid tid, const struct user_copy *copy);

#endif
