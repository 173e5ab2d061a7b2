/* SPDX-License-Identifier: MIT
 * The rooms, who is in them, and when the host's points go out. See room.h; what is said to whom in
 * which words is say.c's.
 */
#include "room/parts.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void room_limits_fill(struct room_limits *l)
{
    l->rooms = l->rooms ? l->rooms : 200;
    l->members = l->members ? l->members : 2000;
    l->silence_ms = l->silence_ms ? l->silence_ms : UINT64_C(12) * 3600 * 1000;
    l->wrong = l->wrong ? l->wrong : 10;
    l->wrong_there = l->wrong_there ? l->wrong_there : 600;
    l->rate = l->rate ? l->rate : 10;
    l->burst = l->burst ? l->burst : 20;
}

struct rooms *rooms_new(const struct room_limits *limits, const struct room_calls *calls)
{
    struct rooms *rooms = calloc(1, sizeof *rooms);
    if (rooms) {
        rooms->limits = *limits;
        rooms->calls = *calls;
        room_limits_fill(&rooms->limits);
    }
    return rooms;
}

unsigned rooms_count(const struct rooms *rooms)
{
    return rooms->count;
}

struct room_member *room_first(struct room *room)
{
    return room->members;
}

uint64_t room_epoch(const struct room *room)
{
    return room->epoch;
}

uint64_t room_seq(const struct room *room)
{
    return room->seq;
}

uint64_t room_version(const struct room *room)
{
    return room->version;
}

struct room *room_find(struct rooms *rooms, const char *code)
{
    struct room *room = rooms->first;
    while (room && strcmp(room->code, code) != 0) {
        room = room->next;
    }
    return room;
}

static void detach(struct room_member *member)
{
    struct room *room = member->room;
    *(member->prev ? &member->prev->next : &room->members) = member->next;
    if (member->next) {
        member->next->prev = member->prev;
    }
    *member = (struct room_member){0};
}

static void room_free(struct room *room)
{
    while (room->members) {
        detach(room->members);
    }
    free(room->scenario);
    free(room->text);
    free(room->set);
    free(room);
}

void rooms_free(struct rooms *rooms)
{
    while (rooms && rooms->first) {
        struct room *room = rooms->first;
        rooms->first = room->next;
        room_free(room);
    }
    free(rooms);
}

/* Takes the place of what was shown; the point starts anew. */
static bool put_shown(struct room *room, const struct room_shown *shown)
{
    char *scenario = shown->scenario ? strdup(shown->scenario) : NULL;
    char *text = shown->scenario ? NULL : strndup(shown->text, shown->text_n);
    char *set = strdup(shown->set ? shown->set : "{}");
    if (!set || !(scenario || text)) {
        free(scenario);
        free(text);
        free(set);
        return false;
    }
    free(room->scenario);
    free(room->text);
    free(room->set);
    room->scenario = scenario;
    room->text = text;
    room->text_n = text ? shown->text_n : 0;
    room->set = set;
    room->version++;
    room->epoch++;
    room->seq = 0;
    room->point = (struct room_point){.position = "0"};
    return true;
}

enum room_status room_open(struct rooms *rooms, const char *code,
    const uint8_t secret[ROOM_SECRET_BYTES], const struct room_shown *shown, uint64_t now_ms)
{
    if (rooms->count >= rooms->limits.rooms) {
        return ROOM_FULL;
    }
    if (room_find(rooms, code)) {
        return ROOM_TAKEN;
    }
    struct room *room = calloc(1, sizeof *room);
    if (!room || !put_shown(room, shown)) {
        free(room);
        return ROOM_MEMORY;
    }
    snprintf(room->code, sizeof room->code, "%s", code);
    memcpy(room->secret, secret, ROOM_SECRET_BYTES);
    room->heard_ms = room->tokens_ms = now_ms;
    room->tokens = rooms->limits.burst;
    room->next = rooms->first;
    rooms->first = room;
    rooms->count++;
    return ROOM_DONE;
}

void room_leave(struct rooms *rooms, struct room_member *member)
{
    struct room *room = member->room;
    (void)rooms;
    if (!room) {
        return;
    }
    if (room->host == member) {
        room->host = NULL;
    } else {
        room->here--;
    }
    room->here_changed = true;
    detach(member);
}

