/* SPDX-License-Identifier: MIT
 * Machines without pages: which operations they have, processes that start without memory, and
 * accesses through base and bounds. The hardware checks and adds at every access; what it refuses
 * is a segmentation fault, and the reason is told.
 */
#include "older/access.h"

#include "kernel/fault.h"
#include "kernel/process.h"
#include "kernel/switch.h"
#include "older/free_list.h"
#include "older/segment.h"
#include "older/swap.h"

static bool is_ours(enum vm_op_kind kind)
{
    return kind >= vm_op_kind_place && kind <= vm_op_kind_shrink;
}

bool older_allows(const vm_machine *m, const struct vm_op *op)
{
    enum vm_op_kind kind = (enum vm_op_kind)op->kind;
    if (!is_older(m)) {
        return !is_ours(kind);
    }
    switch (kind) {
    case vm_op_kind_start:
        return !op->u.start.program;
    case vm_op_kind_sigaction: /* a handler needs a stack in memory */
        return op->u.sigaction.action != vm_signal_action_handler;
    case vm_op_kind_access:
        return has_segments(m);
    case vm_op_kind_cache:
    case vm_op_kind_shrink:
        return m->config.kind == vm_machine_kind_slab;
    case vm_op_kind_set:
    case vm_op_kind_exit:
    case vm_op_kind_wait:
    case vm_op_kind_kill:
    case vm_op_kind_tick:
    case vm_op_kind_yield:
        return true;
    default:
        return is_ours(kind);
    }
}

enum vm_status older_start(vm_machine *m, const struct vm_op_start *op)
{
    if (m->config.limits.processes && m->processes_n > m->config.limits.processes) {
        return VM_LIMIT;
    }
    enum vm_status status = RESERVE(m, processes, 1);
    status = status == VM_OK ? RESERVE(m, tasks, 1) : status;
    if (status != VM_OK) {
        return status;
    }
    EMIT(m, process_admitted, .pid = m->processes_n);
    vm_pid pid = process_new(m, (uint32_t)op->label, 0, 0);
    m->outcome.value = pid;
    switch_to(m, m->processes[pid].task);
    return VM_OK;
}

static void say_found(vm_machine *m, vm_tid tid, const struct translation *found)
{
    const struct segment_register *segment = &m->segment_registers[found->segment];
    if (segment->down) {
        EMIT(m, relocated_down, .tid = tid, .distance = segment->base - found->pa,
            .bounds = segment->bytes, .base = segment->base, .pa = found->pa);
    } else {
        EMIT(m, relocated, .tid = tid, .offset = found->offset, .bounds = segment->bytes,
            .base = segment->base, .pa = found->pa);
    }
}

static void refuse(
    vm_machine *m, vm_tid tid, vm_va va, enum vm_access access, const struct translation *found)
{
    bool rights = found->reason == vm_trap_reason_segment_rights;
    EMIT(m, trap, .tid = tid, .va = va, .access = access, .reason = found->reason);
    count(m, m->tasks[tid].pid, vm_counter_traps, 1);
    cpu_mode(m, vm_mode_kernel);
    fault_refuse(m, tid, va, rights ? vm_fault_segv_accerr : vm_fault_segv_maperr);
}

enum vm_status older_access(vm_machine *m, const struct vm_op_access *op)
{
    enum vm_status status = task_ready(m, op->tid);
    uint64_t bytes = op->bytes ? op->bytes : 1;
    if (status == VM_OK &&
        (!op->access || op->access >= vm_access_count || op->va + (bytes - 1) < op->va)) {
        status = VM_INVALID;
    }
    /* Its segments may have to come back, and it may die of the access. */
    status = status == VM_OK ? pieces_reserve(m, 16 * FREE_LIST_PIECES) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    enum vm_access access = (enum vm_access)op->access;
    switch_to(m, tid);
    if (!process_is_in(m, pid)) {
        EMIT(m, no_memory_yet, .tid = tid);
        if (!process_fetch(m, pid)) {
            m->outcome.fault = vm_fault_oom;
            return VM_OK;
        }
    }
    m->clock++;
    EMIT(m, access, .tid = tid, .va = op->va, .access = access);
    count(m, pid, vm_counter_references, 1);
    struct translation found = segment_translate(m, pid, op->va, bytes, access);
    if (m->config.segment_bits && found.number < segment_numbers(m)) {
        EMIT(m, segment_named, .tid = tid, .va = op->va, .number = found.number,
            .offset = found.offset);
    }
    if (!found.fits) {
        refuse(m, tid, op->va, access, &found);
        return VM_OK;
    }
    say_found(m, tid, &found);
    EMIT(m, access_done, .tid = tid, .va = op->va, .access = access, .pa = found.pa);
    return VM_OK;
}

bool older_translate(const vm_machine *m, vm_pid pid, vm_va va, vm_pa *pa)
{
    struct translation found = segment_translate(m, pid, va, 1, vm_access_none);
    *pa = found.pa;
    return found.fits;
}
