/* SPDX-License-Identifier: MIT
 * Inside http: the life of a request.
 *   arrived (target known) → checked (headers there) → body read → handler running → kept
 * (suspended) → replied `stage` is the only thing that two threads touch: the handler's and the one
 * that replies.
 */
#ifndef HTTP_INTERNAL_H
#define HTTP_INTERNAL_H

#include "http/check.h"
#include "http/http.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#define PARAMS_MAX 3
#define PARAM_ROOM 80
#define REPLY_HEADERS_MAX 8
#define NAMES_MAX 64

/* A connection, in the reaper's list while its socket is open. */
struct conn {
    struct conn *previous, *next;
    int fd;
    _Atomic int64_t deadline; /* monotonic ms; 0: none */
    char address[48];
};

enum stage { RUNNING, KEPT, REPLIED };

struct reply_header {
    const char *name;
    char *value;
};

struct http_request {
    http_server *server;
    struct MHD_Connection *connection;
    struct conn *conn;
    char *target, *path;  /* owned; path has no query */
    uintptr_t target_end; /* where the library's copy of the target ends */
    const char *method;
    const char *query; /* within target, or "" */
    bool checked, refused, finished, begun, kept;
    struct http_fields fields;
    const struct http_name *name;
    const struct http_route *route;
    const struct static_file *file;
    bool missing; /* `file` is the page that says so */
    char param[PARAMS_MAX][PARAM_ROOM];
    char *body;
    size_t body_n, body_room;
    uint64_t received, allowed,
        drained; /* bytes of the body; drained: where a refused one is cut */
    int64_t started;
    void *user;
    void (*release)(void *user);
    _Atomic int stage;
    /* the reply */
    unsigned status;
    const char *type;
    char *answer;
    size_t answer_n;
    struct reply_header header[REPLY_HEADERS_MAX];
    size_t headers;
    bool close;
    http_adopt *adopt;
    void *adopt_ctx;
};

struct static_file {
    char *path; /* "/assets/app-1F2E.js" */
    const char *type;
    char etag[24];
    bool immutable;
    struct MHD_Response *plain, *gzip, *embed; /* gzip NULL: not smaller */
    bool page;                                 /* index.html */
};

struct bucket {
    char address[48];
    double tokens;
    int64_t at;
};

struct http_server {
    struct http_options options;
    struct MHD_Daemon *daemon;
    int listen_fd;
    uint16_t port;
    struct http_name name[NAMES_MAX];
    size_t names;
    struct static_file *file;
    size_t files;
    pthread_mutex_t lock;   /* conns, connections, kept, owed, closing, stopping */
    pthread_cond_t wake;    /* the reaper's: the server stops */
    pthread_cond_t settled; /* kept or owed has become 0 */
    struct conn *conns;
    unsigned connections;
    unsigned kept; /* requests that were suspended and have not ended */
    unsigned owed; /* those that a handler has and that are not answered, or being woken just now */
    bool closing;  /* it is being freed: no handler is called any more */
    pthread_t reaper;
    bool reaping, stopping;
    _Atomic bool quiet;
    _Atomic uint64_t requests, answered[6];
    struct bucket bucket[1024]; /* touched by the HTTP thread only */
};

int64_t http_now(void); /* monotonic ms */

/* life.c: what the library calls */
void *request_arrived(void *server, const char *target, struct MHD_Connection *connection);
enum MHD_Result request_handle(void *server, struct MHD_Connection *connection, const char *target,
    const char *method, const char *version, const char *bytes, size_t *n, void **context);
void request_wake(http_request *request); /* it is suspended and has its answer */
void request_ended(void *server, struct MHD_Connection *connection, void **context,
    enum MHD_RequestTerminationCode code);

/* names.c: what the server is called */
void names_find(http_server *server);

/* reap.c */
bool reap_start(http_server *server);
void reap_stop(http_server *server);
void reap_connection(void *server, struct MHD_Connection *connection, void **context,
    enum MHD_ConnectionNotificationCode code);
void reap_until(struct conn *conn, int64_t ms_from_now); /* 0: no deadline */

/* route.c: the route and its parameters; *allow gets the methods of a path that has no such method.
 */
const struct http_route *route_find(
    const http_server *server, http_request *request, char *allow, size_t room);

/* static.c */
bool static_load(http_server *server, char *why, size_t room);
void static_release(http_server *server);
const struct static_file *static_find(const http_server *server, const char *path);
/* What a person sees at an address where nothing is: the page, which knows the ways on. NULL: the
 * client does not ask for a page, or asks the API. */
const struct static_file *static_missing(const http_request *request);
enum MHD_Result static_queue(http_request *request, const struct static_file *file);

/* reply.c */
enum MHD_Result reply_queue(http_request *request);
void reply_security_headers(struct MHD_Response *response, bool embed);

/* limit.c */
bool limit_take(http_server *server, const char *address);

#endif
