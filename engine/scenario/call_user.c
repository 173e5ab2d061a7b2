/* SPDX-License-Identifier: MIT
 * What a program does in user mode: copying, texts as values, calls of functions. No system calls.
 */
#include "scenario/call.h"

#include <string.h>

enum { TEXT_MOST = 64, FUNCTION_BYTES = 64 };

bool call_copy(struct call *call)
{
    struct value to, from, bytes;
    if (!call_number(call, 0, &to) || !call_number(call, 1, &from) ||
        !call_number(call, 2, &bytes)) {
        return false;
    }
    if (bytes.number == 0) {
        return run_error(call->run, call->argument[2]->place, "copy(buf, sp, 14)",
            "a copy has at least one byte");
    }
    struct vm_op op = {.kind = vm_op_kind_copy,
        .u.copy = {
            .tid = call->actor->tid, .to = to.number, .from = from.number, .bytes = bytes.number}};
    return call_apply(call, op);
}

/* *sp = "Hello": the bytes, and the 0 behind them. */
bool run_store_text(vm_run *run, struct actor *actor, const struct statement *statement)
{
    struct value at;
    size_t length = strlen(statement->value->text) + 1;
    if (length > TEXT_MOST) {
        return run_error(run, statement->value->place, "write it in pieces: *(p + 63) = \"…\"",
            "a text has at most %d bytes here", TEXT_MOST - 1);
    }
    if (!eval(run, actor, statement->target, &at)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_store_text,
        .u.store_text = {.tid = actor->tid, .va = at.number, .bytes = length}};
    uint64_t words[TEXT_MOST / 8] = {0};
    for (size_t i = 0; i < length; i++) {
        words[i / 8] |= (uint64_t)(unsigned char)statement->value->text[i] << (8 * (i % 8));
    }
    memcpy(&op.u.store_text.w0, words, sizeof words);
    return run_apply(run, statement->place, &op);
}

/* Functions lie in the first page of a text, each at a place that follows from its name. */
static uint64_t function_offset(const vm_run *run, const char *name, uint64_t text_bytes)
{
    uint64_t room = text_bytes < page_bytes(run) ? text_bytes : page_bytes(run);
    uint32_t h = UINT32_C(2166136261);
    for (; *name; name++) {
        h = (h ^ (unsigned char)*name) * UINT32_C(16777619);
    }
    return room > FUNCTION_BYTES ? h % (room / FUNCTION_BYTES) * FUNCTION_BYTES : 0;
}

/* main, libc.puts, or a name that holds an address. */
bool function_at(
    const vm_run *run, const struct actor *actor, const struct expr *function, uint64_t *out)
{
    struct value value;
    if (function->parts == 1 && actor_binding(run, actor, function->text) &&
        lookup_in(run, actor, function->part, 1, &value)) {
        *out = value.number;
        return true;
    }
    const char *const text[2] = {function->parts == 2 ? function->part[0] : "text", "text"};
    if (function->parts > 2 || !lookup_in(run, actor, text, function->parts, &value)) {
        return false;
    }
    *out = value.number + function_offset(run, function->text, value.bytes);
    return true;
}

bool function_of_body(const vm_run *run, const struct actor *actor, const char *name, uint64_t *out)
{
    static const char *const text[1] = {"text"};
    struct value value;
    if (!lookup_in(run, actor_process_const(run, actor), text, 1, &value)) {
        return false;
    }
    *out = value.number + function_offset(run, name, value.bytes);
    return true;
}

static bool function_address(
    vm_run *run, const struct actor *actor, const struct expr *function, uint64_t *out)
{
    char who[WHO_MAX];
    return function_at(run, actor, function, out) ||
           run_error(run, function->place, "call main(locals 64), call libc.puts",
               "%.80s has no code that `%.60s` could lie in", actor_words(run, actor, who),
               function->text);
}

/* A library's function has no lines of its own in a scenario: it comes back at once, and what
 * stands behind the call is the caller's again. With locals it stays, until `return`. */
static bool come_back(vm_run *run, const struct actor *actor, struct place place, vm_va sp)
{
    /* Without a new frame it never came in: the call itself ended in a signal. */
    bool inside = is_alive(run, actor) && vm_task_sp(run_machine(run), actor->tid) != sp;
    struct vm_op op = {.kind = vm_op_kind_ret, .u.ret = {.tid = actor->tid}};
    return !inside || run_apply(run, place, &op);
}

bool run_invoke(vm_run *run, struct actor *actor, const struct statement *statement)
{
    const struct expr *function = statement->value, *argument = function->arguments;
    struct value locals = {0};
    uint64_t va = 0;
    if (statement->name) {
        return run_error(run, function->place, "declare it: thread f(n) { … return n }",
            "`%.60s` has no body that could return a value", function->text);
    }
    bool sized = argument && argument->kind == EXPR_WORD && strcmp(argument->text, "locals") == 0;
    if (argument && (!sized || argument->next)) {
        return run_error(run, argument->place, "call main(locals 64)",
            "a call takes only the size of the locals");
    }
    if ((argument && !eval(run, actor, argument->left, &locals)) ||
        !function_address(run, actor, function, &va)) {
        return false;
    }
    vm_va sp = vm_task_sp(run_machine(run), actor->tid);
    if (locals.number >= sp) {
        return run_error(run, function->place, "A = start shell has one, with locals that fit",
            "%.40s has no stack for this", label_of(run, actor->pid));
    }
    struct vm_op op = {.kind = vm_op_kind_call,
        .u.call = {.tid = actor->tid,
            .va = va,
            .locals = locals.number,
            .name = name_id(&run->names, function->text)}};
    if (!op.u.call.name) {
        return run_no_memory(run);
    }
    bool library = function->parts == 2 && !sized;
    return run_apply(run, statement->place, &op) &&
           (!library || come_back(run, actor, statement->place, sp));
}

bool run_return(vm_run *run, struct actor *actor, const struct statement *statement)
{
    if (actor->is_thread && is_alive(run, actor) && !vm_in_function(run_machine(run), actor->tid)) {
        return run_error(run, statement->place, "thread_exit(5) ends the thread",
            "this thread is in no function that it could return from");
    }
    if (statement->value) {
        return run_error(run, statement->value->place, "give it a name: A: r = 5; return",
            "a function returns no value here");
    }
    if (is_alive(run, actor) && !vm_in_function(run_machine(run), actor->tid)) {
        return run_error(run, statement->place, "call main(locals 64) comes before it",
            "%.40s is in no function that it could return from", label_of(run, actor->pid));
    }
    struct vm_op op = {.kind = vm_op_kind_ret, .u.ret = {.tid = actor->tid}};
    return run_apply(run, statement->place, &op);
}
