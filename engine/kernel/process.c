/* SPDX-License-Identifier: MIT
 * Process and thread records. Numbers are given in order and never used twice, so that a name in a
 * scenario always means the same process.
 */
#include "kernel/process.h"

#include "kernel/switch.h"
#include "kernel/signal.h"
#include "kernel/words.h"

#include <assert.h>
#include <string.h>

static void emit_process(
    struct vm_events *events, vm_pid pid, const struct process *old, const struct process *now)
{
    EMIT_TO(events, process, .pid = pid,                              //
        .old_state = old->state, .state = now->state,                 //
        .old_label = old->label, .label = now->label,                 //
        .old_program = old->program, .program = now->program,         //
        .old_parent = old->parent, .parent = now->parent,             //
        .old_root = old->root, .root = now->root,                     //
        .old_asid = old->asid, .asid = now->asid,                     //
        .old_brk_start = old->brk_start, .brk_start = now->brk_start, //
        .old_brk = old->brk, .brk = now->brk,                         //
        .old_exit_code = old->exit_code, .exit_code = now->exit_code, //
        .old_mm = old->mm, .mm = now->mm,                             //
        .old_uid = old->uid, .uid = now->uid,                         //
        .old_gid = old->gid, .gid = now->gid,                         //
        .old_stack_limit = old->stack_limit, .stack_limit = now->stack_limit,
        .old_space_limit = old->space_limit, .space_limit = now->space_limit,
        .old_lock_limit = old->lock_limit, .lock_limit = now->lock_limit, //
        .old_frame_limit = old->frame_limit, .frame_limit = now->frame_limit,
        .old_arg_start = old->arg_start, .arg_start = now->arg_start, //
        .old_env_start = old->env_start, .env_start = now->env_start, //
        .old_adopted = old->adopted, .adopted = now->adopted);
}

static void emit_task(
    struct vm_events *events, vm_tid tid, const struct task *old, const struct task *now)
{
    EMIT_TO(events, task, .tid = tid,                                 //
        .old_pid = old->pid, .pid = now->pid,                         //
        .old_state = old->state, .state = now->state,                 //
        .old_wait = old->wait, .wait = now->wait,                     //
        .old_waits_for = old->waits_for, .waits_for = now->waits_for, //
        .old_sp = old->sp, .sp = now->sp,                             //
        .old_pc = old->pc, .pc = now->pc,                             //
        .old_ret = old->ret, .ret = now->ret,                         //
        .old_fp = old->fp, .fp = now->fp,                             //
        .old_number = old->number, .number = now->number,             //
        .old_label = old->label, .label = now->label,                 //
        .old_body = old->body, .body = now->body,                     //
        .old_begun = old->begun, .begun = now->begun,                 //
        .old_detached = old->detached, .detached = now->detached,     //
        .old_priority = old->priority, .priority = now->priority,     //
        .old_base_priority = old->base_priority, .base_priority = now->base_priority,
        .old_cpu = old->cpu, .cpu = now->cpu,                     //
        .old_affinity = old->affinity, .affinity = now->affinity, //
        .old_queued = old->queued, .queued = now->queued);
}

void process_describe(const vm_machine *m, struct vm_events *events)
{
    const struct process no_process = {0};
    const struct task no_task = {0};
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        emit_process(events, pid, &no_process, &m->processes[pid]);
    }
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        emit_task(events, tid, &no_task, &m->tasks[tid]);
    }
}

void process_put(vm_machine *m, vm_pid pid, const struct process *now)
{
    struct process old = m->processes[pid];
    m->processes[pid] = *now;
    memcpy(m->processes[pid].counter, old.counter, sizeof old.counter);
    m->processes[pid].fault_time = old.fault_time;
    m->processes[pid].fault_stamp = old.fault_stamp;
    m->processes[pid].charged = old.charged;
    m->processes[pid].first_vma = old.first_vma; /* kernel/vma.c's */
    m->processes[pid].tree_vma = old.tree_vma;
    m->processes[pid].vmas = old.vmas;
    m->processes[pid].signals = old.signals; /* kernel/signal.c's */
    memcpy(m->processes[pid].action, old.action, sizeof old.action);
    emit_process(m->events, pid, &old, now);
}

