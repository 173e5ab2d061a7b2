/* SPDX-License-Identifier: MIT
 * The library's callbacks and the life of a request (see internal.h).
 */
#include "http/internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define JSON_MAX 262144
/* What a connection may use of the library's memory. It is mapped, so only what is touched counts. Larger
 * than our limit for headers, so that we refuse them, and than the longest chunk extension that is worth an
 * answer of 400: what does not fit gets 500 from the library. */
#define POOL_BYTES 98304

/* Called when the request line is read, before the headers. */
static void *arrived(void *server_, const char *target, struct MHD_Connection *connection)
{
    http_server *server = server_;
    http_request *r = calloc(1, sizeof(*r));
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    if (!r) {
        return NULL;
    }
    r->server = server;
    r->connection = connection;
    r->conn = info ? info->socket_context : NULL;
    r->started = http_now();
    reap_until(r->conn, server->options.header_ms);
    size_t n = strlen(target), path = strcspn(target, "?");
    r->target_end = (uintptr_t)target + n;
    r->target = malloc(n + 1);
    r->path = malloc(path + 1);
    if (!r->target || !r->path) {
        return r; /* noticed in check_request */
    }
    memcpy(r->target, target, n + 1);
    memcpy(r->path, target, path);
    r->path[path] = 0;
    r->query = target[path] ? r->target + path + 1 : "";
    return r;
}

static void ended(void *server_, struct MHD_Connection *connection, void **context,
    enum MHD_RequestTerminationCode code)
{
    http_server *server = server_;
    http_request *r = *context;
    (void)connection;
    (void)code;
    if (!r) {
        return;
    }
    reap_until(r->conn, server->options.idle_ms);
    if (r->release) {
        r->release(r->user);
    }
    for (size_t i = 0; i < r->headers; i++) {
        free(r->header[i].value);
    }
    free(r->answer);
    free(r->body);
    free(r->path);
    free(r->target);
    free(r);
    *context = NULL;
}

/* The library has cut the header block into strings in place. In an honest request each name begins two
 * bytes (CR LF) after the value before it; after a bare LF it is one, after a NUL more, and a line that was
 * folded was put together somewhere else. This is the only trace these leave. */
struct walk {
    struct http_fields *fields;
    const char *end;
};

static enum MHD_Result one_field(void *walk_, enum MHD_ValueKind kind, const char *name, size_t name_n,
    const char *value, size_t value_n)
{
    struct walk *walk = walk_;
    (void)kind;
    if (walk->fields->n == HTTP_HEADERS_MAX) {
        walk->fields->too_many = true;
        return MHD_NO;
    }
    value = value ? value : "";
    if ((uintptr_t)name != (uintptr_t)walk->end + 2 || strlen(value) != value_n || strlen(name) != name_n) {
        walk->fields->torn = true;
    }
    walk->end = value + value_n;
    walk->fields->item[walk->fields->n++] = (struct http_field){name, value, name_n, value_n};
    return MHD_YES;
}

static bool known_method(const char *method)
{
    static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i], method) == 0) {
            return true;
        }
    }
    return false;
}

static void refuse(http_request *r, unsigned status, const char *detail)
{
    r->refused = true;
    http_problem(r, status, detail, NULL);
}

static void find_route(http_request *r)
{
    char allow[128];
    r->route = route_find(r->server, r, allow, sizeof allow);
    if (r->route) {
        return;
    }
    r->file = allow[0] ? NULL : static_find(r->server, r->path);
    if (r->file && (strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0)) {
        return;
    }
    if (r->file) {
        snprintf(allow, sizeof allow, "GET, HEAD");
    }
    if (!allow[0]) {
        refuse(r, 404, "There is nothing at this address.");
    } else if (strcmp(r->method, "OPTIONS") == 0) {
        http_reply_header(r, "Allow", allow);
        r->refused = true;
        http_reply(r, 204, NULL, NULL, 0);
    } else {
        http_reply_header(r, "Allow", allow);
        refuse(r, 405, "This address does not know the method; Allow says which it knows.");
    }
}

