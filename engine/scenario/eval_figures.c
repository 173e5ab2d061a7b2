/* SPDX-License-Identifier: MIT
 * Words of `expect` about a stretch of the run. eat, fault_rate, efficiency and cpu_utilisation are
 * of the present section: since the last `section` line, or the start. working_set(A) is the number
 * of pages that A used in its last tau references, whatever the policy. Nothing is kept for them:
 * the history is asked again.
 */
#include "scenario/run.h"

#include "vm/describe.h"

#include <stdlib.h>
#include <string.h>

static bool no_history(vm_run *run, const struct expr *expr)
{
    return run_error(run, expr->place, "expect it in the run itself",
        "`%.30s` is not known of many schedules", expr->text);
}

static bool eval_figure(
    vm_run *run, const struct expr *expr, enum vm_figure figure, struct value *out)
{
    const struct expr *first = expr->kind == EXPR_CALL ? expr->arguments : NULL;
    const struct actor *process = first && !first->next ? eval_process(run, first) : NULL;
    if (expr->kind == EXPR_CALL && (!process || figure == vm_figure_cpu_utilisation)) {
        return run_error(run, expr->place, "like eat, eat(A), fault_rate, efficiency(A)",
            "`%.30s` is of the machine%s", expr->text,
            figure == vm_figure_cpu_utilisation ? " alone" : " or of one process");
    }
    const vm_machine *before;
    if (!run->history) {
        return no_history(run, expr);
    }
    if (vm_history_at(run->history, run->section_at, &before) != VM_OK) {
        return run_no_memory(run);
    }
    uint64_t n = vm_figure(before, run_machine(run), process ? process->pid : 0, figure);
    *out = (struct value){.number = n};
    return true;
}

/* ---- the working set ---- */

/* Pages that the process used, in order. */
struct uses {
    vm_pid pid;
    vm_vpn *page; /* owned */
    size_t n, capacity;
    vm_va va; /* of the reference in progress */
    bool unknown;
};

static bool add_use(struct uses *uses, vm_vpn page)
{
    void *array = uses->page;
    vm_vpn *slot = run_grow(&array, &uses->n, &uses->capacity, sizeof *slot);
    uses->page = array;
    if (slot) {
        *slot = page;
    }
    return slot != NULL;
}

/* A reference is an access of the program, or of the kernel to its memory; both are counted. */
static bool read_events(struct uses *uses, const struct vm_events *events, unsigned shift)
{
    struct vm_event event;
    for (size_t at = 0; vm_event_next(events->bytes, events->length, &at, &event);) {
        const struct vm_event_counter *counter = (const void *)event.word;
        if (event.kind == vm_event_access) {
            uses->va = ((const struct vm_event_access *)(const void *)event.word)->va;
        } else if (event.kind == vm_event_kernel_access) {
            uses->va = ((const struct vm_event_kernel_access *)(const void *)event.word)->va;
        } else if (event.kind == vm_event_bulk) {
            uses->unknown = true;
        } else if (event.kind == vm_event_counter && counter->pid == uses->pid &&
                   counter->counter == vm_counter_references && !add_use(uses, uses->va >> shift)) {
            return false;
        }
    }
    return true;
}

/* Of the steps (from, to]. */
static bool read_steps(vm_run *run, struct uses *uses, uint64_t from, uint64_t to)
{
    enum { BUDGET = 1 << 20 };
    bool ok = true;
    while (ok && from < to) {
        struct vm_events events = {0};
        ok = vm_history_events(run->history, from, to, BUDGET, &events, NULL, &from) == VM_OK &&
             read_events(uses, &events, run->config.page_shift);
        vm_events_release(&events);
    }
    return ok;
}

static int ascending(const void *a, const void *b)
{
    const vm_vpn x = *(const vm_vpn *)a, y = *(const vm_vpn *)b;
    return (x > y) - (x < y);
}

static uint64_t distinct(vm_vpn *page, size_t n)
{
    uint64_t pages = 0;
    if (n) {
        qsort(page, n, sizeof *page, ascending);
    }
    for (size_t i = 0; i < n; i++) {
        pages += i == 0 || page[i] != page[i - 1];
    }
    return pages;
}

/* Further and further back, until there are tau references. */
static bool count_used(
    vm_run *run, const struct expr *call, vm_pid pid, uint64_t tau, struct value *out)
{
    struct uses uses = {.pid = pid};
    uint64_t end = run->operations;
    bool ok = true;
    for (uint64_t steps = 64;; steps *= 4) {
        uint64_t from = steps < end ? end - steps : 0;
        uses.n = 0;
        ok = read_steps(run, &uses, from, end);
        if (!ok || uses.unknown || uses.n >= tau || from == 0) {
            break;
        }
    }
    uint64_t last = uses.n < tau ? uses.n : tau;
    if (ok && !uses.unknown) {
        *out = (struct value){.number = distinct(uses.page + (uses.n - last), last)};
    }
    free(uses.page);
    if (!ok) {
        return run_no_memory(run);
    }
    return !uses.unknown || run_error(run, call->place, "in smaller steps it is",
                                "an operation was too large to be looked into");
}

static bool eval_working_set(vm_run *run, const struct expr *expr, struct value *out)
{
    const struct expr *first = expr->kind == EXPR_CALL ? expr->arguments : NULL;
    const struct actor *process = first ? eval_process(run, first) : NULL;
    struct value tau = {.number = run->config.tau};
    if (!process || (first->next && first->next->next)) {
        return run_error(run, expr->place, "like working_set(A), working_set(A, 100)",
            "`working_set` is of one process, in its last references");
    }
    if (first->next && !eval(run, NULL, first->next, &tau)) {
        return false;
    }
    return run->history ? count_used(run, expr, process->pid, tau.number, out)
                        : no_history(run, expr);
}

bool eval_figures(vm_run *run, const struct expr *expr, struct value *out, bool *known)
{
    int figure = vm_enum_named("figure", expr->text);
    bool working_set = strcmp(expr->text, "working_set") == 0;
    *known = figure >= 0 || working_set;
    if (!*known) {
        return false;
    }
    return working_set ? eval_working_set(run, expr, out)
                       : eval_figure(run, expr, (enum vm_figure)figure, out);
}
