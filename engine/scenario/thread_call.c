/* SPDX-License-Identifier: MIT
 * Bodies as functions: call with arguments, return with a value, the end of a thread. The engine
 * saves the caller's registers in the new frame and brings them back; here only the names go along.
 */
#include "scenario/thread.h"

#include <string.h>

enum { ARGUMENTS_MAX = 6 };

static size_t count(const struct expr *list)
{
    size_t n = 0;
    for (; list; list = list->next) {
        n++;
    }
    return n;
}

static bool is_locals(const struct expr *argument)
{
    return argument->kind == EXPR_WORD && strcmp(argument->text, "locals") == 0;
}

bool thread_arguments(vm_run *run, const struct actor *actor, const struct statement *body,
    const struct expr *first, struct place place, uint64_t pairs[12])
{
    size_t n = count(body->arguments), given = count(first);
    if (n != given) {
        return run_error(run, place, "one value for each of its parameters",
            "`%.40s` takes %zu argument%s, found %zu", body->name, n, n == 1 ? "" : "s", given);
    }
    memset(pairs, 0, 12 * sizeof *pairs);
    const struct expr *name = body->arguments;
    for (size_t i = 0; name && i < ARGUMENTS_MAX; i++, name = name->next, first = first->next) {
        struct value value;
        if (!eval(run, actor, first, &value)) {
            return false;
        }
        pairs[2 * i] = name_id(&run->names, name->text);
        pairs[2 * i + 1] = value.number;
        if (!pairs[2 * i]) {
            return run_no_memory(run);
        }
    }
    return true;
}

bool thread_bind_parameters(vm_run *run, struct thread *thread, const uint64_t pairs[12])
{
    for (size_t i = 0; i < ARGUMENTS_MAX && pairs[2 * i]; i++) {
        const char *name = name_text(&run->names, (uint32_t)pairs[2 * i]);
        if (!actor_bind(run, &thread->actor, name, (struct binding){.is_register = true})) {
            return false;
        }
    }
    return true;
}

/* call f(1, 2, locals 64): `locals` comes last and is no argument of the function's. */
static bool split_locals(vm_run *run, const struct actor *actor, const struct expr *first,
    const struct expr **end, uint64_t *bytes)
{
    *bytes = 0;
    *end = NULL;
    for (; first; first = first->next) {
        if (is_locals(first)) {
            struct value value;
            *end = first;
            bool ok = eval(run, actor, first->left, &value);
            *bytes = ok ? value.number : 0;
            return ok && (!first->next || run_error(run, first->next->place,
                                              "call f(1, 2, locals 64)", "`locals` comes last"));
        }
    }
    return true;
}

static bool fill_call(vm_run *run, struct thread *thread, const struct statement *statement,
    const struct statement *body, struct vm_op *op)
{
    const struct expr *argument = statement->value->arguments, *locals = NULL;
    struct expr list[ARGUMENTS_MAX + 1]; /* the arguments without `locals` */
    uint64_t pairs[12], bytes = 0, va = 0;
    size_t n = 0;
    /* In a line the arguments are the process's names. */
    const struct actor *caller =
        thread->levels == 0 ? actor_process_const(run, &thread->actor) : &thread->actor;
    caller = thread->main ? caller : &thread->actor;
    if (!split_locals(run, caller, argument, &locals, &bytes)) {
        return false;
    }
    for (; argument && argument != locals && n <= ARGUMENTS_MAX; argument = argument->next, n++) {
        list[n] = *argument;
        list[n].next = NULL;
        if (n > 0) {
            list[n - 1].next = &list[n];
        }
    }
    if (!thread_arguments(run, caller, body, n ? list : NULL, statement->value->place, pairs)) {
        return false;
    }
    if (!function_of_body(run, &thread->actor, body->name, &va)) {
        char who[WHO_MAX];
        return run_error(run, statement->value->place, "A = start NAME has a program",
            "%.80s has no code that `%.40s` could lie in", actor_words(run, &thread->actor, who),
            body->name);
    }
    *op = (struct vm_op){.kind = vm_op_kind_call,
        .u.call = {.tid = thread->actor.tid,
            .va = va,
            .locals = bytes,
            .name = name_id(&run->names, body->name)}};
    memcpy(&op->u.call.p0, pairs, sizeof pairs);
    return op->u.call.name || run_no_memory(run);
}

