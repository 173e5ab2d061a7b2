/* SPDX-License-Identifier: MIT
 * What clients say about rooms, a function a message. Who may say it was asked before (door.c);
 * here its members are read, and a wrong code or secret counts against the connection and its
 * address.
 */
#include "room/room.h"
#include "wire/json.h"
#include "wire/json_read.h"
#include "ws/internal.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void address_of(int fd, char out[48])
{
    struct sockaddr_storage at = {0};
    socklen_t n = sizeof at;
    strcpy(out, "local");
    if (getpeername(fd, (struct sockaddr *)&at, &n) != 0) {
        return;
    }
    if (at.ss_family == AF_INET) {
        inet_ntop(AF_INET, &((struct sockaddr_in *)&at)->sin_addr, out, 48);
    } else if (at.ss_family == AF_INET6) {
        inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&at)->sin6_addr, out, 48);
    }
}

/* ---- join ---- */

struct wish {
    char code[ROOM_CODE + 1];
    enum room_role role;
    const char *token;
};

static const char *read_wish(const json_value *request, struct wish *out)
{
    const char *code = json_text(json_get(request, "room"));
    const json_value *token = json_get(request, "token");
    out->role = room_role_read(json_text(json_get(request, "role")));
    out->token = json_text(token);
    if (!code || out->role == ROOM_OUTSIDE || (token && !out->token)) {
        return "`room` is a code of six letters, `role` host, screen or member, `token` a string";
    }
    if (!room_code_read(code, out->code)) {
        out->code[0] = 0; /* no room has it: counted as a wrong one */
    }
    return NULL;
}

static void say_joined(struct ws_conn *conn, const json_value *request)
{
    struct json json = {0};
    uint64_t id;
    json_object(&json);
    json_key_string(&json, "type", "joined");
    if (json_u64(json_get(request, "id"), &id)) {
        json_key_number(&json, "id", id);
    }
    json_key_string(&json, "role", room_role_word(conn->member.role));
    room_describe(conn->member.room, &json);
    json_object_end(&json);
    if (!json.failed) {
        ws_conn_text(conn, json.bytes, json.length);
    }
    json_release(&json);
}

static void refuse_join(struct ws_conn *conn, const json_value *request, enum room_status status)
{
    static const char *const said[][2] = {[ROOM_UNKNOWN] = {"room", "there is no such room"},
        [ROOM_TOKEN] = {"token", "this is not the host's secret of that room"},
        [ROOM_FULL] = {"full", "the room has as many members as a room may have"},
        [ROOM_MEMORY] = {"memory", "no memory is left"}};
    ws_door_reply(conn, request, "error", said[status][0], said[status][1]);
}

/* A wrong code and a wrong secret are both guesses. */
static void join_locked(struct ws_conn *conn, const json_value *request)
{
    struct ws_loop *loop = conn->loop;
    struct wish wish;
    char address[48];
    const char *problem = read_wish(request, &wish);
    if (problem) {
        ws_door_reply(conn, request, "error", "field", problem);
        return;
    }
    address_of(conn->fd, address);
    const struct room_limits *l = &loop->room_limits;
    struct room_guesses *there = room_guesses_of(loop->addresses, address, loop->now_ms);
    if (!room_may_guess(&conn->guesses, l->wrong, loop->now_ms) ||
        !room_may_guess(there, l->wrong_there, loop->now_ms)) {
        ws_door_reply(conn, request, "error", "guesses",
            "too many codes that were wrong; try again in a minute");
        return;
    }
    enum room_status status =
        room_join(loop->rooms, &conn->member, wish.code, wish.role, wish.token, loop->now_ms);
    if (status == ROOM_DONE) {
        ws_rooms_forget(conn);
        say_joined(conn, request);
        return;
    }
    if (status == ROOM_UNKNOWN || status == ROOM_TOKEN) {
        room_guessed_wrong(&conn->guesses, l->wrong, loop->now_ms);
        room_guessed_wrong(there, l->wrong_there, loop->now_ms);
    }
    refuse_join(conn, request, status);
}

static void join(struct ws_conn *conn, const json_value *request)
{
    ws_rooms_lock(conn->loop);
    join_locked(conn, request);
    ws_rooms_unlock(conn->loop);
}

/* ---- the rest ---- */

