/* SPDX-License-Identifier: MIT
 * Threads as actors: their names, their registers, what they wait for. A thread that has ended
 * keeps its name, for messages and for what it left in its registers.
 */
#include "scenario/thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct thread *thread_new(
    vm_run *run, const char *label, vm_pid pid, vm_tid tid, const struct statement *body)
{
    struct thread *thread = calloc(1, sizeof *thread);
    uint32_t name = name_id(&run->names, label);
    void *array = run->thread;
    struct thread **slot =
        thread && name ? run_grow(&array, &run->threads, &run->threads_capacity, sizeof *slot)
                       : NULL;
    run->thread = slot ? array : run->thread;
    if (!slot) {
        free(thread);
        run_no_memory(run);
        return NULL;
    }
    thread->actor = (struct actor){.label = name, .pid = pid, .tid = tid, .is_thread = true};
    thread->body = body;
    *slot = thread;
    const struct level outermost = {.next = body ? body->body : NULL, .function = body};
    if (body && !thread_push(run, thread, outermost, body->place)) {
        run->threads--;
        thread_free(thread);
        return NULL;
    }
    return thread;
}

void thread_free(struct thread *thread)
{
    free(thread->actor.binding);
    free(thread->level);
    free(thread->read);
    free(thread);
}

struct thread *thread_of_task(const vm_run *run, vm_tid tid)
{
    for (size_t i = run->threads; i-- > 0;) {
        if (run->thread[i]->actor.tid == tid) {
            return run->thread[i];
        }
    }
    return NULL;
}

struct thread *thread_named(const vm_run *run, vm_pid pid, const char *name)
{
    for (size_t i = run->threads; i-- > 0;) {
        struct thread *thread = run->thread[i];
        if (thread->actor.pid == pid && !thread->main &&
            strcmp(name_text(&run->names, thread->actor.label), name) == 0) {
            return thread;
        }
    }
    return NULL;
}

void threads_offer(const vm_run *run, struct suggestion *suggestion)
{
    for (size_t i = 0; i < run->threads; i++) {
        if (!run->thread[i]->main) {
            suggestion_offer(suggestion, name_text(&run->names, run->thread[i]->actor.label));
        }
    }
}

static struct thread *no_thread(vm_run *run, const struct expr *expr)
{
    struct suggestion suggestion;
    char hint[SUGGESTION_MAX];
    suggestion_begin(&suggestion, expr->text ? expr->text : "");
    threads_offer(run, &suggestion);
    suggestion_hint(&suggestion, "A: T1 = create(worker) makes one; T1 or A.T1 is its name", hint);
    run_error(run, expr->place, hint, "there is no thread `%.60s`", expr->text ? expr->text : "");
    return NULL;
}

/* A name alone: in the own process, else in the only one that has it. */
static struct thread *thread_alone(vm_run *run, const struct actor *from, const struct expr *expr)
{
    struct thread *found = from ? thread_named(run, from->pid, expr->text) : NULL;
    bool own = found != NULL;
    for (size_t i = 0; !own && i < run->actors; i++) {
        struct thread *one = thread_named(run, run->actor[i].pid, expr->text), *other = found;
        if (!one || (other && !is_alive(run, &one->actor))) {
            continue;
        }
        if (other && is_alive(run, &other->actor)) {
            run_error(run, expr->place, "say whose, like A.T1",
                "%.30s and %.30s both have a `%.40s`", label_of(run, one->actor.pid),
                label_of(run, other->actor.pid), expr->text);
            return NULL;
        }
        found = one;
    }
    return found ? found : no_thread(run, expr);
}

struct thread *thread_find(vm_run *run, const struct actor *from, const struct expr *expr)
{
    if (expr->kind != EXPR_NAME || expr->parts > 2) {
        return no_thread(run, expr);
    }
    if (expr->parts == 1) {
        return thread_alone(run, from, expr);
    }
    const struct actor *process = actor_named(run, expr->part[0]);
    struct thread *thread = process ? thread_named(run, process->pid, expr->part[1]) : NULL;
    return thread ? thread : no_thread(run, expr);
}

