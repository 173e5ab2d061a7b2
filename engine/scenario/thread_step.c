/* SPDX-License-Identifier: MIT
 * One step of a thread: the beginning or end of a block, or one operation of a statement.
 * Invariant: a step applies at most one operation, and the thread's levels move on only when it was
 * applied (a library's function that comes back at once is the one pair).
 */
#include "scenario/thread.h"

#include <string.h>

static struct level *top(struct thread *thread)
{
    return &thread->level[thread->levels - 1];
}

bool thread_push(vm_run *run, struct thread *thread, struct level level, struct place place)
{
    if (thread->levels >= LEVELS_MAX) {
        run->limited = true;
        return run_error(run, place, "a function that calls itself needs an end: if n > 0 { … }",
            "more than %u calls and blocks inside each other", LEVELS_MAX);
    }
    void *array = thread->level;
    struct level *slot = run_grow(&array, &thread->levels, &thread->levels_capacity, sizeof *slot);
    thread->level = array;
    if (!slot) {
        return run_no_memory(run);
    }
    *slot = level;
    return true;
}

static const struct level *function_level(const struct thread *thread)
{
    size_t i = thread->levels;
    while (i > 1 && !thread->level[i - 1].function) {
        i--;
    }
    return &thread->level[i - 1];
}

/* A statement's address: the function's, and 4 bytes for each statement before it. */
static vm_va address_of(
    const vm_run *run, const struct thread *thread, const struct statement *statement)
{
    uint64_t va = 0;
    const struct statement *body = thread->levels ? function_level(thread)->function : thread->body;
    bool known = body && function_of_body(run, &thread->actor, body->name, &va);
    return known ? va + 4 * (uint64_t)(statement ? statement->number : 0) : 0;
}

bool thread_apply(vm_run *run, struct thread *thread, const struct statement *at,
    struct place place, struct vm_op *op)
{
    run->pc = address_of(run, thread, at);
    bool ok = run_apply(run, place, op);
    run->pc = 0;
    return ok;
}

/* ---- control flow ---- */
static bool enter_repeat(vm_run *run, struct thread *thread, const struct statement *statement)
{
    struct value from, to = {0};
    if (!eval(run, &thread->actor, statement->value, &from) ||
        (statement->last && !eval(run, &thread->actor, statement->last, &to))) {
        return false;
    }
    uint64_t rounds = !statement->last                        ? from.number
                      : to.number < from.number               ? 0
                      : to.number - from.number == UINT64_MAX ? UINT64_MAX
                                                              : to.number - from.number + 1;
    top(thread)->next = statement->next;
    if (rounds == 0 || !statement->body) {
        return true;
    }
    const struct level level = {
        .next = statement->body, .loop = statement, .left = rounds - 1, .index = from.number};
    return thread_push(run, thread, level, statement->place);
}

static bool enter_branch(vm_run *run, struct thread *thread, const struct statement *statement)
{
    struct value value;
    if (!eval(run, &thread->actor, statement->value, &value)) {
        return false;
    }
    const struct statement *body = value.number ? statement->body : statement->otherwise;
    bool again = statement->kind == STATEMENT_WHILE && value.number;
    top(thread)->next = again ? statement : statement->next;
    const struct level level = {.next = body, .loop = statement};
    return !body || thread_push(run, thread, level, statement->place);
}

/* A spinlock that was taken, references that are left: the same statement once more. */
static bool stays(const vm_run *run, bool again)
{
    return again || (run->applied == vm_op_kind_spin_lock && vm_last(run_machine(run))->value == 0);
}

static bool plain(vm_run *run, struct thread *thread, const struct statement *statement)
{
    bool again = false;
    size_t reference = run->reference;
    run->reference = thread->reference;
    run->applied = vm_op_kind_count;
    bool ok = run_act(run, &thread->actor, statement, &again);
    thread->reference = run->reference;
    run->reference = reference;
    if (ok && thread->levels > 0 && !stays(run, again)) {
        top(thread)->next = statement->next;
    }
    return ok;
}

/* A function without a body: with locals it stays until `return`. */
static bool plain_call(vm_run *run, struct thread *thread, const struct statement *statement)
{
    vm_va sp = vm_task_sp(run_machine(run), thread->actor.tid);
    if (!plain(run, thread, statement)) {
        return false;
    }
    size_t i = thread->levels;
    while (i > 0 && !thread->level[i - 1].function) {
        i--;
    }
    if (i > 0 && vm_task_sp(run_machine(run), thread->actor.tid) < sp) {
        thread->level[i - 1].plain++;
    }
    return true;
}

