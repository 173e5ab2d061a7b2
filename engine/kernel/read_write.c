/* SPDX-License-Identifier: MIT
 * read and write (Linux: filemap_read, generic_perform_write). A transfer goes in chunks that lie
 * in one page of the object; a chunk reaches the user's memory page by page. It travels through
 * m->scratch, so that no page has to stay in memory while another one comes. A bad address ends the
 * transfer: what was moved until then is the answer, or EFAULT when it was nothing.
 */
#include "kernel/read_write.h"

#include "kernel/descriptor.h"
#include "kernel/device.h"
#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/page_bytes.h"
#include "kernel/page_cache.h"
#include "kernel/pipe.h"
#include "kernel/process.h"
#include "kernel/shmem.h"
#include "kernel/user_copy.h"
#include "mmu/access.h"
#include "race/race.h"

#include <string.h>

#define TRANSFER_MOST UINT64_C(0x7ffff000) /* Linux's MAX_RW_COUNT */

struct transfer {
    vm_tid tid;
    vm_pid pid;
    uint32_t file, object;
    enum vm_object_kind kind;
    vm_va va;
    uint64_t position;  /* in the object, where it begins */
    uint64_t bytes;     /* wanted */
    uint64_t old_bytes; /* length of the object before */
    uint64_t done;
};

/* Files, shared memory and devices with memory have pages and a position. */
static bool has_pages(enum vm_object_kind kind)
{
    return kind == vm_object_kind_file || kind == vm_object_kind_shmem ||
           kind == vm_object_kind_device;
}

static uint64_t place_of(const struct transfer *t)
{
    return t->position + t->done;
}

static uint32_t offset_of(const vm_machine *m, const struct transfer *t)
{
    return (uint32_t)(place_of(t) & (page_size(m) - 1));
}

static uint32_t next_chunk(const vm_machine *m, const struct transfer *t)
{
    uint64_t left = t->bytes - t->done;
    return bytes_in_page(m, has_pages(t->kind) ? place_of(t) : t->va + t->done, left);
}

/* ---- the user's side ---- */
/* Moves a chunk between m->scratch and the user's pages; *moved bytes of it went through. */
static enum user_copy_end move_user(
    vm_machine *m, const struct transfer *t, bool reads, uint32_t chunk, uint32_t *moved)
{
    for (*moved = 0; *moved < chunk;) {
        vm_va va = t->va + t->done + *moved;
        uint32_t part = bytes_in_page(m, va, chunk - *moved);
        uint32_t offset = (uint32_t)(va & (page_size(m) - 1));
        vm_frame f;
        enum user_copy_end end =
            user_touch(m, t->tid, va, reads ? vm_access_store : vm_access_load, &f);
        if (end != USER_DONE) {
            return end;
        }
        if (reads) {
            EMIT(m, copied_to_user, .tid = t->tid, .object = t->object, .va = va, .bytes = part);
            frame_bytes_put(m, f, offset, part, m->scratch + *moved);
        } else {
            EMIT(m, copied_from_user, .tid = t->tid, .object = t->object, .va = va, .bytes = part);
            frame_bytes_get(m, f, offset, part, m->scratch + *moved);
        }
        race_range(m, t->tid, va, part, reads ? vm_access_store : vm_access_load);
        count(m, t->pid, vm_counter_copied_bytes, part);
        *moved += part;
    }
    return USER_DONE;
}

/* ---- the object's side ---- */
static vm_frame page_of(vm_machine *m, const struct transfer *t, uint64_t index)
{
    bool disk;
    return t->kind == vm_object_kind_shmem ? shmem_get(m, t->pid, t->object, index, &disk)
                                           : cache_read(m, t->pid, t->object, index);
}

/* The next chunk of the object into m->scratch; false: no memory. */
static bool get(vm_machine *m, const struct transfer *t, uint32_t chunk)
{
    memset(m->scratch, 0, chunk);
    if (!has_pages(t->kind)) {
        return true; /* /dev/zero */
    }
    uint64_t index = place_of(t) >> m->config.page_shift;
    const struct cached *cached = cache_at(m, t->object, index);
    if (t->kind == vm_object_kind_device) {
        page_bytes_get(m, cached->words, offset_of(m, t), chunk, m->scratch);
        return true;
    }
    if (t->kind == vm_object_kind_shmem && !cached->frame && !cached->slot) {
        return true; /* a page that nobody wrote reads 0, and is not made for it */
    }
    vm_frame f = page_of(m, t, index);
    if (f != VM_NO_FRAME) {
        page_bytes_get(m, m->frames[f].words, offset_of(m, t), chunk, m->scratch);
    }
    return f != VM_NO_FRAME;
}

