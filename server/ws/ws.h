/* SPDX-License-Identifier: MIT
 * WebSocket connections (RFC 6455) of the lab protocol: one epoll thread that owns every socket
 * from the moment of hand-over to its close. Limits are in docs/protocol.md.
 */
#ifndef WS_WS_H
#define WS_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/source.h"
#include "room/room.h"
#include "sim/sim.h"

#define WS_PROTOCOL "vmscope.v1"
#define WS_ACCEPT_SIZE 29 /* 28 base64 characters and a NUL */

/* Headers of an upgrade request as received; NULL = absent. */
struct ws_handshake {
    const char *method;       /* "GET" */
    const char *http_version; /* "HTTP/1.1" */
    const char *upgrade, *connection, *key, *version, *protocol;
};
struct ws_answer {
    unsigned status;             /* 101, or 400, 405, 426 */
    const char *detail;          /* of a refusal: what is wrong (static text) */
    char accept[WS_ACCEPT_SIZE]; /* 101: Sec-WebSocket-Accept */
    const char *protocol;        /* 101: Sec-WebSocket-Protocol to send, NULL = none */
};
/* Pure. A 426 must carry `Sec-WebSocket-Version: 13` and `Upgrade: websocket`. Host and Origin are
 * the caller's business. */
void ws_handshake_check(const struct ws_handshake *request, struct ws_answer *out);

struct ws_loop;
struct ws_options {
    struct sim *sim;
    const struct lab_source *source; /* copied */
    unsigned connections;            /* 0 = 12000 */
    unsigned ping_ms, dead_ms;       /* 0 = 20000, 60000 */
    size_t message;                  /* largest message; 0 = 65536 */
    size_t unasked;                  /* bytes queued unasked before 1013; 0 = 262144 */
    unsigned rate, burst;            /* messages a second; 0 = 100, 200 */
    struct room_limits rooms;
};
struct ws_loop *ws_loop_new(const struct ws_options *options); /* NULL: errno */
/* Closes every connection with 1001, waits at most a second for the answers, joins. New ones are
 * refused from then on. Before sim_stop, whose sessions these are. NULL is fine. */
void ws_loop_stop(struct ws_loop *loop);
/* Stops it if need be, when no other thread can call it any more: that is, when HTTP has ended. */
void ws_loop_free(struct ws_loop *loop);
/* Takes `fd` (a dup of the upgraded socket, the 101 is sent) and copies what was read beyond the
 * request. Any thread. False: too many connections, or stopping; fd is closed. */
bool ws_loop_adopt(struct ws_loop *loop, int fd, const void *extra, size_t extra_n);
unsigned ws_loop_connections(const struct ws_loop *loop);

/* ---- rooms, for any thread ---- */
/* Opens one under a code of its own. secret: the hash of its host's token. */
enum room_status ws_room_open(struct ws_loop *loop, const uint8_t secret[ROOM_SECRET_BYTES],
    const struct room_shown *shown, char code[ROOM_CODE + 1]);
enum ws_room_found { WS_ROOM_FOUND, WS_ROOM_UNKNOWN, WS_ROOM_GUESSING };
/* The members that describe it. GUESSING: this address has tried too many wrong codes. */
enum ws_room_found ws_room_describe(
    struct ws_loop *loop, const char *code, const char *address, struct json *out);
unsigned ws_room_count(struct ws_loop *loop);
unsigned ws_room_limit(const struct ws_loop *loop); /* how many there may be */

#endif
