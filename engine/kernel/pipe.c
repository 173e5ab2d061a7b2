/* SPDX-License-Identifier: MIT
 * Pipes (Linux: fs/pipe.c, anon_pipe_read, anon_pipe_write). A ring of pages: a write fills page
 * after page, only its odd bytes may join those in the last one; a page that was read to its end
 * leaves. A pipe is full when all places of its ring are taken, however few bytes they hold.
 */
#include "kernel/pipe.h"

#include "kernel/channel.h"
#include "kernel/descriptor.h"
#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/page_bytes.h"
#include "kernel/process.h"
#include "kernel/reclaim.h"
#include "kernel/user_copy.h"
#include "mmu/access.h"
#include "race/race.h"

#define RING_PAGES 16                  /* PIPE_DEF_BUFFERS */
#define SIZE_MOST (UINT64_C(1) << 20)  /* fs.pipe-max-size: for who is not root */
#define SIZE_LIMIT (UINT64_C(1) << 31) /* round_pipe_size knows no more */

static uint32_t object_of(const vm_machine *m, const struct pending *call)
{
    return m->open_files[call->file].object;
}

/* ---- writing ---- */
static enum pending_end broken(
    vm_machine *m, vm_tid tid, uint32_t object, struct pending_answer *answer)
{
    EMIT(m, pipe_broken, .tid = tid, .object = object);
    answer->error = vm_errno_code_epipe;
    return PENDING_DONE;
}

/* Copies `bytes` of the program behind what the frame holds. DONE: all of them. */
static enum user_copy_end fetch(
    vm_machine *m, vm_tid tid, const struct pending *call, vm_frame f, uint32_t at, uint32_t bytes)
{
    const struct user_copy copy = {.object = object_of(m, call),
        .va = call->va + call->done,
        .frame = f,
        .offset = at,
        .bytes = bytes};
    return user_copy_frame(m, tid, &copy);
}

/* The odd bytes of a write, if they fit behind the last ones. */
static enum user_copy_end merge(vm_machine *m, vm_tid tid, struct pending *call)
{
    uint32_t object = object_of(m, call), last = channel_last(m, object);
    uint32_t odd = (uint32_t)(call->bytes & (page_size(m) - 1));
    uint32_t end = last ? m->buffers[last].offset + m->buffers[last].bytes : 0;
    if (!last || !odd || end + odd > page_size(m)) {
        return USER_DONE;
    }
    vm_frame f = m->buffers[last].frame - 1;
    enum user_copy_end copied = fetch(m, tid, call, f, end, odd);
    if (copied == USER_DONE) {
        EMIT(m, pipe_merged, .object = object, .frame = f, .bytes = odd);
        race_release(m, tid, race_thing(RACE_OBJECT, object));
        channel_extend(m, object, last, odd);
        call->done += odd;
    }
    return copied;
}

/* A page more, which there is room for. */
static enum user_copy_end add_page(
    vm_machine *m, vm_tid tid, struct pending *call, enum vm_errno_code *error)
{
    uint32_t object = object_of(m, call);
    uint64_t left = call->bytes - call->done;
    uint32_t bytes = (uint32_t)(left < page_size(m) ? left : page_size(m));
    vm_frame f = reclaim_take(
        m, m->tasks[tid].pid, vm_frame_kind_buffer, object, channel_of(m, object)->next);
    if (f == VM_NO_FRAME) {
        *error = vm_errno_code_enomem;
        return USER_FAULT;
    }
    enum user_copy_end copied = fetch(m, tid, call, f, 0, bytes);
    if (copied != USER_DONE) {
        frame_release(m, f);
        *error = vm_errno_code_efault;
        return copied;
    }
    const struct channel *channel = channel_of(m, object);
    EMIT(m, pipe_filled, .object = object, .frame = f, .bytes = bytes, .held = channel->held + 1,
        .most = channel->most);
    const struct buffer buffer = {.frame = f + 1, .bytes = bytes};
    channel_push(m, object, &buffer);
    race_release(m, tid, race_thing(RACE_OBJECT, object));
    call->done += bytes;
    return USER_DONE;
}

static enum pending_end ended(enum user_copy_end copied)
{
    return copied == USER_KILLED ? PENDING_KILLED : PENDING_DONE;
}

enum pending_end pipe_write(
    vm_machine *m, vm_tid tid, struct pending *call, struct pending_answer *answer)
{
    uint32_t object = object_of(m, call);
    if (!call->order && call->bytes && channel_of(m, object)->readers) {
        enum user_copy_end copied = merge(m, tid, call);
        if (copied != USER_DONE) {
            answer->error = vm_errno_code_efault;
            return ended(copied);
        }
    }
    while (call->done < call->bytes) {
        const struct channel *channel = channel_of(m, object);
        if (!channel->readers) {
            return broken(m, tid, object, answer);
        }
        if (channel_full(channel)) {
            EMIT(m, pipe_full, .tid = tid, .object = object, .most = channel->most,
                .bytes = call->bytes - call->done);
            answer->reason = vm_wait_reason_pipe_room;
            return PENDING_WAITS;
        }
        enum user_copy_end copied = add_page(m, tid, call, &answer->error);
        if (copied != USER_DONE) {
            return ended(copied);
        }
    }
    return PENDING_DONE;
}

