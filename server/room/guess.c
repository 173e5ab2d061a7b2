/* SPDX-License-Identifier: MIT
 * How often a wrong code may be tried: so many at once, and as many a minute.
 */
#include "room/parts.h"

#include <stdio.h>
#include <string.h>

static void refill(struct room_guesses *g, unsigned a_minute, uint64_t now_ms)
{
    if (!g->used) {
        *g = (struct room_guesses){.left = a_minute, .at_ms = now_ms, .used = true};
    }
    uint64_t passed = room_since(g->at_ms, now_ms);
    g->left += (double)passed * a_minute / 60000.0;
    g->left = g->left > a_minute ? a_minute : g->left;
    g->at_ms += passed;
}

bool room_may_guess(struct room_guesses *g, unsigned a_minute, uint64_t now_ms)
{
    refill(g, a_minute, now_ms);
    return g->left >= 1;
}

void room_guessed_wrong(struct room_guesses *g, unsigned a_minute, uint64_t now_ms)
{
    refill(g, a_minute, now_ms);
    g->left -= g->left >= 1 ? 1 : g->left;
}

struct room_guesses *room_guesses_of(
    struct room_addresses *table, const char *address, uint64_t now_ms)
{
    uint32_t hash = 2166136261u;
    for (const char *p = address; *p; p++) {
        hash = (hash ^ (unsigned char)*p) * 16777619u;
    }
    struct room_address *slot = &table->slot[hash % (sizeof table->slot / sizeof table->slot[0])];
    /* Another address that used this place shares it until it has been quiet for a minute. */
    if (strcmp(slot->address, address) != 0 &&
        (!slot->guesses.used || room_since(slot->guesses.at_ms, now_ms) > 60000)) {
        snprintf(slot->address, sizeof slot->address, "%s", address);
        slot->guesses = (struct room_guesses){0};
    }
    return &slot->guesses;
}
