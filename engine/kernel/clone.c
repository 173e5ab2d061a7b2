/* SPDX-License-Identifier: MIT
 * clone3 and the end of threads (Linux: copy_process with CLONE_THREAD, do_exit, do_group_exit,
 * de_thread). Invariant: an alive process has a main thread, which may have ended before the others
 * (Linux: a zombie thread group leader).
 */
#include "kernel/clone.h"

#include "kernel/futex.h"
#include "kernel/inherit.h"
#include "kernel/pending.h"
#include "kernel/process.h"
#include "kernel/signal.h"
#include "kernel/words.h"
#include "race/race.h"
#include "userland/activation.h"
#include "userland/pthread.h"

#define THREADS_EACH 8 /* threads a process, on average, before a machine has enough of them */

enum vm_status clone_reserve(vm_machine *m)
{
    uint32_t most = m->config.limits.processes;
    if (most && m->tasks_n / THREADS_EACH >= most) {
        return VM_LIMIT;
    }
    return RESERVE(m, tasks, 1);
}

vm_tid clone_thread(vm_machine *m, vm_tid tid, const struct clone_request *request)
{
    vm_pid pid = m->tasks[tid].pid;
    call_begin(m, tid, vm_op_kind_create);
    EMIT(m, thread_made, .tid = tid, .thread = m->tasks_n, .pid = pid);
    vm_tid thread = task_new(m, pid);
    EMIT(m, thread_control, .thread = thread, .pc = request->pc, .sp = request->sp,
        .tls = request->tls);
    struct task now = m->tasks[thread];
    now.sp = request->sp;
    now.pc = request->pc;
    now.label = request->label;
    now.body = request->body;
    task_put(m, thread, &now);
    task_inherit(m, tid, thread);
    signals_copy_thread(m, tid, thread);
    const uint64_t *pair = request->argument;
    for (int i = 0; i < CLONE_ARGUMENTS && pair[0]; i++, pair += 2) {
        registers_put(m, thread, (uint32_t)pair[0], pair[1]);
    }
    race_fork(m, tid, thread);
    call_end(m, tid, thread);
    return thread;
}

void thread_end(vm_machine *m, vm_tid tid, enum vm_task_state state)
{
    pending_forget(m, tid);
    registers_clear(m, tid);
    activations_drop(m, tid);
    signals_end_thread(m, tid);
    task_end(m, tid, state);
}

void threads_end(vm_machine *m, vm_pid pid)
{
    for (vm_tid tid = m->processes[pid].task; tid < m->tasks_n; tid++) {
        if (m->tasks[tid].pid == pid && m->tasks[tid].state != vm_task_state_ended) {
            thread_end(m, tid, vm_task_state_ended);
            stack_drop(m, tid);
        }
    }
}

uint32_t threads_alive(const vm_machine *m, vm_pid pid)
{
    uint32_t n = 0;
    for (vm_tid tid = m->processes[pid].task; tid < m->tasks_n; tid++) {
        uint8_t state = m->tasks[tid].state;
        n += m->tasks[tid].pid == pid && state != vm_task_state_ended &&
             state != vm_task_state_exited;
    }
    return n;
}

vm_tid threads_leave_one(vm_machine *m, vm_tid tid)
{
    vm_pid pid = m->tasks[tid].pid;
    vm_tid first = m->processes[pid].task;
    for (vm_tid other = first; other < m->tasks_n; other++) {
        uint8_t state = m->tasks[other].state;
        if (m->tasks[other].pid == pid && other != tid && other != first &&
            state != vm_task_state_ended) {
            EMIT(m, thread_killed, .tid = other);
            thread_end(m, other, vm_task_state_ended);
            stack_drop(m, other);
        }
    }
    stack_drop(m, tid);
    if (first == tid) {
        return tid;
    }
    EMIT(m, thread_took_over, .tid = tid, .main = first);
    uint8_t mode = cpu_of(m)->mode;
    const struct thread_signals signals = m->tasks[tid].signals;
    thread_end(m, tid, vm_task_state_ended);
    signal_frames_drop(m, first);
    thread_signals_put(m, first, &signals);
    cpu_idle(m, first); /* it may run elsewhere */
    registers_clear(m, first);
    activations_drop(m, first);
    stack_drop(m, first);
    futex_exit(m, first);
    pending_forget(m, first);
    struct task now = m->tasks[first];
    now.state = vm_task_state_ready;
    now.wait = vm_wait_reason_none;
    now.waits_for = 0;
    now.detached = false;
    task_put(m, first, &now);
    inherit_update(m, first);
    switch_to(m, first);
    cpu_mode(m, (enum vm_mode)mode);
    return first;
}
