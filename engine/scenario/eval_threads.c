/* SPDX-License-Identifier: MIT
 * Words of `expect` about threads: state(A.T1), waits(A.T1), blocked(A.T1), done(T1), cpu(T1),
 * priority(T1), voluntary(T1), threads(A), units. And whose a name is: A.heap, A.T1.r, T1.r.
 */
#include "scenario/thread.h"

#include <string.h>

/* Whose name: A.heap is A's, A.T1.r and T1.r a thread's. *skip: the parts that say so. */
const struct actor *eval_whose(
    vm_run *run, const struct actor *actor, const struct expr *expr, unsigned *skip)
{
    const struct actor *process = expr->parts > 1 ? actor_named(run, expr->part[0]) : NULL;
    *skip = 1;
    if (process && expr->parts == 3 && strcmp(expr->part[1], "T0") == 0) {
        *skip = 2;
        return process;
    }
    const struct thread *thread =
        process && expr->parts == 3 ? thread_named(run, process->pid, expr->part[1]) : NULL;
    if (thread) {
        *skip = 2;
        return &thread->actor;
    }
    for (size_t i = 0; !process && expr->parts == 2 && i < run->actors; i++) {
        bool mine = !actor || run->actor[i].pid == actor->pid;
        thread = mine ? thread_named(run, run->actor[i].pid, expr->part[0]) : NULL;
        if (thread) {
            return &thread->actor;
        }
    }
    return process;
}

static const struct {
    const char *name;
    const char *values; /* enum that it is compared with; NULL: a number */
} words[] = {
    {"state", "task_state"},
    {"waits", "wait_reason"},
    {"blocked", NULL},
    {"done", NULL},
    {"cpu", NULL},
    {"priority", NULL},
    {"number", NULL},
    {"voluntary", NULL},
    {"involuntary", NULL},
};
enum { STATE, WAITS, BLOCKED, DONE, CPU, PRIORITY, NUMBER, VOLUNTARY, INVOLUNTARY, WORDS };

static int word_of(const char *name)
{
    for (int i = 0; i < WORDS; i++) {
        if (strcmp(words[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* state(T1) = waiting, waits(T1) = mutex: the right side is a word of the left one's. */
bool eval_task_word(const struct expr *left, const struct expr *right, struct value *out)
{
    if (left->kind != EXPR_CALL || left->parts != 1 || right->kind != EXPR_NAME ||
        right->parts != 1) {
        return false;
    }
    int word = word_of(left->text);
    const char *values = word >= 0 ? words[word].values : NULL;
    int value = values ? vm_enum_named(values, right->text) : -1;
    *out = (struct value){.number = value >= 0 ? (uint64_t)value : 0};
    return value >= 0;
}

/* What a number that state(T1) or waits(T1) gave is called. */
const char *task_word_of(const struct expr *call, uint64_t value)
{
    int word = call->kind == EXPR_CALL && call->parts == 1 ? word_of(call->text) : -1;
    return word >= 0 && words[word].values ? vm_enum_name(words[word].values, value) : NULL;
}

static uint64_t answer(int word, const struct vm_task_view *task)
{
    bool over = task->state == vm_task_state_ended || task->state == vm_task_state_exited;
    switch (word) {
    case STATE:
        return task->state;
    case WAITS:
        return task->wait;
    case BLOCKED:
        return task->state == vm_task_state_waiting;
    case DONE:
        return over;
    case CPU:
        return task->state == vm_task_state_running ? task->cpu - 1 : VALUE_NONE;
    case PRIORITY:
        return task->priority;
    case VOLUNTARY:
        return task->voluntary;
    case INVOLUNTARY:
        return task->involuntary;
    default:
        return task->number;
    }
}

static uint64_t living_threads(const vm_run *run, vm_pid pid)
{
    uint64_t n = 0;
    for (vm_tid tid = 1; tid <= vm_tasks(run_machine(run)); tid++) {
        struct vm_task_view task;
        bool there = vm_task_at(run_machine(run), tid, &task) && task.pid == pid;
        n += there && task.state != vm_task_state_none && task.state != vm_task_state_ended &&
             task.state != vm_task_state_exited;
    }
    return n;
}

static bool of_process(vm_run *run, const struct expr *call, struct value *out)
{
    const struct actor *process = eval_process(run, call->arguments);
    if (!process || call->arguments->next) {
        return run_error(run, call->place, "like threads(A)", "`threads` takes a process");
    }
    *out = (struct value){.number = living_threads(run, process->pid)};
    return true;
}

bool eval_threads(vm_run *run, const struct expr *expr, struct value *out, bool *known)
{
    bool call = expr->kind == EXPR_CALL;
    *known = true;
    if (!call && strcmp(expr->text, "units") == 0) {
        *out = (struct value){.number = run->units};
        return true;
    }
    if (call && strcmp(expr->text, "threads") == 0) {
        return of_process(run, expr, out);
    }
    int word = call ? word_of(expr->text) : -1;
    if (word < 0) {
        *known = false;
        return false;
    }
    struct vm_task_view task = {0};
    vm_tid tid = 0;
    if (!expr->arguments || expr->arguments->next) {
        return run_error(run, expr->place, "like state(A.T1) or state(T1)",
            "`%.30s` takes one thread", expr->text);
    }
    if (!thread_task(run, NULL, expr->arguments, &tid)) {
        return false;
    }
    vm_task_at(run_machine(run), tid, &task);
    *out = (struct value){.number = answer(word, &task)};
    return true;
}
