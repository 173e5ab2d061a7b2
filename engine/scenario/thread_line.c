/* SPDX-License-Identifier: MIT
 * Lines of threads: who a subject is, and what comes before the line. A thread that `create()` made
 * begins with its first line; a signal's handler and a body that a line called come to their end
 * before the next one.
 */
#include "scenario/thread.h"

#include <stdio.h>
#include <string.h>

const char *task_words(const vm_run *run, vm_tid tid, char out[WHO_MAX])
{
    const struct thread *thread = thread_of_task(run, tid);
    if (thread) {
        return actor_words(run, &thread->actor, out);
    }
    snprintf(out, WHO_MAX, "%.40s", label_of(run, vm_task_process(run_machine(run), tid)));
    return out;
}

static struct actor *no_process(vm_run *run, const struct subject *subject)
{
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, subject->process);
    for (size_t i = 0; i < run->actors; i++) {
        suggestion_offer(&suggestion, name_text(&run->names, run->actor[i].label));
    }
    suggestion_hint(&suggestion, "begin one: A = start empty, or A: B = fork()", hint);
    run_error(run, subject->place, hint, "there is no process `%.60s`", subject->process);
    return NULL;
}

struct actor *subject_actor(vm_run *run, const struct subject *subject)
{
    struct actor *process = actor_named(run, subject->process);
    if (!process) {
        return no_process(run, subject);
    }
    if (!subject->thread || strcmp(subject->thread, "T0") == 0) {
        return process;
    }
    struct thread *thread = thread_named(run, process->pid, subject->thread);
    if (!thread) {
        struct suggestion suggestion;
        char hint[SUGGESTION_MAX];
        suggestion_begin(&suggestion, subject->thread);
        threads_offer(run, &suggestion);
        suggestion_hint(&suggestion, "make it first: A: T1 = create()", hint);
        run_error(run, subject->place, hint, "%.40s has no thread `%.60s`", subject->process,
            subject->thread);
    }
    return thread ? &thread->actor : NULL;
}

static struct thread *thread_behind(const vm_run *run, const struct actor *actor)
{
    return actor->is_thread ? (struct thread *)(uintptr_t)actor : thread_of_task(run, actor->tid);
}

bool subject_is_busy(const vm_run *run, const struct subject *subject)
{
    const struct actor *process = actor_named((vm_run *)(uintptr_t)run, subject->process);
    const struct thread *thread = NULL;
    if (process) {
        thread = subject->thread ? thread_named(run, process->pid, subject->thread)
                                 : thread_of_task(run, process->tid);
    }
    return thread && (!thread->started || thread->levels > 0);
}

/* The statement that called the body which is not at its end. */
static const struct statement *called_by(const struct thread *thread)
{
    return thread->levels > 0 ? thread->level[0].call : NULL;
}

static bool waits(const vm_run *run, const struct thread *thread)
{
    return vm_task_state_of(run_machine(run), thread->actor.tid) == vm_task_state_waiting;
}

static bool unfinished(vm_run *run, const struct thread *thread, const struct statement *statement)
{
    char who[WHO_MAX];
    return run_error(run, statement->place, "let it go on: run, or run order T1 T1 …",
        "%.80s is in the middle of its body `%.40s`", actor_words(run, &thread->actor, who),
        thread->body->name);
}

bool subject_prepare(
    vm_run *run, struct actor *actor, const struct statement *statement, bool *again, bool *ready)
{
    struct thread *thread = thread_behind(run, actor);
    *ready = true;
    if (!thread || thread_over(run, thread) || waits(run, thread)) {
        return true; /* the operation itself answers for those */
    }
    if (thread->body && thread->levels > 0) {
        return unfinished(run, thread, statement);
    }
    if (thread->started && thread->levels == 0) {
        return true;
    }
    bool called = called_by(thread) == statement;
    thread->created = thread->started ? thread->created : statement->place;
    *ready = false;
    if (thread_step(run, thread) == THREAD_STUCK) {
        return false;
    }
    *again = !(called && (thread->levels == 0 || waits(run, thread)));
    return true;
}

bool subject_invoke(vm_run *run, struct actor *actor, const struct statement *statement,
    const struct statement *body, bool *again)
{
    struct thread *thread = thread_behind(run, actor);
    if (!thread) { /* the first thread of a process has one from its first call on */
        vm_pid pid = actor->pid;
        thread = thread_new(run, label_of(run, pid), pid, actor->tid, NULL);
        if (!thread) {
            return false;
        }
        thread->main = thread->started = true;
    }
    *again = thread_invoke(run, thread, statement, body) && thread->levels > 0;
    return !run->failed && !run->cut;
}
