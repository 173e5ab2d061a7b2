/* SPDX-License-Identifier: MIT
 * open, close and dup2 (Linux: do_sys_openat2, close_fd, ksys_dup3): what a program does with
 * numbers. What cannot be done is a call that fails, not a status.
 */
#include "kernel/descriptor.h"

#include "kernel/cred.h"
#include "kernel/file.h"
#include "kernel/page_cache.h"
#include "kernel/process.h"

/* 0666 without what the usual umask takes away. */
#define CREATED_MODE 0644
enum { READ_WRITE = vm_open_bit_read | vm_open_bit_write };

/* What a reference string's mapping shows is no file: it has no page cache. */
static bool of_reference_string(const vm_machine *m, uint64_t object)
{
    bool cached = object < m->objects_n && m->objects[object].first_cached;
    for (uint32_t v = 1; !cached && v < m->vmas_n; v++) {
        if (m->vmas[v].pid && m->vmas[v].object == object && m->vmas[v].flags & vm_map_bit_pages) {
            return true;
        }
    }
    return false;
}

static bool can_be_opened(const vm_machine *m, uint64_t object)
{
    switch (object < m->objects_n ? m->objects[object].kind : vm_object_kind_none) {
    case vm_object_kind_file:
    case vm_object_kind_char_null:
    case vm_object_kind_char_zero:
    case vm_object_kind_terminal:
    case vm_object_kind_device:
        return true;
    default:
        return false;
    }
}

static bool truncates(const vm_machine *m, uint32_t object, uint64_t flags)
{
    return flags & vm_open_bit_truncate && m->objects[object].kind == vm_object_kind_file &&
           m->objects[object].bytes;
}

/* build_open_flags: to truncate is to write, however the file is opened. */
static enum vm_errno_code open_refused(
    const vm_machine *m, vm_pid pid, const struct vm_op_open *op, bool makes)
{
    uint64_t want =
        (op->flags & READ_WRITE) | (op->flags & vm_open_bit_truncate ? vm_open_bit_write : 0);
    if (!op->object && !makes) {
        return vm_errno_code_enoent;
    }
    if (op->object && !may_open(m, pid, (uint32_t)op->object, (uint8_t)want)) {
        return vm_errno_code_eacces;
    }
    return descriptor_lowest(m, pid) == DESCRIPTORS_MOST ? vm_errno_code_emfile
                                                         : vm_errno_code_none;
}

enum vm_status vm_op_open(vm_machine *m, const struct vm_op_open *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    if (op->flags > 63 || !(op->flags & READ_WRITE) ||
        (op->object && (!can_be_opened(m, op->object) || of_reference_string(m, op->object)))) {
        return VM_INVALID;
    }
    status = descriptor_reserve(m, 1, 1);
    status = status == VM_OK ? RESERVE(m, objects, 1) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    bool makes = !op->object && op->flags & vm_open_bit_create && op->name;
    call_begin(m, tid, vm_op_kind_open);
    enum vm_errno_code refused = open_refused(m, pid, op, makes);
    if (refused != vm_errno_code_none) {
        call_fail(m, tid, refused);
        return VM_OK;
    }
    uint32_t object =
        makes ? object_new(m, vm_object_kind_file, (uint32_t)op->name, 0) : (uint32_t)op->object;
    if (makes) {
        object_set_owner(m, object, CREATED_MODE, m->processes[pid].uid, m->processes[pid].gid);
    } else if (truncates(m, object, op->flags)) {
        EMIT(m, file_resized, .tid = tid, .object = object, .bytes = 0);
        cache_resize(m, object, 0);
    }
    EMIT(m, opened, .tid = tid, .fd = descriptor_lowest(m, pid), .object = object,
        .flags = op->flags);
    call_end(m, tid, descriptor_new(m, pid, object, (uint8_t)op->flags));
    return VM_OK;
}

enum vm_status vm_op_close(vm_machine *m, const struct vm_op_close *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    call_begin(m, tid, vm_op_kind_close);
    uint32_t file = descriptor_file(m, pid, op->fd);
    if (!file) {
        call_fail(m, tid, vm_errno_code_ebadf);
        return VM_OK;
    }
    EMIT(m, closed, .pid = pid, .fd = op->fd, .object = m->open_files[file].object);
    descriptor_remove(m, pid, op->fd);
    call_end(m, tid, 0);
    return VM_OK;
}

enum vm_status vm_op_dup2(vm_machine *m, const struct vm_op_dup2 *op)
{
    enum vm_status status = task_ready(m, op->tid);
    status = status == VM_OK ? descriptor_reserve(m, 1, 0) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    call_begin(m, tid, vm_op_kind_dup2);
    uint32_t file = descriptor_file(m, pid, op->fd);
    if (!file || op->to >= DESCRIPTORS_MOST) {
        call_fail(m, tid, vm_errno_code_ebadf);
        return VM_OK;
    }
    if (op->fd != op->to) {
        EMIT(m, duplicated, .tid = tid, .fd = op->fd, .to = op->to,
            .object = m->open_files[file].object);
        if (descriptor_file(m, pid, op->to)) { /* closed silently */
            descriptor_remove(m, pid, op->to);
        }
        descriptor_put(m, pid, (uint32_t)op->to, file, 0);
    }
    call_end(m, tid, op->to);
    return VM_OK;
}
