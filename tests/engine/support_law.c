/* SPDX-License-Identifier: MIT
 * The law's two strengths. Full: two machines, one with events and one without, all changes folded,
 * and at the end undone, replayed and cloned. Else: one machine, its invariants after every
 * operation (on large machines after some), with and without events by turns.
 */
#include "support_law.h"

#include "support_fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMPARE_EVERY 16 /* fold against description */
#define SMALL_FRAMES 200

struct run {
    const struct law_case *law;
    struct law_result *out;
    struct vm_config config;
    vm_machine *loud, *quiet;
    struct vm_events events, start;
    struct fold *fold;
    struct vm_op *ops; /* those that were not refused */
    size_t *ends, n, tried;
};

static bool bad(struct run *run, const char *what, const char *detail)
{
    if (!run->out->problem[0]) {
        snprintf(run->out->problem, sizeof run->out->problem, "%s%s%s", what, detail ? ": " : "",
            detail ? detail : "");
    }
    return false;
}

static bool same_state(struct run *run, const vm_machine *m, const char *what)
{
    struct vm_events described = {0};
    vm_describe(m, &described);
    struct fold *fresh = fold_new();
    char difference[100] = "";
    const char *problem = fold_apply(fresh, described.bytes, described.length, false);
    bool same = !problem && fold_equal(fresh, run->fold, difference, sizeof difference);
    fold_free(fresh);
    vm_events_release(&described);
    return same || bad(run, what, problem ? problem : difference);
}

static bool step_full(struct run *run, const struct vm_op *op)
{
    size_t before = run->events.length;
    enum vm_status status = vm_apply(run->loud, op, &run->events);
    if (vm_apply(run->quiet, op, NULL) != status) {
        return bad(run, "without events another status", NULL);
    }
    if (status != VM_OK && run->events.length != before) {
        return bad(run, "a refused operation left events", NULL);
    }
    const char *problem =
        fold_apply(run->fold, run->events.bytes + before, run->events.length - before, false);
    problem = problem ? problem : vm_check(run->loud);
    if (problem) {
        return bad(run, problem, NULL);
    }
    run->out->refused += status != VM_OK;
    if (status == VM_OK) {
        run->ends[run->n] = run->events.length;
        run->ops[run->n++] = *op;
    }
    return run->tried % COMPARE_EVERY || same_state(run, run->loud, "fold and description differ");
}

static bool step_light(struct run *run, const struct vm_op *op)
{
    vm_events_clear(&run->events);
    enum vm_status status = vm_apply(run->loud, op, run->tried % 2 ? &run->events : NULL);
    run->out->refused += status != VM_OK;
    bool look = run->config.frames <= SMALL_FRAMES || run->tried % 8 == 0;
    const char *problem = look ? vm_check(run->loud) : NULL;
    return !problem || bad(run, problem, NULL);
}

static bool step(struct run *run, const struct vm_op *op)
{
    const struct law_case *law = run->law;
    if (law->log) {
        law->log[run->tried] = *op;
        *law->logged = run->tried + 1;
    }
    run->tried++;
    run->out->operations++;
    bool held = law->full ? step_full(run, op) : step_light(run, op);
    size_t memory = vm_memory(run->loud);
    run->out->memory = memory > run->out->memory ? memory : run->out->memory;
    return held;
}

static bool replay(struct run *run)
{
    vm_machine *again, *clone = NULL;
    if (vm_machine_new(&run->config, &again) != VM_OK) {
        return bad(run, "no second machine", NULL);
    }
    struct vm_events events = {0};
    bool same = true;
    for (size_t i = 0; same && i < run->n; i++) {
        if (i == run->n / 2) {
            same = vm_clone(again, &clone) == VM_OK;
            vm_machine_free(again);
            again = clone;
        }
        same = same && vm_apply(again, &run->ops[i], &events) == VM_OK &&
               events.length == run->ends[i];
    }
    same = same && events.length == run->events.length &&
           (!events.length || !memcmp(events.bytes, run->events.bytes, events.length));
    vm_events_release(&events);
    vm_machine_free(again);
    return same || bad(run, "a replay on a clone gives other events", NULL);
}

static bool whole(struct run *run)
{
    if (!same_state(run, run->loud, "fold and description differ") ||
        !same_state(run, run->quiet, "without events it ends elsewhere") || !replay(run)) {
        return false;
    }
    const char *problem = fold_apply(run->fold, run->events.bytes, run->events.length, true);
    problem = problem ? problem : fold_apply(run->fold, run->start.bytes, run->start.length, true);
    if (!problem && fold_rows(run->fold) != 0) {
        problem = "undoing everything leaves something";
    }
    return !problem || bad(run, problem, NULL);
}

static bool given(struct run *run)
{
    for (size_t i = 0; i < run->law->given_n; i++) {
        if (!step(run, &run->law->given[i])) {
            return false;
        }
    }
    return true;
}

/* Files and programs, a first process that survives signals, then whatever comes. */
static bool drawn(struct run *run, struct dice *dice)
{
    struct vm_op setup[LAW_SETUP - 3];
    size_t n = dice_setup(dice, setup, sizeof setup / sizeof setup[0]);
    const struct vm_op first[] = {{.kind = vm_op_kind_start, .u.start = {1, 3}},
        {.kind = vm_op_kind_sigaction, .u.sigaction = {1, vm_signo_sigsegv, vm_signal_action_skip}},
        {.kind = vm_op_kind_sigaction, .u.sigaction = {1, vm_signo_sigbus, vm_signal_action_skip}}};
    for (size_t i = 0; i < n + 3; i++) {
        if (!step(run, i < n ? &setup[i] : &first[i - n])) {
            return false;
        }
    }
    for (size_t i = 0; i < run->law->steps; i++) {
        struct vm_op op = dice_op(dice, run->loud);
        if (!step(run, &op)) {
            return false;
        }
    }
    return true;
}

void law_run(const struct law_case *law, struct law_result *out)
{
    *out = (struct law_result){0};
    struct run run = {.law = law, .out = out, .fold = fold_new()};
    struct dice dice = {law->seed};
    dice_any_machine(&dice, &run.config);
    size_t most = law->given ? law->given_n : law->steps + LAW_SETUP;
    run.ops = malloc((most + 1) * sizeof *run.ops);
    run.ends = malloc((most + 1) * sizeof *run.ends);
    if (vm_machine_new(&run.config, &run.loud) != VM_OK ||
        vm_machine_new(&run.config, &run.quiet) != VM_OK || !run.ops || !run.ends) {
        bad(&run, "no machine", NULL);
    } else {
        vm_describe(run.loud, &run.start);
        const char *problem = fold_apply(run.fold, run.start.bytes, run.start.length, false);
        bool held = !problem && (law->given ? given(&run) : drawn(&run, &dice));
        if (problem) {
            bad(&run, problem, NULL);
        } else if (held && law->full) {
            whole(&run);
        }
    }
    vm_machine_free(run.loud);
    vm_machine_free(run.quiet);
    vm_events_release(&run.events);
    vm_events_release(&run.start);
    fold_free(run.fold);
    free(run.ops);
    free(run.ends);
}
