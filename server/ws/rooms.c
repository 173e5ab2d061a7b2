/* SPDX-License-Identifier: MIT
 * Rooms over connections: news for many, which are encoded once and shared by all queues, and rooms
 * for other threads. Sending happens at the end of the turn, outside the lock: who asks for a room
 * from another thread never waits for a socket. What clients say is room_messages.c's.
 */
#include "room/room.h"
#include "wire/json.h"
#include "ws/internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { FRAME_HEAD = 4, CODE_TRIES = 16 };

static struct ws_conn *conn_of(struct room_member *member)
{
    return (struct ws_conn *)((char *)member - offsetof(struct ws_conn, member));
}

static void freshen(struct ws_conn *conn)
{
    struct ws_loop *loop = conn->loop;
    if (!conn->fresh) {
        conn->fresh = true;
        conn->next_fresh = loop->fresh;
        loop->fresh = conn;
    }
}

void ws_rooms_forget(struct ws_conn *conn)
{
    for (size_t i = 0; i < ROOM_NEWS; i++) {
        ws_news_forget(&conn->news[i]);
    }
}

static void tell(void *ctx, struct room_member *to, const char *text, size_t n)
{
    (void)ctx;
    if (!to->room) {
        ws_rooms_forget(conn_of(to));
    }
    ws_conn_text(conn_of(to), text, n);
    freshen(conn_of(to));
}

/* A text frame of RFC 6455, unmasked. */
static struct ws_shared *encode(const char *text, size_t n)
{
    struct ws_shared *shared = n < 65536 ? malloc(sizeof *shared + FRAME_HEAD + n) : NULL;
    if (!shared) {
        return NULL;
    }
    size_t head = 0;
    shared->bytes[head++] = 0x81;
    if (n < 126) {
        shared->bytes[head++] = (uint8_t)n;
    } else {
        shared->bytes[head++] = 126;
        shared->bytes[head++] = (uint8_t)(n >> 8);
        shared->bytes[head++] = (uint8_t)n;
    }
    memcpy(shared->bytes + head, text, n);
    shared->n = head + n;
    shared->users = 1;
    return shared;
}

static void all(void *ctx, struct room *room, enum room_news news, const struct room_member *but,
    const char *text, size_t n)
{
    struct ws_shared *shared = encode(text, n);
    (void)ctx;
    for (struct room_member *m = room_first(room); m && shared; m = m->next) {
        struct ws_conn *conn = conn_of(m);
        if (m != but && conn->state == WS_OPEN && !conn->gone) {
            ws_news_forget(&conn->news[news]);
            conn->news[news] = shared;
            shared->users++;
            freshen(conn);
        }
    }
    ws_news_forget(&shared);
}

bool ws_rooms_begin(struct ws_loop *loop)
{
    struct room_calls calls = {.ctx = loop, .tell = tell, .all = all};
    loop->room_limits = loop->options.rooms;
    room_limits_fill(&loop->room_limits);
    pthread_mutex_init(&loop->rooms_lock, NULL);
    loop->rooms = rooms_new(&loop->room_limits, &calls);
    loop->addresses = calloc(1, sizeof *loop->addresses);
    return loop->rooms && loop->addresses;
}

void ws_rooms_end(struct ws_loop *loop)
{
    rooms_free(loop->rooms);
    free(loop->addresses);
    pthread_mutex_destroy(&loop->rooms_lock);
}

void ws_rooms_lock(struct ws_loop *loop)
{
    pthread_mutex_lock(&loop->rooms_lock);
}

void ws_rooms_unlock(struct ws_loop *loop)
{
    pthread_mutex_unlock(&loop->rooms_lock);
}

void ws_rooms_leave(struct ws_conn *conn)
{
    if (conn->member.room) {
        ws_rooms_lock(conn->loop);
        room_leave(conn->loop->rooms, &conn->member);
        ws_rooms_unlock(conn->loop);
        ws_rooms_forget(conn);
    }
}

bool ws_rooms_flush(struct ws_loop *loop, int *due_ms)
{
    bool gone = false;
    ws_rooms_lock(loop);
    *due_ms = rooms_due(loop->rooms, loop->now_ms);
    ws_rooms_unlock(loop);
    while (loop->fresh) {
        struct ws_conn *conn = loop->fresh;
        loop->fresh = conn->next_fresh;
        conn->fresh = false;
        if (!conn->gone) {
            ws_conn_ready(conn, false);
        }
        gone |= conn->gone;
    }
    return gone;
}

void ws_rooms_tick(struct ws_loop *loop)
{
    ws_rooms_lock(loop);
    rooms_tick(loop->rooms, loop->now_ms);
    ws_rooms_unlock(loop);
}

enum room_status ws_room_open(struct ws_loop *loop, const uint8_t secret[ROOM_SECRET_BYTES],
    const struct room_shown *shown, char code[ROOM_CODE + 1])
{
    enum room_status status = ROOM_TAKEN;
    for (int i = 0; i < CODE_TRIES && status == ROOM_TAKEN; i++) {
        uint8_t random[ROOM_CODE];
        if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random) {
            return ROOM_MEMORY;
        }
        room_code(random, code);
        ws_rooms_lock(loop);
        status = room_open(loop->rooms, code, secret, shown, ws_clock_ms());
        ws_rooms_unlock(loop);
    }
    return status;
}

enum ws_room_found ws_room_describe(
    struct ws_loop *loop, const char *code_, const char *address, struct json *out)
{
    char code[ROOM_CODE + 1] = "";
    uint64_t now = ws_clock_ms();
    unsigned a_minute = loop->room_limits.wrong_there;
    enum ws_room_found found = WS_ROOM_GUESSING;
    ws_rooms_lock(loop);
    struct room_guesses *there = room_guesses_of(loop->addresses, address, now);
    if (room_may_guess(there, a_minute, now)) {
        struct room *room = room_code_read(code_, code) ? room_find(loop->rooms, code) : NULL;
        found = room ? WS_ROOM_FOUND : WS_ROOM_UNKNOWN;
        if (room) {
            room_describe(room, out);
        } else {
            room_guessed_wrong(there, a_minute, now);
        }
    }
    ws_rooms_unlock(loop);
    return found;
}

unsigned ws_room_count(struct ws_loop *loop)
{
    ws_rooms_lock(loop);
    unsigned count = rooms_count(loop->rooms);
    ws_rooms_unlock(loop);
    return count;
}

unsigned ws_room_limit(const struct ws_loop *loop)
{
    return loop->room_limits.rooms;
}