/* A host that comes (back) starts an epoch: what its connection before sent late counts no more. */
static void take_over(struct rooms *rooms, struct room *room, struct room_member *member)
{
    struct room_member *before = room->host;
    room->host = member;
    room->epoch++;
    room->seq = 0;
    if (before) {
        before->role = ROOM_MEMBER;
        room->here++;
        room_say_role(rooms, before);
    }
}

enum room_status room_join(struct rooms *rooms, struct room_member *member, const char *code,
    enum room_role role, const char *token, uint64_t now_ms)
{
    struct room *room = room_find(rooms, code);
    uint8_t hash[STORE_HASH_BYTES];
    if (!room) {
        return ROOM_UNKNOWN;
    }
    store_sha256(token ? token : "", token ? strlen(token) : 0, hash);
    if (role == ROOM_HOST && !store_equal(hash, room->secret, sizeof hash)) {
        return ROOM_TOKEN;
    }
    bool counted = member->room == room && member->role != ROOM_HOST;
    if (role != ROOM_HOST && !counted && room->here >= rooms->limits.members) {
        return ROOM_FULL;
    }
    room_leave(rooms, member);
    *member = (struct room_member){.room = room, .role = role, .next = room->members};
    if (room->members) {
        room->members->prev = member;
    }
    room->members = member;
    if (role == ROOM_HOST) {
        take_over(rooms, room, member);
    } else {
        room->here++;
    }
    room->here_changed = true;
    room->heard_ms = now_ms;
    return ROOM_DONE;
}

static void refill(const struct rooms *rooms, struct room *room, uint64_t now_ms)
{
    uint64_t passed = room_since(room->tokens_ms, now_ms);
    room->tokens += (double)passed * rooms->limits.rate / 1000.0;
    room->tokens_ms += passed;
    if (room->tokens > rooms->limits.burst) {
        room->tokens = rooms->limits.burst;
    }
}

/* The newest point goes out as soon as a token is there. */
static void push(struct rooms *rooms, struct room *room, uint64_t now_ms)
{
    refill(rooms, room, now_ms);
    if (room->tokens >= 1) {
        room->tokens -= 1;
        room_say_point(rooms, room);
    }
}

void room_point(
    struct rooms *rooms, struct room_member *host, const struct room_point *point, uint64_t now_ms)
{
    struct room *room = host->room;
    room->point = *point;
    room->seq++;
    room->heard_ms = now_ms;
    room->waiting = true;
    push(rooms, room, now_ms);
}

bool room_show(
    struct rooms *rooms, struct room_member *host, const struct room_shown *shown, uint64_t now_ms)
{
    struct room *room = host->room;
    if (!put_shown(room, shown)) {
        return false;
    }
    room->heard_ms = now_ms;
    room->waiting = true;
    push(rooms, room, now_ms);
    return true;
}

void room_end(struct rooms *rooms, struct room *room, const char *why)
{
    struct json json = {0};
    struct room **at = &rooms->first;
    json_object(&json);
    json_key_string(&json, "type", "ended");
    json_key_string(&json, "why", why);
    json_object_end(&json);
    while (room->members) {
        struct room_member *member = room->members;
        detach(member); /* told in no room: what it hears of this one is over */
        if (!json.failed) {
            rooms->calls.tell(rooms->calls.ctx, member, json.bytes, json.length);
        }
    }
    json_release(&json);
    while (*at != room) {
        at = &(*at)->next;
    }
    *at = room->next;
    rooms->count--;
    room_free(room);
}

int rooms_due(struct rooms *rooms, uint64_t now_ms)
{
    double soonest = -1;
    for (struct room *room = rooms->first; room; room = room->next) {
        if (room->waiting) {
            push(rooms, room, now_ms);
        }
        if (room->waiting) {
            double wait = (1 - room->tokens) * 1000.0 / rooms->limits.rate;
            soonest = soonest < 0 || wait < soonest ? wait : soonest;
        }
    }
    return soonest < 0 ? -1 : (int)soonest + 1;
}

void rooms_tick(struct rooms *rooms, uint64_t now_ms)
{
    for (struct room *room = rooms->first, *next; room; room = next) {
        next = room->next;
        if (room_since(room->heard_ms, now_ms) >= rooms->limits.silence_ms) {
            room_end(rooms, room, "silence");
        } else if (room->here_changed) {
            room_say_here(rooms, room);
        }
    }
}
