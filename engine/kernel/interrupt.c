/* SPDX-License-Identifier: MIT
 * Interrupts. Invariant: an interrupt changes nothing of the thread that it stops but its place
 * among the threads.
 */
#include "kernel/interrupt.h"

#include "kernel/schedule.h"
#include "kernel/switch.h"

enum vm_mode interrupt_begin(vm_machine *m, uint32_t cpu, enum vm_interrupt cause)
{
    vm_tid tid = m->cpus[cpu].tid;
    enum vm_mode before = (enum vm_mode)m->cpus[cpu].mode;
    if (tid) {
        EMIT(m, interrupt, .cpu = cpu, .tid = tid, .cause = cause, .pc = m->tasks[tid].pc);
    } else {
        EMIT(m, interrupt_idle, .cpu = cpu, .cause = cause);
    }
    count(m, tid ? m->tasks[tid].pid : 0, vm_counter_interrupts, 1);
    cpu_mode_at(m, cpu, vm_mode_kernel);
    return before;
}

void interrupt_end(vm_machine *m, uint32_t cpu, enum vm_mode before)
{
    vm_tid tid = m->cpus[cpu].tid;
    if (tid) {
        EMIT(m, interrupt_return, .cpu = cpu, .tid = tid, .pc = m->tasks[tid].pc);
        cpu_mode_at(m, cpu, before);
    }
}

enum vm_status vm_op_tick(vm_machine *m, const struct vm_op_tick *op)
{
    if (op->cpu >= m->config.cpus || op->by >= vm_schedule_count) {
        return VM_INVALID;
    }
    bool ready = op->next < m->tasks_n && m->tasks[op->next].state == vm_task_state_ready &&
                 cpu_allowed(m, (vm_tid)op->next, (uint32_t)op->cpu);
    if (op->next && !ready) {
        return VM_INVALID;
    }
    m->on = (uint32_t)op->cpu;
    m->outcome.tid = m->cpus[m->on].tid;
    interrupt_begin(m, m->on, vm_interrupt_timer);
    vm_tid next = op->next ? (vm_tid)op->next : vm_next(m, (enum vm_schedule)op->by, m->on);
    if (next && next != m->cpus[m->on].tid) {
        cpu_dispatch(m, m->on, next);
        m->outcome.tid = next;
    }
    interrupt_end(m, m->on, vm_mode_user);
    return VM_OK;
}
