/* SPDX-License-Identifier: MIT
 * Replies. Whoever replies first sets the answer and then the stage; if the request is kept by
 * then, this wakes it, otherwise the HTTP thread, still in the handler, sends it on return.
 */
#include "http/internal.h"
#include "wire/json.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define POLICY                                                                                     \
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' "    \
    "data: blob:; "                                                                                \
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "

void reply_security_headers(struct MHD_Response *response, bool embed)
{
    MHD_add_response_header(
        response, "Content-Security-Policy", embed ? POLICY "*" : POLICY "'none'");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
    MHD_add_response_header(response, "Cross-Origin-Resource-Policy", "same-origin");
    MHD_add_response_header(response, "Cross-Origin-Opener-Policy", "same-origin");
    MHD_add_response_header(
        response, "Permissions-Policy", "camera=(), microphone=(), geolocation=()");
    MHD_add_response_header(response, "X-Robots-Tag", "noindex");
}

static const char *title_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = {{400, "Bad request"}, {401, "Not authorised"}, {403, "Forbidden"},
        {404, "Not found"}, {405, "Method not allowed"}, {408, "Too slow"}, {409, "Conflict"},
        {412, "Changed in the meantime"}, {413, "Too large"}, {414, "Address too long"},
        {415, "Unsupported media type"}, {421, "Misdirected request"},
        {422, "Not acceptable as it is"}, {426, "Upgrade required"}, {429, "Too many requests"},
        {431, "Headers too large"}, {500, "Our fault"}, {501, "Not implemented"}, {503, "Not now"},
        {507, "No room left"}};
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        if (titles[i].status == status) {
            return titles[i].title;
        }
    }
    return "Error";
}

static void answer(http_request *r)
{
    if (atomic_exchange(&r->stage, REPLIED) == KEPT) {
        request_wake(r);
    }
}

void http_reply_header(http_request *r, const char *name, const char *value)
{
    char *copy = strdup(value);
    if (r->headers == REPLY_HEADERS_MAX || !copy) {
        free(copy);
        return;
    }
    r->header[r->headers++] = (struct reply_header){name, copy};
}

void http_reply(http_request *r, unsigned status, const char *type, char *body, size_t n)
{
    r->status = status;
    r->type = type;
    r->answer = body;
    r->answer_n = body ? n : 0;
    answer(r);
}

void http_problem(http_request *r, unsigned status, const char *detail, const char *members)
{
    struct json json = {0};
    size_t n = 0;
    json_object(&json);
    json_key_string(&json, "type", "about:blank");
    json_key_string(&json, "title", title_of(status));
    json_key_number(&json, "status", status);
    json_key_string(&json, "detail", detail);
    if (members) {
        json_raw(&json, members, strlen(members));
    }
    json_object_end(&json);
    char *body = json_take(&json, &n);
    if (status == 503 || status == 429) {
        http_reply_header(r, "Retry-After", "1");
    }
    http_reply(r, status, "application/problem+json; charset=utf-8", body, n);
}

void http_reply_upgrade(
    http_request *r, const char *accept, const char *protocol, http_adopt *adopt, void *ctx)
{
    http_reply_header(r, "Sec-WebSocket-Accept", accept);
    if (protocol) {
        http_reply_header(r, "Sec-WebSocket-Protocol", protocol);
    }
    r->adopt = adopt;
    r->adopt_ctx = ctx;
    r->status = 101;
    answer(r);
}

/* The socket is duplicated and the library's closed at once: held open there it would count against
 * the connection limit and keep its memory. */
static void upgraded(void *ctx, struct MHD_Connection *connection, void *request, const char *extra,
    size_t n, MHD_socket socket, struct MHD_UpgradeResponseHandle *handle)
{
    http_request *r = request;
    (void)ctx;
    (void)connection;
    int fd = fcntl(socket, F_DUPFD_CLOEXEC, 3);
    if (fd >= 0) {
        r->adopt(r->adopt_ctx, fd, extra, n);
    }
    MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

static struct MHD_Response *upgrade_response(void)
{
    struct MHD_Response *response = MHD_create_response_for_upgrade(upgraded, NULL);
    if (response) {
        MHD_add_response_header(response, "Upgrade", "websocket");
    }
    return response;
}

static struct MHD_Response *plain_response(http_request *r)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(r->answer_n,
        r->answer ? r->answer : "", r->answer ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
    if (!response) {
        return NULL;
    }
    r->answer = NULL;
    reply_security_headers(response, false);
    if (r->type) {
        MHD_add_response_header(response, "Content-Type", r->type);
    }
    if (r->status != 304) { /* it would make the browser forget what it keeps */
        MHD_add_response_header(response, "Cache-Control", "no-store");
    }
    if (r->close) {
        MHD_add_response_header(response, "Connection", "close");
    }
    return response;
}

enum MHD_Result reply_queue(http_request *r)
{
    r->server->answered[r->status / 100 < 6 ? r->status / 100 : 5]++;
    struct MHD_Response *response = r->status == 101 ? upgrade_response() : plain_response(r);
    if (!response) {
        return MHD_NO;
    }
    for (size_t i = 0; i < r->headers; i++) {
        MHD_add_response_header(response, r->header[i].name, r->header[i].value);
    }
    /* Reading the answer has a deadline too: what a slow line takes, not for ever. */
    reap_until(r->conn,
        r->status == 101 ? 0 : (int64_t)r->server->options.body_ms + (int64_t)(r->answer_n / 16));
    enum MHD_Result queued = MHD_queue_response(r->connection, r->status, response);
    MHD_destroy_response(response);
    return queued;
}
