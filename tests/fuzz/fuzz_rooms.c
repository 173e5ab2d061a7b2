/* SPDX-License-Identifier: MIT
 * libFuzzer: any bytes as a sequence of what eight people say about rooms, and of time that passes.
 * Whatever the order: nobody hears a pair (epoch, seq) twice or backwards, only hosts are heard,
 * the count is right, what is told is JSON, and nothing is left when all is over.
 */
#include "room/room.h"
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 8, WORDS = 200 };

struct person {
    struct room_member member; /* first */
    const struct room *seen_in;
    uint64_t epoch, seq;
    bool joined; /* a point that waited may say once more what `joined` has said */
};

static struct person people[PEOPLE];
static uint64_t now_ms;

static void need(bool good)
{
    if (!good) {
        abort();
    }
}

static json_value *parsed(const char *text, size_t n)
{
    struct json_error error;
    json_value *value = json_parse(text, n, NULL, &error);
    need(value != NULL);
    return value;
}

static void tell(void *ctx, struct room_member *to, const char *text, size_t n)
{
    (void)ctx;
    (void)to;
    json_value_free(parsed(text, n));
}

static void hear(struct person *person, uint64_t epoch, uint64_t seq)
{
    if (person->seen_in == person->member.room) {
        need(epoch > person->epoch ||
             (epoch == person->epoch && seq + person->joined > person->seq));
    }
    person->joined = false;
    person->seen_in = person->member.room;
    person->epoch = epoch;
    person->seq = seq;
}

static void all(void *ctx, struct room *room, enum room_news news, const struct room_member *but,
    const char *text, size_t n)
{
    json_value *value = parsed(text, n);
    uint64_t epoch = 0, seq = 0, count = 0, there = 0;
    (void)ctx;
    for (struct room_member *m = room_first(room); m; m = m->next) {
        need(m->room == room && m->role != ROOM_OUTSIDE);
        there += m->role != ROOM_HOST;
        if (news == ROOM_POINT && m != but) {
            need(m->role != ROOM_HOST && json_u64(json_get(value, "epoch"), &epoch) &&
                 json_u64(json_get(value, "seq"), &seq));
            hear((struct person *)m, epoch, seq);
        }
    }
    need(news == ROOM_POINT || (json_u64(json_get(value, "count"), &count) && count == there));
    json_value_free(value);
}

/* The next bytes as a string of at most `most`, ended by a NUL or the end. */
static void take(const uint8_t **data, size_t *size, char *out, size_t most)
{
    size_t n = 0;
    while (*size && n < most && **data) {
        out[n++] = (char)**data;
        ++*data;
        --*size;
    }
    if (*size) {
        ++*data;
        --*size;
    }
    out[n] = 0;
}

static void point(struct rooms *rooms, struct person *who, const char *word)
{
    struct room_point p = {.playing = word[0] & 1};
    if (!room_is_position(word)) {
        strcpy(p.position, "7.1");
    } else {
        snprintf(p.position, sizeof p.position, "%s", word);
    }
    if (room_is_thing(word)) {
        snprintf(p.selection, sizeof p.selection, "%s", word);
    }
    if (room_may(who->member.role, "point") == ROOM_ALLOWED) {
        room_point(rooms, &who->member, &p, now_ms);
    }
}

static void show(struct rooms *rooms, struct person *who, const char *word)
{
    struct json_error error;
    char set[ROOM_SET + 1];
    json_value *value = json_parse(word, strlen(word), NULL, &error);
    struct room_shown shown = {.text = word, .text_n = strlen(word)};
    if (value && room_set_read(value, set)) {
        shown.set = set;
    }
    json_value_free(value);
    if (room_may(who->member.role, "show") == ROOM_ALLOWED) {
        need(room_show(rooms, &who->member, &shown, now_ms));
    }
}

static void join(struct rooms *rooms, struct person *who, const char *word, unsigned kind)
{
    static const char *const codes[] = {"BCDFGH", "BCDFGJ"};
    char code[ROOM_CODE + 1];
    if (!room_code_read(word, code)) {
        strcpy(code, codes[kind / 4 % 2]);
    }
    enum room_role role = kind % 4 ? (enum room_role)(kind % 4) : ROOM_MEMBER;
    const struct room *before = who->member.room;
    enum room_status status =
        room_join(rooms, &who->member, code, role, kind & 8 ? "secret" : word, now_ms);
    need(status == ROOM_DONE ? who->member.room != NULL : who->member.room == before);
    if (status == ROOM_DONE) {
        struct json json = {0};
        json_object(&json);
        room_describe(who->member.room, &json);
        json_object_end(&json);
        json_value_free(parsed(json.bytes, json.length));
        json_release(&json);
        who->seen_in = who->member.room; /* joined says where it is */
        who->joined = true;
        who->epoch = room_epoch(who->member.room);
        who->seq = room_seq(who->member.room);
    }
}

static void act(struct rooms *rooms, uint8_t what, const char *word)
{
    struct person *who = &people[what % PEOPLE];
    uint8_t secret[STORE_HASH_BYTES];
    struct room_shown shown = {.text = word, .text_n = strlen(word)};
    switch (what / PEOPLE % 8) {
    case 0:
        store_sha256("secret", 6, secret);
        room_open(rooms, what & 128 ? "BCDFGH" : "BCDFGJ", secret, &shown, now_ms);
        break;
    case 1:
    case 2:
        join(rooms, who, word, word[0] ? (uint8_t)word[0] : what / 64u);
        break;
    case 3:
        room_leave(rooms, &who->member);
        break;
    case 4:
        point(rooms, who, word);
        break;
    case 5:
        show(rooms, who, word);
        break;
    case 6:
        now_ms += (uint8_t)word[0] * 10u;
        need(rooms_due(rooms, now_ms) >= -1);
        rooms_tick(rooms, now_ms);
        break;
    default:
        if (room_may(who->member.role, "end") == ROOM_ALLOWED) {
            room_end(rooms, who->member.room, "host");
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct room_limits limits = {.rooms = 2, .members = 5, .silence_ms = 4000, .burst = 3};
    struct room_calls calls = {.tell = tell, .all = all};
    char word[WORDS + 1];
    memset(people, 0, sizeof people);
    now_ms = 1;
    struct rooms *rooms = rooms_new(&limits, &calls);
    need(rooms != NULL);
    while (size) {
        uint8_t what = *data++;
        size--;
        take(&data, &size, word, WORDS);
        act(rooms, what, word);
        need(rooms_count(rooms) <= limits.rooms);
        for (int i = 0; i < PEOPLE; i++) { /* what was heard in a room that is gone says nothing */
            people[i].seen_in = people[i].member.room ? people[i].seen_in : NULL;
        }
    }
    rooms_free(rooms);
    for (int i = 0; i < PEOPLE; i++) {
        need(people[i].member.room == NULL);
    }
    return 0;
}
