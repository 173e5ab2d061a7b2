/* SPDX-License-Identifier: MIT
 * What OPT knows: for each reference of a recorded run, when its page is used next. The table is
 * shared by clones and never changes after it was made.
 */
#include "machine/world.h"

#include <stdlib.h>

struct future {
    uint32_t holders;
    uint64_t length;
    uint32_t *next; /* next[i]: the clock of the next use after reference i+1; 0 never */
};

struct last_seen {
    uint64_t tag; /* key plus one, 0 = empty */
    uint32_t at;
};

static uint64_t mix(uint64_t key)
{
    key ^= key >> 33;
    key *= UINT64_C(0xff51afd7ed558ccd);
    key ^= key >> 33;
    return key;
}

/* Backwards over the keys, with a hash of where each was seen last. */
static bool fill(struct future *future, const struct vm_keys *keys)
{
    size_t room = 64;
    while (room < keys->length * 2) {
        room *= 2;
    }
    struct last_seen *seen = calloc(room, sizeof *seen);
    if (!seen) {
        return false;
    }
    for (size_t i = keys->length; i-- > 0;) {
        uint64_t tag = keys->key[i] + 1;
        size_t at = mix(tag) & (room - 1);
        while (seen[at].tag && seen[at].tag != tag) {
            at = (at + 1) & (room - 1);
        }
        future->next[i] = seen[at].at;
        seen[at] = (struct last_seen){tag, (uint32_t)(i + 1)};
    }
    free(seen);
    return true;
}

enum vm_status vm_set_next_uses(vm_machine *m, uint32_t *next, uint64_t length)
{
    struct future *future = calloc(1, sizeof *future);
    if (!future) {
        free(next);
        return VM_NOMEM;
    }
    *future = (struct future){.holders = 1, .length = length, .next = next};
    future_drop(m);
    m->future = future;
    return VM_OK;
}

enum vm_status vm_set_future(vm_machine *m, const struct vm_keys *keys)
{
    if (keys->length >= UINT32_MAX) {
        return VM_LIMIT;
    }
    struct future *future = calloc(1, sizeof *future);
    uint32_t *next = calloc(keys->length ? keys->length : 1, sizeof *next);
    if (!future || !next) {
        free(future);
        free(next);
        return VM_NOMEM;
    }
    *future = (struct future){.holders = 1, .length = keys->length, .next = next};
    if (!fill(future, keys)) {
        free(next);
        free(future);
        return VM_NOMEM;
    }
    future_drop(m);
    m->future = future;
    return VM_OK;
}

uint64_t future_next(const vm_machine *m, uint64_t clock)
{
    return m->future && clock && clock <= m->future->length ? m->future->next[clock - 1] : 0;
}

uint64_t future_end(const vm_machine *m)
{
    return m->future ? m->future->length : 0;
}

void future_hold(struct future *future)
{
    if (future) {
        future->holders++;
    }
}

void future_drop(vm_machine *m)
{
    if (m->future && --m->future->holders == 0) {
        free(m->future->next);
        free(m->future);
    }
    m->future = NULL;
}

void vm_record_keys(vm_machine *m, struct vm_keys *keys)
{
    m->recording = keys;
}

void vm_watch(vm_machine *m, vm_watcher *watcher, void *ctx)
{
    m->watcher = watcher;
    m->watcher_ctx = ctx;
}
