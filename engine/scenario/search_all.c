/* SPDX-License-Identifier: MIT
 * Every interleaving, depth first. A state that was seen before is not gone on from: whatever
 * follows was seen too, so loops that wait for another thread end. Invariant: the branches are the
 * way from the beginning to where the search is; each but the last says who went on from there.
 */
#include "scenario/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t next_able(const vm_run *at, size_t from)
{
    while (from < at->threads && !thread_able(at, at->thread[from])) {
        from++;
    }
    return from;
}

/* The states on the way together hold no more than one machine may. */
static bool has_room(vm_run *run, const struct search *search)
{
    uint64_t most = run->config.limits.memory ? run->config.limits.memory : UINT64_C(1) << 30;
    uint64_t held = 0;
    for (size_t i = 0; i < search->depth; i++) {
        held += search->branch[i].run ? search->branch[i].bytes : 0;
    }
    if (held <= most) {
        return true;
    }
    run->limited = true;
    return run_error(run, search->statement->place,
        "fewer or shorter threads, a smaller machine, or run random seeds 1..100",
        "to try every interleaving takes more than %llu MiB here",
        (unsigned long long)(most >> 20));
}

/* A state that is new: it is gone on from, or it is an end. Owns `at` afterwards. */
static bool enter(vm_run *run, struct search *search, vm_run *at)
{
    size_t first = at->failed ? at->threads : next_able(at, 0);
    bool over = at->schedule.units >= at->schedule.most;
    if (first == at->threads || over) {
        bool ok = search_end(run, search, at);
        vm_run_free(at);
        return ok;
    }
    if (search->depth >= SEARCH_DEPTH_MAX) {
        search->incomplete = true;
        vm_run_free(at);
        return true;
    }
    void *array = search->branch;
    struct branch *slot =
        run_grow(&array, &search->depth, &search->branches_capacity, sizeof *slot);
    search->branch = array;
    if (!slot) {
        vm_run_free(at);
        return run_no_memory(run);
    }
    *slot = (struct branch){.run = at, .next = first, .bytes = vm_memory(run_machine(at))};
    return has_room(run, search);
}

/* The topmost state's next thread goes on, in a copy; the last one in the state itself. */
static bool begin_turn(vm_run *run, struct search *search)
{
    struct branch *top = &search->branch[search->depth - 1];
    size_t who = top->next;
    top->next = next_able(top->run, who + 1);
    top->chosen = top->run->thread[who]->actor.tid;
    search->who = who;
    search->steps_tried = 0;
    if (top->next == top->run->threads) {
        search->trial = top->run;
        top->run = NULL;
        return true;
    }
    return search_copy(run, top->run, &search->trial);
}

/* Part of a turn. True: it is over. */
static bool go_on(vm_run *run, struct search *search)
{
    vm_run *trial = search->trial;
    uint64_t before = search->steps_tried;
    bool more =
        schedule_turn(trial, trial->thread[search->who], &search->steps_tried, search_most(run));
    run->work += search->steps_tried - before + 1;
    return !more;
}

static bool first_state(vm_run *run, const struct statement *statement, struct search *search)
{
    vm_run *copy = NULL;
    if (!search_copy(run, run, &copy)) {
        return false;
    }
    copy->chunk[copy->at].until = UINT64_MAX;
    bool begun = schedule_begin(copy, statement);
    bool starved = copy->starved || (begun && search_seen(search, copy) == SEEN_NO_MEMORY);
    if (!begun || starved) { /* what is wrong with the statement the run itself will tell */
        vm_run_free(copy);
        return !starved || run_no_memory(run);
    }
    return enter(run, search, copy);
}

bool search_all(vm_run *run, const struct statement *statement, bool *more)
{
    struct search *search = run->search;
    vm_run *at = NULL;
    if (search->states == 0) {
        *more = true;
        bool ok = first_state(run, statement, search);
        *more = ok && search->depth > 0;
        return ok;
    }
    if (!search->trial && !begin_turn(run, search)) {
        return false;
    }
    if (!go_on(run, search)) {
        *more = true;
        return true;
    }
    at = search->trial;
    search->trial = NULL;
    enum seen seen = at->failed ? SEEN_NEW : search_seen(search, at);
    if (seen == SEEN_NO_MEMORY) {
        vm_run_free(at);
        return run_no_memory(run);
    }
    if (seen == SEEN_BEFORE) {
        vm_run_free(at);
    } else if (!enter(run, search, at)) {
        return false;
    }
    while (search->depth > 0 && !search->branch[search->depth - 1].run) {
        search->depth--;
    }
    if (search->states >= SEARCH_STATES_MAX && search->depth > 0) {
        search->incomplete = true;
        while (search->depth > 0) {
            vm_run_free(search->branch[--search->depth].run);
        }
    }
    *more = search->depth > 0;
    return true;
}

/* The schedule that the timeline takes, as a line to paste. */
static bool tell_order(vm_run *run, const struct statement *statement)
{
    const struct search *search = run->search;
    if (run->notes >= FINDINGS_MAX) {
        return true;
    }
    void *array = run->note;
    struct vm_note *note = run_grow(&array, &run->notes, &run->notes_capacity, sizeof *note);
    run->note = array;
    if (!note) {
        return run_no_memory(run);
    }
    *note = (struct vm_note){
        .line = statement->place.line, .position = run->operations, .kind = VM_NOTE_TEXT};
    char who[WHO_MAX];
    int n = snprintf(note->text, sizeof note->text, "%zu states, %llu ends. run order",
        search->states, (unsigned long long)search->ends);
    for (size_t i = 0; i < search->steps && n >= 0 && (size_t)n < sizeof note->text; i++) {
        const struct thread *thread = thread_of_task(run, search->order[i]);
        n += snprintf(note->text + n, sizeof note->text - (size_t)n, " %s",
            thread ? actor_words(run, &thread->actor, who) : "?");
    }
    return true;
}

bool search_all_tell(vm_run *run, const struct statement *statement)
{
    const struct search *search = run->search;
    if (search->incomplete) {
        char text[120];
        snprintf(text, sizeof text, "%zu states were seen, at most %d turns deep", search->states,
            SEARCH_DEPTH_MAX);
        run_warn(run, statement->place, text,
            "there are more interleavings than can be tried: fewer threads, or shorter ones");
    }
    return tell_order(run, statement);
}