/* The body this route takes: type and size. */
static void check_body(http_request *r)
{
    bool chunked, json = (r->route->flags & HTTP_JSON) != 0;
    uint64_t declared = http_declared(&r->fields, &chunked);
    uint64_t most = r->route->body_max ? r->route->body_max : JSON_MAX;
    const char *type = http_field(&r->fields, "content-type");
    r->allowed = most;
    if (declared > most) {
        char detail[96];
        snprintf(detail, sizeof detail, "The body may have at most %llu bytes.", (unsigned long long)most);
        r->close = true;
        refuse(r, 413, detail);
    } else if (json && (declared || chunked || type) && !http_is_json(type)) {
        refuse(r, 415, "The body must be application/json.");
    } else if (json && http_field(&r->fields, "content-encoding")) {
        refuse(r, 415, "A JSON body must not be compressed.");
    }
}

static void check_request(http_request *r, const char *method, const char *version)
{
    struct walk walk = {&r->fields, version + strlen(version)};
    struct http_verdict verdict;
    /* One blank stands between target and version; more is a NUL that cut the target, or blanks. */
    r->fields.torn = r->target && (uintptr_t)version != r->target_end + 1;
    r->method = method;
    r->server->requests++;
    r->allowed = JSON_MAX;
    MHD_get_connection_values_n(r->connection, MHD_HEADER_KIND, one_field, &walk);
    if (!r->target || !r->path) {
        r->close = true;
        refuse(r, 503, "No memory is left for this request.");
        return;
    }
    verdict = http_check_framing(method, r->target, &r->fields);
    if (verdict.status) {
        r->close = true;
        refuse(r, verdict.status, verdict.detail);
        return;
    }
    r->name = http_name_of(r->server->name, r->server->names, http_field(&r->fields, "host"));
    if (!r->name) {
        refuse(r, 421, "This server does not answer to that host name.");
        return;
    }
    if (!known_method(method)) {
        refuse(r, 501, "This method is not known here.");
        return;
    }
    find_route(r);
    if (r->refused) {
        return;
    }
    bool read = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    bool socket = r->route && (r->route->flags & HTTP_WEBSOCKET);
    verdict = http_check_origin(r->name, &r->fields, !read || socket, strncmp(r->path, "/api/", 5) == 0);
    if (verdict.status) {
        refuse(r, verdict.status, verdict.detail);
    } else if (r->server->quiet) {
        r->close = true;
        refuse(r, 503, "The server is shutting down.");
    } else if (r->route && !(r->route->flags & HTTP_PUBLIC) && r->conn && !limit_take(r->server, r->conn->address)) {
        refuse(r, 429, "Too many requests from this address in this second.");
    } else if (r->route && !read) {
        check_body(r);
    }
}

static bool keep_part(http_request *r, const char *bytes, size_t n)
{
    if (r->body_n + n + 1 > r->body_room) {
        size_t room = (r->body_n + n + 1) * 2;
        char *grown = realloc(r->body, room);
        if (!grown) {
            return false;
        }
        r->body = grown;
        r->body_room = room;
    }
    memcpy(r->body + r->body_n, bytes, n);
    r->body_n += n;
    r->body[r->body_n] = 0;
    return true;
}

