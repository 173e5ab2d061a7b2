/* SPDX-License-Identifier: MIT
 * Identity and permission. A mode is rwxrwxrwx for the owner, the group and all others; the first
 * that fits decides, even when a later one would allow more.
 */
#include "kernel/cred.h"

#include "kernel/file.h"
#include "kernel/limit.h"
#include "kernel/process.h"
#include "kernel/reclaim_work.h"

#define MODE_BITS 0777
#define EXECUTE_BITS 0111

bool may_open(const vm_machine *m, vm_pid pid, uint32_t object, uint8_t want)
{
    const struct process *process = &m->processes[pid];
    const struct object *file = &m->objects[object];
    if (!process->uid) { /* root (CAP_DAC_OVERRIDE), but nobody runs what is no program */
        return !(want & vm_prot_bit_exec) || file->mode & EXECUTE_BITS;
    }
    unsigned shift = process->uid == file->uid ? 6 : process->gid == file->gid ? 3 : 0;
    unsigned granted = file->mode >> shift;
    return !(want & vm_prot_bit_read && !(granted & 4)) &&
           !(want & vm_prot_bit_write && !(granted & 2)) &&
           !(want & vm_prot_bit_exec && !(granted & 1));
}

enum vm_status vm_op_attributes(vm_machine *m, const struct vm_op_attributes *op)
{
    if (!op->object || op->object >= m->objects_n || op->mode > MODE_BITS || op->uid > UINT32_MAX ||
        op->gid > UINT32_MAX || m->objects[op->object].kind == vm_object_kind_anon) {
        return VM_INVALID;
    }
    object_set_owner(
        m, (uint32_t)op->object, (uint16_t)op->mode, (uint32_t)op->uid, (uint32_t)op->gid);
    return VM_OK;
}

enum vm_status vm_op_setuid(vm_machine *m, const struct vm_op_setuid *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    if (op->uid > UINT32_MAX || op->gid > UINT32_MAX) {
        return VM_INVALID;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    call_begin(m, tid, vm_op_kind_setuid);
    struct process now = m->processes[pid];
    if (now.uid && (op->uid != now.uid || op->gid != now.gid)) {
        call_fail(m, tid, vm_errno_code_eperm);
        return VM_OK;
    }
    EMIT(m, identity_set, .pid = pid, .uid = op->uid, .gid = op->gid);
    now.uid = (uint32_t)op->uid;
    now.gid = (uint32_t)op->gid;
    process_put(m, pid, &now);
    call_end(m, tid, 0);
    return VM_OK;
}

/* The column of a limit in bytes; NULL for memory, which counts frames. */
static uint64_t *limit_of(struct process *process, enum vm_resource resource)
{
    return resource == vm_resource_stack           ? &process->stack_limit
           : resource == vm_resource_address_space ? &process->space_limit
           : resource == vm_resource_memlock       ? &process->lock_limit
                                                   : NULL;
}

/* 0 in a column means no limit: a limit of 0 bytes is one byte, less than any page. As much as the
 * address space holds is no limit either (RLIM_INFINITY), but a stack always has one. */
static uint64_t limit_value(const vm_machine *m, uint64_t bytes, enum vm_resource resource)
{
    uint64_t space = UINT64_C(1) << m->config.va_bits;
    if (bytes >= space) {
        return resource == vm_resource_stack ? space : 0;
    }
    return bytes ? bytes : 1;
}

enum vm_status vm_op_setrlimit(vm_machine *m, const struct vm_op_setrlimit *op)
{
    enum vm_status status = task_ready(m, op->tid);
    status = status == VM_OK ? limit_reserve(m) : status;
    if (status != VM_OK) {
        return status;
    }
    if (op->resource >= vm_resource_count) {
        return VM_INVALID;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    enum vm_resource resource = (enum vm_resource)op->resource;
    vm_pid whose = resource == vm_resource_memory ? mm_of(m, pid) : pid;
    uint64_t pages = pages_of(m, op->value), charged = m->processes[whose].charged;
    if (resource == vm_resource_memory && charged > pages) {
        status = reclaim_work_evictions(m, charged - pages);
    }
    if (status != VM_OK) {
        return status;
    }
    call_begin(m, tid, vm_op_kind_setrlimit);
    if (resource == vm_resource_memory && m->processes[pid].uid) {
        call_fail(m, tid, vm_errno_code_eperm); /* a control group is root's to change */
        return VM_OK;
    }
    uint64_t value = limit_value(m, op->value, resource);
    if (value) {
        EMIT(m, limit_set, .pid = pid, .resource = resource,
            .value = op->value < value ? op->value : value);
    } else {
        EMIT(m, limit_lifted, .pid = pid, .resource = resource);
    }
    struct process now = m->processes[whose];
    uint64_t *limit = limit_of(&now, resource);
    if (limit) {
        *limit = value;
    } else {
        pages = pages_of(m, value);
        now.frame_limit = pages > UINT32_MAX ? 0 : (uint32_t)pages;
    }
    process_put(m, whose, &now);
    limit_enforce(m, whose);
    call_end(m, tid, 0);
    return VM_OK;
}
