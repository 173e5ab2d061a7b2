/* SPDX-License-Identifier: MIT
 * What a program says about its signals: rt_sigaction, rt_sigprocmask, pause.
 */
#include "kernel/process.h"
#include "kernel/schedule.h"
#include "kernel/signal.h"

static bool has_no_choice(uint64_t signo)
{
    return signo == vm_signo_sigkill || signo == vm_signo_sigstop;
}

static bool sensible(const struct vm_op_sigaction *op)
{
    bool fault = op->signo == vm_signo_sigsegv || op->signo == vm_signo_sigbus;
    return op->signo && op->signo < vm_signo_count && op->action < vm_signal_action_count &&
           (op->action != vm_signal_action_skip || fault) && op->name <= UINT32_MAX &&
           op->param <= UINT32_MAX;
}

/* do_sigaction: what is pending and would be ignored from now on is dropped. */
enum vm_status vm_op_sigaction(vm_machine *m, const struct vm_op_sigaction *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status == VM_OK && !sensible(op)) {
        status = VM_INVALID;
    }
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    enum vm_signo signo = (enum vm_signo)op->signo;
    call_begin(m, tid, vm_op_kind_sigaction);
    if (has_no_choice(op->signo)) {
        call_fail(m, tid, vm_errno_code_einval);
        return VM_OK;
    }
    bool handler = op->action == vm_signal_action_handler;
    EMIT(m, action_set, .pid = pid, .signo = op->signo, .action = op->action);
    const struct signal_action now = {.action = (uint8_t)op->action,
        .handler = handler ? op->handler : 0,
        .name = handler ? (uint32_t)op->name : 0,
        .param = handler ? (uint32_t)op->param : 0};
    action_put(m, pid, signo, &now);
    if (signal_effect(m, pid, signo) == SIGNAL_NOTHING) {
        signal_flush(m, pid, signal_bit(signo));
    }
    call_end(m, tid, 0);
    signal_settle(m, pid); /* one that waited for its handler acts by default now */
    return VM_OK;
}

enum vm_status vm_op_sigprocmask(vm_machine *m, const struct vm_op_sigprocmask *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status == VM_OK &&
        (!op->signo || op->signo >= vm_signo_count || op->how >= vm_mask_how_count)) {
        status = VM_INVALID;
    }
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    call_begin(m, tid, vm_op_kind_sigprocmask);
    EMIT(m, mask_set, .tid = tid, .how = op->how, .signo = op->signo);
    struct thread_signals now = m->tasks[tid].signals;
    uint32_t bit = has_no_choice(op->signo) ? 0 : signal_bit((enum vm_signo)op->signo);
    now.blocked = op->how == vm_mask_how_block ? now.blocked | bit : now.blocked & ~bit;
    thread_signals_put(m, tid, &now);
    call_end(m, tid, 0);
    signal_settle(m, m->tasks[tid].pid);
    return VM_OK;
}

enum vm_status vm_op_pause(vm_machine *m, const struct vm_op_pause *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    call_begin(m, (vm_tid)op->tid, vm_op_kind_pause);
    task_block(m, (vm_tid)op->tid, vm_wait_reason_signal, 0);
    return VM_OK;
}
