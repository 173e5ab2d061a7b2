/* SPDX-License-Identifier: MIT
 * Pipes (Linux: fs/pipe.c).
 */
#ifndef KERNEL_PIPE_H
#define KERNEL_PIPE_H

#include "kernel/pending.h"

/* What the call can do now. `order` 0: it begins, and may merge. Reserved: pipe_reserve. */
enum pending_end pipe_read(
    vm_machine *m, vm_tid tid, struct pending *call, struct pending_answer *answer);
enum pending_end pipe_write(
    vm_machine *m, vm_tid tid, struct pending *call, struct pending_answer *answer);
/* Room for a call that moves up to so many bytes. */
enum vm_status pipe_reserve(vm_machine *m, uint32_t object, uint64_t bytes);

enum vm_status vm_op_pipe(vm_machine *m, const struct vm_op_pipe *op);

#endif
