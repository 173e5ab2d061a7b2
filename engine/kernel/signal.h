/* SPDX-License-Identifier: MIT
 * Signals (man 7 signal; Linux: kernel/signal.c). An operation leaves a signal with a handler
 * pending; the thread that takes it is `due`: its next operation is do_signal, which writes the
 * frame and goes to the handler. Signals without a handler act at once.
 */
#ifndef KERNEL_SIGNAL_H
#define KERNEL_SIGNAL_H

#include "machine/world.h"

/* ---- kernel/signal.c: the state ---- */
void signal_describe(const vm_machine *m, struct vm_events *events);
uint32_t signal_number(enum vm_signo signo); /* Linux's; 0: none */
uint32_t signal_bit(enum vm_signo signo);    /* in a sigset */

uint32_t signal_all(void); /* every signal there is */

enum signal_effect {
    SIGNAL_NOTHING,
    SIGNAL_ENDS,
    SIGNAL_STOPS,
    SIGNAL_HANDLED,
};
/* What the signal does to the process as its actions stand. */
enum signal_effect signal_effect(const vm_machine *m, vm_pid pid, enum vm_signo signo);
/* The thread that takes a signal of the process; 0: all of them block it. */
vm_tid signal_taker(const vm_machine *m, vm_pid pid, enum vm_signo signo);
/* The signal that the thread takes next, by a handler; none: it is not due. A fault first, then the
 * thread's own before the process's, the lowest number first (next_signal, dequeue_signal). */
enum vm_signo signal_next(const vm_machine *m, vm_tid tid);
static inline bool signal_due(const vm_machine *m, vm_tid tid)
{
    const struct task *task = &m->tasks[tid];
    return (task->signals.pending | m->processes[task->pid].signals.pending) &&
           signal_next(m, tid) != vm_signo_none;
}

void process_signals_put(vm_machine *m, vm_pid pid, const struct process_signals *now);
void thread_signals_put(vm_machine *m, vm_tid tid, const struct thread_signals *now);
void action_put(vm_machine *m, vm_pid pid, enum vm_signo signo, const struct signal_action *now);
/* No longer pending anywhere in the process (flush_sigqueue_mask). */
void signal_flush(vm_machine *m, vm_pid pid, uint32_t set);

/* What a forked process or a new thread has of `from`: actions and mask; nothing is pending. */
void signals_copy_process(vm_machine *m, vm_pid from, vm_pid to);
void signals_copy_thread(vm_machine *m, vm_tid from, vm_tid to);
/* execve: handlers are gone, what is ignored stays so; so do the mask and what is pending. */
void signals_exec(vm_machine *m, vm_tid tid);
void signals_end_thread(vm_machine *m, vm_tid tid);
void signals_end_process(vm_machine *m, vm_pid pid);

/* ---- kernel/signal_send.c ---- */
/* Sends to one thread, or with thread 0 to the process. The process may be gone afterwards, also
 * the sender's. */
void signal_send(vm_machine *m, enum vm_signo signo, vm_pid pid, vm_tid thread);
/* A fault's signal for the thread that caused it (force_sig_fault). False: the process is gone. */
bool signal_force(vm_machine *m, vm_tid tid, enum vm_signo signo, enum vm_si_code code, vm_va va);
/* The process ends by the signal, whatever its actions say (force_fatal_sig). */
void signal_kill(vm_machine *m, vm_pid pid, enum vm_signo signo);
/* Pending signals whose mask or action has changed act, or interrupt who waits. */
void signal_settle(vm_machine *m, vm_pid pid);
/* A blocked call of the thread ends with EINTR, if its wait may be interrupted. */
bool task_interrupt(vm_machine *m, vm_tid tid);
/* Threads of stopped processes that an operation has woken stand still again. */
void signal_hold_stopped(vm_machine *m);

enum vm_status vm_op_kill(vm_machine *m, const struct vm_op_kill *op);
enum vm_status vm_op_tgkill(vm_machine *m, const struct vm_op_tgkill *op);

/* ---- kernel/signal_action.c ---- */
enum vm_status vm_op_sigaction(vm_machine *m, const struct vm_op_sigaction *op);
enum vm_status vm_op_sigprocmask(vm_machine *m, const struct vm_op_sigprocmask *op);
enum vm_status vm_op_pause(vm_machine *m, const struct vm_op_pause *op);

/* ---- kernel/signal_frames.c ---- */
void signal_frame_link(vm_machine *m, vm_tid tid, const struct signal_frame *frame); /* reserved */
void signal_frame_unlink(vm_machine *m, vm_tid tid); /* the innermost */
uint32_t signal_frame_depth(const vm_machine *m, vm_tid tid);
/* Handlers of `from` run in its child too: their frames lie on the copied stack. */
enum vm_status signal_frames_reserve(vm_machine *m, vm_tid from);
void signal_frames_copy(vm_machine *m, vm_tid from, vm_tid to);
void signal_frames_drop(vm_machine *m, vm_tid tid);
void signal_frames_describe(const vm_machine *m, struct vm_events *events);

/* ---- kernel/signal_frame.c ---- */
enum vm_status vm_op_do_signal(vm_machine *m, const struct vm_op_do_signal *op);
enum vm_status vm_op_sigreturn(vm_machine *m, const struct vm_op_sigreturn *op);

#endif