/* ---- reading ---- */
/* As much as is wanted of the first page; what a fault cuts short stays in the pipe. */
static enum user_copy_end take(vm_machine *m, vm_tid tid, struct pending *call)
{
    uint32_t object = object_of(m, call), first = channel_first(m, object);
    struct buffer buffer = m->buffers[first];
    uint64_t left = call->bytes - call->done;
    uint32_t bytes = (uint32_t)(left < buffer.bytes ? left : buffer.bytes);
    const struct user_copy copy = {.to_user = true,
        .object = object,
        .va = call->va + call->done,
        .frame = buffer.frame - 1,
        .offset = buffer.offset,
        .bytes = bytes};
    race_acquire(m, tid, race_thing(RACE_OBJECT, object)); /* before the buffer is written */
    enum user_copy_end copied = user_copy_frame(m, tid, &copy);
    if (copied != USER_DONE) {
        return copied;
    }
    call->done += bytes;
    bool gone = bytes == buffer.bytes;
    if (gone) {
        EMIT(m, pipe_drained, .object = object, .frame = buffer.frame - 1,
            .held = channel_of(m, object)->held - 1, .most = channel_of(m, object)->most);
    }
    channel_take(m, object, bytes, gone);
    return USER_DONE;
}

enum pending_end pipe_read(
    vm_machine *m, vm_tid tid, struct pending *call, struct pending_answer *answer)
{
    uint32_t object = object_of(m, call);
    while (call->done < call->bytes && channel_of(m, object)->held) {
        enum user_copy_end copied = take(m, tid, call);
        if (copied != USER_DONE) {
            answer->error = vm_errno_code_efault;
            return ended(copied);
        }
    }
    if (call->done || !call->bytes) {
        return PENDING_DONE;
    }
    uint32_t writers = channel_of(m, object)->writers;
    if (!writers) {
        EMIT(m, pipe_end, .tid = tid, .object = object);
        race_acquire(m, tid, race_thing(RACE_OBJECT, object));
        return PENDING_DONE;
    }
    EMIT(m, pipe_empty, .tid = tid, .object = object, .writers = writers);
    answer->reason = vm_wait_reason_pipe_data;
    return PENDING_WAITS;
}

/* ---- room, and making one ---- */
enum vm_status pipe_reserve(vm_machine *m, uint32_t object, uint64_t bytes)
{
    uint64_t most = pending_most(m, object, bytes), pages = 2 * (pages_of(m, most) + 2);
    enum vm_status status = channel_reserve(m, 0, pages);
    status = status == VM_OK ? access_reserve(m, pages) : status;
    return status == VM_OK ? page_bytes_reserve(m, 2 * pages, 2 * most) : status;
}

/* round_pipe_size: a power of two of pages; 0: there is no such size. */
static uint64_t ring_pages(const vm_machine *m, uint64_t bytes)
{
    uint64_t pages = 1;
    while (bytes <= SIZE_LIMIT && pages < pages_of(m, bytes)) {
        pages *= 2;
    }
    return !bytes ? RING_PAGES : bytes <= SIZE_LIMIT ? pages : 0;
}

static enum vm_errno_code refusal(const vm_machine *m, vm_pid pid, uint64_t pages)
{
    bool large = pages << m->config.page_shift > SIZE_MOST && pages > RING_PAGES;
    uint32_t lowest = descriptor_lowest(m, pid);
    bool room =
        lowest < DESCRIPTORS_MOST && descriptor_lowest_from(m, pid, lowest + 1) < DESCRIPTORS_MOST;
    return !pages                           ? vm_errno_code_einval
           : large && m->processes[pid].uid ? vm_errno_code_eperm
           : !room                          ? vm_errno_code_emfile
                                            : vm_errno_code_none;
}

enum vm_status vm_op_pipe(vm_machine *m, const struct vm_op_pipe *op)
{
    enum vm_status status = task_ready(m, op->tid);
    status = status == VM_OK ? descriptor_reserve(m, 2, 2) : status;
    status = status == VM_OK ? RESERVE(m, objects, 1) : status;
    status = status == VM_OK ? channel_reserve(m, 1, 0) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    uint64_t pages = ring_pages(m, op->bytes);
    call_begin(m, tid, vm_op_kind_pipe);
    enum vm_errno_code error = refusal(m, pid, pages);
    if (error != vm_errno_code_none) {
        call_fail(m, tid, error);
        return VM_OK;
    }
    uint32_t read = descriptor_lowest(m, pid), write = descriptor_lowest_from(m, pid, read + 1);
    EMIT(m, pipe_made, .tid = tid, .object = m->objects_n, .read = read, .write = write,
        .pages = pages);
    uint32_t object = object_new(m, vm_object_kind_pipe, (uint32_t)op->name, 0);
    object_set_owner(m, object, 0600, m->processes[pid].uid, m->processes[pid].gid);
    channel_new(m, object, (uint32_t)pages, page_size(m));
    descriptor_new(m, pid, object, vm_open_bit_read);
    descriptor_new(m, pid, object, vm_open_bit_write);
    call_end(m, tid, (uint64_t)write << 32 | read);
    return VM_OK;
}
