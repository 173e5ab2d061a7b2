/* SPDX-License-Identifier: MIT
 * Names: texts to ids, processes by their label, bindings of a process. Ids are given in order of
 * first use, so that a run that is repeated gives the same.
 */
#include "scenario/run.h"

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

bool actor_new(
    vm_run *run, const char *label, vm_pid pid, size_t program, const struct actor *parent)
{
    struct actor actor = {.label = name_id(&run->names, label),
        .pid = pid,
        .tid = vm_process_task(run_machine(run), pid),
        .program = program};
    if (parent && parent->bindings) {
        actor.binding = malloc(parent->bindings * sizeof *actor.binding);
        if (!actor.binding) {
            return run_no_memory(run);
        }
        memcpy(actor.binding, parent->binding, parent->bindings * sizeof *actor.binding);
        actor.bindings = actor.capacity = parent->bindings;
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

void actor_exec(struct actor *actor, size_t program)
{
    actor->program = program;
    actor->bindings = 0;
}

bool actor_bind(vm_run *run, struct actor *actor, const char *name, struct binding binding)
{
    binding.name = name_id(&run->names, name);
    for (size_t i = 0; i < actor->bindings; i++) {
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
    for (size_t i = 0; id && i < actor->bindings; i++) {
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
