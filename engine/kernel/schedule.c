/* SPDX-License-Identifier: MIT
 * Waiting: for a processor, or for something to happen. Invariant: a thread has a place in the run
 * queue if and only if it is ready (task_put).
 */
#include "kernel/schedule.h"

#include "kernel/futex.h"
#include "kernel/inherit.h"
#include "kernel/pending.h"
#include "kernel/process.h"
#include "kernel/usage.h"

bool cpu_allowed(const vm_machine *m, vm_tid tid, uint32_t cpu)
{
    uint32_t affinity = m->tasks[tid].affinity;
    return cpu < m->config.cpus && (!affinity || affinity >> cpu & 1);
}

/* Linux's select_task_rq_fair prefers the processor where the thread ran last, for its caches are
 * warm there (wake_affine may pull it to the waker's), then looks for an idle one near it
 * (select_idle_sibling); else the thread queues up there. Simpler here: all processors are equally
 * near, and an operation is done at once, so instead of queueing up it takes the processor. */
uint32_t cpu_for(const vm_machine *m, vm_tid tid)
{
    const struct task *task = &m->tasks[tid];
    uint32_t last = task->cpu ? task->cpu - 1 : VM_CPUS_MAX, lowest = VM_CPUS_MAX;
    if (task->state == vm_task_state_running) {
        return last;
    }
    if (cpu_allowed(m, tid, last) && !m->cpus[last].tid) {
        return last;
    }
    for (uint32_t cpu = m->config.cpus; cpu-- > 0;) {
        lowest = cpu_allowed(m, tid, cpu) ? cpu : lowest;
    }
    for (uint32_t cpu = 0; cpu < m->config.cpus; cpu++) {
        if (cpu_allowed(m, tid, cpu) && !m->cpus[cpu].tid) {
            return cpu;
        }
    }
    return cpu_allowed(m, tid, last) ? last : lowest;
}

vm_tid vm_next(const vm_machine *m, enum vm_schedule by, uint32_t cpu)
{
    if (cpu >= m->config.cpus) {
        return 0;
    }
    bool ranked = by == vm_schedule_priority;
    vm_tid running = m->cpus[cpu].tid, best = 0;
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        const struct task *task = &m->tasks[tid], *first = &m->tasks[best];
        if (task->state != vm_task_state_ready || !cpu_allowed(m, tid, cpu)) {
            continue;
        }
        bool higher = ranked && task->priority > first->priority;
        bool lower = ranked && task->priority < first->priority;
        if (!best || higher || (!lower && task->queued < first->queued)) {
            best = tid;
        }
    }
    bool stays = running && ranked && m->tasks[running].priority > m->tasks[best].priority;
    return best && !stays ? best : running;
}

void task_block(vm_machine *m, vm_tid tid, enum vm_wait_reason reason, uint64_t waits_for)
{
    EMIT(m, waiting, .tid = tid, .reason = reason, .what = waits_for);
    struct task now = m->tasks[tid];
    now.state = vm_task_state_waiting;
    now.wait = (uint8_t)reason;
    now.waits_for = waits_for;
    task_put(m, tid, &now);
    usage_count(m, tid, USAGE_VOLUNTARY); /* __schedule: nvcsw */
    cpu_leave(m, tid);
}

void task_wake(vm_machine *m, vm_tid tid, uint64_t ret)
{
    struct task now = m->tasks[tid];
    if (now.state != vm_task_state_waiting) {
        return;
    }
    EMIT(m, woken, .tid = tid);
    now.state = vm_task_state_ready;
    now.wait = vm_wait_reason_none;
    now.waits_for = 0;
    now.ret = ret;
    task_put(m, tid, &now);
}

void task_end(vm_machine *m, vm_tid tid, enum vm_task_state state)
{
    futex_exit(m, tid);
    pending_forget(m, tid);
    struct task now = m->tasks[tid];
    now.state = (uint8_t)state;
    now.wait = vm_wait_reason_none;
    now.waits_for = 0;
    task_put(m, tid, &now);
    cpu_idle(m, tid);
}

