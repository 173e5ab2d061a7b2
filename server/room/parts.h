/* SPDX-License-Identifier: MIT
 * What a room consists of; private to room.
 */
#ifndef ROOM_PARTS_H
#define ROOM_PARTS_H

#include "room/room.h"

struct room {
    struct room *next;
    char code[ROOM_CODE + 1];
    uint8_t secret[ROOM_SECRET_BYTES];
    char *scenario, *text, *set; /* owned */
    size_t text_n;
    uint64_t epoch, seq, version;
    struct room_point point;
    struct room_member *members, *host; /* members: the host too */
    unsigned here;                      /* without the host */
    bool here_changed;
    uint64_t heard_ms; /* the last word */
    /* points: a bucket of those that may go out, and whether the newest has not */
    double tokens;
    uint64_t tokens_ms;
    bool waiting;
};

struct rooms {
    struct room_limits limits;
    struct room_calls calls;
    struct room *first;
    unsigned count;
};

/* Milliseconds since `then`. Who calls took the time before it got the lock, so that another thread
 * may have brought a later one meanwhile: no time has passed, not 2^64 milliseconds. */
static inline uint64_t room_since(uint64_t then, uint64_t now_ms)
{
    return now_ms > then ? now_ms - then : 0;
}

/* say.c: the newest point, to all but the host */
void room_say_point(struct rooms *rooms, struct room *room);
/* How many are there, and whether the host is. */
void room_say_here(struct rooms *rooms, struct room *room);
/* To a member whose role has changed. */
void room_say_role(struct rooms *rooms, struct room_member *member);

#endif
