/* SPDX-License-Identifier: MIT
 * pthread_create and what a created thread does first (glibc: __pthread_create_2_1, start_thread).
 * The creator writes the thread's control block at the top of its stack; the new thread's first
 * frame lies on the page below.
 */
#include "userland/pthread.h"

#include "kernel/clone.h"
#include "kernel/page_bytes.h"
#include "kernel/process.h"
#include "kernel/vma.h"
#include "userland/copy.h"

enum { WORD = 8, BLOCK_WORDS = 3, FRAME = 16, TOUCHED = 8 };

void pthread_refuse(vm_machine *m, vm_tid tid, enum vm_errno_code reason)
{
    EMIT(m, pthread_failed, .tid = tid, .reason = reason);
    uint64_t value = (uint64_t) - (int64_t)reason;
    if (m->tasks[tid].ret != value) {
        struct task now = m->tasks[tid];
        now.ret = value;
        task_put(m, tid, &now);
    }
    m->outcome.value = value;
}

/* Everything that the library's calls and the kernel's part of them can need. */
static enum vm_status reserve(vm_machine *m)
{
    enum vm_status status = clone_reserve(m);
    status = status == VM_OK ? user_reserve(m, TOUCHED, TOUCHED * WORD) : status;
    if (status == VM_OK) {
        uint64_t words = m->words_live * 2 + TOUCHED * (page_size(m) / WORD);
        status = RESERVE(m, words, words + CLONE_ARGUMENTS);
    }
    status = status == VM_OK ? RESERVE(m, objects, 8) : status;
    return status == VM_OK ? vma_reserve(m, 12) : status;
}

/* struct pthread begins with the header that the compiler knows (tcbhead_t): its own address, the
 * table of thread-local variables, its own address again. */
static bool write_block(vm_machine *m, vm_tid tid, const struct thread_stack *stack)
{
    const uint64_t head[BLOCK_WORDS] = {stack->tls, 0, stack->tls};
    uint64_t room = stack->end - stack->tls;
    uint32_t n = room < sizeof head ? (uint32_t)(room & ~(uint64_t)(WORD - 1)) : sizeof head;
    uint8_t bytes[sizeof head];
    bytes_of_words(head, n, bytes);
    EMIT(m, block_written, .tid = tid, .va = stack->tls);
    return user_write(m, tid, stack->tls, n, bytes) == ACCESS_DONE;
}

static vm_va first_sp(const vm_machine *m, vm_tid tid, const struct thread_stack *stack)
{
    struct stack_rule rule = stack_rule(m, mm_of(m, m->tasks[tid].pid));
    return (stack->tls - rule.fixed) & ~(uint64_t)(FRAME - 1);
}

enum vm_status vm_op_create(vm_machine *m, const struct vm_op_create *op)
{
    enum vm_status status = task_ready(m, op->tid);
    status = status == VM_OK ? reserve(m) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    switch_to(m, tid);
    EMIT(m, create_called, .tid = tid, .label = op->label);
    struct thread_stack stack = {0};
    enum vm_errno_code error = stack_take(m, tid, op->stack, &stack);
    if (m->tasks[tid].state == vm_task_state_ended) {
        return VM_OK;
    }
    if (error != vm_errno_code_none) {
        pthread_refuse(m, tid, error);
        return VM_OK;
    }
    if (!write_block(m, tid, &stack)) {
        return VM_OK;
    }
    struct clone_request request = {.sp = first_sp(m, tid, &stack),
        .pc = op->entry,
        .tls = stack.tls,
        .label = (uint32_t)op->label,
        .body = (uint32_t)op->body,
        .argument = {op->p0, op->a0, op->p1, op->a1, op->p2, op->a2, op->p3, op->a3, op->p4, op->a4,
            op->p5, op->a5}};
    vm_tid thread = clone_thread(m, tid, &request);
    stack_put(m, thread, &stack);
    return VM_OK;
}

enum vm_status vm_op_thread_start(vm_machine *m, const struct vm_op_thread_start *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status == VM_OK && (m->tasks[op->tid].begun || !m->tasks[op->tid].stack.start)) {
        status = VM_INVALID; /* it has begun, or nobody created it */
    }
    status = status == VM_OK ? user_reserve(m, 2, WORD) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_va sp = m->tasks[tid].sp;
    switch_to(m, tid);
    EMIT(m, thread_began, .tid = tid, .sp = sp - FRAME);
    const uint8_t nobody[WORD] = {0}; /* clone3 has no caller to return to */
    if (user_write(m, tid, sp - WORD, WORD, nobody) != ACCESS_DONE) {
        return VM_OK;
    }
    struct task now = m->tasks[tid];
    now.begun = true;
    now.sp = sp - FRAME;
    task_put(m, tid, &now);
    return VM_OK;
}
