/* SPDX-License-Identifier: MIT
 * Actions to operations. What a name means is looked up just before, so that addresses and results
 * of the machine flow into the next operation; the log holds only numbers.
 */
#include "scenario/thread.h"

#include <string.h>

#define OPERATIONS_DEFAULT UINT64_C(1000000)

static uint64_t operations_most(const vm_run *run)
{
    return run->config.limits.operations ? run->config.limits.operations : OPERATIONS_DEFAULT;
}

static bool refused(vm_run *run, struct place place, const struct vm_op *op, enum vm_status status)
{
    char name[WHO_MAX], what[WHO_MAX];
    const char *who = task_words(run, (vm_tid)op->u.arg[0], name);
    switch (status) {
    case VM_ENDED:
    case VM_NO_TASK:
        return run_error(run, place,
            "a signal may have ended it: sigaction(SIGSEGV, skip) survives one",
            "%.80s has ended and does nothing more", who);
    case VM_WAITING:
        return run_error(run, place, "let the one it waits for go on first",
            "%.80s is waiting for %.60s and does nothing now", who,
            thread_waits_words(run, (vm_tid)op->u.arg[0], what, sizeof what));
    case VM_LIMIT:
        run->limited = true;
        return run_error(run, place,
            "make it smaller, or do it in parts; the limits are configuration of the host",
            "a limit of the machine was reached: pages, processes, mappings, memory, or the work "
            "of "
            "one step");
    case VM_NOMEM:
        return run_no_memory(run);
    case VM_UNSUPPORTED:
        return run_error(run, place, "docs/older-machines.md says what each machine can do",
            "the machine of this scenario cannot do that: %.60s is for another kind",
            vm_op_desc(op->kind)->name);
    default:
        return run_error(run, place, "check addresses, sizes and numbers of frames",
            "the machine refuses this: %s", vm_status_words(status));
    }
}

bool run_apply(vm_run *run, struct place place, struct vm_op *op)
{
    bool step = run->operations > 0 || !vm_op_desc(op->kind)->setup;
    if (step && run->prepared && run->operations >= run->chunk[run->at].until) {
        run->cut = true;
        return false;
    }
    if (step && run->operations >= operations_most(run)) {
        run->limited = true;
        return run_error(run, place, "repeat less often; the limit is configuration of the host",
            "the run's limit of %llu operations is reached here",
            (unsigned long long)operations_most(run));
    }
    op->line = place.line;
    op->pc = run->pc;
    run->clock_before = vm_clock_ns(run_machine(run), 0);
    enum vm_status status =
        run->history ? vm_history_append(run->history, op) : vm_apply(run->machine, op, NULL);
    if (status != VM_OK) {
        return refused(run, place, op, status);
    }
    run->operations += step;
    name_mark(run);
    run->applied = (enum vm_op_kind)op->kind;
    return actors_settle(run);
}

/* A word lies in one page: machines read and write it at multiples of its size. */
static bool is_word(vm_run *run, struct place place, uint64_t at)
{
    if (at % 8 == 0) {
        return true;
    }
    return run_error(run, place, "8 bytes lie at 0x1000, 0x1008, …; x + 8 is the next word",
        "0x%llx is no multiple of 8, so no word begins there", (unsigned long long)at);
}

/* r = *x */
static bool run_load(vm_run *run, struct actor *actor, const struct statement *statement)
{
    struct value at;
    if (!eval(run, actor, statement->value->left, &at) ||
        !is_word(run, statement->value->left->place, at.number)) {
        return false;
    }
    uint32_t name = name_id(&run->names, statement->name);
    vm_pid pid = actor->pid;
    vm_tid tid = actor->tid;
    struct vm_op op = {
        .kind = vm_op_kind_load, .u.load = {.tid = tid, .va = at.number, .name = name}};
    uint64_t got;
    if (!name) {
        return run_no_memory(run);
    }
    if (!run_apply(run, statement->place, &op)) {
        return false;
    }
    /* A load that a signal ended gave nothing. */
    bool loaded = vm_process_state_of(run_machine(run), pid) == vm_process_state_alive &&
                  vm_register(run_machine(run), tid, name, &got);
    return !loaded ||
           actor_bind(run, actor, statement->name, (struct binding){.is_register = true});
}

