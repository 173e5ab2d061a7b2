/* SPDX-License-Identifier: MIT
 * Threads of a scenario, and what drives them. Invariants:
 * 1. What a thread does next lies in its levels: plain data, no C stack. Levels change only after
 * the operation they stand for was applied, so that a run can stop, branch and be cloned between
 * any two operations.
 * 2. Statements belong to the scenario's tree and never change: copies of a run share them.
 * 3. Threads with a body go on only in `run …`; all others are driven by lines.
 */
#ifndef SCENARIO_THREAD_H
#define SCENARIO_THREAD_H

#include "scenario/run.h"

#define LEVELS_MAX (1u << 17) /* of one thread: blocks and calls inside each other */

/* A block that a thread is in: of a loop or branch, or of a function. */
struct level {
    const struct statement *next;
    const struct statement *loop;     /* whose block it is; NULL: a function's */
    const struct statement *function; /* the outermost block of a body; else NULL */
    uint64_t left, index;             /* repeat: rounds left after this one, and its counter */
    const struct statement *call;     /* function: what called it; NULL: the thread begins here */
    size_t base;                      /* function: where its caller's names begin */
    uint32_t plain;                   /* function: calls without a body that have not returned */
    bool handler;                     /* function: a signal interrupted the thread */
};

struct thread {
    struct actor actor;           /* its registers, and the names that its body gave */
    const struct statement *body; /* NULL: lines of the text drive it */
    bool main;                    /* a process's first thread, in a function that has a body */
    bool started;                 /* thread_start was applied */
    struct place created;         /* where the text creates it */
    struct level *level;          /* owned */
    size_t levels, levels_capacity;
    uint64_t *read; /* owned: what the present statement has read so far, in its order */
    size_t reads, reads_capacity, cursor;
    size_t reference; /* inside `refs` */
};

/* ---- thread.c ---- */
/* A thread that was just created; its parameters are in its registers. Body NULL: driven by lines.
 * NULL without memory. */
struct thread *thread_new(
    vm_run *run, const char *label, vm_pid pid, vm_tid tid, const struct statement *body);
void thread_free(struct thread *thread);
struct thread *thread_of_task(const vm_run *run, vm_tid tid);
/* The newest of that name in the process. */
struct thread *thread_named(const vm_run *run, vm_pid pid, const char *name);
/* `T1` or `A.T1` as an expression; `from` may be NULL. NULL: an error says why. */
struct thread *thread_find(vm_run *run, const struct actor *from, const struct expr *expr);
/* Its thread number for join, tgkill and their like: T1, A.T1, T0, or A for A's first thread. */
bool thread_task(vm_run *run, const struct actor *from, const struct expr *expr, vm_tid *out);
const struct statement *body_named(const vm_run *run, const char *name);
void threads_offer(const vm_run *run, struct suggestion *suggestion);
/* Local names and loop counters of its present function. */
bool thread_local_value(
    const vm_run *run, const struct thread *thread, const char *name, struct value *out);
/* "T1 waits for a mutex, m" */
const char *thread_waits_words(const vm_run *run, vm_tid tid, char *out, size_t room);

bool thread_unfinished(const vm_run *run, const struct thread *thread); /* has something to do */
bool thread_able(const vm_run *run, const struct thread *thread);       /* and does not wait */
bool thread_over(const vm_run *run, const struct thread *thread);

/* ---- thread_step.c ---- */
enum thread_end {
    THREAD_FREE, /* control flow, or an operation that no statement stands for */
    THREAD_UNIT, /* an operation of a statement was applied */
    THREAD_STUCK /* the run has failed or is cut */
};
/* One step: at most one operation. The thread is able. */
enum thread_end thread_step(vm_run *run, struct thread *thread);
/* The block is at its end: what follows belongs to the unit before it. */
bool thread_at_end(const struct thread *thread);
/* The task calls the body as soon as it goes on, and then sigreturn. */
bool thread_enter_handler(vm_run *run, vm_tid tid, const struct statement *body);
bool thread_push(vm_run *run, struct thread *thread, struct level level, struct place place);
bool thread_apply(vm_run *run, struct thread *thread, const struct statement *at,
    struct place place, struct vm_op *op); /* with pc */

/* ---- thread_signal.c ---- */
/* do_signal, and the handler's body on top of what the thread does. */
bool thread_take_signal(vm_run *run, vm_tid tid, struct place place);
/* A signal or a handler's statement of what lines drive; *stepped: there was one. */
bool signals_step(vm_run *run, struct place place, bool *stepped);
/* The operation's access has faulted into a handler: its statement runs again afterwards. */
bool fault_to_repeat(const vm_run *run, vm_tid tid);
bool fault_repeat(vm_run *run, const struct statement *statement, bool *again);

/* ---- thread_value.c ---- */
/* *x and random() in a statement of a body, evaluated again after each operation: what was read or
 * drawn before is remembered in its order. False with run->wanted: the load comes first. */
bool thread_read(
    vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out);
bool thread_draw(vm_run *run, uint64_t from, uint64_t to, struct value *out);
/* The load that an expression waits for. */
bool thread_load(vm_run *run, struct thread *thread, const struct statement *statement);

/* ---- thread_call.c ---- */
/* The main thread or a driven one calls a body in a line. */
bool thread_invoke(vm_run *run, struct thread *thread, const struct statement *statement,
    const struct statement *body);
bool thread_return(vm_run *run, struct thread *thread, const struct statement *statement);
/* What it leaves in its registers, before its end; then, that it has ended. */
void thread_keep_registers(const vm_run *run, struct thread *thread);
void thread_ended(struct thread *thread);
bool thread_end_function(
    vm_run *run, struct thread *thread, const struct statement *statement, uint64_t value);
/* Up to six values with the names of the body's parameters; p0, a0, … of create and call. */
bool thread_arguments(vm_run *run, const struct actor *actor, const struct statement *body,
    const struct expr *first, struct place place, uint64_t pairs[12]);
bool thread_bind_parameters(vm_run *run, struct thread *thread, const uint64_t pairs[12]);

/* ---- thread_line.c ---- */
/* Whose line it is; NULL: an error says why. */
struct actor *subject_actor(vm_run *run, const struct subject *subject);
/* What has to be done before the line: the thread begins, a handler or a called body runs to its
 * end. *again: there is more of it. */
bool subject_prepare(
    vm_run *run, struct actor *actor, const struct statement *statement, bool *again, bool *ready);
/* A: call f(2), where `thread f(n) { … }` has a body. *again: it is not at its end. */
bool subject_invoke(vm_run *run, struct actor *actor, const struct statement *statement,
    const struct statement *body, bool *again);
/* The line is more than one operation: its thread has to begin, or to come back first. */
bool subject_is_busy(const vm_run *run, const struct subject *subject);
const char *task_words(const vm_run *run, vm_tid tid, char out[WHO_MAX]);

/* ---- schedule.c ---- */
/* Where the thread is whose turn it is; else `usual`. */
struct place schedule_place(const vm_run *run, struct place usual);
bool run_schedule(vm_run *run, const struct statement *statement, bool *again);

/* ---- thread_clone.c ---- */
/* A probe that goes on where this run is, with a machine of its own: for trying schedules. */
enum vm_status run_clone(const vm_run *run, vm_run **out);

#endif
