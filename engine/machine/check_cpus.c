/* SPDX-License-Identifier: MIT
 * Invariants of processors, of the run queue and of what threads have used.
 */
#include "kernel/schedule.h"
#include "machine/check.h"
#include "machine/world.h"

static const char *check_running(const vm_machine *m)
{
    for (uint32_t cpu = 0; cpu < m->config.cpus; cpu++) {
        vm_tid tid = m->cpus[cpu].tid;
        const struct task *task = &m->tasks[tid];
        if (tid && (task->state != vm_task_state_running || task->cpu != cpu + 1)) {
            return "80: a processor runs a thread that is running and names the processor";
        }
        vm_pid mm = tid ? mm_of(m, task->pid) : 0;
        if (tid && (m->cpus[cpu].root != m->processes[mm].root ||
                       m->cpus[cpu].asid != m->processes[mm].asid)) {
            return "81: a processor has its thread's page table loaded";
        }
        if (m->cpus[cpu].root && !m->tables[m->cpus[cpu].root].level) {
            return "82: a processor has no page table loaded that is gone";
        }
    }
    return NULL;
}

static const char *check_queue(const vm_machine *m)
{
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        const struct task *task = &m->tasks[tid];
        bool running = task->state == vm_task_state_running;
        if (running && (!task->cpu || m->cpus[task->cpu - 1].tid != tid)) {
            return "83: a running thread is on the processor that it names";
        }
        if ((task->state == vm_task_state_ready) != (task->queued != 0)) {
            return "84: a thread stands in the run queue if and only if it is ready";
        }
        for (vm_tid other = 1; task->queued && other < tid; other++) {
            if (m->tasks[other].queued == task->queued || task->queued > m->queue_stamp) {
                return "86: no two threads have the same place in the run queue";
            }
        }
        if (task->priority > VM_PRIORITY_MAX || task->base_priority > task->priority) {
            return "87: a thread has a priority, never below its own";
        }
    }
    return NULL;
}

static const char *check_usage(const vm_machine *m)
{
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        uint64_t minor = 0, major = 0;
        for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
            bool own = m->tasks[tid].pid == pid;
            minor += own ? m->tasks[tid].usage.minor : 0;
            major += own ? m->tasks[tid].usage.major : 0;
        }
        const uint64_t *counter = m->processes[pid].counter;
        if (minor != counter[vm_counter_minor] || major != counter[vm_counter_major]) {
            return "85: the faults of a process's threads add up to the process's";
        }
    }
    return NULL;
}

const char *check_cpus(const vm_machine *m)
{
    const char *problem = check_running(m);
    problem = problem ? problem : check_queue(m);
    return problem ? problem : check_usage(m);
}
