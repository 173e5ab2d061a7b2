/* SPDX-License-Identifier: MIT
 * The out-of-memory killer (Linux: out_of_memory, select_bad_process, oom_badness). A process whose
 * operation is in progress is not taken apart under its feet: like a pending SIGKILL, its end waits
 * until the operation returns. A process that this very operation makes is no candidate: it is not
 * yet in the list of processes.
 */
#include "kernel/oom.h"

#include "kernel/exit.h"
#include "kernel/process.h"

#define KILLED (128 + 9) /* as the shell says it: SIGKILL */

static bool runs_in(const vm_machine *m, vm_pid pid, vm_pid mm)
{
    return m->processes[pid].state == vm_process_state_alive && mm_of(m, pid) == mm;
}

static uint64_t score(vm_machine *m, vm_pid mm)
{
    const uint64_t *counter = m->processes[mm].counter;
    uint64_t resident = counter[vm_counter_rss], swapped = counter[vm_counter_swapped],
             tables = counter[vm_counter_tables], points = resident + swapped + tables;
    EMIT(m, oom_score, .pid = mm, .points = points, .resident = resident, .swapped = swapped,
        .tables = tables);
    return points;
}

/* The highest score; of equals the youngest, as Linux's list of tasks has it. */
static vm_pid choose(vm_machine *m)
{
    vm_pid worst = 0;
    uint64_t most = 0;
    for (vm_pid pid = 1; pid < m->processes_before; pid++) {
        if (!m->processes[pid].root || !runs_in(m, pid, pid)) {
            continue;
        }
        uint64_t points = score(m, pid);
        if (points >= most) {
            most = points;
            worst = pid;
        }
    }
    return worst;
}

/* Everybody who runs in the address space dies: its memory comes free only then. The owner last. */
static void end_all(vm_machine *m, vm_pid mm)
{
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        if (pid != mm && runs_in(m, pid, mm)) {
            process_end(m, pid, KILLED);
        }
    }
    if (runs_in(m, mm, mm)) {
        process_end(m, mm, KILLED);
    }
}

static bool in_progress(const vm_machine *m, vm_pid mm)
{
    return m->runner && mm_of(m, m->tasks[m->runner].pid) == mm;
}

bool oom_kill(vm_machine *m)
{
    vm_pid victim = m->doomed ? 0 : choose(m);
    if (!victim) {
        return false;
    }
    EMIT(m, out_of_memory, .pid = victim);
    count(m, victim, vm_counter_oom_kills, 1);
    if (in_progress(m, victim)) {
        m->doomed = victim;
        return false;
    }
    m->reaping = true;
    end_all(m, victim);
    m->reaping = false;
    return true;
}

void oom_limit(vm_machine *m, vm_pid mm)
{
    if (!m->doomed) {
        EMIT(m, oom_limit, .pid = mm);
        count(m, mm, vm_counter_oom_kills, 1);
        m->doomed = mm;
    }
}

void oom_in_kernel(vm_machine *m, vm_pid mm)
{
    if (!m->doomed) { /* nobody could be chosen: this operation began with the process */
        m->doomed = mm;
    }
}

void oom_finish(vm_machine *m)
{
    vm_pid mm = m->doomed;
    m->doomed = 0;
    m->outcome.fault = vm_fault_oom;
    end_all(m, mm);
}
