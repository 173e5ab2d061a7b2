/* SPDX-License-Identifier: MIT
 * Words of `expect` about signals and ended processes: zombies, exit_code(B), parent(B) = A or
 * init, pending(A, SIGUSR1), masked(A.T1, SIGUSR1), handlers(A).
 */
#include "scenario/thread.h"

#include <ctype.h>
#include <string.h>

static uint64_t zombies(const vm_run *run)
{
    uint64_t n = 0;
    const vm_machine *machine = run_machine(run);
    for (vm_pid pid = 1; vm_process_state_of(machine, pid) != vm_process_state_none; pid++) {
        n += vm_process_state_of(machine, pid) == vm_process_state_zombie;
    }
    return n;
}

static bool one_process(vm_run *run, const struct expr *call, vm_pid *pid)
{
    const struct expr *first = call->arguments;
    const struct actor *process = first && !first->next ? eval_process(run, first) : NULL;
    *pid = process ? process->pid : 0;
    return process ||
           run_error(run, call->place, "like exit_code(B)", "`%.30s` takes a process", call->text);
}

/* pending(A, SIGUSR1): of the process, or of its thread. */
static bool in_set(vm_run *run, const struct expr *call, bool blocked, struct value *out)
{
    const struct expr *who = call->arguments, *what = who ? who->next : NULL;
    char name[16] = "";
    bool word = what && what->kind == EXPR_NAME && what->parts == 1 && !what->next;
    for (size_t i = 0; word && what->text[i] && i + 1 < sizeof name; i++) {
        name[i] = (char)tolower((unsigned char)what->text[i]);
    }
    int signo = word ? vm_enum_named("signo", name) : -1;
    if (signo <= vm_signo_none) {
        return run_error(run, call->place, "like pending(A, SIGUSR1)",
            "`%.30s` takes a process or thread and a signal", call->text);
    }
    vm_tid tid;
    if (!thread_task(run, NULL, who, &tid)) {
        return false;
    }
    const vm_machine *machine = run_machine(run);
    uint32_t set = blocked ? vm_thread_blocked(machine, tid)
                           : vm_thread_pending(machine, tid) |
                                 vm_process_pending(machine, vm_task_process(machine, tid));
    *out = (struct value){.number = (set & vm_signal_bit((enum vm_signo)signo)) != 0};
    return true;
}

static bool handlers(vm_run *run, const struct expr *call, struct value *out)
{
    vm_tid tid;
    struct vm_handler_view view = {0};
    const struct expr *who = call->arguments;
    if (!who || who->next) {
        return run_error(
            run, call->place, "like handlers(A.T1)", "`%.30s` takes one thread", call->text);
    }
    if (!thread_task(run, NULL, who, &tid)) {
        return false;
    }
    vm_handler_at(run_machine(run), tid, &view);
    *out = (struct value){.number = view.depth};
    return true;
}

bool eval_signals(vm_run *run, const struct expr *expr, struct value *out, bool *known)
{
    bool call = expr->kind == EXPR_CALL;
    vm_pid pid = 0;
    *known = true;
    if (!call && strcmp(expr->text, "zombies") == 0) {
        *out = (struct value){.number = zombies(run)};
        return true;
    }
    if (call && strcmp(expr->text, "exit_code") == 0) {
        bool ok = one_process(run, expr, &pid);
        *out = (struct value){.number = vm_exit_code(run_machine(run), pid)};
        return ok;
    }
    if (call && strcmp(expr->text, "parent") == 0) {
        bool ok = one_process(run, expr, &pid);
        *out = (struct value){.number = vm_parent(run_machine(run), pid)};
        return ok;
    }
    if (call && (strcmp(expr->text, "pending") == 0 || strcmp(expr->text, "masked") == 0)) {
        return in_set(run, expr, expr->text[0] == 'm', out);
    }
    if (call && strcmp(expr->text, "handlers") == 0) {
        return handlers(run, expr, out);
    }
    *known = false;
    return false;
}

bool eval_parent_word(
    vm_run *run, const struct expr *left, const struct expr *right, struct value *out)
{
    if (left->kind != EXPR_CALL || left->parts != 1 || strcmp(left->text, "parent") != 0 ||
        right->kind != EXPR_NAME || right->parts != 1) {
        return false;
    }
    const struct actor *process = actor_named(run, right->text);
    *out = (struct value){.number = process ? process->pid : 0};
    return process || strcmp(right->text, "init") == 0;
}
