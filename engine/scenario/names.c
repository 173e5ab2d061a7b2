/* SPDX-License-Identifier: MIT
 * Names: texts to ids, processes by their label, bindings of a process. Ids are given in order of
 * first use, so that a run that is repeated gives the same.
 */
#include "scenario/thread.h"

#include <stdlib.h>
#include <string.h>

static size_t hash(const char *text)
{
    uint32_t h = UINT32_C(2166136261);
    for (; *text; text++) {
        h = (h ^ (unsigned char)*text) * UINT32_C(16777619);
    }
    return h;
}

static bool grow_slots(struct name_table *names)
{
    size_t slots = names->slots ? names->slots * 2 : 64;
    uint32_t *slot = calloc(slots, sizeof *slot);
    if (!slot) {
        return false;
    }
    for (size_t i = 0; i < names->length; i++) {
        size_t at = hash(names->text[i]) & (slots - 1);
        while (slot[at]) {
            at = (at + 1) & (slots - 1);
        }
        slot[at] = (uint32_t)(i + 1);
    }
    free(names->slot);
    names->slot = slot;
    names->slots = slots;
    return true;
}

/* The slot that holds the text, or the empty one where it belongs. */
static size_t find(const struct name_table *names, const char *text)
{
    size_t at = hash(text) & (names->slots - 1);
    while (names->slot[at] && strcmp(names->text[names->slot[at] - 1], text) != 0) {
        at = (at + 1) & (names->slots - 1);
    }
    return at;
}

uint32_t name_id(struct name_table *names, const char *text)
{
    if (names->length * 2 >= names->slots && !grow_slots(names)) {
        return 0;
    }
    size_t at = find(names, text);
    if (names->slot[at]) {
        return names->slot[at];
    }
    char *copy = malloc(strlen(text) + 1);
    void *array = names->text;
    char **entry = copy ? run_grow(&array, &names->length, &names->capacity, sizeof *entry) : NULL;
    names->text = array;
    if (!entry) {
        free(copy);
        return 0;
    }
    strcpy(copy, text);
    *entry = copy;
    names->slot[at] = (uint32_t)names->length;
    return names->slot[at];
}

static uint32_t name_known(const struct name_table *names, const char *text)
{
    return names->slots ? names->slot[find(names, text)] : 0;
}

const char *name_text(const struct name_table *names, uint32_t id)
{
    return id > 0 && id <= names->length ? names->text[id - 1] : NULL;
}

void names_release(struct name_table *names)
{
    for (size_t i = 0; i < names->length; i++) {
        free(names->text[i]);
    }
    free(names->text);
    free(names->slot);
    *names = (struct name_table){0};
}

struct actor *actor_named(vm_run *run, const char *label)
{
    uint32_t id = name_known(&run->names, label);
    for (size_t i = run->actors; id && i-- > 0;) {
        if (run->actor[i].label == id) {
            return &run->actor[i];
        }
    }
    return NULL;
}

/* A child has the names of the process, and the registers of the thread that forked. */
static bool copy_names(
    vm_run *run, struct actor *child, const struct actor *process, const struct actor *thread)
{
    size_t own = thread == process ? 0 : thread->bindings, all = process->bindings + own;
    child->binding = all ? malloc(all * sizeof *child->binding) : NULL;
    if (all && !child->binding) {
        return run_no_memory(run);
    }
    for (size_t i = 0; i < own; i++) {
        child->binding[child->bindings++] = thread->binding[i];
    }
    for (size_t i = 0; i < process->bindings; i++) {
        const struct binding *one = &process->binding[i];
        bool hidden = own && one->is_register; /* of a thread that the child has not */
        for (size_t k = 0; k < own; k++) {
            hidden = hidden || child->binding[k].name == one->name;
        }
        if (!hidden) {
            child->binding[child->bindings++] = *one;
        }
    }
    child->capacity = all;
    return true;
}