void task_put(vm_machine *m, vm_tid tid, const struct task *now)
{
    struct task old = m->tasks[tid], *task = &m->tasks[tid];
    *task = *now;
    task->registers = old.registers;
    task->stack = old.stack;
    task->usage = old.usage;
    task->futex = old.futex;
    task->signals = old.signals;
    task->next_number = old.next_number;
    task->activations = old.activations;
    task->allocator = old.allocator;
    if (task->state != vm_task_state_ready) {
        task->queued = 0;
    } else if (old.state != vm_task_state_ready) {
        task->queued = ++m->queue_stamp; /* behind everybody who waits for a processor already */
    } else {
        task->queued = old.queued;
    }
    emit_task(m->events, tid, &old, task);
}

vm_pid process_new(vm_machine *m, uint32_t label, uint32_t program, vm_pid parent)
{
    assert(m->processes_n < m->processes_room && m->tasks_n < m->tasks_room);
    vm_pid pid = m->processes_n++;
    vm_tid tid = m->tasks_n; /* of its main thread */
    m->processes[pid] = (struct process){0};
    const struct process process = {.state = vm_process_state_alive,
        .label = label,
        .program = program,
        .parent = parent,
        .asid = m->config.asids ? (uint16_t)pid : 0,
        .mm = pid,
        .stack_limit = m->config.stack_limit,
        .task = tid};
    process_put(m, pid, &process);
    task_new(m, pid);
    return pid;
}

vm_tid task_new(vm_machine *m, vm_pid pid)
{
    assert(m->tasks_n < m->tasks_room);
    vm_tid tid = m->tasks_n++, first = m->processes[pid].task;
    m->tasks[tid] = (struct task){0};
    const struct task task = {.pid = pid,
        .state = vm_task_state_ready,
        .number = (uint32_t)m->tasks[first].next_number++};
    task_put(m, tid, &task);
    return tid;
}

void process_inherit(vm_machine *m, vm_pid parent, vm_pid child)
{
    const struct process *from = &m->processes[parent];
    struct process now = m->processes[child];
    now.uid = from->uid;
    now.gid = from->gid;
    now.stack_limit = from->stack_limit;
    now.space_limit = from->space_limit;
    now.lock_limit = from->lock_limit;
    now.frame_limit = m->processes[from->mm].frame_limit;
    now.arg_start = from->arg_start;
    now.env_start = from->env_start;
    process_put(m, child, &now);
    signals_copy_process(m, parent, child);
}

enum vm_status task_ready(const vm_machine *m, uint64_t tid)
{
    if (!tid || tid >= m->tasks_n) {
        return VM_NO_TASK;
    }
    switch (m->tasks[tid].state) {
    case vm_task_state_ended:
    case vm_task_state_exited:
        return VM_ENDED;
    case vm_task_state_waiting:
        return VM_WAITING;
    default:
        return signal_due(m, (vm_tid)tid) ? VM_SIGNALLED : VM_OK;
    }
}

void call_begin(vm_machine *m, vm_tid tid, enum vm_op_kind call)
{
    switch_to(m, tid);
    EMIT(m, syscall, .tid = tid, .call = call);
    count(m, m->tasks[tid].pid, vm_counter_syscalls, 1);
    cpu_mode(m, vm_mode_kernel);
}

void call_end(vm_machine *m, vm_tid tid, uint64_t value)
{
    EMIT(m, syscall_return, .tid = tid, .value = value);
    if (m->tasks[tid].ret != value) {
        struct task now = m->tasks[tid];
        now.ret = value;
        task_put(m, tid, &now);
    }
    cpu_mode(m, vm_mode_user);
    m->outcome.value = value;
}

void call_fail(vm_machine *m, vm_tid tid, enum vm_errno_code reason)
{
    EMIT(m, call_failed, .tid = tid, .reason = reason);
    call_end(m, tid, (uint64_t) - (int64_t)reason);
}

enum vm_status vm_op_set(vm_machine *m, const struct vm_op_set *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status == VM_OK) {
        status = RESERVE(m, words, 1);
    }
    if (status != VM_OK) {
        return status;
    }
    switch_to(m, (vm_tid)op->tid);
    EMIT(m, computed, .tid = op->tid, .name = op->name, .value = op->value);
    registers_put(m, (vm_tid)op->tid, (uint32_t)op->name, op->value);
    return VM_OK;
}
