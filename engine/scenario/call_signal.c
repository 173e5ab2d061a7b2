/* SPDX-License-Identifier: MIT
 * Calls about signals: kill, pthread_kill, sigaction, sigprocmask, pause. A handler is a declared
 * body, `thread NAME(sig) { … }`; thread_signal.c runs it.
 */
#include "scenario/call.h"
#include "scenario/thread.h"

#include <ctype.h>
#include <string.h>

/* SIGUSR1 by its name; none: an error says which there are. */
static enum vm_signo signal_of(struct call *call, const struct expr *argument)
{
    const char *word = call_word(argument);
    char name[16] = "";
    for (size_t i = 0; word && word[i] && i + 1 < sizeof name; i++) {
        name[i] = (char)tolower((unsigned char)word[i]);
    }
    int signo = word && isupper((unsigned char)word[0]) ? vm_enum_named("signo", name) : -1;
    if (signo <= vm_signo_none) {
        struct suggestion suggestion;
        char hint[SUGGESTION_MAX];
        suggestion_begin(&suggestion, word ? word : "");
        for (unsigned i = vm_signo_sigsegv; i < vm_signo_count; i++) {
            suggestion_offer(&suggestion, vm_enum_words("signo", i));
        }
        suggestion_hint(&suggestion, "SIGINT, SIGTERM, SIGUSR1, SIGCHLD, SIGSTOP, …", hint);
        run_error(
            call->run, argument->place, hint, "there is no signal `%.40s`", word ? word : "here");
        return vm_signo_none;
    }
    return (enum vm_signo)signo;
}

bool call_kill(struct call *call)
{
    const struct expr *first = call->argument[0];
    const char *label = call_word(first);
    const struct actor *target = label ? actor_named(call->run, label) : NULL;
    if (!target) {
        return run_error(call->run, first->place, "kill(B, SIGTERM); a thread: pthread_kill(T1, …)",
            "expected the name of a process");
    }
    enum vm_signo signo = vm_signo_sigterm;
    if (call->arguments > 1 && !(signo = signal_of(call, call->argument[1]))) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_kill,
        .u.kill = {.tid = call->actor->tid, .pid = target->pid, .signo = signo}};
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_pthread_kill(struct call *call)
{
    vm_tid thread;
    enum vm_signo signo = signal_of(call, call->argument[1]);
    if (!signo || !thread_task(call->run, call->actor, call->argument[0], &thread)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_tgkill,
        .u.tgkill = {.tid = call->actor->tid, .thread = thread, .signo = signo}};
    return call_apply(call, op) && call_keep(call, 0);
}

/* A body as the action: where its code lies, and what its parameter is called. */
static bool fill_handler(struct call *call, const char *name, struct vm_op *op)
{
    const struct statement *body = name ? body_named(call->run, name) : NULL;
    const struct expr *place = call->argument[1];
    if (!body) {
        return run_error(call->run, place->place, "declare it: thread on_signal(sig) { … }",
            "expected `skip`, `ignore`, `default` or a body, found `%.40s`", name ? name : "…");
    }
    const struct expr *parameter = body->arguments;
    if (parameter && parameter->next) {
        return run_error(call->run, place->place, "thread on_signal(sig) { … }",
            "a handler gets the signal's number and nothing else");
    }
    op->u.sigaction.action = vm_signal_action_handler;
    op->u.sigaction.name = name_id(&call->run->names, name);
    op->u.sigaction.param = parameter ? name_id(&call->run->names, parameter->text) : 0;
    function_of_body(call->run, call->actor, name, &op->u.sigaction.handler);
    if (!op->u.sigaction.name || (parameter && !op->u.sigaction.param)) {
        return run_no_memory(call->run);
    }
    call->run->handlers = true;
    return true;
}

bool call_sigaction(struct call *call)
{
    enum vm_signo signo = signal_of(call, call->argument[0]);
    const char *action = call_word(call->argument[1]);
    struct vm_op op = {
        .kind = vm_op_kind_sigaction, .u.sigaction = {.tid = call->actor->tid, .signo = signo}};
    if (!signo) {
        return false;
    }
    if (action && strcmp(action, "skip") == 0) {
        if (signo != vm_signo_sigsegv && signo != vm_signo_sigbus) {
            return run_error(call->run, call->argument[0]->place, "sigaction(SIGSEGV, skip)",
                "expected SIGSEGV or SIGBUS: only an access can be skipped");
        }
        op.u.sigaction.action = vm_signal_action_skip;
    } else if (action && strcmp(action, "ignore") == 0) {
        op.u.sigaction.action = vm_signal_action_ignore;
    } else if (action && (strcmp(action, "default") == 0 || strcmp(action, "terminate") == 0)) {
        op.u.sigaction.action = vm_signal_action_terminate;
    } else if (!fill_handler(call, action, &op)) {
        return false;
    }
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_sigprocmask(struct call *call)
{
    const char *how = call_word(call->argument[0]);
    int what = how ? vm_enum_named("mask_how", how) : -1;
    if (what < 0) {
        return run_error(call->run, call->argument[0]->place, "sigprocmask(block, SIGUSR1)",
            "expected `block` or `unblock`");
    }
    enum vm_signo signo = signal_of(call, call->argument[1]);
    if (!signo) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_sigprocmask,
        .u.sigprocmask = {.tid = call->actor->tid, .how = (uint64_t)what, .signo = signo}};
    return call_apply(call, op) && call_keep(call, 0);
}

bool call_pause(struct call *call)
{
    struct vm_op op = {.kind = vm_op_kind_pause, .u.pause = {.tid = call->actor->tid}};
    return call_apply(call, op);
}
