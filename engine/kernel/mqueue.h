/* SPDX-License-Identifier: MIT
 * Message queues (man 7 mq_overview; Linux: ipc/mqueue.c).
 */
#ifndef KERNEL_MQUEUE_H
#define KERNEL_MQUEUE_H

#include "kernel/pending.h"

/* What the call can do now. Reserved: pipe_reserve. */
enum pending_end mqueue_send(
    vm_machine *m, vm_tid tid, struct pending *call, struct pending_answer *answer);
enum pending_end mqueue_receive(
    vm_machine *m, vm_tid tid, struct pending *call, struct pending_answer *answer);

enum vm_status vm_op_mq_open(vm_machine *m, const struct vm_op_mq_open *op);
enum vm_status vm_op_mq_unlink(vm_machine *m, const struct vm_op_mq_unlink *op);
enum vm_status vm_op_mq_send(vm_machine *m, const struct vm_op_mq_send *op);
enum vm_status vm_op_mq_receive(vm_machine *m, const struct vm_op_mq_receive *op);

#endif
