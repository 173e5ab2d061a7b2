/* SPDX-License-Identifier: MIT
 * Pending sets, masks and actions. Invariants: SIGKILL and SIGSTOP are never blocked and have no
 * action but their default; nothing is pending for who has ended.
 */
#include "kernel/signal.h"

/* Linux's numbers on x86 and RISC-V (man 7 signal), and what happens without a handler. */
static const struct {
    uint8_t number, effect;
} signals[vm_signo_count] = {
    [vm_signo_sigint] = {2, SIGNAL_ENDS},
    [vm_signo_sigabrt] = {6, SIGNAL_ENDS},
    [vm_signo_sigbus] = {7, SIGNAL_ENDS},
    [vm_signo_sigkill] = {9, SIGNAL_ENDS},
    [vm_signo_sigusr1] = {10, SIGNAL_ENDS},
    [vm_signo_sigsegv] = {11, SIGNAL_ENDS},
    [vm_signo_sigusr2] = {12, SIGNAL_ENDS},
    [vm_signo_sigpipe] = {13, SIGNAL_ENDS},
    [vm_signo_sigterm] = {15, SIGNAL_ENDS},
    [vm_signo_sigchld] = {17, SIGNAL_NOTHING},
    [vm_signo_sigcont] = {18, SIGNAL_NOTHING},
    [vm_signo_sigstop] = {19, SIGNAL_STOPS},
};

uint32_t signal_number(enum vm_signo signo)
{
    return signals[signo].number;
}

uint32_t signal_bit(enum vm_signo signo)
{
    return signo == vm_signo_none ? 0 : UINT32_C(1) << (signals[signo].number - 1);
}

uint32_t signal_all(void)
{
    uint32_t all = 0;
    for (enum vm_signo signo = vm_signo_sigsegv; signo < vm_signo_count; signo++) {
        all |= signal_bit(signo);
    }
    return all;
}

enum signal_effect signal_effect(const vm_machine *m, vm_pid pid, enum vm_signo signo)
{
    switch (m->processes[pid].action[signo].action) {
    case vm_signal_action_handler:
        return SIGNAL_HANDLED;
    case vm_signal_action_ignore:
    case vm_signal_action_skip: /* a handler that only steps over an access */
        return SIGNAL_NOTHING;
    default:
        return (enum signal_effect)signals[signo].effect;
    }
}

static bool takes(const vm_machine *m, vm_pid pid, vm_tid tid, uint32_t bit)
{
    const struct task *task = &m->tasks[tid];
    return task->pid == pid && task->state != vm_task_state_ended &&
           task->state != vm_task_state_exited && !(task->signals.blocked & bit);
}

/* complete_signal. Linux also passes over a thread that has another signal to take first. */
vm_tid signal_taker(const vm_machine *m, vm_pid pid, enum vm_signo signo)
{
    uint32_t bit = signal_bit(signo);
    vm_tid first = m->processes[pid].task;
    for (vm_tid tid = first; tid && tid < m->tasks_n; tid++) {
        if (takes(m, pid, tid, bit)) {
            return tid;
        }
    }
    return 0;
}

static enum vm_signo lowest(const vm_machine *m, vm_tid tid, uint32_t set)
{
    vm_pid pid = m->tasks[tid].pid;
    enum vm_signo best = vm_signo_none;
    for (enum vm_signo signo = vm_signo_sigsegv; signo < vm_signo_count; signo++) {
        bool lower = best == vm_signo_none || signals[signo].number < signals[best].number;
        if (set & signal_bit(signo) && lower && signal_effect(m, pid, signo) == SIGNAL_HANDLED) {
            best = signo;
        }
    }
    return best;
}

/* Of the process's signals those that this thread is the one to take. */
static uint32_t shared(const vm_machine *m, vm_tid tid)
{
    vm_pid pid = m->tasks[tid].pid;
    uint32_t pending = m->processes[pid].signals.pending, set = 0;
    for (enum vm_signo signo = vm_signo_sigsegv; pending && signo < vm_signo_count; signo++) {
        uint32_t bit = signal_bit(signo);
        set |= pending & bit && signal_taker(m, pid, signo) == tid ? bit : 0;
    }
    return set;
}

enum vm_signo signal_next(const vm_machine *m, vm_tid tid)
{
    const struct thread_signals *own = &m->tasks[tid].signals;
    const uint32_t faults = vm_sigset_bit_sigsegv | vm_sigset_bit_sigbus;
    uint32_t mine = own->pending & ~own->blocked, ours = shared(m, tid);
    const uint32_t sets[] = {mine & faults, mine, ours & faults, ours};
    for (int i = 0; i < 4; i++) {
        enum vm_signo signo = lowest(m, tid, sets[i]);
        if (signo != vm_signo_none) {
            return signo;
        }
    }
    return vm_signo_none;
}

/* ---- rows ---- */
static void emit_action(struct vm_events *events, vm_pid pid, enum vm_signo signo,
    const struct signal_action *old, const struct signal_action *now)
{
    EMIT_TO(events, action, .pid = pid, .signo = signo,   //
        .old_action = old->action, .action = now->action, //
        .old_handler = old->handler, .handler = now->handler, .old_name = old->name,
        .name = now->name, //
        .old_param = old->param, .param = now->param);
}

