/* SPDX-License-Identifier: MIT
 * Who is next in a `run …`: by the order of its line, at random, in turns, by priority, or by what
 * the search over all schedules wants. Choosing changes nothing but the schedule's own place.
 */
#include "scenario/search.h"

#include <string.h>

static struct vm_task_view view(const vm_run *run, const struct thread *thread)
{
    struct vm_task_view task = {0};
    vm_task_at(run_machine(run), thread->actor.tid, &task);
    return task;
}

/* ---- run order T1 T2 … ---- */
static bool in_order(vm_run *run, struct thread **out)
{
    struct schedule *schedule = &run->schedule;
    const struct expr *name = schedule->order;
    struct thread *thread = thread_find(run, NULL, name);
    char who[WHO_MAX], what[WHO_MAX];
    if (!thread) {
        return false;
    }
    actor_words(run, &thread->actor, who);
    if (thread_over(run, thread)) {
        return run_error(run, name->place, "take it out of the order",
            "%.80s has ended and has no statement left", who);
    }
    if (thread->levels == 0) {
        return run_error(run, name->place, "A.T1: … is a line of its own",
            "%.80s has no body: lines drive it", who);
    }
    if (!thread_able(run, thread)) {
        return run_error(run, name->place, "let the one it waits for go on first",
            "%.60s waits for %.60s here", who,
            thread_waits_words(run, thread->actor.tid, what, sizeof what));
    }
    schedule->order = name->next;
    *out = thread;
    return true;
}

/* ---- run random seed S ---- */
static uint64_t draw(uint64_t *state, uint64_t span)
{
    uint64_t limit = UINT64_MAX - UINT64_MAX % span, z;
    do { /* splitmix64 */
        z = *state += UINT64_C(0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        z ^= z >> 31;
    } while (z >= limit);
    return z % span;
}

static struct thread *at_random(vm_run *run)
{
    uint64_t n = 0;
    for (size_t i = 0; i < run->threads; i++) {
        n += thread_able(run, run->thread[i]);
    }
    uint64_t chosen = n ? draw(&run->schedule.random, n) : 0;
    for (size_t i = 0; n && i < run->threads; i++) {
        if (thread_able(run, run->thread[i]) && chosen-- == 0) {
            return run->thread[i];
        }
    }
    return NULL;
}

/* ---- run rr N, run priority: processors take turns, one unit each ---- */
static struct thread *running_on(const vm_run *run, uint32_t cpu)
{
    struct thread *thread = thread_of_task(run, vm_cpu_task(run_machine(run), cpu));
    return thread && thread_able(run, thread) ? thread : NULL;
}

/* Who waits for a processor: the first in the run queue, by priority the first of the highest. */
static struct thread *first_ready(const vm_run *run, bool priority)
{
    struct thread *best = NULL;
    struct vm_task_view first = {0};
    for (size_t i = 0; i < run->threads; i++) {
        struct thread *one = run->thread[i];
        struct vm_task_view task = view(run, one);
        if (!thread_able(run, one) || task.state != vm_task_state_ready) {
            continue;
        }
        bool higher = priority && best && task.priority > first.priority;
        bool equal = !priority || !best || task.priority == first.priority;
        if (!best || higher || (equal && task.queued < first.queued)) {
            best = one;
            first = task;
        }
    }
    return best;
}

static bool must_give_way(
    const vm_run *run, const struct thread *running, const struct thread *ready, bool priority)
{
    if (!running || !ready) {
        return false;
    }
    return priority ? view(run, ready).priority > view(run, running).priority
                    : run->schedule.used[run->schedule.cpu] >= run->schedule.slice;
}

/* The turn of one processor: its thread goes on, unless its time is over. */
static struct thread *of_processor(const vm_run *run, bool priority, bool *tick)
{
    struct thread *running = running_on(run, run->schedule.cpu);
    struct thread *ready = first_ready(run, priority);
    *tick = must_give_way(run, running, ready, priority);
    return !running || *tick ? ready : running;
}

bool schedule_choose(
    vm_run *run, const struct statement *statement, struct thread **out, bool *tick)
{
    bool priority = schedule_is(statement, "priority");
    *out = NULL;
    *tick = false;
    if (schedule_is(statement, "order")) {
        return in_order(run, out);
    }
    if (schedule_is(statement, "all") && run->search &&
        run->search->steps > 0) { /* else by turns */
        *out = search_next(run);
        return true;
    }
    if (schedule_is(statement, "random")) {
        *out = at_random(run);
        return true;
    }
    for (uint32_t n = 0; n < run->config.cpus && !*out; n++) {
        *out = of_processor(run, priority, tick);
        if (!*out) {
            run->schedule.cpu = (run->schedule.cpu + 1) % run->config.cpus;
        }
    }
    return true;
}