bool thread_task(vm_run *run, const struct actor *from, const struct expr *expr, vm_tid *out)
{
    bool name = expr->kind == EXPR_NAME && expr->parts <= 2;
    bool first = name && expr->parts == 2 && strcmp(expr->part[1], "T0") == 0;
    const struct actor *process =
        name && (expr->parts == 1 || first) ? actor_named(run, expr->part[0]) : NULL;
    if (name && expr->parts == 1 && strcmp(expr->text, "T0") == 0 && from) {
        process = actor_process_const(run, from);
    }
    if (process) {
        *out = process->tid;
        return true;
    }
    const struct thread *thread = thread_find(run, from, expr);
    *out = thread ? thread->actor.tid : 0;
    return thread != NULL;
}

const struct statement *body_named(const vm_run *run, const char *name)
{
    for (size_t i = 0; i < run->chunks; i++) {
        for (const struct statement *one = run->chunk[i].scenario->first; one; one = one->next) {
            if (one->kind == STATEMENT_THREAD && strcmp(one->name, name) == 0) {
                return one;
            }
        }
    }
    return NULL;
}

bool thread_local_value(
    const vm_run *run, const struct thread *thread, const char *name, struct value *out)
{
    for (size_t i = thread->levels; i-- > 0 && !thread->level[i].function;) {
        const struct level *level = &thread->level[i];
        if (level->loop->kind == STATEMENT_REPEAT && level->loop->name &&
            strcmp(level->loop->name, name) == 0) {
            *out = (struct value){.number = level->index};
            return true;
        }
    }
    const char *const part[1] = {name};
    return actor_binding(run, &thread->actor, name) && lookup_in(run, &thread->actor, part, 1, out);
}

bool thread_over(const vm_run *run, const struct thread *thread)
{
    enum vm_task_state state = vm_task_state_of(run_machine(run), thread->actor.tid);
    return state == vm_task_state_ended || state == vm_task_state_exited ||
           state == vm_task_state_none || !is_alive(run, &thread->actor);
}

bool thread_unfinished(const vm_run *run, const struct thread *thread)
{
    return thread->levels > 0 && !thread_over(run, thread);
}

bool thread_able(const vm_run *run, const struct thread *thread)
{
    return thread_unfinished(run, thread) &&
           vm_task_state_of(run_machine(run), thread->actor.tid) != vm_task_state_waiting;
}

const char *actor_words(const vm_run *run, const struct actor *actor, char out[WHO_MAX])
{
    const char *process = label_of(run, actor->pid);
    bool plain = !actor->is_thread || ((const struct thread *)actor)->main;
    if (plain) {
        snprintf(out, WHO_MAX, "%.40s", process);
    } else {
        snprintf(out, WHO_MAX, "%.40s.%.40s", process, name_text(&run->names, actor->label));
    }
    return out;
}

/* What a wait is for, by its name if it has one. */
static const char *awaited_name(
    const vm_run *run, const struct vm_task_view *task, char out[WHO_MAX])
{
    struct vm_lock_view lock;
    const struct thread *thread;
    uint32_t name = 0;
    uint64_t bytes;
    switch (task->wait) {
    case vm_wait_reason_join:
        thread = thread_of_task(run, (vm_tid)task->waits_for);
        return thread ? actor_words(run, &thread->actor, out) : NULL;
    case vm_wait_reason_child:
    case vm_wait_reason_vfork:
        return task->waits_for ? label_of(run, (vm_pid)task->waits_for) : NULL;
    case vm_wait_reason_pipe_data:
    case vm_wait_reason_pipe_room:
    case vm_wait_reason_message:
    case vm_wait_reason_message_room:
        vm_object_kind_of(run_machine(run), (uint32_t)task->waits_for, &name, &bytes);
        return name_text(&run->names, name);
    default:
        return vm_lock_numbered(run_machine(run), task->waits_for, &lock)
                   ? name_text(&run->names, lock.name)
                   : NULL;
    }
}

const char *thread_waits_words(const vm_run *run, vm_tid tid, char *out, size_t room)
{
    struct vm_task_view task = {0};
    char name[WHO_MAX];
    vm_task_at(run_machine(run), tid, &task);
    const char *what = awaited_name(run, &task, name);
    snprintf(out, room, "%s%s%.40s", vm_enum_words("wait_reason", task.wait), what ? ", " : "",
        what ? what : "");
    return out;
}
