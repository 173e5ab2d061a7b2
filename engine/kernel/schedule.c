/* SPDX-License-Identifier: MIT
 * Waiting: for a processor, or for something to happen. Invariant: a thread has a place in the run
 * queue if and only if it is ready (task_put).
 */
#include "kernel/schedule.h"

#include "kernel/futex.h"
#include "kernel/process.h"

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

void task_block(vm_machine *m, vm_tid tid, enum vm_wait_reason reason, uint64_t waits_for)
{
    EMIT(m, waiting, .tid = tid, .reason = reason, .what = waits_for);
    struct task now = m->tasks[tid];
    now.state = vm_task_state_waiting;
    now.wait = (uint8_t)reason;
    now.waits_for = waits_for;
    task_put(m, tid, &now);
    cpu_idle(m, tid);
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
