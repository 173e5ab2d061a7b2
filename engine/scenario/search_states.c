/* SPDX-License-Identifier: MIT
 * States that were seen: what programs can see, and where each thread is in the text; and all that
 * an observer sees, if an expectation asks for more than programs see. Invariant: at most half of
 * the table is in use.
 */
#include "scenario/search.h"

#include <stdlib.h>
#include <string.h>

enum { THREAD = 100, LEVEL, READ, BINDING, VARIABLE, DESCRIPTION };

#define ADD(sum, ...)                                                                              \
    vm_fingerprint_add(sum, (const uint64_t[]){__VA_ARGS__},                                       \
        sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

static uint64_t place(const struct statement *statement)
{
    return statement ? (uint64_t)statement->place.line << 32 | statement->place.column : 0;
}

static void add_actor(uint64_t sum[2], const struct actor *actor, uint64_t who)
{
    for (size_t i = 0; i < actor->bindings; i++) {
        const struct binding *one = &actor->binding[i];
        ADD(sum, BINDING, who, i, one->name, one->is_register, one->value, one->bytes);
    }
}

static void add_thread(uint64_t sum[2], const struct thread *thread, uint64_t who)
{
    ADD(sum, THREAD, who, thread->started, thread->levels, thread->reference, thread->actor.base,
        thread->actor.awaited);
    for (size_t i = 0; i < thread->levels; i++) {
        const struct level *level = &thread->level[i];
        ADD(sum, LEVEL, who, i, place(level->next), place(level->loop), place(level->function),
            level->left, level->index, place(level->call), level->base, level->plain,
            level->handler);
    }
    for (size_t i = 0; i < thread->reads; i++) {
        ADD(sum, READ, who, i, thread->read[i]);
    }
    add_actor(sum, &thread->actor, who);
}

/* All that an observer can ask for. */
static bool add_description(uint64_t sum[2], const vm_run *run)
{
    struct vm_events events = {0};
    vm_describe(run_machine(run), &events);
    for (size_t at = 0, n; at < events.length; at += n) {
        uint64_t item[32] = {DESCRIPTION, at};
        size_t left = events.length - at, most = sizeof item - 2 * sizeof *item;
        n = left < most ? left : most;
        memcpy(item + 2, events.bytes + at, n);
        vm_fingerprint_add(sum, item, sizeof item / sizeof *item);
    }
    ADD(sum, DESCRIPTION, UINT64_MAX, run->schedule.units);
    bool ok = !events.failed;
    vm_events_release(&events);
    return ok;
}

/* False without memory. */
static bool fingerprint(const struct search *search, const vm_run *run, uint64_t out[2])
{
    vm_fingerprint(run_machine(run), search->races, out);
    if (search->observed && !add_description(out, run)) {
        return false;
    }
    for (size_t i = 0; i < run->threads; i++) {
        add_thread(out, run->thread[i], i);
    }
    for (size_t i = 0; i < run->actors; i++) {
        add_actor(out, &run->actor[i], UINT64_MAX - i);
    }
    bool counted = search->statement->target != NULL; /* steps N: how many are left */
    ADD(out, VARIABLE, run->random, counted ? run->schedule.units : 0);
    out[0] += !out[0] && !out[1]; /* 0 is a free place */
    return true;
}

static uint64_t *slot_of(uint64_t (*state)[2], size_t slots, const uint64_t key[2])
{
    size_t at = (size_t)key[0] & (slots - 1);
    while ((state[at][0] || state[at][1]) && (state[at][0] != key[0] || state[at][1] != key[1])) {
        at = (at + 1) & (slots - 1);
    }
    return state[at];
}

static bool grow(struct search *search)
{
    size_t slots = search->slots ? search->slots * 2 : 256;
    uint64_t(*state)[2] = calloc(slots, sizeof *state);
    if (!state) {
        return false;
    }
    for (size_t i = 0; i < search->slots; i++) {
        if (search->state[i][0] || search->state[i][1]) {
            memcpy(slot_of(state, slots, search->state[i]), search->state[i], sizeof *state);
        }
    }
    free(search->state);
    search->state = state;
    search->slots = slots;
    return true;
}

enum seen search_seen(struct search *search, const vm_run *run)
{
    uint64_t key[2];
    bool room = search->states * 2 < search->slots || grow(search);
    if (!room || !fingerprint(search, run, key)) {
        return SEEN_NO_MEMORY;
    }
    uint64_t *slot = slot_of(search->state, search->slots, key);
    if (slot[0] || slot[1]) {
        return SEEN_BEFORE;
    }
    memcpy(slot, key, sizeof key);
    search->states++;
    return SEEN_NEW;
}
