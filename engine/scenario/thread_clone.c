/* SPDX-License-Identifier: MIT
 * A copy of a run in the middle: the same machine, the same places in the text, nothing shared that
 * changes. What is tried on it leaves no trace in the run it came from.
 */
#include "scenario/thread.h"

#include <stdlib.h>
#include <string.h>

/* NULL for nothing; *ok false without memory. */
static void *copy_of(const void *items, size_t n, size_t size, bool *ok)
{
    void *copy = n ? malloc(n * size) : NULL;
    if (copy) {
        memcpy(copy, items, n * size);
    }
    *ok = *ok && (copy || n == 0);
    return copy;
}

static bool copy_names(const struct name_table *from, struct name_table *to)
{
    for (size_t i = 0; i < from->length; i++) {
        if (!name_id(to, from->text[i])) {
            return false;
        }
    }
    return true;
}

static bool copy_actor(const struct actor *from, struct actor *to)
{
    bool ok = true;
    *to = *from;
    to->binding = copy_of(from->binding, from->bindings, sizeof *from->binding, &ok);
    to->capacity = from->bindings;
    return ok;
}

static bool copy_thread(const struct thread *from, struct thread **out)
{
    struct thread *to = malloc(sizeof *to);
    bool ok = to != NULL;
    *out = to;
    if (!ok) {
        return false;
    }
    *to = *from;
    ok = copy_actor(&from->actor, &to->actor);
    to->level = copy_of(from->level, from->levels, sizeof *from->level, &ok);
    to->levels_capacity = from->levels;
    to->read = copy_of(from->read, from->reads, sizeof *from->read, &ok);
    to->reads_capacity = from->reads;
    return ok;
}

static bool copy_actors(const vm_run *from, vm_run *to)
{
    bool ok = true;
    to->actor = from->actors ? calloc(from->actors, sizeof *to->actor) : NULL;
    to->thread = from->threads ? calloc(from->threads, sizeof *to->thread) : NULL;
    ok = (to->actor || !from->actors) && (to->thread || !from->threads);
    to->actors_capacity = from->actors;
    to->threads_capacity = from->threads;
    for (size_t i = 0; ok && i < from->actors; i++, to->actors++) {
        ok = copy_actor(&from->actor[i], &to->actor[i]);
    }
    for (size_t i = 0; ok && i < from->threads; i++) {
        ok = copy_thread(from->thread[i], &to->thread[i]);
        to->threads += to->thread[i] != NULL;
    }
    return ok;
}

static void copy_place(const vm_run *from, vm_run *to)
{
    to->prepared = true;
    to->at = from->at;
    memcpy(to->frame, from->frame, from->frames * sizeof *from->frame);
    to->frames = from->frames;
    to->reference = from->reference;
    to->operations = from->operations;
    to->work = from->work;
    to->random = from->random;
    to->clock_before = from->clock_before;
    to->schedule = from->schedule;
    to->units = from->units;
    to->awaited = from->awaited;
    to->handlers = from->handlers;
    to->repeated = from->repeated;
    to->tries = from->tries;
}

enum vm_status run_clone(const vm_run *run, vm_run **out)
{
    vm_run *copy = NULL;
    bool ok = true;
    *out = NULL;
    enum vm_status status = run_copy(run, true, &copy);
    if (status != VM_OK || !run->prepared) { /* nothing was done yet */
        *out = copy;
        return status;
    }
    copy_place(run, copy);
    free(copy->variable);
    copy->variable = copy_of(run->variable, run->variables, sizeof *run->variable, &ok);
    copy->variables = copy->variables_capacity = ok ? run->variables : 0;
    copy->program = copy_of(run->program, run->programs, sizeof *run->program, &ok);
    copy->programs = copy->programs_capacity = copy->program ? run->programs : 0;
    ok = ok && copy_names(&run->names, &copy->names) && copy_actors(run, copy);
    status = ok ? vm_clone(run_machine(run), &copy->machine) : VM_NOMEM;
    if (status != VM_OK) {
        vm_run_free(copy);
        return status;
    }
    *out = copy;
    return VM_OK;
}