/* One part of the body. MHD_NO cuts the connection. */
static enum MHD_Result take_part(http_request *r, const char *bytes, size_t n)
{
    r->received += n;
    /* 8 KiB/s at least; and in all no longer than the deadline plus what the size may take. */
    int64_t most = (int64_t)r->server->options.body_ms + (int64_t)(r->allowed / 1024);
    int64_t fair = r->server->options.header_ms + (int64_t)(r->received / 8), spent = http_now() - r->started;
    int64_t left = (fair < most ? fair : most) - spent;
    reap_until(r->conn, left > 0 ? left : 1);
    if (r->refused) {
        return r->received > 2 * r->allowed ? MHD_NO : MHD_YES; /* read on a little, so that the reply arrives */
    }
    if (r->received > r->allowed) {
        char detail[96];
        snprintf(detail, sizeof detail, "The body may have at most %llu bytes.", (unsigned long long)r->allowed);
        r->close = true;
        refuse(r, 413, detail);
        return MHD_YES;
    }
    if (r->route && (r->route->flags & HTTP_STREAM)) {
        r->refused = !r->route->part(r, r->server->options.ctx, bytes, n);
        return MHD_YES;
    }
    return keep_part(r, bytes, n) ? MHD_YES : MHD_NO;
}

static void count_kept(http_server *server, int by)
{
    pthread_mutex_lock(&server->lock);
    server->kept = (unsigned)((int)server->kept + by);
    pthread_cond_broadcast(&server->wake);
    pthread_mutex_unlock(&server->lock);
}

/* The whole request is here: reply, or keep it. */
static enum MHD_Result finish(http_request *r)
{
    if (!r->finished && !r->refused) {
        r->finished = true;
        reap_until(r->conn, 0);
        if (r->file) {
            return static_queue(r, r->file);
        }
        r->route->run(r, r->server->options.ctx);
    }
    if (atomic_load(&r->stage) == REPLIED) {
        return reply_queue(r);
    }
    /* Suspended first: who replies in between must find a connection that can be resumed. */
    int running = RUNNING;
    count_kept(r->server, 1);
    MHD_suspend_connection(r->connection);
    if (!atomic_compare_exchange_strong(&r->stage, &running, KEPT)) {
        MHD_resume_connection(r->connection);
    }
    return MHD_YES;
}

static enum MHD_Result handle(void *server_, struct MHD_Connection *connection, const char *target,
    const char *method, const char *version, const char *bytes, size_t *n, void **context)
{
    http_request *r = *context;
    (void)server_;
    (void)connection;
    (void)target;
    if (!r) {
        return MHD_NO;
    }
    if (!r->checked) {
        r->checked = true;
        check_request(r, method, version);
        if (r->refused && r->close) {
            return reply_queue(r);
        }
        reap_until(r->conn, r->server->options.header_ms);
        r->started = http_now();
        if (!r->refused && r->route && r->route->begin) {
            r->route->begin(r, r->server->options.ctx);
            r->refused = atomic_load(&r->stage) == REPLIED;
        }
        return MHD_YES;
    }
    if (*n > 0) {
        enum MHD_Result result = take_part(r, bytes, *n);
        *n = 0;
        return result;
    }
    bool was_kept = atomic_load(&r->stage) == REPLIED && r->finished && !r->refused;
    if (was_kept) {
        count_kept(r->server, -1);
        return reply_queue(r);
    }
    return finish(r);
}

static size_t as_sent(void *ctx, struct MHD_Connection *connection, char *text)
{
    (void)ctx;
    (void)connection;
    return strlen(text);
}

static void add_name(http_server *server, const char *url)
{
    if (server->names < NAMES_MAX && http_name_from_url(url, &server->name[server->names])) {
        server->names++;
    }
}

static void name_server(http_server *server)
{
    char url[320];
    if (server->options.public_url) {
        add_name(server, server->options.public_url);
    }
    static const char *const loopback[] = {"127.0.0.1", "localhost", "[::1]"};
    bool local = strncmp(server->options.address, "127.", 4) == 0 || strcmp(server->options.address, "::1") == 0;
    for (size_t i = 0; local && i < 3; i++) {
        snprintf(url, sizeof url, "http://%s:%u", loopback[i], server->port);
        add_name(server, url);
    }
}