bool actor_new(
    vm_run *run, const char *label, vm_pid pid, size_t program, const struct actor *parent)
{
    struct actor actor = {.label = name_id(&run->names, label),
        .pid = pid,
        .tid = vm_process_task(run_machine(run), pid),
        .program = program};
    const struct actor *names = parent ? actor_process(run, parent) : NULL;
    if (parent && !copy_names(run, &actor, names, parent)) {
        return false;
    }
    void *array = run->actor;
    struct actor *slot = run_grow(&array, &run->actors, &run->actors_capacity, sizeof *slot);
    run->actor = array;
    if (!slot || !actor.label) {
        run->actors -= slot != NULL;
        free(actor.binding);
        return run_no_memory(run);
    }
    *slot = actor;
    return true;
}

struct actor *actor_process(vm_run *run, const struct actor *actor)
{
    for (size_t i = run->actors; i-- > 0;) {
        if (run->actor[i].pid == actor->pid) {
            return &run->actor[i];
        }
    }
    return NULL; /* never: a thread has a process */
}

const struct actor *actor_process_const(const vm_run *run, const struct actor *actor)
{
    for (size_t i = run->actors; actor->is_thread && i-- > 0;) {
        if (run->actor[i].pid == actor->pid) {
            return &run->actor[i];
        }
    }
    return actor;
}

void actor_exec(vm_run *run, const struct actor *caller, size_t program)
{
    struct actor *process = actor_process(run, caller);
    process->program = program;
    process->bindings = 0;
    process->awaited = 0;
    process->tid = vm_process_task(run_machine(run), process->pid);
    for (size_t i = 0; i < run->threads; i++) { /* none goes on, the caller neither */
        struct thread *thread = run->thread[i];
        if (thread->actor.pid == process->pid) {
            thread->levels = 0;
            thread->actor.bindings = thread->actor.base = 0;
            thread->actor.tid = 0;
        }
    }
}

bool actor_bind(vm_run *run, struct actor *actor, const char *name, struct binding binding)
{
    binding.name = name_id(&run->names, name);
    for (size_t i = actor->base; i < actor->bindings; i++) {
        if (actor->binding[i].name == binding.name) {
            actor->binding[i] = binding;
            return true;
        }
    }
    void *array = actor->binding;
    struct binding *slot = run_grow(&array, &actor->bindings, &actor->capacity, sizeof *slot);
    actor->binding = array;
    if (!slot || !binding.name) {
        actor->bindings -= slot != NULL;
        return run_no_memory(run);
    }
    *slot = binding;
    return true;
}

const struct binding *actor_binding(const vm_run *run, const struct actor *actor, const char *name)
{
    uint32_t id = name_known(&run->names, name);
    for (size_t i = actor->base; id && i < actor->bindings; i++) {
        if (actor->binding[i].name == id) {
            return &actor->binding[i];
        }
    }
    return NULL;
}

const struct program *program_named(const vm_run *run, const char *name)
{
    for (size_t i = 0; i < run->programs; i++) {
        if (strcmp(run->program[i].name, name) == 0) {
            return &run->program[i];
        }
    }
    return NULL;
}

const char *label_of(const vm_run *run, vm_pid pid)
{
    for (size_t i = run->actors; i-- > 0;) {
        if (run->actor[i].pid == pid) {
            return name_text(&run->names, run->actor[i].label);
        }
    }
    return "nobody";
}

/* Without memory for a mark a name is told with the next one: later than it could be. */
void name_mark(vm_run *run)
{
    uint32_t names = (uint32_t)run->names.length;
    if (run->probe || (run->namings && run->naming[run->namings - 1].names == names)) {
        return;
    }
    void *array = run->naming;
    struct naming *mark = run_grow(&array, &run->namings, &run->namings_capacity, sizeof *mark);
    run->naming = array;
    if (mark) {
        *mark = (struct naming){run->operations, names};
    }
}

uint32_t vm_run_names_at(const vm_run *run, uint64_t op)
{
    size_t low = 0, high = run->namings;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (run->naming[middle].operations <= op) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low ? run->naming[low - 1].names : 0;
}