bool thread_invoke(vm_run *run, struct thread *thread, const struct statement *statement,
    const struct statement *body)
{
    struct vm_op op;
    if (!fill_call(run, thread, statement, body, &op)) {
        return false;
    }
    vm_va sp = vm_task_sp(run_machine(run), thread->actor.tid);
    const struct level level = {
        .next = body->body, .function = body, .call = statement, .base = thread->actor.base};
    if (op.u.call.locals >= sp) {
        return run_error(run, statement->value->place, "A = start shell has one",
            "there is no stack for this call");
    }
    if (!run_apply(run, statement->place, &op)) {
        return false;
    }
    if (thread->levels > 0) {
        thread->level[thread->levels - 1].next = statement->next;
    }
    /* Without a new frame it never came in: the call itself ended in a signal. */
    if (vm_task_sp(run_machine(run), thread->actor.tid) == sp || thread_over(run, thread)) {
        return true;
    }
    uint64_t pairs[12];
    memcpy(pairs, &op.u.call.p0, sizeof pairs);
    thread->actor.base = thread->actor.bindings;
    return thread_push(run, thread, level, statement->place) &&
           thread_bind_parameters(run, thread, pairs);
}

/* What a thread leaves in its registers can still be asked for when it has ended. */
void thread_keep_registers(const vm_run *run, struct thread *thread)
{
    for (size_t i = 0; i < thread->actor.bindings; i++) {
        struct binding *one = &thread->actor.binding[i];
        if (one->is_register) {
            vm_register(run_machine(run), thread->actor.tid, one->name, &one->value);
        }
    }
}

void thread_ended(struct thread *thread)
{
    for (size_t i = 0; i < thread->actor.bindings; i++) {
        thread->actor.binding[i].is_register = false;
    }
    thread->levels = 0;
}

/* Back in the caller: its names, and the value under the name that it wanted. */
static bool leave(vm_run *run, struct thread *thread, const struct level *function)
{
    struct actor *actor = &thread->actor;
    const char *into = function->call ? function->call->name : NULL;
    actor->bindings = actor->base;
    actor->base = function->base;
    bool line = thread->levels == 0 && thread->main; /* A: r = call f(2) */
    return !into || actor_bind(run, line ? actor_process(run, actor) : actor, into,
                        (struct binding){.is_register = true});
}

/* The innermost function ends: back to its caller, to what a signal interrupted, or for good. */
bool thread_end_function(
    vm_run *run, struct thread *thread, const struct statement *statement, uint64_t value)
{
    size_t i = thread->levels;
    while (!thread->level[i - 1].function) {
        i--;
    }
    const struct level function = thread->level[i - 1];
    struct place place = statement ? statement->place : function.function->name_place;
    const char *into = function.call ? function.call->name : NULL;
    struct vm_op op = {.kind = vm_op_kind_thread_exit,
        .u.thread_exit = {.tid = thread->actor.tid, .value = value}};
    if (function.handler) {
        op =
            (struct vm_op){.kind = vm_op_kind_sigreturn, .u.sigreturn = {.tid = thread->actor.tid}};
    } else if (function.call) {
        op = (struct vm_op){.kind = vm_op_kind_ret,
            .u.ret = {.tid = thread->actor.tid,
                .value = value,
                .into = into ? name_id(&run->names, into) : 0}};
    }
    bool ends = op.kind == vm_op_kind_thread_exit;
    thread_keep_registers(run, thread);
    if (!thread_apply(run, thread, statement, place, &op)) {
        return false;
    }
    if (ends) {
        thread_ended(thread);
        return true;
    }
    thread->levels = i - 1;
    return leave(run, thread, &function);
}

bool thread_return(vm_run *run, struct thread *thread, const struct statement *statement)
{
    struct value value = {0};
    if (statement->value && !eval(run, &thread->actor, statement->value, &value)) {
        return false;
    }
    size_t i = thread->levels;
    while (!thread->level[i - 1].function) {
        i--;
    }
    if (thread->level[i - 1].plain == 0) {
        return thread_end_function(run, thread, statement, value.number);
    }
    struct vm_op op = {.kind = vm_op_kind_ret, .u.ret = {.tid = thread->actor.tid}};
    if (!run_apply(run, statement->place, &op)) {
        return false;
    }
    thread->level[i - 1].plain--;
    thread->level[thread->levels - 1].next = statement->next;
    return true;
}
