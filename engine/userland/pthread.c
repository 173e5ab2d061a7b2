/* SPDX-License-Identifier: MIT
 * pthread_create and what a created thread does first (glibc: __pthread_create_2_1, start_thread).
 * The creator writes the thread's control block at the top of its stack; the new thread's first
 * frame lies on the page below.
 */
#include "userland/pthread.h"

#include "kernel/clone.h"
#include "kernel/mmap.h"
#include "kernel/page_bytes.h"
#include "kernel/process.h"
#include "kernel/vma.h"
#include "mmu/table.h"
#include "race/race.h"
#include "userland/copy.h"
#include "userland/heap.h"
#include "userland/malloc.h"
#include "userland/tls.h"

enum { WORD = 8, BLOCK_WORDS = 3, FRAME = 16, TOUCHED = 8, TABLE_ENTRIES = 17, TABLE_ENTRY = 16 };

void threads_refuse(vm_machine *m, vm_tid tid, enum vm_errno_code reason)
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
static enum vm_status reserve(vm_machine *m, vm_tid tid)
{
    enum vm_status status = clone_reserve(m);
    status = status == VM_OK ? heap_reserve(m, tid, 2 * TOUCHED) : status;
    if (status == VM_OK) { /* tables: the stack is one range more, beside the heap */
        status = table_reserve(
            m, 2 * vm_tables_of(m, mm_of(m, m->tasks[tid].pid)) + 24 * (uint64_t)m->config.levels);
    }
    if (status == VM_OK) {
        uint64_t live = m->words_live + 4 * TOUCHED, page = page_size(m) / WORD;
        uint64_t copies = 16 * TOUCHED * (page < live ? page : live) + 4 * live;
        status = RESERVE(m, words, copies + CLONE_ARGUMENTS);
    }
    status = status == VM_OK ? RESERVE(m, objects, 16) : status;
    return status == VM_OK ? vma_reserve(m, 24) : status;
}

static bool ended(const vm_machine *m, vm_tid tid)
{
    return m->tasks[tid].state == vm_task_state_ended;
}

static bool write_words(vm_machine *m, vm_tid tid, vm_va at, const uint64_t *word, uint32_t n)
{
    uint8_t bytes[BLOCK_WORDS * WORD];
    bytes_of_words(word, n, bytes);
    return user_write(m, tid, at, n, bytes) == ACCESS_DONE && !ended(m, tid);
}

/* struct pthread begins with the header that the compiler knows (tcbhead_t): its own address, the
 * table of thread-local variables, its own address again. */
static bool write_block(vm_machine *m, vm_tid tid, const struct thread_stack *stack)
{
    const uint64_t head[BLOCK_WORDS] = {stack->tls, 0, stack->tls};
    uint64_t room = stack->end - stack->tls;
    uint32_t n = room < sizeof head ? (uint32_t)(room & ~(uint64_t)(WORD - 1)) : sizeof head;
    EMIT(m, block_written, .tid = tid, .va = stack->tls);
    return write_words(m, tid, stack->tls, head, n);
}

/* _dl_allocate_tls: libc is the only module with thread-local variables, but for the program. */
static enum vm_errno_code give_table(vm_machine *m, vm_tid tid, const struct thread_stack *stack)
{
    if (!stack_has_table(m, tid)) {
        return vm_errno_code_none;
    }
    EMIT(m, table_wanted, .tid = tid);
    uint64_t table = malloc_zeroed(m, tid, TABLE_ENTRIES, TABLE_ENTRY);
    if (!table) {
        return vm_errno_code_eagain;
    }
    return write_words(m, tid, stack->tls + WORD, &table, WORD) ? vm_errno_code_none
                                                                : vm_errno_code_eagain;
}

/* The stack with what the library keeps at its top; one from the cache has its table already. */
static enum vm_errno_code prepare(
    vm_machine *m, vm_tid tid, uint64_t bytes, struct thread_stack *stack)
{
    uint64_t hits = m->counter[vm_counter_stack_hits];
    enum vm_errno_code error = stack_take(m, tid, bytes, stack);
    if (error != vm_errno_code_none || ended(m, tid)) {
        return error;
    }
    bool cached = m->counter[vm_counter_stack_hits] != hits;
    if (cached) { /* tid, joinid and the like are set anew; the header stands */
        EMIT(m, block_written, .tid = tid, .va = stack->tls);
        return write_words(m, tid, stack->tls, &stack->tls, WORD) ? error : vm_errno_code_eagain;
    }
    if (!write_block(m, tid, stack)) {
        return vm_errno_code_eagain;
    }
    error = give_table(m, tid, stack);
    if (error != vm_errno_code_none && !ended(m, tid)) {
        const struct vm_op_munmap undo = {.tid = tid,
            .va = stack->start - stack->guard,
            .bytes = stack->end - stack->start + stack->guard};
        (void)vm_op_munmap(m, &undo);
    }
    return error;
}

enum vm_status vm_op_create(vm_machine *m, const struct vm_op_create *op)
{
    enum vm_status status = task_ready(m, op->tid);
    status = status == VM_OK ? reserve(m, (vm_tid)op->tid) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    switch_to(m, tid);
    EMIT(m, create_called, .tid = tid, .label = op->label);
    struct thread_stack stack = {0};
    enum vm_errno_code error = prepare(m, tid, op->stack, &stack);
    if (ended(m, tid)) {
        return VM_OK;
    }
    if (error != vm_errno_code_none) {
        threads_refuse(m, tid, error);
        return VM_OK;
    }
    race_forget(m, mm_of(m, m->tasks[tid].pid), stack.start, stack.end);
    if (!tls_write_image(m, tid, m->processes[mm_of(m, m->tasks[tid].pid)].program, stack.tls) ||
        ended(m, tid)) {
        return VM_OK;
    }
    const struct clone_request request = {.sp = stack_first(m, tid, &stack),
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
    if (status == VM_OK && (m->tasks[op->tid].begun || !m->tasks[op->tid].number)) {
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