/* What is overwritten as a whole, or lies behind the old end, is not read from disk before. */
static bool is_fresh(const vm_machine *m, const struct transfer *t, uint64_t index, uint32_t chunk)
{
    uint64_t first = index << m->config.page_shift, last = place_of(t) + chunk;
    bool all = place_of(t) == first && (chunk == page_size(m) || last >= t->old_bytes);
    return t->kind == vm_object_kind_file && !cache_find(m, t->object, index) &&
           (all || first >= t->old_bytes);
}

static bool put(vm_machine *m, const struct transfer *t, uint32_t chunk)
{
    uint64_t index = place_of(t) >> m->config.page_shift;
    uint32_t offset = offset_of(m, t);
    if (t->kind == vm_object_kind_terminal) {
        terminal_show(m, t->tid, t->object, m->scratch, chunk);
        return true;
    }
    if (t->kind == vm_object_kind_device) {
        struct cached *cached = cache_at(m, t->object, index);
        page_bytes_put(
            m, vm_store_file, t->object, index, &cached->words, offset, chunk, m->scratch);
        return true;
    }
    vm_frame f = is_fresh(m, t, index, chunk) ? cache_new(m, t->pid, t->object, index)
                                              : page_of(m, t, index);
    if (f == VM_NO_FRAME) {
        return false;
    }
    frame_set_flags(m, f, m->frames[f].flags | vm_frame_bit_dirty);
    frame_bytes_put(m, f, offset, chunk, m->scratch);
    return true;
}

/* ---- both sides ---- */
static enum vm_errno_code read_all(vm_machine *m, struct transfer *t, bool *killed)
{
    while (t->done < t->bytes) {
        uint32_t chunk = next_chunk(m, t), moved;
        if (!get(m, t, chunk)) {
            return vm_errno_code_enomem;
        }
        enum user_copy_end end = move_user(m, t, true, chunk, &moved);
        t->done += moved;
        *killed = end == USER_KILLED;
        if (end != USER_DONE) {
            return vm_errno_code_efault;
        }
    }
    return vm_errno_code_none;
}

static enum vm_errno_code write_all(vm_machine *m, struct transfer *t, bool *killed)
{
    while (t->done < t->bytes) {
        uint32_t chunk = next_chunk(m, t), moved;
        enum user_copy_end end = move_user(m, t, false, chunk, &moved);
        *killed = end == USER_KILLED;
        if (*killed || (moved && !put(m, t, moved))) {
            return vm_errno_code_enomem;
        }
        t->done += moved;
        if (end != USER_DONE) {
            return vm_errno_code_efault;
        }
    }
    return vm_errno_code_none;
}

/* The answer, and the position behind what was moved. */
static void finish(vm_machine *m, const struct transfer *t, enum vm_errno_code error, bool killed)
{
    if (killed) {
        return;
    }
    if (t->done && has_pages(t->kind)) {
        open_file_move(m, t->file, place_of(t));
    }
    if (!t->done && error != vm_errno_code_none) {
        call_fail(m, t->tid, error);
    } else {
        call_end(m, t->tid, t->done);
    }
}

/* The open file behind fd, if it is open for this; what there is to move; room for it. */
static enum vm_status begin(
    vm_machine *m, const struct vm_op_read *op, uint8_t right, struct transfer *t)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    *t = (struct transfer){
        .tid = (vm_tid)op->tid, .pid = m->tasks[op->tid].pid, .va = op->va, .bytes = op->bytes};
    t->bytes = op->bytes < TRANSFER_MOST ? op->bytes : TRANSFER_MOST;
    uint32_t file = descriptor_file(m, t->pid, op->fd);
    if (!file || !(m->open_files[file].flags & right)) {
        return VM_OK; /* file 0: EBADF */
    }
    const struct open_file *open = &m->open_files[file];
    t->file = file;
    t->object = open->object;
    t->kind = (enum vm_object_kind)m->objects[open->object].kind;
    t->old_bytes = m->objects[open->object].bytes;
    bool append = right == vm_open_bit_write && open->flags & vm_open_bit_append;
    t->position = !has_pages(t->kind) ? 0 : append ? t->old_bytes : open->position;
    bool ends = right == vm_open_bit_read || t->kind == vm_object_kind_device;
    uint64_t left = t->position < t->old_bytes ? t->old_bytes - t->position : 0;
    if (has_pages(t->kind) && ends && t->bytes > left) {
        t->bytes = left;
    }
    if (t->kind == vm_object_kind_pipe) {
        return pipe_reserve(m, t->object, t->bytes);
    }
    bool nothing = t->kind == vm_object_kind_char_null ||
                   (right == vm_open_bit_write && t->kind == vm_object_kind_char_zero);
    uint64_t pages = nothing ? 0 : pages_of(m, t->bytes) + 1;
    if (pages > m->config.limits.pages || t->position + t->bytes < t->position) {
        return VM_LIMIT;
    }
    status = pages ? access_reserve(m, 2 * pages) : VM_OK;
    return status == VM_OK && pages ? page_bytes_reserve(m, 4 * pages, t->bytes) : status;
}