static int listen_on(const char *address, uint16_t port, uint16_t *got, char *why, size_t room)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } at = {0};
    socklen_t n = sizeof at.v4;
    int one = 1, fd = -1;
    if (inet_pton(AF_INET, address, &at.v4.sin_addr) == 1) {
        at.v4.sin_family = AF_INET;
        at.v4.sin_port = htons(port);
    } else if (inet_pton(AF_INET6, address, &at.v6.sin6_addr) == 1) {
        at.v6.sin6_family = AF_INET6;
        at.v6.sin6_port = htons(port);
        n = sizeof at.v6;
    } else {
        snprintf(why, room, "%s is no numeric address", address);
        return -1;
    }
    fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 || bind(fd, &at.any, n) != 0 ||
        listen(fd, 1024) != 0 || getsockname(fd, &at.any, &n) != 0) {
        snprintf(why, room, "cannot listen on %s:%u: %s", address, port, strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return -1;
    }
    *got = ntohs(at.any.sa_family == AF_INET ? at.v4.sin_port : at.v6.sin6_port);
    return fd;
}

http_server *http_server_new(const struct http_options *options, char *why, size_t room)
{
    http_server *server = calloc(1, sizeof(*server));
    pthread_condattr_t monotonic;
    if (!server) {
        snprintf(why, room, "no memory");
        return NULL;
    }
    server->options = *options;
    server->options.connections = options->connections ? options->connections : 12000;
    server->options.header_ms = options->header_ms ? options->header_ms : 10000;
    server->options.body_ms = options->body_ms ? options->body_ms : 30000;
    server->options.idle_ms = options->idle_ms ? options->idle_ms : 30000;
    pthread_mutex_init(&server->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&server->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    server->listen_fd = listen_on(options->address, options->port, &server->port, why, room);
    if (server->listen_fd < 0) {
        goto fail;
    }
    name_server(server);
    if (!static_load(server, why, room)) {
        goto fail;
    }
    snprintf(why, room, "cannot start the HTTP thread");
    server->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE |
                                          MHD_USE_ITC,
        0, NULL, NULL, handle, server, MHD_OPTION_LISTEN_SOCKET, server->listen_fd, MHD_OPTION_URI_LOG_CALLBACK,
        arrived, server, MHD_OPTION_NOTIFY_COMPLETED, ended, server, MHD_OPTION_NOTIFY_CONNECTION, reap_connection,
        server, MHD_OPTION_UNESCAPE_CALLBACK, as_sent, NULL, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_CONNECTION_LIMIT, server->options.connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
        MHD_OPTION_END);
    if (!server->daemon) {
        goto fail;
    }
    server->listen_fd = -1; /* the daemon's now */
    if (!reap_start(server)) {
        goto fail;
    }
    return server;
fail:
    http_server_free(server);
    return NULL;
}

uint16_t http_server_port(const http_server *server)
{
    return server->port;
}

void http_server_quiesce(http_server *server)
{
    server->quiet = true;
    server->listen_fd = MHD_quiesce_daemon(server->daemon); /* ours again: closed with the server */
}

bool http_server_wait(http_server *server, unsigned ms)
{
    int64_t until = http_now() + ms;
    pthread_mutex_lock(&server->lock);
    while (server->kept > 0 && http_now() < until) {
        struct timespec at = {until / 1000, until % 1000 * 1000000};
        pthread_cond_timedwait(&server->wake, &server->lock, &at);
    }
    bool none = server->kept == 0;
    pthread_mutex_unlock(&server->lock);
    return none;
}

void http_server_free(http_server *server)
{
    if (!server) {
        return;
    }
    if (server->daemon) {
        MHD_stop_daemon(server->daemon);
    }
    reap_stop(server);
    if (server->listen_fd >= 0) {
        close(server->listen_fd);
    }
    static_release(server);
    pthread_cond_destroy(&server->wake);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

void http_statistics(http_server *server, struct http_stats *out)
{
    out->requests = server->requests;
    for (size_t i = 0; i < 6; i++) {
        out->status[i] = server->answered[i];
    }
    pthread_mutex_lock(&server->lock);
    out->connections = server->connections;
    out->kept = server->kept;
    pthread_mutex_unlock(&server->lock);
}
