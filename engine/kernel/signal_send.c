/* SPDX-License-Identifier: MIT
 * Sending, and what a signal does that no handler takes (Linux: prepare_signal, send_signal_locked,
 * complete_signal, get_signal). Invariant, after an operation: what is pending is blocked by all
 * who could take it, or somebody is due to take it with a handler.
 */
#include "kernel/exit.h"
#include "kernel/pending.h"
#include "kernel/process.h"
#include "kernel/schedule.h"
#include "kernel/signal.h"
#include "race/race.h"

#define BY_SIGNAL 128 /* how a shell reports the end by a signal */

/* Waits that Linux would begin again after the handler (FUTEX_WAIT of a lock, vfork) let the signal
 * pend here until they are over. */
static bool interruptible(enum vm_wait_reason wait)
{
    switch (wait) {
    case vm_wait_reason_child:
    case vm_wait_reason_pipe_data:
    case vm_wait_reason_pipe_room:
    case vm_wait_reason_message:
    case vm_wait_reason_message_room:
    case vm_wait_reason_signal:
        return true;
    default:
        return false;
    }
}

bool task_interrupt(vm_machine *m, vm_tid tid)
{
    const struct task *task = &m->tasks[tid];
    if (task->state != vm_task_state_waiting || !interruptible((enum vm_wait_reason)task->wait)) {
        return false;
    }
    EMIT(m, call_interrupted, .tid = tid, .reason = task->wait);
    if (task->wait == vm_wait_reason_child || task->wait == vm_wait_reason_signal) {
        task_wake(m, tid, (uint64_t) - (int64_t)vm_errno_code_eintr);
    } else {
        pending_interrupt(m, tid);
    }
    return true;
}

/* ---- stopping and going on ---- */
static void hold(vm_machine *m, vm_tid tid)
{
    uint8_t state = m->tasks[tid].state;
    if (state == vm_task_state_ready || state == vm_task_state_running) {
        task_block(m, tid, vm_wait_reason_stopped, 0);
    }
}

void signal_hold_stopped(vm_machine *m)
{
    for (vm_tid tid = 1; m->stopped && tid < m->tasks_n; tid++) {
        if (m->processes[m->tasks[tid].pid].signals.stopped) {
            hold(m, tid);
        }
    }
}

static void stop(vm_machine *m, vm_pid pid)
{
    EMIT(m, signal_stops, .pid = pid);
    struct process_signals now = m->processes[pid].signals;
    now.stopped = true;
    process_signals_put(m, pid, &now);
    for (vm_tid tid = m->processes[pid].task; tid < m->tasks_n; tid++) {
        if (m->tasks[tid].pid == pid) {
            hold(m, tid);
        }
    }
    child_changed(m, pid);
}

static void go_on(vm_machine *m, vm_pid pid)
{
    EMIT(m, signal_continues, .pid = pid);
    struct process_signals now = m->processes[pid].signals;
    now.stopped = false;
    process_signals_put(m, pid, &now);
    for (vm_tid tid = m->processes[pid].task; tid < m->tasks_n; tid++) {
        const struct task *task = &m->tasks[tid];
        if (task->pid == pid && task->state == vm_task_state_waiting &&
            task->wait == vm_wait_reason_stopped) {
            task_wake(m, tid, task->ret);
        }
    }
    child_changed(m, pid);
}

/* ---- acting ---- */
void signal_kill(vm_machine *m, vm_pid pid, enum vm_signo signo)
{
    process_end(m, pid, BY_SIGNAL + signal_number(signo));
}

/* The signal is pending and `tid` does not block it. False: the process is gone. */
static bool act(vm_machine *m, vm_pid pid, vm_tid tid, enum vm_signo signo)
{
    switch (signal_effect(m, pid, signo)) {
    case SIGNAL_ENDS:
        EMIT(m, signal_fatal, .pid = pid, .signo = signo);
        signal_kill(m, pid, signo);
        return false;
    case SIGNAL_STOPS:
        signal_flush(m, pid, signal_bit(signo));
        stop(m, pid);
        break;
    case SIGNAL_NOTHING:
        signal_flush(m, pid, signal_bit(signo));
        break;
    case SIGNAL_HANDLED:
        if (!m->processes[pid].signals.stopped) {
            task_interrupt(m, tid);
        }
        break;
    }
    return true;
}

static bool alive(const vm_machine *m, vm_tid tid)
{
    return m->tasks[tid].state != vm_task_state_ended &&
           m->tasks[tid].state != vm_task_state_exited;
}

void signal_settle(vm_machine *m, vm_pid pid)
{
    for (enum vm_signo signo = vm_signo_sigsegv; signo < vm_signo_count; signo++) {
        uint32_t bit = signal_bit(signo);
        vm_tid taker = m->processes[pid].signals.pending & bit ? signal_taker(m, pid, signo) : 0;
        if (taker && !act(m, pid, taker, signo)) {
            return;
        }
        for (vm_tid tid = m->processes[pid].task; tid < m->tasks_n; tid++) {
            const struct task *task = &m->tasks[tid];
            bool takes = task->pid == pid && task->signals.pending & bit & ~task->signals.blocked;
            if (takes && alive(m, tid) && !act(m, pid, tid, signo)) {
                return;
            }
        }
    }
}

