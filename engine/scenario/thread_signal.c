/* SPDX-License-Identifier: MIT
 * Signals of a run: the handler's body runs on the interrupted thread, and sigreturn follows. What
 * lines drive takes its signals after the line; a thread with a body when its turn comes. An access
 * that faulted is made again when its handler has returned.
 */
#include "scenario/thread.h"

#define TRIES_MAX 3 /* a handler that repairs nothing would return to the same fault for ever */

bool thread_take_signal(vm_run *run, vm_tid tid, struct place place)
{
    struct vm_handler_view before = {0}, handler = {0};
    vm_handler_at(run_machine(run), tid, &before);
    struct vm_op op = {.kind = vm_op_kind_do_signal, .u.do_signal = {.tid = tid}};
    if (!run_apply(run, place, &op)) {
        return false;
    }
    if (!vm_handler_at(run_machine(run), tid, &handler) || handler.depth == before.depth) {
        return true; /* no stack for the frame: the process has ended */
    }
    const struct statement *body = body_named(run, name_text(&run->names, handler.name));
    if (!body || !thread_enter_handler(run, tid, body)) {
        return !run->failed;
    }
    uint64_t pairs[12] = {handler.param};
    return thread_bind_parameters(run, thread_of_task(run, tid), pairs);
}

static bool in_handler(const struct thread *thread)
{
    return thread && !thread->body && thread->levels > 0 && thread->level[0].handler;
}

bool signals_step(vm_run *run, struct place place, bool *stepped)
{
    const vm_machine *machine = run_machine(run);
    *stepped = true;
    for (vm_tid tid = 1; tid <= vm_tasks(machine); tid++) {
        struct thread *thread = thread_of_task(run, tid);
        bool bodied = thread && thread->body;
        if (!bodied && vm_signal_due(machine, tid)) {
            return thread_take_signal(run, tid, place);
        }
        if (in_handler(thread) && thread_able(run, thread)) {
            return thread_step(run, thread) != THREAD_STUCK;
        }
    }
    *stepped = false;
    return true;
}

bool fault_to_repeat(const vm_run *run, vm_tid tid)
{
    enum vm_signo signo = vm_signal_due(run_machine(run), tid);
    enum vm_fault fault = vm_last(run_machine(run))->fault;
    return (signo == vm_signo_sigsegv || signo == vm_signo_sigbus) &&
           (fault == vm_fault_segv_maperr || fault == vm_fault_segv_accerr ||
               fault == vm_fault_bus);
}

bool fault_repeat(vm_run *run, const struct statement *statement, bool *again)
{
    run->tries = run->repeated == statement ? run->tries + 1 : 1;
    run->repeated = statement;
    *again = run->tries <= TRIES_MAX;
    return *again ||
           run_error(run, statement->place,
               "let it map the page or change its rights; sigaction(SIGSEGV, skip) steps over it",
               "the handler returns to the same access, which faults again, for ever");
}
