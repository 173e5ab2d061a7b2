/* SPDX-License-Identifier: MIT
 * The end of a thread, and who learns of it (glibc: start_thread's end, __pthread_exit,
 * __pthread_clockjoin_ex, ___pthread_detach). Invariant: a thread that has ended and that somebody
 * may still join keeps its value and its stack; afterwards neither is its own.
 */
#include "userland/pthread.h"

#include "kernel/deadlock.h"
#include "kernel/clone.h"
#include "kernel/exit.h"
#include "kernel/process.h"
#include "kernel/words.h"
#include "userland/malloc.h"
#include "userland/stack_cache.h"
#include "race/race.h"

/* The thread is gone for good; its stack goes into the cache of `tid`'s library. */
static void release(vm_machine *m, vm_tid tid, vm_tid thread)
{
    struct thread_stack stack = m->tasks[thread].stack;
    if (m->tasks[thread].state != vm_task_state_ended) {
        struct task now = m->tasks[thread];
        now.state = vm_task_state_ended;
        task_put(m, thread, &now);
    }
    stack_drop(m, thread);
    stack_cache_put(m, tid, &stack);
}

static void give_value(vm_machine *m, vm_tid tid, vm_tid thread, uint32_t into)
{
    uint64_t value = m->tasks[thread].ret;
    EMIT(m, joined, .tid = tid, .thread = thread, .value = value);
    race_join(m, tid, thread);
    if (into) {
        registers_put(m, tid, into, value);
    }
    release(m, tid, thread);
}

static bool joins(const vm_machine *m, vm_tid tid, vm_tid thread)
{
    const struct task *task = &m->tasks[tid];
    return task->state == vm_task_state_waiting && task->wait == vm_wait_reason_join &&
           task->waits_for == thread;
}

static bool joined(const vm_machine *m, vm_tid thread)
{
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        if (joins(m, tid, thread)) {
            return true;
        }
    }
    return false;
}

/* Who waits for the thread gets its value. */
static void wake_joiner(vm_machine *m, vm_tid thread)
{
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        if (!joins(m, tid, thread)) {
            continue;
        }
        task_wake(m, tid, 0);
        struct thread_stack stack = m->tasks[tid].stack;
        uint32_t into = stack.into;
        stack.into = 0;
        stack_put(m, tid, &stack);
        give_value(m, tid, thread, into);
        if (stack_cache_full(m, tid)) { /* it goes on at once, for the processor is free */
            switch_to(m, tid);
            stack_cache_trim(m, tid, 0);
        }
        return;
    }
}

/* The system call exit: this thread alone ends (do_exit; mm_release wakes who waits in join). */
static void leave(vm_machine *m, vm_tid tid, uint64_t value)
{
    vm_pid pid = m->tasks[tid].pid;
    bool last = threads_alive(m, pid) == 1;
    if (last) { /* __nptl_nthreads is 0: exit(0) */
        EMIT(m, last_thread, .tid = tid);
        call_begin(m, tid, vm_op_kind_exit);
        process_end(m, pid, 0);
        return;
    }
    bool detached = m->tasks[tid].detached;
    if (detached) { /* nobody else will; the kernel says when nobody runs on it any more */
        struct thread_stack stack = m->tasks[tid].stack;
        stack_drop(m, tid);
        stack_cache_put(m, tid, &stack);
        stack_cache_trim(m, tid, stack.tls);
        if (m->tasks[tid].state == vm_task_state_ended) {
            return;
        }
    }
    call_begin(m, tid, vm_op_kind_thread_exit);
    EMIT(m, thread_exited, .tid = tid, .value = value);
    thread_end(m, tid, detached ? vm_task_state_ended : vm_task_state_exited);
    struct task now = m->tasks[tid];
    now.ret = value;
    task_put(m, tid, &now);
    if (!detached) {
        wake_joiner(m, tid);
    }
}

/* The thread runs, with room for what the cache of stacks may do. */
static enum vm_status begin(vm_machine *m, uint64_t tid)
{
    enum vm_status status = task_ready(m, tid);
    status = status == VM_OK ? stack_cache_reserve(m, (vm_tid)tid) : status;
    if (status == VM_OK) {
        switch_to(m, (vm_tid)tid);
    }
    return status;
}

enum vm_status vm_op_thread_exit(vm_machine *m, const struct vm_op_thread_exit *op)
{
    enum vm_status status = begin(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    EMIT(m, thread_ends, .tid = tid, .value = op->value);
    malloc_thread_end(m, tid);
    if (m->tasks[tid].state == vm_task_state_ended) {
        return VM_OK;
    }
    stack_advise(m, tid);
    leave(m, tid, op->value);
    return VM_OK;
}

/* A thread of the caller's process that somebody may still ask for. */
static bool known(const vm_machine *m, vm_tid tid, uint64_t thread)
{
    return thread && thread < m->tasks_n && m->tasks[thread].pid == m->tasks[tid].pid &&
           m->tasks[thread].state != vm_task_state_ended;
}

static enum vm_errno_code join_refusal(const vm_machine *m, vm_tid tid, uint64_t thread)
{
    if (!known(m, tid, thread)) {
        return vm_errno_code_esrch;
    }
    if (m->tasks[thread].detached) {
        return vm_errno_code_einval;
    }
    if (thread == tid || joins(m, (vm_tid)thread, tid)) {
        return vm_errno_code_edeadlk;
    }
    return joined(m, (vm_tid)thread) ? vm_errno_code_einval : vm_errno_code_none;
}

static void wait_for(vm_machine *m, vm_tid tid, vm_tid thread, uint32_t into)
{
    call_begin(m, tid, vm_op_kind_join);
    struct thread_stack stack = m->tasks[tid].stack;
    stack.into = into;
    stack_put(m, tid, &stack);
    task_block(m, tid, vm_wait_reason_join, thread);
    deadlock_look(m, tid);
}

enum vm_status vm_op_join(vm_machine *m, const struct vm_op_join *op)
{
    enum vm_status status = begin(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    EMIT(m, join_called, .tid = tid, .thread = op->thread);
    enum vm_errno_code error = join_refusal(m, tid, op->thread);
    if (error != vm_errno_code_none) {
        threads_refuse(m, tid, error);
    } else if (m->tasks[op->thread].state == vm_task_state_exited) {
        give_value(m, tid, (vm_tid)op->thread, (uint32_t)op->into);
        stack_cache_trim(m, tid, 0);
        m->outcome.value = 0; /* the value is in its register */
    } else {
        wait_for(m, tid, (vm_tid)op->thread, (uint32_t)op->into);
    }
    return VM_OK;
}

enum vm_status vm_op_detach(vm_machine *m, const struct vm_op_detach *op)
{
    enum vm_status status = begin(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    EMIT(m, detach_called, .tid = tid, .thread = op->thread);
    if (!known(m, tid, op->thread)) {
        threads_refuse(m, tid, vm_errno_code_esrch);
        return VM_OK;
    }
    struct task now = m->tasks[op->thread];
    if (now.detached) {
        threads_refuse(m, tid, vm_errno_code_einval);
    } else if (now.state == vm_task_state_exited) {
        release(m, tid, (vm_tid)op->thread);
        stack_cache_trim(m, tid, 0);
        m->outcome.value = 0;
    } else if (!joined(m, (vm_tid)op->thread)) { /* else glibc answers 0 and leaves joinid alone */
        now.detached = true;
        task_put(m, (vm_tid)op->thread, &now);
    }
    return VM_OK;
}
