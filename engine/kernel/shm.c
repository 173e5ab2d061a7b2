/* SPDX-License-Identifier: MIT
 * A name, each open file and each mapping hold a shared memory; it is gone with the last of them.
 * Names are named.h's.
 */
#include "kernel/shm.h"

#include "kernel/descriptor.h"
#include "kernel/file.h"
#include "kernel/named.h"
#include "kernel/page_cache.h"
#include "kernel/process.h"
#include "kernel/shmem.h"

/* As the manual page of shm_open has it: for its owner alone. */
#define SHM_MODE 0600

static enum vm_status reserve(vm_machine *m, uint32_t object, uint64_t bytes)
{
    enum vm_status status = descriptor_reserve(m, 1, 1);
    status = status == VM_OK ? RESERVE(m, objects, 1) : status;
    return status == VM_OK ? cache_reserve(m, object, bytes) : status;
}

static void give(vm_machine *m, vm_tid tid, uint32_t object, uint64_t flags)
{
    vm_pid pid = m->tasks[tid].pid;
    EMIT(m, opened, .tid = tid, .fd = descriptor_lowest(m, pid), .object = object, .flags = flags);
    call_end(m, tid, descriptor_new(m, pid, object, (uint8_t)flags));
}

static void size(vm_machine *m, vm_tid tid, uint32_t object, uint64_t bytes)
{
    EMIT(m, file_resized, .tid = tid, .object = object, .bytes = bytes);
    cache_resize(m, object, bytes);
}

static enum vm_errno_code refusal(
    const vm_machine *m, vm_pid pid, uint32_t object, const struct vm_op_shm_open *op)
{
    bool resizes = op->bytes || op->flags & vm_open_bit_truncate;
    enum vm_errno_code refused = named_refusal(m, pid, object, op->flags);
    if (refused != vm_errno_code_none) {
        return refused;
    }
    if (resizes && !(op->flags & vm_open_bit_write)) {
        return vm_errno_code_einval; /* ftruncate wants a descriptor that may be written */
    }
    return descriptor_lowest(m, pid) == DESCRIPTORS_MOST ? vm_errno_code_emfile
                                                         : vm_errno_code_none;
}

enum vm_status vm_op_shm_open(vm_machine *m, const struct vm_op_shm_open *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    if (!named_may_be(op->name, op->flags)) {
        return VM_INVALID;
    }
    uint32_t object = named_find(m, vm_object_kind_shmem, op->name);
    status = reserve(m, object, op->bytes);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    call_begin(m, tid, vm_op_kind_shm_open);
    enum vm_errno_code error = refusal(m, m->tasks[tid].pid, object, op);
    if (error != vm_errno_code_none) {
        call_fail(m, tid, error);
        return VM_OK;
    }
    if (!object) {
        EMIT(m, shm_made, .tid = tid, .object = m->objects_n, .name = op->name);
        object = shmem_new(m, (uint32_t)op->name, 0);
        const struct process *owner = &m->processes[m->tasks[tid].pid];
        object_set_owner(m, object, SHM_MODE, owner->uid, owner->gid);
        named_link(m, object);
    } else if (op->flags & vm_open_bit_truncate && m->objects[object].bytes) {
        size(m, tid, object, 0);
    }
    if (op->bytes && op->bytes != m->objects[object].bytes) {
        size(m, tid, object, op->bytes);
    }
    give(m, tid, object, op->flags);
    return VM_OK;
}

enum vm_status vm_op_shm_unlink(vm_machine *m, const struct vm_op_shm_unlink *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    call_begin(m, tid, vm_op_kind_shm_unlink);
    uint32_t object = named_find(m, vm_object_kind_shmem, op->name);
    if (object) {
        EMIT(m, shm_unlinked, .tid = tid, .object = object, .refs = m->objects[object].refs - 1);
    }
    named_unlink(m, tid, object);
    return VM_OK;
}

enum vm_status vm_op_memfd_create(vm_machine *m, const struct vm_op_memfd_create *op)
{
    enum vm_status status = task_ready(m, op->tid);
    status = status == VM_OK ? reserve(m, 0, op->bytes) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    call_begin(m, tid, vm_op_kind_memfd_create);
    if (descriptor_lowest(m, m->tasks[tid].pid) == DESCRIPTORS_MOST) {
        call_fail(m, tid, vm_errno_code_emfile);
        return VM_OK;
    }
    EMIT(m, memfd_made, .tid = tid, .object = m->objects_n);
    uint32_t object = shmem_new(m, (uint32_t)op->name, 0);
    if (op->bytes) {
        size(m, tid, object, op->bytes);
    }
    give(m, tid, object, vm_open_bit_read | vm_open_bit_write);
    return VM_OK;
}
