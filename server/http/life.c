/* SPDX-License-Identifier: MIT
 * The life of a request (see internal.h), as the library calls back.
 */
#include "http/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON_MAX 262144
#define STREAM_DRAIN ((uint64_t)64 << 20)

/* Called when the request line is read, before the headers. */
void *request_arrived(void *server_, const char *target, struct MHD_Connection *connection)
{
    http_server *server = server_;
    http_request *r = calloc(1, sizeof(*r));
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
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

/* A handler may answer for it. False: the server is being freed, and nothing more is begun. */
static bool take_on(http_request *r)
{
    pthread_mutex_lock(&r->server->lock);
    bool open = !r->server->closing;
    r->server->owed += open;
    pthread_mutex_unlock(&r->server->lock);
    return open;
}

static void keep(http_request *r)
{
    r->kept = true;
    pthread_mutex_lock(&r->server->lock);
    r->server->kept++;
    pthread_mutex_unlock(&r->server->lock);
}

static void one_less(http_server *server, unsigned *count)
{
    pthread_mutex_lock(&server->lock);
    if (--*count == 0) {
        pthread_cond_broadcast(&server->settled);
    }
    pthread_mutex_unlock(&server->lock);
}

/* Once resumed the request may end at any moment, and the server be freed but for what is owed. */
void request_wake(http_request *r)
{
    http_server *server = r->server;
    MHD_resume_connection(r->connection);
    one_less(server, &server->owed);
}

void request_ended(void *server_, struct MHD_Connection *connection, void **context,
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
    if (r->kept) {
        one_less(
            server, &server->kept); /* only now: a stop must not cut a reply that is on its way */
    }
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

/* The library has cut the header block into strings in place. In an honest request each name begins
 * two bytes (CR LF) after the value before it; after a bare LF it is one, after a NUL more, and a
 * line that was folded was put together somewhere else. This is the only trace these leave. */
struct walk {
    struct http_fields *fields;
    const char *end;
};

static enum MHD_Result one_field(void *walk_, enum MHD_ValueKind kind, const char *name,
    size_t name_n, const char *value, size_t value_n)
{
    struct walk *walk = walk_;
    (void)kind;
    if (walk->fields->n == HTTP_HEADERS_MAX) {
        walk->fields->too_many = true;
        return MHD_NO;
    }
    value = value ? value : "";
    if ((uintptr_t)name != (uintptr_t)walk->end + 2 || strlen(value) != value_n ||
        strlen(name) != name_n) {
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

/* What is left of a refused body is read on a little and thrown away: closed at once, the
 * connection would be reset, and the client would never see why. */
static void refused_from(http_request *r, bool refused)
{
    r->refused = refused;
    bool stream = r->route && (r->route->flags & HTTP_STREAM);
    r->drained = r->received + (stream ? STREAM_DRAIN : 2 * JSON_MAX);
}

static void refuse(http_request *r, unsigned status, const char *detail)
{
    refused_from(r, true);
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
    bool reads = strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
    if (!r->file && !allow[0] && reads) {
        r->file = static_missing(r);
        r->missing = r->file != NULL;
    }
    if (r->file && reads) {
        return;
    }
    if (r->file) {
        snprintf(allow, sizeof allow, "GET, HEAD");
    }
    if (!allow[0]) {
        refuse(r, 404, "There is nothing at this address.");
    } else if (strcmp(r->method, "OPTIONS") == 0) {
        http_reply_header(r, "Allow", allow);
        refused_from(r, true);
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
        snprintf(detail, sizeof detail, "The body may have at most %llu bytes.",
            (unsigned long long)most);
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
    verdict =
        http_check_origin(r->name, &r->fields, !read || socket, strncmp(r->path, "/api/", 5) == 0);
    if (verdict.status) {
        refuse(r, verdict.status, verdict.detail);
    } else if (r->server->quiet) {
        r->close = true;
        refuse(r, 503, "The server is shutting down.");
    } else if (r->route && !(r->route->flags & HTTP_PUBLIC) && r->conn &&
               !limit_take(r->server, r->conn->address)) {
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
    int64_t fair = r->server->options.header_ms + (int64_t)(r->received / 8),
            spent = http_now() - r->started;
    int64_t left = (fair < most ? fair : most) - spent;
    reap_until(r->conn, left > 0 ? left : 1);
    if (r->refused) {
        return r->received > r->drained ? MHD_NO : MHD_YES;
    }
    if (r->received > r->allowed) {
        char detail[96];
        snprintf(detail, sizeof detail, "The body may have at most %llu bytes.",
            (unsigned long long)r->allowed);
        r->close = true;
        refuse(r, 413, detail);
        return MHD_YES;
    }
    if (r->route && (r->route->flags & HTTP_STREAM)) {
        refused_from(r, !r->route->part(r, r->server->options.ctx, bytes, n));
        return MHD_YES;
    }
    return keep_part(r, bytes, n) ? MHD_YES : MHD_NO;
}

/* Suspended first: who replies in between must find a connection that can be resumed. */
static void wait_for_reply(http_request *r)
{
    int running = RUNNING;
    keep(r);
    MHD_suspend_connection(r->connection);
    if (!atomic_compare_exchange_strong(&r->stage, &running, KEPT)) {
        request_wake(r);
    }
}

/* The whole request is here, or it was kept and is woken: reply, or keep it. */
static enum MHD_Result finish(http_request *r)
{
    if (r->finished || r->refused) {
        return reply_queue(r);
    }
    r->finished = true;
    reap_until(r->conn, 0);
    if (r->file) {
        return static_queue(r, r->file);
    }
    if (!take_on(r)) {
        r->close = true;
        refuse(r, 503, "The server is shutting down.");
        return reply_queue(r);
    }
    r->route->run(r, r->server->options.ctx);
    if (atomic_load(&r->stage) == REPLIED) {
        one_less(r->server, &r->server->owed);
        return reply_queue(r);
    }
    wait_for_reply(r);
    return MHD_YES;
}

enum MHD_Result request_handle(void *server_, struct MHD_Connection *connection, const char *target,
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
            refused_from(r, atomic_load(&r->stage) == REPLIED);
        }
        return MHD_YES;
    }
    if (*n > 0) {
        enum MHD_Result result = take_part(r, bytes, *n);
        *n = 0;
        return result;
    }
    return finish(r);
}
