/* SPDX-License-Identifier: MIT
 * lseek, ftruncate and fsync: an open file's position, its object's length, and its place on disk.
 */
#include "kernel/descriptor.h"
#include "kernel/file.h"
#include "kernel/page_cache.h"
#include "kernel/process.h"
#include "kernel/read_write.h"
#include "kernel/writeback.h"

/* The object of a descriptor and its kind; 0: no such descriptor. */
static uint32_t object_of(const vm_machine *m, vm_tid tid, uint64_t fd, enum vm_object_kind *kind)
{
    uint32_t file = descriptor_file(m, m->tasks[tid].pid, fd);
    uint32_t object = file ? m->open_files[file].object : 0;
    *kind = (enum vm_object_kind)m->objects[object].kind;
    return object;
}

static bool is_sized(enum vm_object_kind kind)
{
    return kind == vm_object_kind_file || kind == vm_object_kind_shmem;
}

enum vm_status vm_op_lseek(vm_machine *m, const struct vm_op_lseek *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK || op->whence >= vm_whence_count) {
        return status != VM_OK ? status : VM_INVALID;
    }
    vm_tid tid = (vm_tid)op->tid;
    enum vm_object_kind kind;
    call_begin(m, tid, vm_op_kind_lseek);
    uint32_t object = object_of(m, tid, op->fd, &kind);
    uint32_t file = descriptor_file(m, m->tasks[tid].pid, op->fd);
    if (!object) {
        call_fail(m, tid, vm_errno_code_ebadf);
        return VM_OK;
    }
    if (kind == vm_object_kind_terminal || kind == vm_object_kind_pipe) {
        call_fail(m, tid, vm_errno_code_espipe);
        return VM_OK;
    }
    bool stream = kind == vm_object_kind_char_null || kind == vm_object_kind_char_zero;
    uint64_t from = op->whence == vm_whence_cur   ? m->open_files[file].position
                    : op->whence == vm_whence_end ? m->objects[object].bytes
                                                  : 0;
    uint64_t position = stream ? 0 : from + op->offset;
    if (position > INT64_MAX) {
        call_fail(m, tid, vm_errno_code_einval);
        return VM_OK;
    }
    EMIT(m, moved_position, .tid = tid, .fd = op->fd, .object = object, .bytes = position);
    open_file_move(m, file, position);
    call_end(m, tid, position);
    return VM_OK;
}

enum vm_status vm_op_ftruncate(vm_machine *m, const struct vm_op_ftruncate *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    enum vm_object_kind kind;
    uint32_t object = object_of(m, tid, op->fd, &kind);
    uint32_t file = descriptor_file(m, m->tasks[tid].pid, op->fd);
    if (object && is_sized(kind)) {
        status = cache_reserve(m, object, op->bytes);
        if (status != VM_OK) {
            return status;
        }
    }
    call_begin(m, tid, vm_op_kind_ftruncate);
    if (!object) {
        call_fail(m, tid, vm_errno_code_ebadf);
    } else if (!is_sized(kind) || !(m->open_files[file].flags & vm_open_bit_write)) {
        call_fail(m, tid, vm_errno_code_einval);
    } else {
        EMIT(m, file_resized, .tid = tid, .object = object, .bytes = op->bytes);
        cache_resize(m, object, op->bytes);
        call_end(m, tid, 0);
    }
    return VM_OK;
}

enum vm_status vm_op_fsync(vm_machine *m, const struct vm_op_fsync *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    enum vm_object_kind kind;
    uint32_t object = object_of(m, tid, op->fd, &kind);
    status = kind == vm_object_kind_file ? writeback_reserve(m, object) : VM_OK;
    if (status != VM_OK) {
        return status;
    }
    call_begin(m, tid, vm_op_kind_fsync);
    if (!object) {
        call_fail(m, tid, vm_errno_code_ebadf);
    } else if (!is_sized(kind)) {
        call_fail(m, tid, vm_errno_code_einval);
    } else {
        if (kind ==
            vm_object_kind_file) { /* the disk of shared memory is swap: nothing to wait for */
            writeback_file(m, object, 0, object_pages(m, object));
        }
        call_end(m, tid, 0);
    }
    return VM_OK;
}
