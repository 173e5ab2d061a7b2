/* SPDX-License-Identifier: MIT
 * Names of message queues: mq_open and mq_unlink (named.h).
 */
#include "kernel/channel.h"
#include "kernel/descriptor.h"
#include "kernel/file.h"
#include "kernel/mqueue.h"
#include "kernel/named.h"
#include "kernel/process.h"

#define MODE 0600
#define MESSAGES 10 /* fs.mqueue.msg_default, and msg_max for who is not root */
#define MESSAGE_BYTES 8192
#define MESSAGES_HARD 65536          /* HARD_MSGMAX */
#define MESSAGE_BYTES_HARD (1 << 24) /* HARD_MSGSIZEMAX */

static enum vm_errno_code refusal(const vm_machine *m, vm_pid pid, uint32_t object,
    const struct vm_op_mq_open *op, uint64_t messages, uint64_t bytes)
{
    bool root = !m->processes[pid].uid;
    enum vm_errno_code refused = named_refusal(m, pid, object, op->flags);
    if (refused != vm_errno_code_none) {
        return refused;
    }
    if (!object && (messages > (root ? MESSAGES_HARD : MESSAGES) ||
                       bytes > (root ? MESSAGE_BYTES_HARD : MESSAGE_BYTES))) {
        return vm_errno_code_einval; /* mq_attr_ok */
    }
    return descriptor_lowest(m, pid) == DESCRIPTORS_MOST ? vm_errno_code_emfile
                                                         : vm_errno_code_none;
}

static uint32_t make(vm_machine *m, vm_tid tid, uint32_t name, uint64_t messages, uint64_t bytes)
{
    const struct process *owner = &m->processes[m->tasks[tid].pid];
    EMIT(m, mq_made, .tid = tid, .object = m->objects_n, .messages = messages, .bytes = bytes);
    uint32_t object = object_new(m, vm_object_kind_mqueue, name, 0);
    object_set_owner(m, object, MODE, owner->uid, owner->gid);
    channel_new(m, object, (uint32_t)messages, bytes);
    named_link(m, object);
    return object;
}

enum vm_status vm_op_mq_open(vm_machine *m, const struct vm_op_mq_open *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    if (!named_may_be(op->name, op->flags)) {
        return VM_INVALID;
    }
    status = descriptor_reserve(m, 1, 1);
    status = status == VM_OK ? RESERVE(m, objects, 1) : status;
    status = status == VM_OK ? channel_reserve(m, 1, 0) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    uint32_t object = named_find(m, vm_object_kind_mqueue, op->name);
    uint64_t messages = op->messages ? op->messages : MESSAGES;
    uint64_t bytes = op->bytes ? op->bytes : MESSAGE_BYTES;
    call_begin(m, tid, vm_op_kind_mq_open);
    enum vm_errno_code error = refusal(m, pid, object, op, messages, bytes);
    if (error != vm_errno_code_none) {
        call_fail(m, tid, error);
        return VM_OK;
    }
    if (!object) {
        object = make(m, tid, (uint32_t)op->name, messages, bytes);
    }
    uint8_t flags = (uint8_t)op->flags | vm_open_bit_cloexec; /* do_mq_open: always */
    EMIT(m, opened, .tid = tid, .fd = descriptor_lowest(m, pid), .object = object, .flags = flags);
    call_end(m, tid, descriptor_new(m, pid, object, flags));
    return VM_OK;
}

enum vm_status vm_op_mq_unlink(vm_machine *m, const struct vm_op_mq_unlink *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    call_begin(m, tid, vm_op_kind_mq_unlink);
    uint32_t object = named_find(m, vm_object_kind_mqueue, op->name);
    if (object) {
        EMIT(m, mq_unlinked, .tid = tid, .object = object, .refs = m->objects[object].refs - 1);
    }
    named_unlink(m, tid, object);
    return VM_OK;
}