static bool run_compute(vm_run *run, struct actor *actor, const struct statement *statement)
{
    struct value value;
    if (!eval(run, actor, statement->value, &value)) {
        return false;
    }
    uint32_t name = name_id(&run->names, statement->name);
    struct vm_op op = {
        .kind = vm_op_kind_set, .u.set = {.tid = actor->tid, .name = name, .value = value.number}};
    if (!name) {
        return run_no_memory(run);
    }
    return run_apply(run, statement->place, &op) &&
           actor_bind(run, actor, statement->name, (struct binding){.is_register = true});
}

static bool is_operation(const struct expr *value)
{
    return value->kind == EXPR_CALL && value->parts == 1 &&
           action_named(value->text) != ACTION_NONE;
}

static bool run_assign(vm_run *run, struct actor *actor, const struct statement *statement)
{
    if (statement->value->kind == EXPR_DEREF) {
        return run_load(run, actor, statement);
    }
    if (is_operation(statement->value)) {
        return run_call(run, actor, statement, statement->value, statement->name);
    }
    return run_compute(run, actor, statement);
}

static bool run_store_word(vm_run *run, struct actor *actor, const struct statement *statement)
{
    struct value at, value;
    if (statement->value->kind == EXPR_STRING) {
        return run_store_text(run, actor, statement);
    }
    if (statement->value->kind == EXPR_DEREF && !run->now) {
        return run_error(run, statement->value->place, "in two actions: r = *a; *b = r",
            "one action reads or writes memory, not both");
    }
    if (!eval(run, actor, statement->target, &at) || !eval(run, actor, statement->value, &value)) {
        return false;
    }
    if (!is_word(run, statement->target->place, at.number)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_store,
        .u.store = {.tid = actor->tid, .va = at.number, .value = value.number}};
    return run_apply(run, statement->place, &op);
}

bool run_act(vm_run *run, struct actor *actor, const struct statement *statement, bool *again)
{
    switch ((enum statement_kind)statement->kind) {
    case STATEMENT_ASSIGN:
        return run_assign(run, actor, statement);
    case STATEMENT_STORE:
        return run_store_word(run, actor, statement);
    case STATEMENT_CALL:
        return run_call(run, actor, statement, statement->value, NULL);
    case STATEMENT_REFS:
        return run_references(run, actor, statement, again);
    case STATEMENT_PRESET_MAP:
    case STATEMENT_PRESET_TLB:
        return run_preset(run, actor, statement);
    case STATEMENT_INVOKE:
        return run_invoke(run, actor, statement);
    case STATEMENT_RETURN:
        return run_return(run, actor, statement);
    default:
        return run_error(
            run, statement->place, "see docs/scenario-language.md", "this cannot run yet");
    }
}

bool run_action(
    vm_run *run, const struct subject *subject, const struct statement *statement, bool *again)
{
    if (!subject && run->actors == 0) {
        return run_error(
            run, statement->place, "begin one first: A = start empty", "there is no process yet");
    }
    /* preset without a subject: of the process that was started last */
    struct actor *actor = subject ? subject_actor(run, subject) : &run->actor[run->actors - 1];
    bool ready = false;
    if (!actor || !subject_prepare(run, actor, statement, again, &ready) || !ready) {
        return actor && !run->failed && !run->cut;
    }
    const struct statement *body =
        statement->kind == STATEMENT_INVOKE && statement->value->parts == 1
            ? body_named(run, statement->value->text)
            : NULL;
    return body ? subject_invoke(run, actor, statement, body, again)
                : run_act(run, actor, statement, again);
}