static void emit_thread(struct vm_events *events, vm_tid tid, const struct thread_signals *old,
    const struct thread_signals *now)
{
    EMIT_TO(events, thread_signals, .tid = tid,               //
        .old_pending = old->pending, .pending = now->pending, //
        .old_blocked = old->blocked, .blocked = now->blocked, //
        .old_code = old->code, .code = now->code,             //
        .old_fault = old->fault, .fault = now->fault);
}

static void emit_process(struct vm_events *events, vm_pid pid, const struct process_signals *old,
    const struct process_signals *now)
{
    EMIT_TO(events, process_signals, .pid = pid,              //
        .old_pending = old->pending, .pending = now->pending, //
        .old_stopped = old->stopped, .stopped = now->stopped);
}

void process_signals_put(vm_machine *m, vm_pid pid, const struct process_signals *now)
{
    struct process_signals old = m->processes[pid].signals;
    if (old.pending != now->pending || old.stopped != now->stopped) {
        m->processes[pid].signals = *now;
        m->stopped = m->stopped - old.stopped + now->stopped;
        emit_process(m->events, pid, &old, now);
    }
}

void thread_signals_put(vm_machine *m, vm_tid tid, const struct thread_signals *now)
{
    struct thread_signals old = m->tasks[tid].signals;
    m->tasks[tid].signals = *now;
    m->tasks[tid].signals.frame = old.frame; /* kernel/signal_frames.c's */
    if (old.pending != now->pending || old.blocked != now->blocked || old.code != now->code ||
        old.fault != now->fault) {
        emit_thread(m->events, tid, &old, now);
    }
}

void action_put(vm_machine *m, vm_pid pid, enum vm_signo signo, const struct signal_action *now)
{
    struct signal_action old = m->processes[pid].action[signo];
    if (old.action != now->action || old.handler != now->handler || old.name != now->name ||
        old.param != now->param) {
        m->processes[pid].action[signo] = *now;
        emit_action(m->events, pid, signo, &old, now);
    }
}

void signal_flush(vm_machine *m, vm_pid pid, uint32_t set)
{
    struct process_signals process = m->processes[pid].signals;
    process.pending &= ~set;
    process_signals_put(m, pid, &process);
    for (vm_tid tid = m->processes[pid].task; tid && tid < m->tasks_n; tid++) {
        if (m->tasks[tid].pid == pid && m->tasks[tid].signals.pending & set) {
            struct thread_signals thread = m->tasks[tid].signals;
            thread.pending &= ~set;
            thread_signals_put(m, tid, &thread);
        }
    }
}

void signal_describe(const vm_machine *m, struct vm_events *events)
{
    const struct signal_action no_action = {0};
    const struct process_signals no_process = {0};
    const struct thread_signals no_thread = {0};
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        const struct process *process = &m->processes[pid];
        if (process->signals.pending || process->signals.stopped) {
            emit_process(events, pid, &no_process, &process->signals);
        }
        for (enum vm_signo signo = vm_signo_sigsegv; signo < vm_signo_count; signo++) {
            if (process->action[signo].action) {
                emit_action(events, pid, signo, &no_action, &process->action[signo]);
            }
        }
    }
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        const struct thread_signals *now = &m->tasks[tid].signals;
        if (now->pending || now->blocked || now->code || now->fault) {
            emit_thread(events, tid, &no_thread, now);
        }
    }
    signal_frames_describe(m, events);
}

/* ---- who begins, changes and ends ---- */
void signals_copy_process(vm_machine *m, vm_pid from, vm_pid to)
{
    for (enum vm_signo signo = vm_signo_sigsegv; signo < vm_signo_count; signo++) {
        struct signal_action action = m->processes[from].action[signo];
        action_put(m, to, signo, &action);
    }
}

void signals_copy_thread(vm_machine *m, vm_tid from, vm_tid to)
{
    const struct thread_signals now = {.blocked = m->tasks[from].signals.blocked};
    thread_signals_put(m, to, &now);
}

void signals_exec(vm_machine *m, vm_tid tid)
{
    const struct signal_action normal = {0};
    vm_pid pid = m->tasks[tid].pid;
    for (enum vm_signo signo = vm_signo_sigsegv; signo < vm_signo_count; signo++) {
        if (m->processes[pid].action[signo].action != vm_signal_action_ignore) {
            action_put(m, pid, signo, &normal);
        }
    }
    signal_frames_drop(m, tid);
}

void signals_end_thread(vm_machine *m, vm_tid tid)
{
    const struct thread_signals none = {0};
    signal_frames_drop(m, tid);
    thread_signals_put(m, tid, &none);
}

void signals_end_process(vm_machine *m, vm_pid pid)
{
    const struct process_signals none = {0};
    const struct signal_action normal = {0};
    process_signals_put(m, pid, &none);
    for (enum vm_signo signo = vm_signo_sigsegv; signo < vm_signo_count; signo++) {
        action_put(m, pid, signo, &normal);
    }
}
