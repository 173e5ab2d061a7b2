/* SPDX-License-Identifier: MIT
 * `run …`: one turn after the other; schedule_choose.c says whose it is. One turn is one operation
 * of a statement, with what belongs to it before and behind: the thread's beginning, the ends of
 * blocks, its end. Invariant: the state between two steps lies in run->schedule; every choice is a
 * function of the machine, the text and, for `random`, the seed.
 */
#include "scenario/search.h"

#include <stdio.h>
#include <string.h>

enum { SLICE_STEPS = 256 }; /* of a trial between two looks at the clock by whoever runs it */

bool schedule_is(const struct statement *statement, const char *word)
{
    return statement->word && strcmp(statement->word, word) == 0;
}

/* ---- the end ---- */
static bool anybody_unfinished(const vm_run *run)
{
    for (size_t i = 0; i < run->threads; i++) {
        if (thread_unfinished(run, run->thread[i])) {
            return true;
        }
    }
    return false;
}

/* All that are left wait: no error, but worth a word. */
static void tell_waiting(vm_run *run, const struct statement *statement)
{
    char text[150] = "", who[WHO_MAX], what[WHO_MAX];
    size_t n = 0;
    bool alone = false; /* it waits for what it holds itself */
    for (size_t i = 0; i < run->threads; i++) {
        const struct thread *thread = run->thread[i];
        if (!thread_unfinished(run, thread)) {
            continue;
        }
        struct vm_task_view task;
        struct vm_lock_view lock;
        alone = alone || (vm_task_at(run_machine(run), thread->actor.tid, &task) &&
                             task.wait == vm_wait_reason_mutex &&
                             vm_lock_numbered(run_machine(run), task.waits_for, &lock) &&
                             lock.owner == thread->actor.tid);
        if (n < sizeof text - 1) {
            int more = snprintf(text + n, sizeof text - n, "%s%s waits for %s", n ? "; " : "",
                actor_words(run, &thread->actor, who),
                thread_waits_words(run, thread->actor.tid, what, sizeof what));
            n += more > 0 ? (size_t)more : 0;
        }
    }
    bool deadlock = vm_counter(run_machine(run), 0, vm_counter_deadlocks) > run->schedule.deadlocks;
    run_warn(run, statement->place,
        alone      ? "a deadlock of one: it waits for what it holds itself"
        : deadlock ? "a deadlock: each waits for what another one holds"
                   : "nobody who could wake them goes on here: let another line do it",
        text);
}

static bool finish(vm_run *run, const struct statement *statement, bool stalled)
{
    run->units = run->schedule.units;
    if (stalled && anybody_unfinished(run)) {
        tell_waiting(run, statement);
    } else if (stalled && run->units == 0) {
        run_warn(run, statement->place, "A: T1 = create(worker) makes a thread that has",
            "no thread has anything left to do");
    }
    run->schedule = (struct schedule){0};
    return true;
}

/* The timer takes the processor from who has it. Threads that lines drive wait in the run queue,
 * too, but have nothing to do in a `run`: so the choice is made here. */
static bool timer(vm_run *run, const struct statement *statement, const struct thread *next)
{
    bool priority = schedule_is(statement, "priority");
    struct vm_op op = {.kind = vm_op_kind_tick,
        .u.tick = {.cpu = run->schedule.cpu,
            .by = priority ? vm_schedule_priority : vm_schedule_round_robin,
            .next = next->actor.tid}};
    return run_apply(run, statement->place, &op);
}

/* ---- one step ---- */
static bool number_of(vm_run *run, const struct expr *expr, uint64_t usual, uint64_t *out)
{
    *out = usual;
    return !expr || eval_constant(run, expr, out);
}

bool schedule_begin(vm_run *run, const struct statement *statement)
{
    struct schedule *schedule = &run->schedule;
    *schedule = (struct schedule){.order = statement->arguments,
        .slice = 1,
        .deadlocks = vm_counter(run_machine(run), 0, vm_counter_deadlocks)};
    uint64_t number = 1;
    if (!number_of(run, statement->value, 1, &number) ||
        !number_of(run, statement->target, UINT64_MAX, &schedule->most)) {
        return false;
    }
    if (number == 0 && !schedule_is(statement, "random")) {
        return run_error(run, statement->value->place, "run rr 1 is the finest",
            "a turn has at least one statement");
    }
    schedule->slice = number;
    schedule->random = statement->last && run->search && !run->probe ? run->search->chosen : number;
    schedule->active = true;
    return true;
}

