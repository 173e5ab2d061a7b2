/* SPDX-License-Identifier: MIT
 * The rest of the public door: appending, branching, and what a run has found.
 */
#include "scenario/thread.h"

#include <stdlib.h>
#include <string.h>

/* How many chunks the first `op` steps come from; the last of them may be cut. */
static size_t chunks_until(const vm_run *run, uint64_t op)
{
    size_t n = 1;
    while (n < run->chunks && run->chunk[n - 1].end <= op &&
           (run->chunk[n - 1].end < op || run->chunk[n].end <= op)) {
        n++;
    }
    return n;
}

void vm_run_watch(vm_run *run, bool (*over)(void *context), void *context)
{
    run->over = over;
    run->watch = context;
}

/* To the end, or until whoever watches has waited long enough. */
static void go_watched(vm_run *run)
{
    enum { LOOK_EVERY = 1024 }; /* operations */
    while (vm_run_go(run, LOOK_EVERY) == VM_RUN_MORE) {
        if (run->over && run->over(run->watch)) {
            const struct statement *next = run->frame[run->frames - 1].next;
            run->limited = true;
            run_error(run, next ? next->place : (struct place){1, 1, 1}, "do it in smaller parts",
                "this takes longer than the host allows");
        }
    }
}

/* Runs the chunks again in a new run, which stops where the old one was told to. */
static enum vm_status rerun(const vm_run *run, uint64_t op, vm_run **out)
{
    vm_run *copy = NULL;
    *out = NULL;
    enum vm_status status = run_copy(run, false, &copy);
    if (status != VM_OK) {
        return status;
    }
    while (copy->chunks > chunks_until(run, op)) {
        vm_scenario_free(copy->chunk[--copy->chunks].scenario);
    }
    for (size_t i = 0; i < copy->chunks; i++) {
        copy->chunk[i].until = copy->chunk[i].until < op ? copy->chunk[i].until : op;
    }
    if (run->future.length) {
        copy->future.key = malloc(run->future.length * sizeof *run->future.key);
        if (!copy->future.key) {
            vm_run_free(copy);
            return VM_NOMEM;
        }
        memcpy(copy->future.key, run->future.key, run->future.length * sizeof *run->future.key);
        copy->future.length = copy->future.capacity = run->future.length;
    }
    vm_run_watch(copy, run->over, run->watch);
    go_watched(copy);
    if (!copy->history || copy->starved) {
        vm_run_free(copy);
        return VM_NOMEM;
    }
    if (copy->over && copy->over(copy->watch)) { /* perhaps cut off */
        vm_run_free(copy);
        return VM_LIMIT;
    }
    *out = copy;
    return VM_OK;
}

/* Lines of the texts that were run so far; an appended line comes after them. */
static uint32_t lines_before(const vm_run *run)
{
    uint32_t lines = run->cut_lines;
    for (size_t i = run->cut_chunks; i < run->chunks; i++) {
        const vm_scenario *scenario = run->chunk[i].scenario;
        for (size_t k = 0; k < scenario->length; k++) {
            lines += scenario->source[k] == '\n' ? 1u : 0u;
        }
        lines += scenario->length > 0 && scenario->source[scenario->length - 1] != '\n' ? 1u : 0u;
    }
    return lines;
}

/* A branch keeps the lines before the one whose operation comes next, unless that line has begun.
 */
static uint32_t lines_kept(const vm_run *run, uint64_t op)
{
    struct vm_op last = {0}, next = {0};
    bool cut = run->history && vm_history_op(run->history, op + 1, &next) == VM_OK &&
               (op == 0 || vm_history_op(run->history, op, &last) == VM_OK);
    return cut && next.line > last.line ? next.line - 1 : lines_before(run);
}

enum vm_status vm_run_branch(vm_run *run, uint64_t op, vm_run **out)
{
    *out = NULL;
    if (op > run->operations) {
        return VM_INVALID;
    }
    enum vm_status status = rerun(run, op, out);
    if (status == VM_OK) {
        (*out)->cut_lines = lines_kept(run, op);
        (*out)->cut_chunks = (*out)->chunks;
    }
    return status;
}

static void report(const vm_run *run, size_t from, struct vm_diagnostics *diagnostics)
{
    for (size_t i = from; i < run->diagnostics.length; i++) {
        const struct vm_diagnostic *one = &run->diagnostics.item[i];
        struct place place = {one->line, one->column, one->length};
        if (one->warning) {
            diagnose_warning(diagnostics, place, one->hint, "%s", one->message);
        } else {
            diagnose(diagnostics, place, one->hint, "%s", one->message);
        }
    }
}