void task_inherit(vm_machine *m, vm_tid from, vm_tid to)
{
    struct task now = m->tasks[to];
    now.priority = now.base_priority = m->tasks[from].base_priority;
    now.affinity = m->tasks[from].affinity;
    task_put(m, to, &now);
}

enum vm_status vm_op_yield(vm_machine *m, const struct vm_op_yield *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    call_begin(m, tid, vm_op_kind_yield);
    vm_tid next = vm_next(m, vm_schedule_round_robin, m->on);
    call_end(m, tid, 0);
    if (next == tid) {
        EMIT(m, yield_alone, .tid = tid);
        return VM_OK;
    }
    EMIT(m, yielded, .tid = tid, .cpu = m->on, .next = next);
    struct task now = m->tasks[tid];
    now.state = vm_task_state_ready;
    task_put(m, tid, &now);
    usage_count(m, tid, USAGE_INVOLUNTARY); /* it does not wait for anything: nivcsw */
    cpu_leave(m, tid);
    cpu_dispatch(m, m->on, next);
    return VM_OK;
}

/* It is ready again, and stands behind the others. */
static void migrate(vm_machine *m, vm_tid thread)
{
    struct task now = m->tasks[thread];
    EMIT(m, migrated, .thread = thread, .cpu = now.cpu - 1);
    now.state = vm_task_state_ready;
    task_put(m, thread, &now);
    usage_count(m, thread, USAGE_INVOLUNTARY);
    cpu_leave(m, thread);
}

/* The kernel's answer to one thread's wish about another. */
static enum vm_errno_code refusal(const vm_machine *m, vm_tid tid, uint64_t thread)
{
    if (!thread || thread >= m->tasks_n || m->tasks[thread].state == vm_task_state_ended) {
        return vm_errno_code_esrch;
    }
    uint32_t uid = m->processes[m->tasks[tid].pid].uid;
    bool may = !uid || uid == m->processes[m->tasks[thread].pid].uid;
    return may ? vm_errno_code_none : vm_errno_code_eperm;
}

/* A higher priority that it inherits from those it keeps waiting stays (rt_mutex_setprio). */
enum vm_status vm_op_setpriority(vm_machine *m, const struct vm_op_setpriority *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid, thread = (vm_tid)op->thread;
    call_begin(m, tid, vm_op_kind_setpriority);
    enum vm_errno_code reason = refusal(m, tid, op->thread);
    reason = op->priority > VM_PRIORITY_MAX ? vm_errno_code_einval : reason;
    if (reason != vm_errno_code_none) {
        call_fail(m, tid, reason);
        return VM_OK;
    }
    EMIT(m, priority_set, .tid = tid, .thread = thread, .priority = op->priority);
    struct task now = m->tasks[thread];
    bool inherits = now.priority > now.base_priority;
    now.base_priority = (uint8_t)op->priority;
    now.priority = inherits && now.priority > op->priority ? now.priority : now.base_priority;
    task_put(m, thread, &now);
    inherit_own(m, thread);
    call_end(m, tid, 0);
    return VM_OK;
}

/* A thread that runs where it no longer may leaves at once (__set_cpus_allowed_ptr wakes the
 * migration thread there); it goes on where cpu_for says. */
enum vm_status vm_op_setaffinity(vm_machine *m, const struct vm_op_setaffinity *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid, thread = (vm_tid)op->thread;
    uint32_t all = (UINT32_C(1) << m->config.cpus) - 1;
    call_begin(m, tid, vm_op_kind_setaffinity);
    enum vm_errno_code reason = refusal(m, tid, op->thread);
    if (reason == vm_errno_code_none && op->cpus && !(op->cpus & all)) {
        reason = vm_errno_code_einval; /* none of them is there */
    }
    if (reason != vm_errno_code_none) {
        call_fail(m, tid, reason);
        return VM_OK;
    }
    EMIT(m, affinity_set, .tid = tid, .thread = thread, .cpus = op->cpus & all);
    struct task now = m->tasks[thread];
    now.affinity = (uint32_t)op->cpus & all;
    task_put(m, thread, &now);
    call_end(m, tid, 0);
    if (now.state == vm_task_state_running && !cpu_allowed(m, thread, now.cpu - 1)) {
        migrate(m, thread);
    }
    return VM_OK;
}