/* The turn is over: an operation of a statement was done, and what belongs to it. */
static void end_turn(vm_run *run)
{
    struct schedule *schedule = &run->schedule;
    struct vm_task_view task = {0};
    vm_task_at(run_machine(run), schedule->tid, &task);
    uint32_t cpu = task.cpu ? task.cpu - 1 : schedule->cpu;
    schedule->used[cpu] = (schedule->last[cpu] == schedule->tid ? schedule->used[cpu] : 0) + 1;
    schedule->last[cpu] = schedule->tid;
    schedule->units++;
    schedule->cpu = (schedule->cpu + 1) % run->config.cpus;
    schedule->tid = 0;
    schedule->counted = false;
}

static bool go_on(vm_run *run, struct thread *thread)
{
    struct schedule *schedule = &run->schedule;
    if (schedule->counted && !(thread_able(run, thread) && thread_at_end(thread))) {
        end_turn(run);
        return true;
    }
    enum thread_end end = thread_step(run, thread);
    if (end == THREAD_STUCK) {
        return false;
    }
    schedule->counted = schedule->counted || end == THREAD_UNIT;
    if (!thread_able(run, thread)) {
        end_turn(run);
    }
    return true;
}

struct place schedule_place(const vm_run *run, struct place usual)
{
    const struct thread *thread = run->schedule.tid ? thread_of_task(run, run->schedule.tid) : NULL;
    if (!thread || thread->levels == 0) {
        return usual;
    }
    const struct level *level = &thread->level[thread->levels - 1];
    return level->next ? level->next->place : level->loop ? level->loop->place : usual;
}

bool run_schedule(vm_run *run, const struct statement *statement, bool *again)
{
    struct schedule *schedule = &run->schedule;
    struct thread *thread = NULL;
    bool tick = false;
    if (!schedule->active && search_wanted(run, statement)) {
        bool more = false;
        if (!search_go(run, statement, &more)) {
            return false;
        }
        if (more) {
            *again = true;
            return true;
        }
    }
    if (!schedule->active && !schedule_begin(run, statement)) {
        return false;
    }
    *again = true;
    if (schedule->tid) {
        return go_on(run, thread_of_task(run, schedule->tid));
    }
    if (schedule->units >= schedule->most ||
        (schedule_is(statement, "order") && !schedule->order)) {
        *again = false;
        return finish(run, statement, false);
    }
    if (!schedule_choose(run, statement, &thread, &tick)) {
        return false;
    }
    if (!thread) {
        *again = false;
        return finish(run, statement, true);
    }
    if (tick && !timer(run, statement, thread)) {
        return false;
    }
    schedule->tid = thread->actor.tid;
    return true;
}

/* Steps without an operation count, too: a loop that does nothing is no schedule. */
static bool endless(vm_run *run, uint64_t steps, uint64_t most)
{
    run->failed = run->failed || steps > most;
    return run->failed;
}

bool schedule_turn(vm_run *run, struct thread *thread, uint64_t *steps, uint64_t most)
{
    run->schedule.tid = *steps == 0 ? thread->actor.tid : run->schedule.tid;
    for (unsigned n = 0; run->schedule.tid && !endless(run, *steps, most); n++, ++*steps) {
        if (n == SLICE_STEPS) {
            return true;
        }
        if (!go_on(run, thread)) {
            return false;
        }
    }
    return false;
}

bool schedule_some(
    vm_run *run, const struct statement *statement, uint64_t seed, uint64_t *steps, uint64_t most)
{
    bool again = true;
    if (*steps == 0) {
        run->chunk[run->at].until = UINT64_MAX;
        if (!schedule_begin(run, statement)) {
            return false;
        }
        run->schedule.random = seed;
    }
    for (unsigned n = 0; again && !endless(run, *steps, most); n++, ++*steps) {
        if (n == SLICE_STEPS) {
            return true;
        }
        if (!run_schedule(run, statement, &again)) {
            return false;
        }
    }
    return false;
}
