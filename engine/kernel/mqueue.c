/* SPDX-License-Identifier: MIT
 * Message queues (Linux: ipc/mqueue.c). Messages keep their bounds: one send is one receive. The
 * highest priority is received first, among equals the oldest. Each message lies in frames of its
 * own (Linux: load_msg, pieces of kmalloc), so a queue is full by messages.
 */
#include "kernel/mqueue.h"

#include "kernel/channel.h"
#include "kernel/descriptor.h"
#include "kernel/frame.h"
#include "kernel/pipe.h"
#include "kernel/process.h"
#include "kernel/reclaim.h"
#include "kernel/user_copy.h"
#include "race/race.h"

#define PRIORITIES 32768 /* MQ_PRIO_MAX */

static uint32_t object_of(const vm_machine *m, const struct pending *call)
{
    return m->open_files[call->file].object;
}

/* ---- sending ---- */
/* The message's next frame, filled; false: *end says why not. */
static bool load_part(vm_machine *m, vm_tid tid, const struct pending *call, uint64_t at,
    enum user_copy_end *end, enum vm_errno_code *error)
{
    uint32_t object = object_of(m, call);
    uint64_t left = call->bytes - at;
    uint32_t bytes = (uint32_t)(left < page_size(m) ? left : page_size(m));
    vm_frame f = reclaim_take(
        m, m->tasks[tid].pid, vm_frame_kind_buffer, object, channel_of(m, object)->next);
    *end = USER_FAULT;
    *error = vm_errno_code_enomem;
    if (f == VM_NO_FRAME) {
        return false;
    }
    const struct user_copy copy = {
        .object = object, .va = call->va + at, .frame = f, .bytes = bytes};
    *end = user_copy_frame(m, tid, &copy);
    if (*end != USER_DONE) {
        *error = vm_errno_code_efault;
        frame_release(m, f);
        return false;
    }
    *error = vm_errno_code_none;
    if (left <= page_size(m)) {
        EMIT(m, mq_put, .tid = tid, .object = object, .bytes = call->bytes,
            .priority = call->priority, .held = channel_of(m, object)->held + 1,
            .most = channel_of(m, object)->most);
        count(m, m->tasks[tid].pid, vm_counter_messages, 1);
    }
    const struct buffer buffer = {.frame = f + 1,
        .bytes = bytes,
        .priority = (uint32_t)call->priority,
        .more = left > page_size(m)};
    channel_push(m, object, &buffer);
    race_release(m, tid, race_thing(RACE_OBJECT, object));
    return true;
}

enum pending_end mqueue_send(
    vm_machine *m, vm_tid tid, struct pending *call, struct pending_answer *answer)
{
    uint32_t object = object_of(m, call);
    const struct channel *channel = channel_of(m, object);
    if (channel_full(channel)) {
        EMIT(m, mq_full, .tid = tid, .object = object, .most = channel->most);
        answer->reason = vm_wait_reason_message_room;
        return PENDING_WAITS;
    }
    uint64_t first = channel->next, at = 0;
    do {
        enum user_copy_end end;
        if (!load_part(m, tid, call, at, &end, &answer->error)) {
            channel_cancel(m, object, first);
            return end == USER_KILLED ? PENDING_KILLED : PENDING_DONE;
        }
        at += page_size(m);
    } while (at < call->bytes);
    return PENDING_DONE;
}

/* ---- receiving ---- */
/* Linux takes the message out before it copies it: at a bad address it is lost. */
enum pending_end mqueue_receive(
    vm_machine *m, vm_tid tid, struct pending *call, struct pending_answer *answer)
{
    uint32_t object = object_of(m, call);
    const struct channel *channel = channel_of(m, object);
    if (!channel->held) {
        EMIT(m, mq_empty, .tid = tid, .object = object);
        answer->reason = vm_wait_reason_message;
        return PENDING_WAITS;
    }
    EMIT(m, mq_got, .tid = tid, .object = object, .priority = m->buffers[channel->first].priority,
        .held = channel->held - 1);
    race_acquire(m, tid, race_thing(RACE_OBJECT, object));
    enum user_copy_end end = USER_DONE;
    for (bool more = true; more;) {
        struct buffer part = m->buffers[channel_first(m, object)];
        const struct user_copy copy = {.to_user = true,
            .object = object,
            .va = call->va + call->done,
            .frame = part.frame - 1,
            .bytes = part.bytes};
        end = end == USER_DONE ? user_copy_frame(m, tid, &copy) : end;
        call->done += part.bytes;
        channel_take(m, object, part.bytes, true);
        more = part.more;
    }
    if (end != USER_DONE) {
        call->done = 0;
        answer->error = vm_errno_code_efault;
    }
    return end == USER_KILLED ? PENDING_KILLED : PENDING_DONE;
}

/* ---- calls ---- */
/* The queue's open file with this right; 0: there is none. */
static uint32_t queue_of(const vm_machine *m, vm_tid tid, uint64_t fd, uint8_t right)
{
    uint32_t file = descriptor_file(m, m->tasks[tid].pid, fd);
    bool queue = file && m->objects[m->open_files[file].object].kind == vm_object_kind_mqueue;
    return queue && m->open_files[file].flags & right ? file : 0;
}

static bool is_kernels(const vm_machine *m, const struct pending *call)
{
    vm_va end = m->user_end << m->config.page_shift;
    return call->va > end || call->bytes > end - call->va;
}

static enum vm_status transfer(
    vm_machine *m, vm_tid tid, const struct pending *call, enum vm_errno_code refused)
{
    uint64_t size = call->file ? channel_of(m, object_of(m, call))->size : 0;
    uint64_t bytes = call->bytes < size ? call->bytes : size;
    enum vm_status status = call->file ? pipe_reserve(m, object_of(m, call), bytes) : VM_OK;
    if (status != VM_OK) {
        return status;
    }
    call_begin(m, tid, (enum vm_op_kind)call->call);
    if (refused == vm_errno_code_none) {
        refused = !call->file ? vm_errno_code_ebadf
                  : (call->call == vm_op_kind_mq_send ? call->bytes > size : call->bytes < size)
                      ? vm_errno_code_emsgsize
                  : is_kernels(m, call) ? vm_errno_code_efault
                                        : vm_errno_code_none;
    }
    if (refused != vm_errno_code_none) {
        call_fail(m, tid, refused);
    } else {
        pending_begin(m, tid, call);
    }
    return VM_OK;
}

enum vm_status vm_op_mq_send(vm_machine *m, const struct vm_op_mq_send *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    const struct pending call = {.call = vm_op_kind_mq_send,
        .file = queue_of(m, (vm_tid)op->tid, op->fd, vm_open_bit_write),
        .va = op->va,
        .bytes = op->bytes,
        .priority = op->priority};
    return transfer(m, (vm_tid)op->tid, &call,
        op->priority < PRIORITIES ? vm_errno_code_none : vm_errno_code_einval);
}

enum vm_status vm_op_mq_receive(vm_machine *m, const struct vm_op_mq_receive *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    const struct pending call = {.call = vm_op_kind_mq_receive,
        .file = queue_of(m, (vm_tid)op->tid, op->fd, vm_open_bit_read),
        .va = op->va,
        .bytes = op->bytes};
    return transfer(m, (vm_tid)op->tid, &call, vm_errno_code_none);
}
