/* SPDX-License-Identifier: MIT
 * Runs inside a run: OPT's recording pass, and the cells of `compare`. A probe repeats the same
 * chunks on a machine of its own, without events, notes or expectations, up to the same statement.
 */
#include "scenario/run.h"

#include <stdlib.h>

enum { CELLS_MAX = 4096, CELL_WORK = 64 /* to make a machine, in operations */ };

static bool probe_copy(const vm_run *run, const struct statement *stop, vm_run **out)
{
    if (run_copy(run, true, out) != VM_OK) {
        return false;
    }
    (*out)->stop = stop;
    return true;
}

/* Runs to the end. False: it stopped early. */
static bool probe_finish(vm_run *probe)
{
    enum vm_run_reason reason;
    do {
        reason = vm_run_go(probe, UINT64_C(1) << 20);
    } while (reason == VM_RUN_MORE);
    return reason == VM_RUN_DONE;
}

/* The references of the whole run, recorded on a machine of the same policy that knows no future:
 * which pages are referenced does not depend on who is evicted. */
bool run_record(vm_run *run)
{
    vm_run *probe = NULL;
    if (!probe_copy(run, run->stop, &probe)) {
        return run_no_memory(run);
    }
    probe->config.policy = vm_policy_kind_lru;
    probe->recording = true;
    probe_finish(probe); /* an error will be met again, and told, by the run itself */
    run->future = probe->future;
    probe->future = (struct vm_keys){0};
    bool failed = run->future.failed || probe->starved;
    vm_run_free(probe);
    return !failed || run_no_memory(run);
}

static bool add_row(vm_run *run, const struct vm_compare_row *row)
{
    void *array = run->row;
    struct vm_compare_row *slot = run_grow(&array, &run->rows, &run->rows_capacity, sizeof *slot);
    run->row = array;
    if (!slot) {
        return run_no_memory(run);
    }
    *slot = *row;
    return true;
}

static bool run_cell(
    vm_run *run, const struct statement *statement, enum vm_policy_kind policy, uint32_t frames)
{
    uint64_t most = run->config.limits.operations ? run->config.limits.operations : 1000000;
    if (run->compared > most * 4) {
        run->limited = true;
        return run_error(run, statement->place, "compare fewer sizes, or a shorter run",
            "this comparison takes too many operations");
    }
    vm_run *probe = NULL;
    if (!probe_copy(run, statement, &probe)) {
        return run_no_memory(run);
    }
    probe->config.policy = policy;
    probe->config.frames = frames;
    bool finished = vm_config_problem(&probe->config) == NULL && probe_finish(probe);
    run->compared += probe->operations + CELL_WORK;
    run->work += probe->operations + CELL_WORK;
    bool ok = true;
    if (finished) {
        const vm_machine *machine = run_machine(probe);
        struct vm_compare_row row = {.policy = policy,
            .frames = frames,
            .faults = vm_counter(machine, 0, vm_counter_faults),
            .evictions = vm_counter(machine, 0, vm_counter_evictions),
            .writebacks = vm_counter(machine, 0, vm_counter_writebacks)};
        ok = add_row(run, &row);
    } else if (probe->starved) {
        ok = run_no_memory(run);
    } else {
        run_warn(run, statement->value->place, "begin with more frames",
            "some of these sizes are too small for this run; they are left out");
    }
    vm_run_free(probe);
    return ok;
}

static bool range_of(vm_run *run, const struct statement *statement, uint64_t *from, uint64_t *to)
{
    if (!eval_constant(run, statement->value, from)) {
        return false;
    }
    *to = *from;
    if (statement->last && !eval_constant(run, statement->last, to)) {
        return false;
    }
    if (*from == 0 || *to < *from || *to > UINT32_MAX || *to - *from >= CELLS_MAX) {
        return run_error(run, statement->value->place, "frames 1..6",
            "expected sizes from 1 up, at most %d of them", (int)CELLS_MAX);
    }
    return true;
}

static bool unknown_policy(vm_run *run, const struct expr *name)
{
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, name->text);
    for (unsigned i = 0; i < vm_policy_kind_count; i++) {
        suggestion_offer(&suggestion, vm_policy_desc(i)->name);
    }
    suggestion_hint(&suggestion, "fifo, lru, clock, opt", hint);
    return run_error(run, name->place, hint, "there is no policy `%.60s`", name->text);
}

/* One cell; *again asks for the next, so that a long comparison can be interrupted. */
bool run_compare(vm_run *run, const struct statement *statement, bool *again)
{
    uint64_t from, to, cell = run->cell;
    if (!range_of(run, statement, &from, &to)) {
        return false;
    }
    const struct expr *name = statement->arguments;
    for (; cell > to - from; cell -= to - from + 1) {
        name = name->next;
    }
    int policy = vm_policy_named(name->text);
    if (policy < 0) {
        return unknown_policy(run, name);
    }
    uint64_t frames = from + cell;
    if (frames >= vm_policy_desc((unsigned)policy)->least_frames &&
        !run_cell(run, statement, (enum vm_policy_kind)policy, (uint32_t)frames)) {
        return false;
    }
    *again = frames < to || name->next;
    run->cell = *again ? run->cell + 1 : 0;
    return true;
}
