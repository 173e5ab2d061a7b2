/* SPDX-License-Identifier: MIT
 * A whole server on a free loopback port, in this process, and a client that sends exactly what it
 * is told.
 */
#ifndef SUPPORT_HTTP_H
#define SUPPORT_HTTP_H

#include "api/api.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct server {
    struct api api;
    char dir[64];
    uint16_t port;
    unsigned rate; /* API requests a second from one address; 0 = no limit */
};
/* web: a directory or NULL; the deadlines in ms, 0 = the standard ones. */
void server_start(struct server *s, const char *web, unsigned header_ms, unsigned body_ms);
void server_stop(struct server *s); /* as `vmscope serve` stops; the data stay */
void server_remove(struct server *s);
/* The one of a test program, for all of its tests. */
extern struct server server;
int server_setup(void **state);
int server_teardown(void **state);

struct reply {
    unsigned status; /* 0: the connection ended without an answer */
    char *bytes;     /* everything received, NUL-terminated, for reply_free */
    char *body;      /* within bytes */
    size_t n, body_n;
};
void reply_free(struct reply *reply);
/* Value of a header, or NULL; the buffer is overwritten by the next call. */
const char *reply_header(const struct reply *reply, const char *name);
bool reply_is_problem(const struct reply *reply);
/* Fails unless this is the status, and an error is a problem document. Frees it. */
void reply_expect(struct reply reply, unsigned status);
/* The string member `name` of the JSON body; asserted to be there; as reply_header. */
const char *reply_string(const struct reply *reply, const char *name);

struct reply send_raw(const struct server *s, const void *bytes, size_t n);
struct reply send_text(const struct server *s, const char *request);
/* headers: lines ended by CR LF, may be "". body NULL: none. */
struct reply ask(const struct server *s, const char *method, const char *path, const char *headers,
    const char *body);
struct reply ask_json(
    const struct server *s, const char *method, const char *path, const char *body);

#endif
