/* SPDX-License-Identifier: MIT
 * Rooms: one host shows a scenario, screens and members follow. A state machine without sockets,
 * clock or chance: whoever calls brings the time and the code, and is told through callbacks what
 * to say to whom. The time of one thread may be a little before that of another. Nothing here is
 * kept on a disk.
 *
 * Invariant: (epoch, seq) of what a room sends only rises. The epoch rises when a host takes over
 * or shows something else, seq with each point; who has seen a pair ignores what is not above it.
 *
 * One thread moves members. Another may make rooms and describe them under a lock that covers every
 * call here.
 */
#ifndef ROOM_ROOM_H
#define ROOM_ROOM_H

#include "room/rights.h"
#include "wire/json.h"
#include "wire/json_read.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROOM_CODE 6 /* letters */
#define ROOM_SECRET_BYTES 32
#define ROOM_POSITION 40
#define ROOM_THING 120 /* characters that name what is selected */
#define ROOM_SET 2000  /* bytes of JSON */

struct rooms;
struct room;

/* A connection in a room; embedded in what owns it. Zero-initialise. */
struct room_member {
    struct room *room; /* NULL: in none */
    enum room_role role;
    struct room_member *next, *prev;
};

struct room_point {
    char position[ROOM_POSITION + 1];
    char selection[ROOM_THING + 1]; /* "": nothing */
    char pointer[ROOM_THING + 1];   /* what the host points at; "": nothing */
    bool playing;
};

/* What a room shows: a stored scenario or a text. Copied. */
struct room_shown {
    const char *scenario; /* NULL: text */
    const char *text;
    size_t text_n;
    const char *set; /* a JSON object, NULL = {} */
};

enum room_news { ROOM_POINT, ROOM_HERE, ROOM_NEWS }; /* a newer one replaces one not yet sent */

struct room_calls {
    void *ctx;
    void (*tell)(void *ctx, struct room_member *to, const char *text, size_t n);
    /* To everyone in the room, but not to `but`. Walk with room_first. */
    void (*all)(void *ctx, struct room *room, enum room_news news, const struct room_member *but,
        const char *text, size_t n);
};

struct room_limits {
    unsigned rooms;       /* 0 = 200 */
    unsigned members;     /* in one room, its host beside them; 0 = 2000 */
    uint64_t silence_ms;  /* a room ends so long after the last word; 0 = 12 hours */
    unsigned wrong;       /* codes a minute of one connection; 0 = 10 */
    unsigned wrong_there; /* codes a minute of one address; 0 = 600 */
    unsigned rate, burst; /* points a second that are passed on, and at once; 0 = 10, 20 */
};
void room_limits_fill(struct room_limits *limits); /* the standard ones for 0 */

enum room_status {
    ROOM_DONE,
    ROOM_UNKNOWN, /* no room has this code */
    ROOM_TOKEN,   /* the host's secret is wrong */
    ROOM_FULL,    /* of members, or there are as many rooms as may be */
    ROOM_TAKEN,   /* the code is in use: draw another one */
    ROOM_MEMORY,
};

struct rooms *rooms_new(const struct room_limits *limits, const struct room_calls *calls);
void rooms_free(struct rooms *rooms); /* members are in no room afterwards, and are not told */
unsigned rooms_count(const struct rooms *rooms);

/* The alphabet has neither vowels nor letters that look alike; `random` picks. */
void room_code(const uint8_t random[ROOM_CODE], char out[ROOM_CODE + 1]);
/* What a person typed as a code, in capitals. False: it is none. */
bool room_code_read(const char *text, char out[ROOM_CODE + 1]);

/* secret: the hash of the host's token. */
enum room_status room_open(struct rooms *rooms, const char *code,
    const uint8_t secret[ROOM_SECRET_BYTES], const struct room_shown *shown, uint64_t now_ms);
struct room *room_find(struct rooms *rooms, const char *code); /* NULL: none */
/* Members of the object that describes the room, without braces; what a follower needs to be where
 * the host is. */
void room_describe(const struct room *room, struct json *json);
struct room_member *room_first(struct room *room);

/* A member elsewhere leaves there first. token: of a host, else NULL. A host before this one
 * becomes a member and is told so. `joined` is for the caller to say. */
enum room_status room_join(struct rooms *rooms, struct room_member *member, const char *code,
    enum room_role role, const char *token, uint64_t now_ms);
void room_leave(struct rooms *rooms, struct room_member *member);
/* The host's alone: rights.def says so, the caller has asked. */
void room_point(
    struct rooms *rooms, struct room_member *host, const struct room_point *point, uint64_t now_ms);
/* False: no memory; nothing has changed. */
bool room_show(
    struct rooms *rooms, struct room_member *host, const struct room_shown *shown, uint64_t now_ms);
void room_end(struct rooms *rooms, struct room *room, const char *why);
/* Points that waited go out when their time has come. Milliseconds until it has to be called again,
 * -1: nothing waits. */
int rooms_due(struct rooms *rooms, uint64_t now_ms);
/* Once a second: how many are there, where that has changed; rooms that fell silent end. */
void rooms_tick(struct rooms *rooms, uint64_t now_ms);

uint64_t room_epoch(const struct room *room);
uint64_t room_seq(const struct room *room);
uint64_t room_version(const struct room *room); /* of what it shows */

/* ---- a point as it is sent ---- */
bool room_is_position(const char *text);
bool room_is_thing(const char *text); /* a name of something in the picture, "" included */
/* Overrides as a client sends them, written anew; absent: {}. False: not an object of strings and
 * whole numbers, or too long. */
bool room_set_read(const json_value *set, char out[ROOM_SET + 1]);

/* ---- guess.c: wrong codes ---- */
struct room_guesses { /* zero-initialise */
    double left;
    uint64_t at_ms;
    bool used;
};
/* May one more code be tried? */
bool room_may_guess(struct room_guesses *g, unsigned a_minute, uint64_t now_ms);
void room_guessed_wrong(struct room_guesses *g, unsigned a_minute, uint64_t now_ms);
/* The same for an address; the table is fixed, as that of http/limit.c. */
struct room_addresses {
    struct room_address {
        char address[48];
        struct room_guesses guesses;
    } slot[1024];
};
struct room_guesses *room_guesses_of(
    struct room_addresses *table, const char *address, uint64_t now_ms);

#endif
