/* SPDX-License-Identifier: MIT
 * Reading memory in an expression of a body. Invariant: a statement is evaluated from its beginning
 * after each load, and what it read or drew before comes from `read` in the same order, so that
 * `while *turn = 2 and *flag` loads from left to right and stops where the answer is known.
 */
#include "scenario/thread.h"

#include <stdio.h>

static bool remember(vm_run *run, struct thread *thread, uint64_t value)
{
    void *array = thread->read;
    uint64_t *slot = run_grow(&array, &thread->reads, &thread->reads_capacity, sizeof *slot);
    thread->read = array;
    if (!slot) {
        return run_no_memory(run);
    }
    *slot = value;
    return true;
}

/* The register that a value of an expression goes into: `*turn`, as no name can be written. */
static uint32_t scratch(vm_run *run, const struct expr *expr)
{
    char text[80];
    bool plain = expr->left->kind == EXPR_NAME;
    snprintf(text, sizeof text, "*%.60s", plain ? expr->left->text : "");
    return name_id(&run->names, text);
}

bool thread_read(vm_run *run, const struct actor *actor, const struct expr *expr, struct value *out)
{
    struct thread *thread = run->now;
    struct value at;
    if (!eval(run, actor, expr->left, &at)) {
        return false;
    }
    if (thread->cursor < thread->reads) {
        *out = (struct value){.number = thread->read[thread->cursor++]};
        return true;
    }
    if (at.number % 8 != 0) {
        return run_error(run, expr->place, "8 bytes lie at 0x1000, 0x1008, …",
            "0x%llx is no multiple of 8, so no word begins there", (unsigned long long)at.number);
    }
    run->wanted = (struct wanted){
        .any = true, .va = at.number, .place = expr->place, .name = scratch(run, expr)};
    return run->wanted.name ? false : run_no_memory(run);
}

bool thread_draw(vm_run *run, uint64_t from, uint64_t to, struct value *out)
{
    struct thread *thread = run->now;
    if (thread->cursor == thread->reads && !remember(run, thread, random_draw(run, from, to))) {
        return false;
    }
    *out = (struct value){.number = thread->read[thread->cursor++]};
    return true;
}

bool thread_load(vm_run *run, struct thread *thread, const struct statement *statement)
{
    struct wanted wanted = run->wanted;
    uint64_t value = 0;
    struct vm_op op = {.kind = vm_op_kind_load,
        .u.load = {.tid = thread->actor.tid, .va = wanted.va, .name = wanted.name}};
    run->wanted = (struct wanted){0};
    if (!thread_apply(run, thread, statement, wanted.place, &op)) {
        return false;
    }
    vm_register(run_machine(run), thread->actor.tid, wanted.name, &value);
    return remember(run, thread, value);
}
