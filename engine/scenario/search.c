/* SPDX-License-Identifier: MIT
 * Searching: what is common to seeds and to all interleavings, and the seeds.
 */
#include "scenario/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SEEDS_MAX = 100000,
    URGENT_FIRST = 1,
    URGENT_FOUND,
    URGENT_BROKEN = URGENT_FOUND + TALLIES_MAX,
    URGENT_FAILED
};

static bool is(const char *word, const char *other)
{
    return word && strcmp(word, other) == 0;
}

void search_free(struct search *search)
{
    if (!search) {
        return;
    }
    for (size_t i = 0; i < search->depth; i++) {
        vm_run_free(search->branch[i].run);
    }
    vm_run_free(search->trial);
    free(search->branch);
    free(search->order);
    free(search->state);
    free(search);
}

bool search_wanted(const vm_run *run, const struct statement *statement)
{
    return !run->probe &&
           (is(statement->word, "all") || (is(statement->word, "random") && statement->last));
}

/* Calls whose answer a state contains anyway. */
static bool seen_by_programs(const char *call)
{
    static const char *const words[] = {"state", "waits", "blocked", "done", "priority", "number",
        "threads", "owner", "waiting", "value", "page", "descriptors", "position", "length",
        "deadlocks", "signals"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(call, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* What must belong to a state, so that the expression cannot differ in two that are alike. */
static void note_words(struct search *search, const struct expr *expr)
{
    for (; expr; expr = expr->next) {
        bool counter = expr->kind == EXPR_NAME && expr->parts == 1 &&
                       (vm_enum_named("counter", expr->text) >= 0 || is("units", expr->text));
        if (counter || expr->kind == EXPR_CALL) {
            bool races = is("races", expr->text);
            search->races = search->races || races;
            search->observed = search->observed || (!races && !seen_by_programs(expr->text));
        }
        note_words(search, expr->left);
        note_words(search, expr->right);
        note_words(search, expr->arguments);
    }
}

/* The expectations that follow, with notes between them. */
static void collect(struct search *search, const struct statement *statement)
{
    for (const struct statement *one = statement->next; one; one = one->next) {
        bool expect = one->kind == STATEMENT_EXPECT;
        if (!expect && one->kind != STATEMENT_NOTE && one->kind != STATEMENT_SECTION &&
            one->kind != STATEMENT_BOOKMARK && one->kind != STATEMENT_ASK) {
            return;
        }
        bool ranges = expect && (is(one->word, "always") || is(one->word, "sometimes"));
        if (ranges && search->tallies < TALLIES_MAX) {
            search->tally[search->tallies++] = (struct tally){.expect = one};
            note_words(search, one->value);
        }
    }
}

static bool begin(vm_run *run, const struct statement *statement)
{
    search_free(run->search);
    struct search *search = run->search = calloc(1, sizeof *search);
    if (!search) {
        return run_no_memory(run);
    }
    search->statement = statement;
    collect(search, statement);
    if (!statement->last) {
        return true;
    }
    if (!eval_constant(run, statement->value, &search->seed) ||
        !eval_constant(run, statement->last, &search->last)) {
        return false;
    }
    if (search->last < search->seed || search->last - search->seed >= SEEDS_MAX) {
        return run_error(run, statement->value->place, "run random seeds 1..1000",
            "expected seeds from a smaller to a larger number, at most %d of them", SEEDS_MAX);
    }
    search->chosen = search->seed;
    return true;
}

/* Asks one expectation at an end; how urgently a person wants to see this end. */
static unsigned ask(struct tally *tally, struct search *search, vm_run *end)
{
    bool held = false, always = is(tally->expect->word, "always");
    char found[sizeof tally->found] = "";
    if (!expect_judge(end, tally->expect->value, &held, found, sizeof found)) {
        return URGENT_FAILED;
    }
    bool decides = always ? !held && tally->held == tally->ends : held && tally->held == 0;
    tally->ends++;
    tally->held += held;
    if (decides) {
        tally->seed = search->seed;
        memcpy(tally->found, found, sizeof found);
    }
    unsigned before = (unsigned)(tally - search->tally); /* the first one asked comes first */
    return !decides ? URGENT_FIRST
           : always ? URGENT_BROKEN
                    : URGENT_FOUND + TALLIES_MAX - 1 - before;
}

/* The way to this end, as far as it is one. */
static bool keep_order(vm_run *run, struct search *search)
{
    vm_tid *order = malloc((search->depth + 1) * sizeof *order);
    if (!order) {
        return run_no_memory(run);
    }
    for (size_t i = 0; i < search->depth; i++) {
        order[i] = search->branch[i].chosen;
    }
    free(search->order);
    search->order = order;
    search->steps = search->depth;
    return true;
}

bool search_end(vm_run *run, struct search *search, vm_run *end)
{
    unsigned urgency = end->failed ? URGENT_FAILED : URGENT_FIRST;
    if (end->starved) {
        return run_no_memory(run);
    }
    for (size_t i = 0; !end->failed && i < search->tallies; i++) {
        unsigned one = ask(&search->tally[i], search, end);
        urgency = one > urgency ? one : urgency;
    }
    search->ends++;
    if (urgency <= search->urgency) {
        return true;
    }
    search->urgency = urgency;
    search->chosen = search->seed;
    return search->statement->last || keep_order(run, search);
}

uint64_t search_most(const vm_run *run)
{
    return run->config.limits.operations ? run->config.limits.operations : 1000000;
}

bool search_copy(vm_run *run, const vm_run *from, vm_run **out)
{
    enum { BYTES_PER_OPERATION = 16384 }; /* copied in about the time of an operation */
    if (run_clone(from, out) != VM_OK) {
        return run_no_memory(run);
    }
    run->effort += 1 + vm_memory(run_machine(*out)) / BYTES_PER_OPERATION;
    return true;
}

/* Part of one seed. */
static bool try_seed(vm_run *run, const struct statement *statement, bool *more)
{
    struct search *search = run->search;
    if (!search->trial) {
        search->steps_tried = 0;
        if (!search_copy(run, run, &search->trial)) {
            return false;
        }
    }
    uint64_t before = search->steps_tried;
    *more = schedule_some(
        search->trial, statement, search->seed, &search->steps_tried, search_most(run));
    run->work += search->steps_tried - before + 1;
    if (*more) {
        return true;
    }
    bool ok = search_end(run, search, search->trial);
    vm_run_free(search->trial);
    search->trial = NULL;
    *more = ok && search->seed < search->last;
    search->seed += *more;
    return ok;
}

bool search_go(vm_run *run, const struct statement *statement, bool *more)
{
    struct search *search = run->search;
    *more = false;
    if (!search || search->done || search->statement != statement) {
        if (!begin(run, statement)) {
            return false;
        }
        search = run->search;
    }
    bool ok = statement->last ? try_seed(run, statement, more) : search_all(run, statement, more);
    if (ok && !*more) {
        search->done = true;
        search->at = 0;
        ok = statement->last || search_all_tell(run, statement);
    }
    return ok;
}

struct thread *search_next(vm_run *run)
{
    struct search *search = run->search;
    return search && search->at < search->steps ? thread_of_task(run, search->order[search->at++])
                                                : NULL;
}

static void say(const struct search *search, const struct tally *tally, bool held, bool always,
    char *found, size_t room)
{
    unsigned long long n = tally->ends, yes = tally->held, seed = tally->seed;
    const char *what = search->statement->last ? "seeds" : "ends";
    if (always == held) {
        if (always && n == 1) {
            snprintf(found, room, "in the only %s", search->statement->last ? "seed" : "end");
        } else if (always) {
            snprintf(found, room, "in all %llu %s", n, what);
        } else {
            snprintf(found, room, "in none of %llu %s", n, what);
        }
    } else if (search->statement->last) {
        snprintf(found, room, "%s in %llu of %llu seeds, first with seed %llu: %.50s",
            always ? "it fails" : "it holds", always ? n - yes : yes, n, seed, tally->found);
    } else {
        snprintf(found, room, "%s in %llu of %llu ends: %.60s", always ? "it fails" : "it holds",
            always ? n - yes : yes, n, tally->found);
    }
}

bool search_judge(
    vm_run *run, const struct statement *statement, bool *held, char *found, size_t room)
{
    const struct search *search = run->search;
    bool always = is(statement->word, "always");
    for (size_t i = 0; search && i < search->tallies; i++) {
        const struct tally *tally = &search->tally[i];
        if (tally->expect != statement) {
            continue;
        }
        *held = always ? tally->held == tally->ends && tally->ends : tally->held > 0;
        say(search, tally, *held, always, found, room);
        bool decided = always ? tally->held < tally->ends : tally->held > 0;
        if (search->incomplete && !decided) {
            *held = false;
            snprintf(found, room, "not known: only %zu states were seen", search->states);
        }
        return true;
    }
    return run_error(run, statement->place, "run random seeds 1..1000, or run all",
        "`expect %s` stands directly behind a run of many schedules", statement->word);
}
