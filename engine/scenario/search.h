/* SPDX-License-Identifier: MIT
 * Many schedules instead of one: `run random seeds A..B` and `run all`. Each is tried on a copy of
 * the run; what follows as `expect always …` and `expect sometimes …` is asked at each end, and one
 * schedule is chosen that the run itself then takes. Invariant: the choice is a function of the
 * run, so that a branch finds the same one.
 */
#ifndef SCENARIO_SEARCH_H
#define SCENARIO_SEARCH_H

#include "scenario/thread.h"

#define TALLIES_MAX 16
#define SEARCH_STATES_MAX 20000
#define SEARCH_DEPTH_MAX 400

/* How one expectation fared. */
struct tally {
    const struct statement *expect;
    uint64_t held, ends;
    uint64_t seed;                                         /* the first that decides */
    char found[sizeof((struct vm_expectation *)0)->found]; /* there */
};
/* run all: a state on the way, and who has not gone on from it yet. */
struct branch {
    vm_run *run;   /* owned; NULL: its last thread has gone on with it */
    size_t next;   /* thread */
    size_t bytes;  /* of its machine */
    vm_tid chosen; /* who went on to the state above */
};
struct search {
    const struct statement *statement;
    bool done;
    uint64_t seed, last; /* the next one to try */
    struct tally tally[TALLIES_MAX];
    size_t tallies;
    uint64_t ends;
    unsigned urgency; /* of the schedule chosen so far */
    uint64_t chosen;  /* seed */
    vm_tid *order;    /* run all: its threads in their order; owned */
    size_t steps, at;
    bool races;            /* an expectation asks for races */
    bool observed;         /* one asks for what no program can see: counters, frames, processors */
    struct branch *branch; /* owned */
    size_t depth, branches_capacity;
    uint64_t (*state)[2]; /* seen: a hash table; owned */
    size_t states, slots;
    bool incomplete; /* a bound was reached */
    vm_run *trial;   /* owned: what is being tried; NULL: nothing */
    size_t who;      /* run all: the thread whose turn it is there */
    uint64_t steps_tried;
};

void search_free(struct search *search);
/* A copy of `from` to try something on; what it costs counts as work of `run`. */
bool search_copy(vm_run *run, const vm_run *from, vm_run **out);
/* Operations at most; steps of one trial, too. */
uint64_t search_most(const vm_run *run);
/* The statement asks for a search. */
bool search_wanted(const vm_run *run, const struct statement *statement);
/* Part of it; *more: it is not over. */
bool search_go(vm_run *run, const struct statement *statement, bool *more);
/* run all, afterwards: who comes next in the schedule that was chosen; NULL at its end. */
struct thread *search_next(vm_run *run);
/* expect always, expect sometimes. */
bool search_judge(
    vm_run *run, const struct statement *statement, bool *held, char *found, size_t room);

/* ---- search_states.c ---- */
enum seen { SEEN_NEW, SEEN_BEFORE, SEEN_NO_MEMORY };
enum seen search_seen(struct search *search, const vm_run *run);

/* ---- search.c ---- */
/* An end: the expectations are asked. The run belongs to the search's caller. */
bool search_end(vm_run *run, struct search *search, vm_run *end);

/* ---- search_all.c ---- */
bool search_all(vm_run *run, const struct statement *statement, bool *more);
bool search_all_tell(vm_run *run, const struct statement *statement);

/* ---- schedule.c ---- */
/* Part of one turn of a thread on a copy of the run. False: the turn is over, or the copy failed;
 * true: it goes on. *steps is 0 at first. */
bool schedule_turn(vm_run *run, struct thread *thread, uint64_t *steps, uint64_t most);
/* The same of a whole statement. */
bool schedule_some(
    vm_run *run, const struct statement *statement, uint64_t seed, uint64_t *steps, uint64_t most);
bool schedule_begin(vm_run *run, const struct statement *statement);
/* The statement is `run WORD …`. */
bool schedule_is(const struct statement *statement, const char *word);

/* ---- schedule_choose.c ---- */
/* *out is NULL when nobody can run. *tick: it runs after an interrupt of the timer. False: an error
 * was reported. */
bool schedule_choose(
    vm_run *run, const struct statement *statement, struct thread **out, bool *tick);

/* ---- expect.c ---- */
bool expect_judge(vm_run *run, const struct expr *condition, bool *held, char *found, size_t room);

#endif
