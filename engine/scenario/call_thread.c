/* SPDX-License-Identifier: MIT
 * Threads: create, join, detach. A created thread has a name in its process; `T1 = create(worker,
 * 5)` gives it one, else it is called by its number.
 */
#include "scenario/call.h"
#include "scenario/thread.h"

#include <stdio.h>
#include <string.h>

/* The names of threads are the process's: one of them may not mean two that live. */
static bool name_is_free(struct call *call, const char *name)
{
    const struct thread *thread = thread_named(call->run, call->actor->pid, name);
    bool first = strcmp(name, "T0") == 0;
    if (!first && (!thread || thread_over(call->run, thread))) {
        return true;
    }
    return run_error(call->run, call->expr->place,
        "give it another name, or none: create(worker, 5) is called by its number",
        "%.40s has a thread `%.40s` already", label_of(call->run, call->actor->pid), name);
}

/* T<number> of the thread that comes next. */
static void number_name(const struct call *call, char *out, size_t room)
{
    uint32_t next = 0;
    const vm_machine *machine = run_machine(call->run);
    for (vm_tid tid = 1; tid <= vm_tasks(machine); tid++) {
        struct vm_task_view task;
        if (vm_task_at(machine, tid, &task) && task.pid == call->actor->pid) {
            next = task.number >= next ? task.number + 1 : next;
        }
    }
    snprintf(out, room, "T%u", next);
}

/* The body, which is the first argument; NULL with *ok: there is none, lines drive the thread. */
static const struct statement *body_of(struct call *call, bool *ok)
{
    const struct expr *first = call->argument[0];
    bool stack = call->arguments > 0 && first->kind == EXPR_WORD;
    *ok = call->arguments == 0 || stack;
    if (*ok) {
        return NULL;
    }
    const char *name = call_word(first);
    const struct statement *body = name ? body_named(call->run, name) : NULL;
    *ok = body != NULL;
    if (!body) {
        run_error(call->run, first->place, "declare it: thread worker(n) { … }",
            "there is no body `%.60s`", name ? name : "here");
    }
    return body;
}

/* `stack 64K` is the last argument; the list before it. */
static bool split_stack(struct call *call, uint64_t *bytes)
{
    const struct expr *last = call->arguments > 0 ? call->argument[call->arguments - 1] : NULL;
    struct value value = {0};
    *bytes = 0;
    if (!last || last->kind != EXPR_WORD) {
        return true;
    }
    if (strcmp(last->text, "stack") != 0) {
        return run_error(call->run, last->place, "create(worker, 5, stack 64K)",
            "found `%.40s`, expected `stack` and its size", last->text);
    }
    bool ok = eval(call->run, call->actor, last->left, &value);
    *bytes = value.number;
    call->arguments--;
    return ok;
}

static bool arguments_of(struct call *call, const struct statement *body, uint64_t pairs[12])
{
    struct expr list[8];
    unsigned n = 0;
    memset(pairs, 0, 12 * sizeof *pairs);
    for (unsigned i = 1; i < call->arguments; i++, n++) {
        list[n] = *call->argument[i];
        list[n].next = NULL;
        if (n > 0) {
            list[n - 1].next = &list[n];
        }
    }
    return !body || thread_arguments(
                        call->run, call->actor, body, n ? list : NULL, call->expr->place, pairs);
}

bool call_create(struct call *call)
{
    char number[16];
    uint64_t pairs[12], stack;
    bool ok;
    const struct statement *body = body_of(call, &ok);
    if (!ok || !split_stack(call, &stack) || !arguments_of(call, body, pairs)) {
        return false;
    }
    number_name(call, number, sizeof number);
    const char *name = call->name ? call->name : number;
    struct vm_op op = {.kind = vm_op_kind_create,
        .u.create = {.tid = call->actor->tid,
            .label = name_id(&call->run->names, name),
            .body = body ? name_id(&call->run->names, body->name) : 0,
            .stack = stack}};
    memcpy(&op.u.create.p0, pairs, sizeof pairs);
    if (!op.u.create.label || (body && !op.u.create.body)) {
        return run_no_memory(call->run);
    }
    if (body) {
        function_of_body(call->run, call->actor, body->name, &op.u.create.entry);
    }
    vm_tid before = vm_tasks(run_machine(call->run));
    if (!name_is_free(call, name) || !call_apply(call, op)) {
        return false;
    }
    vm_tid tid = vm_tasks(run_machine(call->run));
    if (tid == before) { /* no thread: the call has failed, or a signal came */
        const char *words = vm_enum_words("errno_code", 0 - call_result(call));
        run_warn(call->run, call->statement->place, words ? words : "", "no thread is created");
        return true;
    }
    struct thread *thread = thread_new(call->run, name, call->actor->pid, tid, body);
    if (!thread) {
        return false;
    }
    thread->created = call->statement->place;
    return thread_bind_parameters(call->run, thread, pairs);
}

/* The value goes into a register of who waits. */
bool call_join(struct call *call)
{
    vm_tid thread;
    uint32_t into = call->name ? name_id(&call->run->names, call->name) : 0;
    if (call->name && !into) {
        return run_no_memory(call->run);
    }
    if (!thread_task(call->run, call->actor, call->argument[0], &thread)) {
        return false;
    }
    struct actor *actor = call->actor;
    struct vm_op op = {
        .kind = vm_op_kind_join, .u.join = {.tid = actor->tid, .thread = thread, .into = into}};
    if (!call_apply(call, op)) {
        return false;
    }
    bool waits = vm_task_state_of(run_machine(call->run), actor->tid) == vm_task_state_waiting;
    if (!waits && call_result(call) > UINT64_MAX - vm_errno_code_count) {
        call->name = NULL;
        return call_keep(call, 0);
    }
    return !call->name ||
           actor_bind(call->run, actor, call->name, (struct binding){.is_register = true});
}

bool call_detach(struct call *call)
{
    vm_tid thread;
    if (!thread_task(call->run, call->actor, call->argument[0], &thread)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_detach, .u.detach = {.tid = call->actor->tid, .thread = thread}};
    return call_apply(call, op) && call_keep(call, 0);
}

/* pthread_exit, from wherever the thread is. */
bool call_thread_exit(struct call *call)
{
    struct value value = {0};
    if (call->arguments > 0 && !call_number(call, 0, &value)) {
        return false;
    }
    struct thread *thread = thread_of_task(call->run, call->actor->tid);
    if (thread) {
        thread_keep_registers(call->run, thread);
    }
    struct vm_op op = {.kind = vm_op_kind_thread_exit,
        .u.thread_exit = {.tid = call->actor->tid, .value = value.number}};
    if (!call_apply(call, op)) {
        return false;
    }
    if (thread) {
        thread_ended(thread);
    }
    return true;
}