/* prepare_signal: what happens before anything is noted. False: nothing shall be. */
static bool prepare(vm_machine *m, enum vm_signo signo, vm_pid pid, vm_tid to)
{
    if (signo == vm_signo_sigstop) {
        signal_flush(m, pid, vm_sigset_bit_sigcont);
    } else if (signo == vm_signo_sigcont) {
        signal_flush(m, pid, vm_sigset_bit_sigstop);
        if (m->processes[pid].signals.stopped) {
            go_on(m, pid);
            signal_settle(m, pid);
        }
    }
    bool blocked = m->tasks[to].signals.blocked & signal_bit(signo);
    if (!blocked && signal_effect(m, pid, signo) == SIGNAL_NOTHING) {
        EMIT(m, signal_ignored, .pid = pid, .signo = signo);
        return false;
    }
    return true;
}

void signal_send(vm_machine *m, enum vm_signo signo, vm_pid pid, vm_tid thread)
{
    if (m->processes[pid].state != vm_process_state_alive) {
        return; /* a zombie takes nothing */
    }
    if (!prepare(m, signo, pid, thread ? thread : m->processes[pid].task) ||
        m->processes[pid].state != vm_process_state_alive) {
        return;
    }
    count(m, pid, vm_counter_signals, 1);
    if (m->runner) { /* what the sender did before is there for the handler (siglock) */
        race_release(m, m->runner, race_thing(RACE_SIGNAL, pid));
    }
    uint32_t bit = signal_bit(signo);
    struct process_signals process = m->processes[pid].signals;
    struct thread_signals own = m->tasks[thread].signals;
    if ((thread ? own.pending : process.pending) & bit) {
        EMIT(m, signal_merged, .pid = pid, .signo = signo);
        return;
    }
    bool held = thread ? own.blocked & bit : !signal_taker(m, pid, signo);
    vm_tid taker = held ? 0 : thread ? thread : signal_taker(m, pid, signo);
    if (held) {
        EMIT(m, signal_held, .pid = pid, .signo = signo);
    } else if (signal_effect(m, pid, signo) == SIGNAL_HANDLED) {
        EMIT(m, signal_chosen, .tid = taker, .signo = signo);
    }
    if (thread) {
        own.pending |= bit;
        thread_signals_put(m, thread, &own);
    } else {
        process.pending |= bit;
        process_signals_put(m, pid, &process);
    }
    if (taker) {
        act(m, pid, taker, signo);
    }
}

bool signal_force(vm_machine *m, vm_tid tid, enum vm_signo signo, enum vm_si_code code, vm_va va)
{
    vm_pid pid = m->tasks[tid].pid;
    struct thread_signals now = m->tasks[tid].signals;
    uint32_t bit = signal_bit(signo);
    bool handled = m->processes[pid].action[signo].action == vm_signal_action_handler;
    if (!handled || now.blocked & bit) { /* also an ignored one ends the process then */
        signal_kill(m, pid, signo);
        return false;
    }
    EMIT(m, signal_chosen, .tid = tid, .signo = signo);
    now.pending |= bit;
    now.code = (uint8_t)code;
    now.fault = va;
    thread_signals_put(m, tid, &now);
    return true;
}

/* ---- kill, tgkill ---- */
/* kill_ok_by_cred. */
static bool allowed(const vm_machine *m, vm_tid tid, vm_pid pid)
{
    const struct process *sender = &m->processes[m->tasks[tid].pid];
    return !sender->uid || sender->uid == m->processes[pid].uid;
}

/* The call returns, unless its signal has ended or stopped the caller. */
static void finish(vm_machine *m, vm_tid tid)
{
    if (m->tasks[tid].state == vm_task_state_running) {
        call_end(m, tid, 0);
    } else if (alive(m, tid) && m->tasks[tid].ret) {
        struct task now = m->tasks[tid];
        now.ret = 0;
        task_put(m, tid, &now);
    }
}

enum vm_status vm_op_kill(vm_machine *m, const struct vm_op_kill *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status == VM_OK && op->signo >= vm_signo_count) {
        status = VM_INVALID;
    }
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    call_begin(m, tid, vm_op_kind_kill);
    bool exists = op->pid && op->pid < m->processes_n &&
                  m->processes[op->pid].state != vm_process_state_reaped;
    if (!exists || !allowed(m, tid, (vm_pid)op->pid)) {
        call_fail(m, tid, exists ? vm_errno_code_eperm : vm_errno_code_esrch);
        return VM_OK;
    }
    if (op->signo) { /* kill(pid, 0) only asks */
        EMIT(m, signal_sent, .tid = tid, .signo = op->signo, .pid = op->pid);
        signal_send(m, (enum vm_signo)op->signo, (vm_pid)op->pid, 0);
    }
    finish(m, tid);
    return VM_OK;
}

enum vm_status vm_op_tgkill(vm_machine *m, const struct vm_op_tgkill *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status == VM_OK && op->signo >= vm_signo_count) {
        status = VM_INVALID;
    }
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid, thread = (vm_tid)op->thread;
    call_begin(m, tid, vm_op_kind_tgkill);
    bool exists = op->thread && op->thread < m->tasks_n &&
                  m->tasks[thread].state != vm_task_state_none && alive(m, thread);
    vm_pid pid = exists ? m->tasks[thread].pid : 0;
    if (!exists || !allowed(m, tid, pid)) {
        call_fail(m, tid, exists ? vm_errno_code_eperm : vm_errno_code_esrch);
        return VM_OK;
    }
    if (op->signo) {
        EMIT(m, signal_aimed, .tid = tid, .signo = op->signo, .thread = thread);
        signal_send(m, (enum vm_signo)op->signo, pid, thread);
    }
    finish(m, tid);
    return VM_OK;
}