/* One action that is one operation: when it fails, nothing has been applied. */
static bool is_simple(const vm_run *run, const vm_scenario *scenario)
{
    const struct statement *first = scenario->first;
    return !first || (!first->next && !first->body && !first->otherwise &&
                         first->kind != STATEMENT_REFS && first->kind != STATEMENT_INVOKE &&
                         first->kind != STATEMENT_START && first->kind != STATEMENT_RUN &&
                         !(first->subject && subject_is_busy(run, first->subject)));
}

static bool finish_line(vm_run *run, const vm_scenario *scenario)
{
    /* A line after an error begins where the run stopped; what the error left undone stays undone.
     */
    struct chunk *last = &run->chunk[run->at];
    if (run->failed && run->operations < last->until) {
        last->until = run->operations;
    }
    if (!run_add_chunk(run, scenario, UINT64_MAX)) {
        return run_no_memory(run);
    }
    run->failed = run->limited = run->ended = false;
    run->frames = 0;
    run->variables = run->parameters;
    go_watched(run);
    return !run->failed;
}

/* Runs a line of several operations on a copy first. */
static bool rehearse(
    const vm_run *run, const vm_scenario *scenario, struct vm_diagnostics *diagnostics)
{
    vm_run *copy = NULL;
    enum vm_status status = rerun(run, run->operations, &copy);
    if (status != VM_OK) {
        diagnose(diagnostics, (struct place){1, 1, 1}, "",
            status == VM_LIMIT ? "this run takes longer than the host allows for a line"
                               : "the host has no memory left for this run");
        return false;
    }
    size_t told = copy->diagnostics.length;
    bool good = finish_line(copy, scenario);
    if (!good) {
        report(copy, told, diagnostics);
    }
    vm_run_free(copy);
    return good;
}

static bool append_line(
    vm_run *run, const vm_scenario *scenario, struct vm_diagnostics *diagnostics)
{
    if (!is_simple(run, scenario) && !rehearse(run, scenario, diagnostics)) {
        return false;
    }
    bool (*over)(void *) = run->over;
    run->over = NULL; /* what went well in time is not cut off half-way: it takes as long again */
    bool failed = run->failed, limited = run->limited;
    uint64_t until = run->chunk[run->at].until, random = run->random;
    size_t at = run->at, told = run->diagnostics.length, errors = run->diagnostics.errors;
    size_t expectations = run->expectations, notes = run->notes, rows = run->rows;
    bool good = finish_line(run, scenario);
    run->over = over;
    report(run, told, diagnostics);
    if (good) {
        return true;
    }
    while (run->chunks > at + 1) {
        vm_scenario_free(run->chunk[--run->chunks].scenario);
    }
    run->at = at;
    run->chunk[at].until = until;
    run->random = random;
    run->diagnostics.length = told;
    run->diagnostics.errors = errors;
    run->expectations = expectations;
    run->notes = notes;
    run->asks = 0;
    run->rows = rows;
    run->failed = failed;
    run->limited = limited;
    run->ended = true;
    run->frames = 0;
    return false;
}

bool vm_run_append(vm_run *run, const char *line, size_t length, struct vm_diagnostics *diagnostics)
{
    vm_scenario *scenario = NULL;
    go_watched(run);
    if (scenario_parse_line(line, length, lines_before(run) + 1, diagnostics, &scenario) != VM_OK) {
        return false;
    }
    size_t errors = diagnostics->errors;
    check_statements(scenario, run, diagnostics);
    bool good =
        diagnostics->errors == errors && run->history && append_line(run, scenario, diagnostics);
    vm_scenario_free(scenario);
    return good;
}

vm_history *vm_run_history(vm_run *run)
{
    if (!run->prepared) {
        vm_run_go(run, 0);
    }
    return run->history;
}

const struct vm_diagnostics *vm_run_diagnostics(const vm_run *run)
{
    return &run->diagnostics;
}

const struct vm_expectation *vm_run_expectations(const vm_run *run, size_t *n)
{
    *n = run->expectations;
    return run->expectation;
}

const struct vm_note *vm_run_notes(const vm_run *run, size_t *n)
{
    *n = run->notes;
    return run->note;
}

const struct vm_compare_row *vm_run_compare(const vm_run *run, size_t *n)
{
    *n = run->rows;
    return run->row;
}

const char *vm_run_name(const vm_run *run, uint32_t name)
{
    return name_text(&run->names, name);
}

uint32_t vm_run_names(const vm_run *run)
{
    return (uint32_t)run->names.length;
}