static void leave(struct ws_conn *conn, const json_value *request)
{
    ws_rooms_leave(conn);
    ws_door_reply(conn, request, "left", NULL, NULL);
}

/* Text that may be absent or null, then "". */
static bool read_thing(const json_value *value, char out[ROOM_THING + 1])
{
    const char *text = !value || json_is_null(value) ? "" : json_text(value);
    if (!text || !room_is_thing(text)) {
        return false;
    }
    snprintf(out, ROOM_THING + 1, "%s", text);
    return true;
}

static void say_number(
    struct ws_conn *conn, const json_value *request, const char *type, const char *key)
{
    const struct room *room = conn->member.room;
    struct json json = {0};
    uint64_t id;
    json_object(&json);
    json_key_string(&json, "type", type);
    if (json_u64(json_get(request, "id"), &id)) {
        json_key_number(&json, "id", id);
    }
    json_key_number(&json, "epoch", room_epoch(room));
    json_key_number(&json, key, strcmp(key, "seq") == 0 ? room_seq(room) : room_version(room));
    json_object_end(&json);
    if (!json.failed) {
        ws_conn_text(conn, json.bytes, json.length);
    }
    json_release(&json);
}

static void point(struct ws_conn *conn, const json_value *request)
{
    const char *position = json_text(json_get(request, "position"));
    const json_value *playing = json_get(request, "playing");
    struct room_point p = {.playing = false};
    if (!position || !room_is_position(position) ||
        !read_thing(json_get(request, "selection"), p.selection) ||
        !read_thing(json_get(request, "pointer"), p.pointer) ||
        (playing && !json_flag(playing, &p.playing))) {
        ws_door_reply(conn, request, "error", "field",
            "`position` is a position; `selection` and `pointer` name a thing in at most 120 of "
            "letters, digits, blanks and - _ . : / @, or are null; `playing` is true or false");
        return;
    }
    snprintf(p.position, sizeof p.position, "%s", position);
    ws_rooms_lock(conn->loop);
    room_point(conn->loop->rooms, &conn->member, &p, conn->loop->now_ms);
    ws_rooms_unlock(conn->loop);
    say_number(conn, request, "pointed", "seq");
}

static void show(struct ws_conn *conn, const json_value *request)
{
    struct ws_loop *loop = conn->loop;
    char set[ROOM_SET + 1];
    struct room_shown shown = {.scenario = json_text(json_get(request, "scenario")),
        .text = json_text(json_get(request, "text")),
        .set = set};
    if ((shown.scenario != NULL) + (shown.text != NULL) != 1 ||
        !room_set_read(json_get(request, "set"), set)) {
        ws_door_reply(conn, request, "error", "field",
            "give one of scenario or text, as a string; `set` is an object of strings or whole "
            "numbers, at most 2000 bytes");
        return;
    }
    shown.text_n = shown.text ? strlen(shown.text) : 0;
    if (shown.scenario) {
        char *text = NULL;
        size_t n = 0;
        const struct lab_source *source = &loop->source;
        if (!source->scenario || !source->scenario(source->ctx, shown.scenario, &text, &n)) {
            ws_door_reply(conn, request, "error", "open", "there is no such scenario");
            return;
        }
        free(text);
    }
    ws_rooms_lock(loop);
    bool done = room_show(loop->rooms, &conn->member, &shown, loop->now_ms);
    ws_rooms_unlock(loop);
    if (done) {
        say_number(conn, request, "shown", "shown");
    } else {
        ws_door_reply(conn, request, "error", "memory", "no memory is left");
    }
}

/* The host hears `ended` as the others do; this is the answer to its message. */
static void end(struct ws_conn *conn, const json_value *request)
{
    ws_door_reply(conn, request, "left", NULL, NULL);
    ws_rooms_lock(conn->loop);
    room_end(conn->loop->rooms, conn->member.room, "host");
    ws_rooms_unlock(conn->loop);
}

bool ws_rooms_message(struct ws_conn *conn, const json_value *request, const char *type)
{
    static const struct {
        const char *type;
        void (*act)(struct ws_conn *conn, const json_value *request);
    } messages[] = {
        {"join", join}, {"leave", leave}, {"point", point}, {"show", show}, {"end", end}};
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        if (strcmp(messages[i].type, type) == 0) {
            messages[i].act(conn, request);
            return true;
        }
    }
    return false;
}
