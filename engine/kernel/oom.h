/* SPDX-License-Identifier: MIT
 * The out-of-memory killer: who dies when no frame can be had.
 */
#ifndef KERNEL_OOM_H
#define KERNEL_OOM_H

#include "machine/world.h"

/* Kills the process whose memory helps most; true: one is gone, try again. False: the process whose
 * operation is in progress was chosen and dies when it ends, or there is nobody to kill. */
bool oom_kill(vm_machine *m);
/* The process is at its limit and has nothing to give up: it dies when the operation ends. */
void oom_limit(vm_machine *m, vm_pid mm);
/* No frame for an access of the kernel's: the process dies when it would return to user mode, which
 * is when the operation ends. */
void oom_in_kernel(vm_machine *m, vm_pid mm);
/* The end of the operation for the process that was chosen. */
void oom_finish(vm_machine *m);

#endif