static bool execute(vm_run *run, struct thread *thread, const struct statement *statement)
{
    const struct statement *body = NULL;
    switch ((enum statement_kind)statement->kind) {
    case STATEMENT_REPEAT:
        return enter_repeat(run, thread, statement);
    case STATEMENT_IF:
    case STATEMENT_WHILE:
        return enter_branch(run, thread, statement);
    case STATEMENT_RETURN:
        return thread_return(run, thread, statement);
    case STATEMENT_INVOKE:
        body = statement->value->parts == 1 ? body_named(run, statement->value->text) : NULL;
        return body ? thread_invoke(run, thread, statement, body)
                    : plain_call(run, thread, statement);
    default:
        break;
    }
    return plain(run, thread, statement);
}

static enum thread_end statement_step(
    vm_run *run, struct thread *thread, const struct statement *statement)
{
    uint64_t before = run->operations;
    run->now = thread;
    run->pc = address_of(run, thread, statement);
    thread->cursor = 0;
    size_t levels = thread->levels;
    bool again = false, ok = execute(run, thread, statement);
    run->now = NULL;
    run->pc = 0;
    if (ok && levels == thread->levels && fault_to_repeat(run, thread->actor.tid)) {
        ok = fault_repeat(run, statement, &again);
        top(thread)->next = statement;
    }
    if (!ok && run->wanted.any && !run->failed) {
        ok = thread_load(run, thread, statement);
    } else if (ok) {
        thread->reads = 0;
    }
    run->wanted = (struct wanted){0};
    return !ok ? THREAD_STUCK : run->operations > before ? THREAD_UNIT : THREAD_FREE;
}

/* ---- ends of blocks ---- */
bool thread_at_end(const struct thread *thread)
{
    const struct level *level = thread->levels ? &thread->level[thread->levels - 1] : NULL;
    return level && !level->next && !(level->loop && level->left > 0);
}

static bool end_block(vm_run *run, struct thread *thread)
{
    struct level *level = top(thread);
    if (level->function) {
        return thread_end_function(run, thread, NULL, 0);
    }
    if (level->left > 0) {
        level->left--;
        level->index++;
        level->next = level->loop->body;
        return true;
    }
    thread->levels--;
    return true;
}

static bool start(vm_run *run, struct thread *thread)
{
    struct vm_op op = {
        .kind = vm_op_kind_thread_start, .u.thread_start = {.tid = thread->actor.tid}};
    if (!thread_apply(run, thread, NULL, thread->created, &op)) {
        return false;
    }
    thread->started = true;
    return true;
}

/* A signal may come before a thread has begun: its handler runs first. */
static bool handled(const vm_run *run, const struct thread *thread)
{
    struct vm_handler_view handler;
    return vm_handler_at(run_machine(run), thread->actor.tid, &handler);
}

enum thread_end thread_step(vm_run *run, struct thread *thread)
{
    enum thread_end end = THREAD_FREE;
    if (vm_signal_due(run_machine(run), thread->actor.tid)) {
        struct place place =
            thread->levels && top(thread)->next ? top(thread)->next->place : thread->created;
        end = thread_take_signal(run, thread->actor.tid, place) ? THREAD_UNIT : THREAD_STUCK;
    } else if (!thread->main && !thread->started && !handled(run, thread)) {
        end = start(run, thread) ? THREAD_FREE : THREAD_STUCK;
    } else if (!top(thread)->next) {
        end = end_block(run, thread) ? THREAD_FREE : THREAD_STUCK;
    } else {
        end = statement_step(run, thread, top(thread)->next);
    }
    if (end != THREAD_STUCK && thread->levels > 0 && thread_over(run, thread)) {
        thread->levels = 0; /* a signal, or its process, ended it */
    }
    return end;
}

bool thread_enter_handler(vm_run *run, vm_tid tid, const struct statement *body)
{
    struct thread *thread = thread_of_task(run, tid);
    vm_pid pid = vm_task_process(run_machine(run), tid);
    if (!thread) {
        thread = thread_new(run, label_of(run, pid), pid, tid, NULL);
        if (!thread) {
            return false;
        }
        thread->main = thread->started = true;
    }
    const struct level level = {
        .next = body->body, .function = body, .base = thread->actor.base, .handler = true};
    if (!thread_push(run, thread, level, body->place)) {
        return false;
    }
    thread->actor.base = thread->actor.bindings;
    return true;
}