/* access_ok: no part of the buffer may lie in the kernel's half. */
static bool refused(vm_machine *m, const struct transfer *t)
{
    vm_va end = m->user_end << m->config.page_shift;
    if (!t->file) {
        call_fail(m, t->tid, vm_errno_code_ebadf);
    } else if (t->va > end || t->bytes > end - t->va) {
        call_fail(m, t->tid, vm_errno_code_efault);
    } else {
        return false;
    }
    return true;
}

/* A pipe's call may wait; a message queue is not read and written so. */
static bool passed_on(vm_machine *m, const struct transfer *t, enum vm_op_kind call)
{
    if (t->kind == vm_object_kind_pipe) {
        const struct pending wanted = {
            .call = (uint16_t)call, .file = t->file, .va = t->va, .bytes = t->bytes};
        pending_begin(m, t->tid, &wanted);
    } else if (t->kind == vm_object_kind_mqueue) {
        call_fail(m, t->tid, vm_errno_code_einval);
    } else {
        return false;
    }
    return true;
}

enum vm_status vm_op_read(vm_machine *m, const struct vm_op_read *op)
{
    struct transfer t;
    enum vm_status status = begin(m, op, vm_open_bit_read, &t);
    if (status != VM_OK) {
        return status;
    }
    bool killed = false;
    call_begin(m, t.tid, vm_op_kind_read);
    if (refused(m, &t) || passed_on(m, &t, vm_op_kind_read)) {
        return VM_OK;
    }
    if (t.kind == vm_object_kind_char_null || t.kind == vm_object_kind_terminal) {
        t.bytes = 0; /* the end of the file; nobody types */
    }
    enum vm_errno_code error = read_all(m, &t, &killed);
    finish(m, &t, error, killed);
    return VM_OK;
}

/* A write behind the end makes the file longer; what could not be written is cut off again. */
static enum vm_errno_code write_object(vm_machine *m, struct transfer *t, bool *killed)
{
    uint64_t end = t->position + t->bytes;
    bool grows =
        t->bytes && t->kind != vm_object_kind_device && has_pages(t->kind) && end > t->old_bytes;
    if (grows) {
        EMIT(m, file_resized, .tid = t->tid, .object = t->object, .bytes = end);
        cache_resize(m, t->object, end);
    }
    enum vm_errno_code error = write_all(m, t, killed);
    if (grows && t->done < t->bytes) {
        uint64_t reached = t->done ? place_of(t) : 0;
        cache_resize(m, t->object, reached > t->old_bytes ? reached : t->old_bytes);
    }
    return error;
}

enum vm_status vm_op_write(vm_machine *m, const struct vm_op_write *op)
{
    const struct vm_op_read same = {.tid = op->tid, .fd = op->fd, .va = op->va, .bytes = op->bytes};
    struct transfer t;
    enum vm_status status = begin(m, &same, vm_open_bit_write, &t);
    bool sized = status == VM_OK && t.file &&
                 (t.kind == vm_object_kind_file || t.kind == vm_object_kind_shmem);
    status = sized ? cache_reserve(m, t.object, t.position + t.bytes) : status;
    if (status != VM_OK) {
        return status;
    }
    bool killed = false;
    call_begin(m, t.tid, vm_op_kind_write);
    if (refused(m, &t) || passed_on(m, &t, vm_op_kind_write)) {
        return VM_OK;
    }
    if (t.kind == vm_object_kind_char_null || t.kind == vm_object_kind_char_zero) {
        EMIT(m, write_discarded, .tid = t.tid, .object = t.object, .bytes = t.bytes);
        call_end(m, t.tid, t.bytes); /* write_null does not look at the buffer */
        return VM_OK;
    }
    enum vm_errno_code error = write_object(m, &t, &killed);
    finish(m, &t, error, killed);
    return VM_OK;
}
