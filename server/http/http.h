/* SPDX-License-Identifier: MIT
 * HTTP: routes in, replies out. The only door to the HTTP library. One thread takes requests; it
 * never waits. A handler replies at once, or keeps the request and lets any thread reply later;
 * every request is replied to exactly once. Framing, Host, Origin, types, sizes and deadlines are
 * checked before a handler is called.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct http_server http_server;
typedef struct http_request http_request;

typedef void http_handler(http_request *request, void *ctx);
/* Takes a part of a streamed body, in order. False: it has replied, what is left is thrown away. */
typedef bool http_part(http_request *request, void *ctx, const char *bytes, size_t n);

enum http_flag {
    HTTP_JSON = 1,      /* a body must be JSON */
    HTTP_STREAM = 2,    /* body goes to `part`; `begin` is called before it */
    HTTP_WEBSOCKET = 4, /* GET with an upgrade; Origin is checked as for a write */
    HTTP_PUBLIC = 8,    /* no rate limit: cheap and asked for by machines */
};

struct http_route {
    const char *method;  /* "GET" answers HEAD too */
    const char *path;    /* "/api/v1/runs/{id}/events"; {…} is one segment of [A-Za-z0-9_-@.] */
    http_handler *run;   /* the whole request is here */
    http_handler *begin; /* HTTP_STREAM: may reply to refuse; else NULL */
    http_part *part;
    unsigned flags;
    uint64_t body_max; /* 0 = 262144 */
};

struct http_options {
    const char *address;                  /* numeric, "127.0.0.1" or "::1" */
    uint16_t port;                        /* 0: any free one */
    const char *public_url;               /* NULL: only loopback names are answered */
    bool lan;                             /* answer to this machine's addresses and names too */
    const char *web;                      /* a directory read once, or NULL */
    const struct http_route *routes;      /* ended by {0}; must outlive the server */
    void *ctx;                            /* for every handler */
    unsigned connections;                 /* 0 = 12000 */
    unsigned header_ms, body_ms, idle_ms; /* deadlines in all; 0 = 10000, 30000, 30000 */
    unsigned per_address;                 /* API requests a second from one address; 0 = no limit */
};

/* NULL: `why` says what is wrong. */
http_server *http_server_new(const struct http_options *options, char *why, size_t room);
uint16_t http_server_port(const http_server *server);
/* The origins it answers to, the one to give to others first; NULL behind the last one. */
const char *http_server_origin(const http_server *server, size_t i);
/* Takes no new connections or requests from now on. */
void http_server_quiesce(http_server *server);
/* Waits until every kept request is replied to, at most `ms`. False: some are not. */
bool http_server_wait(http_server *server, unsigned ms);
/* Waits until every kept request is replied to, however long. NULL is fine. */
void http_server_free(http_server *server);

struct http_stats {
    uint64_t requests, status[6]; /* status[4]: those answered 4xx */
    unsigned connections, kept;
};
void http_statistics(http_server *server, struct http_stats *out);
/* Whose request it is: the first ones come before http_server_new has returned. */
http_server *http_server_of(const http_request *request);

/* ---- the request: everything lives until the reply ---- */
const char *http_path(const http_request *request);
const char *http_param(const http_request *request, unsigned i); /* the i-th {…}; "" past the end */
const char *http_header(const http_request *request, const char *name); /* NULL: absent */
/* Decoded query value into out; false: absent, too long, or not decodable. */
bool http_query(const http_request *request, const char *name, char *out, size_t room);
const char *http_body(const http_request *request, size_t *n); /* NUL-terminated */
const char *http_base_url(
    const http_request *request); /* "http://localhost:8080", as the client sees us */
const char *http_address(const http_request *request); /* of the client, numeric */
/* The server's origin for others: with `lan` and a client on this machine the network's, else the
 * client's own. */
const char *http_public_base(const http_request *request);
/* A pointer for the handler; release runs when the request ends. */
void http_set_user(http_request *request, void *user, void (*release)(void *user));
void *http_user(const http_request *request);

/* ---- replies: one a request; any thread ---- */
/* Adds a header to the reply to come; name is static, value is copied. */
void http_reply_header(http_request *request, const char *name, const char *value);
/* Takes body (malloc'ed; may be NULL when n is 0). type is static. */
void http_reply(http_request *request, unsigned status, const char *type, char *body, size_t n);
/* problem+json; title from the status. `members`, NULL or JSON members without braces, are added.
 */
void http_problem(http_request *request, unsigned status, const char *detail, const char *members);
/* 101: then `adopt(ctx, fd, extra, n)` owns the socket. */
typedef void http_adopt(void *ctx, int fd, const void *extra, size_t n);
void http_reply_upgrade(
    http_request *request, const char *accept, const char *protocol, http_adopt *adopt, void *ctx);

#endif
