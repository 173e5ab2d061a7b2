/* SPDX-License-Identifier: MIT
 * Questions to a machine about processes, threads, processors and locks. Nothing here has an
 * effect. A number that stands for nobody has the answer 0, or false.
 */
#include "machine/world.h"

vm_pid vm_task_process(const vm_machine *m, vm_tid tid)
{
    return tid && tid < m->tasks_n ? m->tasks[tid].pid : 0;
}

uint8_t vm_last_cpu(const vm_machine *m)
{
    vm_tid tid = m->outcome.tid;
    uint32_t cpu = tid && tid < m->tasks_n ? m->tasks[tid].cpu : 0;
    return (uint8_t)(cpu ? cpu - 1 : 0);
}

enum vm_task_state vm_task_state_of(const vm_machine *m, vm_tid tid)
{
    return tid && tid < m->tasks_n ? (enum vm_task_state)m->tasks[tid].state : vm_task_state_none;
}

vm_va vm_task_sp(const vm_machine *m, vm_tid tid)
{
    return tid && tid < m->tasks_n ? m->tasks[tid].sp : 0;
}

bool vm_task_at(const vm_machine *m, vm_tid tid, struct vm_task_view *out)
{
    if (!tid || tid >= m->tasks_n) {
        return false;
    }
    const struct task *t = &m->tasks[tid];
    *out = (struct vm_task_view){.pid = t->pid,
        .number = t->number,
        .label = t->label,
        .body = t->body,
        .state = (enum vm_task_state)t->state,
        .wait = (enum vm_wait_reason)t->wait,
        .waits_for = t->waits_for,
        .sp = t->sp,
        .pc = t->pc,
        .fp = t->fp,
        .tls = t->stack.tls,
        .stack_start = t->stack.start,
        .stack_end = t->stack.end,
        .cpu = t->cpu,
        .queued = t->queued,
        .ret = t->ret,
        .priority = t->priority,
        .base_priority = t->base_priority,
        .begun = t->begun,
        .detached = t->detached,
        .minor = t->usage.minor,
        .major = t->usage.major,
        .voluntary = t->usage.voluntary,
        .involuntary = t->usage.involuntary};
    return true;
}

vm_tid vm_task_numbered(const vm_machine *m, vm_pid pid, uint32_t number)
{
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        if (m->tasks[tid].pid == pid && m->tasks[tid].number == number) {
            return tid;
        }
    }
    return 0;
}

vm_tid vm_tasks(const vm_machine *m)
{
    return m->tasks_n - 1;
}

vm_tid vm_cpu_task(const vm_machine *m, uint32_t cpu)
{
    return cpu < m->config.cpus ? m->cpus[cpu].tid : 0;
}

bool vm_lock_numbered(const vm_machine *m, uint64_t number, struct vm_lock_view *out)
{
    if (!number || number >= m->locks_n || !m->locks[number].kind) {
        return false;
    }
    const struct lock *lock = &m->locks[number];
    *out = (struct vm_lock_view){.pid = lock->pid,
        .va = lock->va,
        .kind = (enum vm_lock_kind)lock->kind,
        .name = lock->name,
        .owner = lock->owner,
        .holders = lock->holders,
        .waiters = lock->waiters};
    return true;
}

vm_tid vm_process_task(const vm_machine *m, vm_pid pid)
{
    return pid && pid < m->processes_n ? m->processes[pid].task : 0;
}

enum vm_process_state vm_process_state_of(const vm_machine *m, vm_pid pid)
{
    return pid && pid < m->processes_n ? (enum vm_process_state)m->processes[pid].state
                                       : vm_process_state_none;
}

vm_va vm_process_brk(const vm_machine *m, vm_pid pid)
{
    return pid && pid < m->processes_n ? m->processes[mm_of(m, pid)].brk : 0;
}

vm_va vm_process_argv(const vm_machine *m, vm_pid pid)
{
    return pid && pid < m->processes_n ? m->processes[pid].arg_start : 0;
}

vm_va vm_process_envp(const vm_machine *m, vm_pid pid)
{
    return pid && pid < m->processes_n ? m->processes[pid].env_start : 0;
}

bool vm_register(const vm_machine *m, vm_tid tid, uint32_t name, uint64_t *value)
{
    if (!tid || tid >= m->tasks_n) {
        return false;
    }
    for (uint32_t w = m->tasks[tid].registers; w; w = m->words[w].next) {
        if (m->words[w].offset == name) {
            *value = m->words[w].value;
            return true;
        }
    }
    return false;
}

uint64_t vm_task_result(const vm_machine *m, vm_tid tid)
{
    return tid < m->tasks_n ? m->tasks[tid].ret : 0;
}

bool vm_in_function(const vm_machine *m, vm_tid tid)
{
    return tid && tid < m->tasks_n && m->tasks[tid].activations;
}
