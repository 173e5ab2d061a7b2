/* SPDX-License-Identifier: MIT
 * Invariants of signals, zombies and orphans.
 */
#include "kernel/signal.h"
#include "machine/check.h"

static const char *check_thread(const vm_machine *m, vm_tid tid)
{
    const struct task *task = &m->tasks[tid];
    const struct thread_signals *now = &task->signals;
    const uint32_t never = vm_sigset_bit_sigkill | vm_sigset_bit_sigstop;
    bool ended = task->state == vm_task_state_ended || task->state == vm_task_state_exited;
    if (now->blocked & never || (now->pending | now->blocked) & ~signal_all()) {
        return "130: SIGKILL and SIGSTOP cannot be blocked";
    }
    if (ended && (now->pending || now->blocked || now->frame)) {
        return "131: no signal waits for a thread that has ended";
    }
    uint32_t depth = now->frame ? m->signal_frames[now->frame].depth : 0;
    for (uint32_t f = now->frame; f; f = m->signal_frames[f].next, depth--) {
        const struct signal_frame *frame = &m->signal_frames[f];
        if (frame->depth != depth || !frame->signo || !frame->sp) {
            return "132: handlers of a thread lie one within the other";
        }
    }
    bool stopped = task->state == vm_task_state_waiting && task->wait == vm_wait_reason_stopped;
    bool able = task->state == vm_task_state_ready || task->state == vm_task_state_running;
    bool still = m->processes[task->pid].signals.stopped;
    return (stopped && !still) || (able && still)
               ? "133: threads of a stopped process stand still, and of no other"
           : depth ? "132: handlers of a thread lie one within the other"
                   : NULL;
}

/* What is pending and has no handler is blocked, or it would have acted. */
static const char *check_pending(const vm_machine *m, vm_pid pid)
{
    for (enum vm_signo signo = vm_signo_sigsegv; signo < vm_signo_count; signo++) {
        uint32_t bit = signal_bit(signo);
        bool acts = signal_effect(m, pid, signo) != SIGNAL_HANDLED;
        if (acts && m->processes[pid].signals.pending & bit && signal_taker(m, pid, signo)) {
            return "134: a pending signal that nobody blocks has a handler";
        }
        for (vm_tid tid = m->processes[pid].task; acts && tid < m->tasks_n; tid++) {
            const struct task *task = &m->tasks[tid];
            if (task->pid == pid && task->signals.pending & bit & ~task->signals.blocked) {
                return "134: a pending signal that nobody blocks has a handler";
            }
        }
    }
    return NULL;
}

static const char *check_process(const vm_machine *m, vm_pid pid)
{
    const struct process *process = &m->processes[pid];
    bool alive = process->state == vm_process_state_alive;
    if (process->action[vm_signo_sigkill].action || process->action[vm_signo_sigstop].action) {
        return "135: SIGKILL and SIGSTOP have no action but their default";
    }
    if (!alive && (process->signals.pending || process->signals.stopped)) {
        return "136: a process that has ended has no signals";
    }
    if (process->state == vm_process_state_zombie &&
        (process->root || process->first_vma || process->first_descriptor)) {
        return "137: a zombie is a row and its exit code, nothing else";
    }
    vm_pid parent = process->parent;
    if (parent && process->state != vm_process_state_reaped &&
        m->processes[parent].state != vm_process_state_alive) {
        return "138: the parent of a living process or a zombie lives, or it is init";
    }
    if (process->adopted && (parent || process->state == vm_process_state_zombie)) {
        return "139: init waits for every process that it adopted";
    }
    return alive ? check_pending(m, pid) : NULL;
}

const char *check_signals(const vm_machine *m)
{
    uint32_t stopped = 0;
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        const char *problem = check_process(m, pid);
        if (problem) {
            return problem;
        }
        stopped += m->processes[pid].signals.stopped;
    }
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        const char *problem = check_thread(m, tid);
        if (problem) {
            return problem;
        }
    }
    return stopped == m->stopped ? NULL : "133: stopped processes are counted";
}
