/* SPDX-License-Identifier: MIT
 * Invariants of threads, their stacks and who joins whom.
 */
#include "machine/check.h"

static bool gone(const struct task *task)
{
    return task->state == vm_task_state_ended;
}

static const char *check_ends(const vm_machine *m, vm_tid tid)
{
    const struct task *task = &m->tasks[tid];
    const struct process *process = &m->processes[task->pid];
    if (process->state != vm_process_state_alive && !gone(task)) {
        return "90: a process's end is the end of its threads";
    }
    if (gone(task) && (task->registers || task->stack.start || task->stack.tls)) {
        return "91: a thread that has ended has neither registers nor a stack";
    }
    if (task->state == vm_task_state_exited && (task->detached || task->registers)) {
        return "92: only who may be joined is kept after its end";
    }
    const struct task *first = &m->tasks[process->task];
    if (first->pid != task->pid || first->number || task->number >= first->next_number) {
        return "93: a process has a main thread, T0, that counts the others";
    }
    return NULL;
}

static const char *check_stack(const vm_machine *m, vm_tid tid)
{
    const struct thread_stack *stack = &m->tasks[tid].stack;
    if (!stack->start) {
        return stack->end || stack->guard ? "94: a stack begins somewhere" : NULL;
    }
    bool inside = stack->tls > stack->start && stack->tls < stack->end;
    if (!inside || stack->start % page_size(m) || stack->end % page_size(m)) {
        return "95: a thread's control block lies on its stack";
    }
    vm_pid mm = mm_of(m, m->tasks[tid].pid);
    for (uint32_t i = 1; i < m->spare_stacks_n; i++) {
        if (m->spare_stacks[i].pid == mm && m->spare_stacks[i].stack.tls == stack->tls) {
            return "96: a stack in the cache is no thread's";
        }
    }
    return NULL;
}

static const char *check_join(const vm_machine *m, vm_tid tid)
{
    const struct task *task = &m->tasks[tid];
    bool joins = task->state == vm_task_state_waiting && task->wait == vm_wait_reason_join;
    if (!joins) {
        return task->stack.into ? "97: only who waits in join expects a value" : NULL;
    }
    const struct task *other =
        task->waits_for && task->waits_for < m->tasks_n ? &m->tasks[task->waits_for] : NULL;
    bool sound =
        other && other->pid == task->pid && !gone(other) && other->state != vm_task_state_exited;
    return sound ? NULL : "98: join waits for a thread of the same process that has not ended";
}

static const char *check_spare(const vm_machine *m)
{
    for (uint32_t i = 1; i < m->spare_stacks_n; i++) {
        const struct spare_stack *spare = &m->spare_stacks[i];
        if (spare->pid && (!m->processes[spare->pid].root || !spare->stamp)) {
            return "99: only an address space keeps unused stacks";
        }
    }
    return NULL;
}

const char *check_threads(const vm_machine *m)
{
    const char *problem = check_spare(m);
    for (vm_tid tid = 1; tid < m->tasks_n && !problem; tid++) {
        problem = check_ends(m, tid);
        problem = problem ? problem : check_stack(m, tid);
        problem = problem ? problem : check_join(m, tid);
    }
    return problem;
}
