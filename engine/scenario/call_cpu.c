/* SPDX-License-Identifier: MIT
 * Who runs where: yield(), setpriority(T1, 5), setaffinity(T1, 0, 2), and the directive `tick`. A
 * call without a thread's name is about the one that makes it.
 */
#include "scenario/call.h"
#include "scenario/thread.h"

#include <string.h>

/* The thread that the first argument names, or the caller; *next: the first of the numbers. */
static bool about(struct call *call, bool named, vm_tid *tid, unsigned *next)
{
    *tid = call->actor->tid;
    *next = named;
    return !named || thread_task(call->run, call->actor, call->argument[0], tid);
}

bool call_yield(struct call *call)
{
    return call_apply(
        call, (struct vm_op){.kind = vm_op_kind_yield, .u.yield = {.tid = call->actor->tid}});
}

/* setpriority(T1, 5), setpriority(5) */
bool call_setpriority(struct call *call)
{
    vm_tid thread;
    unsigned at;
    struct value value;
    if (!about(call, call->arguments == 2, &thread, &at) || !call_number(call, at, &value)) {
        return false;
    }
    if (value.number > VM_PRIORITY_MAX) {
        return run_error(call->run, call->argument[at]->place, "a higher number runs first",
            "priorities go from 0 to %d", VM_PRIORITY_MAX);
    }
    struct vm_op op = {.kind = vm_op_kind_setpriority,
        .u.setpriority = {.tid = call->actor->tid, .thread = thread, .priority = value.number}};
    return call_apply(call, op) && call_keep(call, 0);
}

static bool processor(vm_run *run, struct place place, uint64_t number)
{
    return number < run->config.cpus ||
           run_error(run, place, "machine … { cpus 4 } has processors 0 to 3",
               "there is no processor %llu", (unsigned long long)number);
}

/* setaffinity(T1, 0, 2): processors 0 and 2; setaffinity(T1): all of them. */
bool call_setaffinity(struct call *call)
{
    bool named = call_word(call->argument[0]) != NULL || call->argument[0]->parts == 2;
    vm_tid thread;
    unsigned at;
    uint64_t cpus = 0;
    if (!about(call, named, &thread, &at)) {
        return false;
    }
    for (; at < call->arguments; at++) {
        struct value value;
        if (!call_number(call, at, &value) ||
            !processor(call->run, call->argument[at]->place, value.number)) {
            return false;
        }
        cpus |= UINT64_C(1) << value.number;
    }
    struct vm_op op = {.kind = vm_op_kind_setaffinity,
        .u.setaffinity = {.tid = call->actor->tid, .thread = thread, .cpus = cpus}};
    return call_apply(call, op) && call_keep(call, 0);
}

/* tick, tick 1, tick priority, tick 1 priority */
bool run_tick(vm_run *run, const struct statement *statement)
{
    uint64_t cpu = 0;
    if (statement->value && (!eval_constant(run, statement->value, &cpu) ||
                                !processor(run, statement->value->place, cpu))) {
        return false;
    }
    bool ranked = statement->word && strcmp(statement->word, "priority") == 0;
    struct vm_op op = {.kind = vm_op_kind_tick,
        .u.tick = {.cpu = cpu, .by = ranked ? vm_schedule_priority : vm_schedule_round_robin}};
    return run_apply(run, statement->place, &op);
}
