/* SPDX-License-Identifier: MIT
 * Blocks inside each other: a stack of frames, each with its next statement. A loop's frame knows
 * how many rounds are left; a while looks at its condition again after each.
 */
#include "scenario/thread.h"

bool block_push(vm_run *run, struct frame frame, struct place place)
{
    if (run->frames == FRAMES_MAX) {
        return run_error(run, place, "split it", "too many blocks inside each other");
    }
    run->frame[run->frames++] = frame;
    return true;
}

static void pop(vm_run *run)
{
    struct frame *frame = &run->frame[run->frames - 1];
    if (frame->counts) {
        run->variables--;
    }
    run->frames--;
}

bool block_end(vm_run *run)
{
    struct frame *frame = &run->frame[run->frames - 1];
    if (frame->loop && frame->loop->kind == STATEMENT_REPEAT && frame->left > 0) {
        frame->left--;
        frame->index++;
        frame->next = frame->loop->body;
        if (frame->counts) {
            run->variable[run->variables - 1].value = frame->index;
        }
        return true;
    }
    pop(run);
    return true;
}

bool block_repeat(vm_run *run, const struct statement *statement, const struct subject *subject)
{
    struct actor *actor = subject ? subject_actor(run, subject) : NULL;
    struct value from, to = {0};
    if ((subject && !actor) || !eval(run, actor, statement->value, &from) ||
        (statement->last && !eval(run, actor, statement->last, &to))) {
        return false;
    }
    uint64_t rounds = !statement->last                        ? from.number
                      : to.number < from.number               ? 0
                      : to.number - from.number == UINT64_MAX ? UINT64_MAX
                                                              : to.number - from.number + 1;
    if (rounds == 0 || !statement->body) {
        return true;
    }
    if (statement->name) {
        void *array = run->variable;
        struct variable *slot =
            run_grow(&array, &run->variables, &run->variables_capacity, sizeof *slot);
        run->variable = array;
        if (!slot) {
            return run_no_memory(run);
        }
        *slot = (struct variable){.name = statement->name, .value = from.number};
    }
    struct frame frame = {.next = statement->body,
        .loop = statement,
        .subject = subject,
        .left = rounds - 1,
        .index = from.number,
        .counts = statement->name != NULL};
    return block_push(run, frame, statement->place);
}

bool block_branch(vm_run *run, const struct statement *statement, const struct subject *subject)
{
    struct actor *actor = subject ? subject_actor(run, subject) : NULL;
    struct value value;
    if ((subject && !actor) || !eval(run, actor, statement->value, &value)) {
        return false;
    }
    const struct statement *body = value.number ? statement->body : statement->otherwise;
    struct frame frame = {.next = body, .loop = statement, .subject = subject};
    bool again = statement->kind == STATEMENT_WHILE && value.number;
    if (again) { /* the condition is looked at again after the body */
        run->frame[run->frames - 1].next = statement;
    }
    return !body || block_push(run, frame, statement->place);
}
