/* SPDX-License-Identifier: MIT
 * Questions about signals, and about what is left of a process.
 */
#include "kernel/signal.h"

static bool is_task(const vm_machine *m, vm_tid tid)
{
    return tid && tid < m->tasks_n;
}

static bool is_process(const vm_machine *m, vm_pid pid)
{
    return pid && pid < m->processes_n;
}

enum vm_signo vm_signal_due(const vm_machine *m, vm_tid tid)
{
    enum vm_task_state state = vm_task_state_of(m, tid);
    bool able = state == vm_task_state_ready || state == vm_task_state_running;
    return able && signal_due(m, tid) ? signal_next(m, tid) : vm_signo_none;
}

uint32_t vm_process_pending(const vm_machine *m, vm_pid pid)
{
    return is_process(m, pid) ? m->processes[pid].signals.pending : 0;
}

uint32_t vm_thread_pending(const vm_machine *m, vm_tid tid)
{
    return is_task(m, tid) ? m->tasks[tid].signals.pending : 0;
}

uint32_t vm_thread_blocked(const vm_machine *m, vm_tid tid)
{
    return is_task(m, tid) ? m->tasks[tid].signals.blocked : 0;
}

bool vm_handler_at(const vm_machine *m, vm_tid tid, struct vm_handler_view *out)
{
    uint32_t f = is_task(m, tid) ? m->tasks[tid].signals.frame : 0;
    if (!f) {
        return false;
    }
    const struct signal_frame *frame = &m->signal_frames[f];
    *out = (struct vm_handler_view){.signo = (enum vm_signo)frame->signo,
        .name = frame->handler,
        .param = m->processes[m->tasks[tid].pid].action[frame->signo].param,
        .depth = frame->depth,
        .sp = frame->sp,
        .bytes = frame->bytes};
    return true;
}

uint32_t vm_signal_number(enum vm_signo signo)
{
    return signal_number(signo);
}

uint32_t vm_signal_bit(enum vm_signo signo)
{
    return signal_bit(signo);
}

uint64_t vm_exit_code(const vm_machine *m, vm_pid pid)
{
    return is_process(m, pid) ? m->processes[pid].exit_code : 0;
}

vm_pid vm_parent(const vm_machine *m, vm_pid pid)
{
    return is_process(m, pid) ? m->processes[pid].parent : 0;
}
