/* SPDX-License-Identifier: MIT
 * The words of `expect`: questions to the machine. They change nothing and are no operations.
 */
#include "scenario/search.h"

#include <stdlib.h>
#include <string.h>

static bool is_name(const struct expr *expr)
{
    return expr && expr->kind == EXPR_NAME && expr->parts == 1;
}

/* `A` in rss(A), frames(A): a process that was ever started. */
const struct actor *eval_process(vm_run *run, const struct expr *expr)
{
    return is_name(expr) ? actor_named(run, expr->text) : NULL;
}

static int by_frame(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Distinct frames of [start, end) in one process, or in all that share the name. */
static bool distinct_frames(
    vm_run *run, const struct value *range, vm_vpn start, vm_vpn end, uint64_t *out)
{
    const vm_machine *machine = run_machine(run);
    uint64_t room = 0, n = 0;
    for (size_t i = 0; i < run->actors; i++) {
        const struct actor *actor = &run->actor[i];
        if (is_alive(run, actor) && (range->shared || !range->owner || range->owner == actor)) {
            room += vm_resident(machine, actor->pid, start, end);
        }
    }
    uint32_t *frames = malloc((room ? room : 1) * sizeof *frames);
    if (!frames) {
        return run_no_memory(run);
    }
    for (size_t i = 0; i < run->actors; i++) {
        const struct actor *actor = &run->actor[i];
        if (is_alive(run, actor) && (range->shared || !range->owner || range->owner == actor)) {
            n += vm_frames_of_vma(machine, actor->pid, start, end, frames + n, (size_t)(room - n));
            n = n < room ? n : room;
        }
    }
    qsort(frames, (size_t)n, sizeof *frames, by_frame);
    *out = 0;
    for (uint64_t i = 0; i < n; i++) {
        *out += i == 0 || frames[i] != frames[i - 1];
    }
    free(frames);
    return true;
}

/* The pages that a value stands for: its mapping, or the page it lies in. */
void eval_range(const vm_run *run, const struct value *value, vm_vpn *start, vm_vpn *end)
{
    unsigned shift = run->config.page_shift;
    *start = value->number >> shift;
    uint64_t last = value->number + (value->bytes ? value->bytes - 1 : 0);
    *end = (last < value->number ? UINT64_MAX >> shift : last >> shift) + 1;
}

/* Whose address: the owner's, or the only living process's. */
const struct actor *eval_owner(vm_run *run, const struct expr *call, const struct value *value)
{
    if (value->owner && !value->shared) {
        return value->owner;
    }
    const struct actor *only = NULL;
    for (size_t i = 0; i < run->actors; i++) {
        if (is_alive(run, &run->actor[i])) {
            if (only && !value->owner) {
                run_error(run, call->place, "name the process first, like pa(A, 0x1000)",
                    "whose address? several processes live");
                return NULL;
            }
            if (only) {
                run_error(run, call->place, "say whose, like A.heap",
                    "%.40s and %.40s both have this name", label_of(run, only->pid),
                    label_of(run, run->actor[i].pid));
                return NULL;
            }
            only = &run->actor[i];
        }
    }
    if (!only) {
        run_error(run, call->place, "A = start empty", "no process lives");
    }
    return only;
}

/* word(x) or word(A, x) */
bool eval_address(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    const struct expr *first = call->arguments;
    const struct actor *process = first && first->next ? eval_process(run, first) : NULL;
    if (!first || (first->next && (!process || first->next->next))) {
        return run_error(run, call->place, "like frame(heap) or frame(A.heap)",
            "`%.30s` takes one address", call->text);
    }
    if (!eval(run, process ? process : actor, process ? first->next : first, out)) {
        return false;
    }
    out->owner = process ? process : out->owner;
    return true;
}

static bool eval_frames(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    const struct actor *process = eval_process(run, call->arguments);
    if (process && !call->arguments->next) {
        *out = (struct value){.number = vm_frames_owned(run_machine(run), process->pid)};
        return true;
    }
    struct value value;
    if (!eval_address(run, actor, call, &value)) {
        return false;
    }
    vm_vpn start, end;
    uint64_t n = 0;
    eval_range(run, &value, &start, &end);
    if (strcmp(call->text, "frames") == 0) {
        bool ok = distinct_frames(run, &value, start, end, &n);
        *out = (struct value){.number = n};
        return ok;
    }
    const struct actor *owner = eval_owner(run, call, &value);
    if (owner) {
        *out = (struct value){.number = vm_resident(run_machine(run), owner->pid, start, end)};
    }
    return owner != NULL;
}

static bool eval_place(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out)
{
    struct value value;
    if (!eval_address(run, actor, call, &value)) {
        return false;
    }
    const struct actor *owner = eval_owner(run, call, &value);
    vm_pa pa = 0;
    if (!owner) {
        return false;
    }
    bool frame = strcmp(call->text, "frame") == 0;
    bool present = vm_translate(run_machine(run), owner->pid, value.number, &pa);
    *out = (struct value){.number = !present ? VALUE_NONE
                                    : frame  ? pa >> run->config.page_shift
                                             : pa,
        .address = !frame};
    return true;
}

static bool eval_cached(vm_run *run, const struct expr *call, struct value *out)
{
    const struct expr *path = call->arguments;
    bool named = path && !path->next &&
                 (path->kind == EXPR_PATH || path->kind == EXPR_STRING || is_name(path));
    const struct program *file = named ? program_named(run, path->text) : NULL;
    if (!file) {
        return run_error(run, call->place, "like cached(/lib/libc.so.6)",
            "expected a file or program that exists");
    }
    *out = (struct value){.number = vm_cached_pages(run_machine(run), file->object)};
    return true;
}

/* faults(fifo, 3): a cell of `compare` */
static bool eval_cell(vm_run *run, const struct expr *call, struct value *out)
{
    const struct expr *policy = call->arguments, *frames = policy->next;
    struct value size;
    int kind = vm_policy_named(policy->text);
    if (!eval(run, NULL, frames, &size)) {
        return false;
    }
    for (size_t i = run->rows; kind >= 0 && i-- > 0;) {
        const struct vm_compare_row *row = &run->row[i];
        if ((int)row->policy == kind && row->frames == size.number) {
            uint64_t n = strcmp(call->text, "faults") == 0      ? row->faults
                         : strcmp(call->text, "evictions") == 0 ? row->evictions
                                                                : row->writebacks;
            *out = (struct value){.number = n};
            return true;
        }
    }
    return run_error(run, call->place, "compare fifo, lru frames 1..6 comes before it",
        "nothing was compared for `%.40s` with %llu frames", policy->text,
        (unsigned long long)size.number);
}

/* A counter of the machine, or of one process. */
static bool eval_counter(vm_run *run, const struct expr *expr, int counter, struct value *out)
{
    const struct expr *first = expr->kind == EXPR_CALL ? expr->arguments : NULL;
    bool cell = counter == vm_counter_faults || counter == vm_counter_evictions ||
                counter == vm_counter_writebacks;
    if (first && first->next && !first->next->next && is_name(first) && cell) {
        return eval_cell(run, expr, out);
    }
    const struct actor *process = eval_process(run, first);
    if (expr->kind == EXPR_CALL && (!process || first->next)) {
        return run_error(run, expr->place, "like faults, faults(A) or faults(fifo, 3)",
            "`%.30s` is of the machine or of one process", expr->text);
    }
    *out = (struct value){.number = vm_counter(run_machine(run), process ? process->pid : 0,
                              (enum vm_counter)counter)};
    return true;
}

bool eval_word(
    vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out, bool *known)
{
    int counter = expr->parts == 1 ? vm_enum_named("counter", expr->text) : -1;
    *known = run_machine(run) && counter >= 0;
    if (*known) {
        return eval_counter(run, expr, counter, out);
    }
    if (run_machine(run) && expr->parts == 1) {
        *out = (struct value){0};
        bool ok = eval_threads(run, expr, out, known);
        ok = *known ? ok : eval_signals(run, expr, out, known);
        ok = *known ? ok : eval_scarcity(run, expr, out, known);
        ok = *known ? ok : eval_older(run, actor, expr, out, known);
        ok = *known ? ok : eval_figures(run, expr, out, known);
        if (*known) {
            return ok;
        }
    }
    if (!run_machine(run) || expr->kind != EXPR_CALL || expr->parts != 1) {
        return false;
    }
    *known = true;
    if (strcmp(expr->text, "frames") == 0 || strcmp(expr->text, "resident") == 0) {
        return eval_frames(run, actor, expr, out);
    }
    if (strcmp(expr->text, "frame") == 0 || strcmp(expr->text, "pa") == 0) {
        return eval_place(run, actor, expr, out);
    }
    if (strcmp(expr->text, "policy_word") == 0) {
        return eval_policy(run, expr, out);
    }
    if (strcmp(expr->text, "policy_page") == 0) {
        return eval_policy_page(run, expr, out);
    }
    if (strcmp(expr->text, "cached") == 0) {
        return eval_cached(run, expr, out);
    }
    bool ok = eval_sync(run, actor, expr, out, known);
    ok = *known ? ok : eval_files(run, actor, expr, out, known);
    return *known ? ok : eval_state(run, actor, expr, out, known);
}
