/* SPDX-License-Identifier: MIT
 * See support_http.h. The program is its own simulation worker: see main of the tests.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support_http.h"
#include "api/jobs.h"
#include "api/source.h"
#include "ws/ws.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <ftw.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

void server_start(struct server *s, const char *web, unsigned header_ms, unsigned body_ms)
{
    char why[300] = "";
    if (!s->dir[0]) {
        strcpy(s->dir, "/tmp/vmscope-http-XXXXXX");
        assert_non_null(mkdtemp(s->dir));
    }
    memset(&s->api, 0, sizeof s->api);
    struct store_options kept = {.dir = s->dir, .library = true};
    if (store_open(&kept, why, sizeof why, &s->api.store) != STORE_OK) {
        fail_msg("%s", why);
    }
    struct sim_options sim = {.workers = 1};
    s->api.sim = sim_new(&sim);
    assert_non_null(s->api.sim);
    s->api.analysts = sim_new(&sim);
    assert_non_null(s->api.analysts);
    s->api.jobs = jobs_new(s->api.analysts);
    struct lab_source source = api_source(s->api.store);
    struct ws_options ws = {.sim = s->api.sim, .source = &source};
    s->api.ws = ws_loop_new(&ws);
    assert_non_null(s->api.ws);
    struct http_options http = {.address = "127.0.0.1",
        .web = web,
        .routes = api_routes,
        .ctx = &s->api,
        .per_address = s->rate,
        .header_ms = header_ms,
        .body_ms = body_ms};
    s->api.http = http_server_new(&http, why, sizeof why);
    if (!s->api.http) {
        fail_msg("%s", why);
    }
    s->port = http_server_port(s->api.http);
}

void server_stop(struct server *s)
{
    http_server_quiesce(s->api.http);
    assert_true(http_server_wait(s->api.http, 10000));
    ws_loop_stop(s->api.ws);
    sim_stop(s->api.sim);
    sim_stop(s->api.analysts);
    assert_true(http_server_wait(s->api.http, 10000));
    http_server_free(s->api.http);
    store_close(s->api.store);
    ws_loop_free(s->api.ws);
    sim_free(s->api.sim);
    sim_free(s->api.analysts);
    jobs_free(s->api.jobs);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

void server_remove(struct server *s)
{
    nftw(s->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void reply_free(struct reply *reply)
{
    free(reply->bytes);
    memset(reply, 0, sizeof *reply);
}

static int connect_to(const struct server *s)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(s->port)};
    struct timeval patience = {60, 0}; /* on a busy machine too */
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

/* Is the answer whole? A connection that is upgraded stays open. */
static bool whole(struct reply *reply)
{
    char *end = strstr(reply->bytes, "\r\n\r\n");
    if (!end) {
        return false;
    }
    reply->status = (unsigned)atoi(reply->bytes + strcspn(reply->bytes, " "));
    reply->body = end + 4;
    reply->body_n = reply->n - (size_t)(reply->body - reply->bytes);
    const char *length = reply_header(reply, "Content-Length");
    return reply->status == 101 || reply->status == 204 || reply->status == 304 ||
           (length && strtoul(length, NULL, 10) <= reply->body_n);
}

struct reply send_raw(const struct server *s, const void *bytes, size_t n)
{
    struct reply reply = {.bytes = calloc(1, 8 << 20)};
    int fd = connect_to(s);
    for (const char *p = bytes; n > 0;) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent <= 0) {
            break;
        }
        p += sent;
        n -= (size_t)sent;
    }
    for (ssize_t got; (got = recv(fd, reply.bytes + reply.n, (8 << 20) - 1 - reply.n, 0)) > 0;) {
        reply.n += (size_t)got;
        if (whole(&reply)) {
            break;
        }
    }
    if (!reply.body) {
        reply.body = reply.bytes + reply.n;
    }
    close(fd);
    return reply;
}

struct reply send_text(const struct server *s, const char *request)
{
    return send_raw(s, request, strlen(request));
}

const char *reply_header(const struct reply *reply, const char *name)
{
    static char value[1024];
    for (const char *line = strstr(reply->bytes, "\r\n"); line && line + 2 < reply->body;
         line = strstr(line + 2, "\r\n")) {
        const char *at = line + 2;
        if (strncasecmp(at, name, strlen(name)) == 0 && at[strlen(name)] == ':') {
            at += strlen(name) + 1;
            at += strspn(at, " ");
            snprintf(value, sizeof value, "%.*s", (int)strcspn(at, "\r"), at);
            return value;
        }
    }
    return NULL;
}

bool reply_is_problem(const struct reply *reply)
{
    struct json_error error;
    uint64_t status = 0;
    const char *type = reply_header(reply, "Content-Type");
    if (!type || strncmp(type, "application/problem+json", 24) != 0) {
        return false;
    }
    json_value *root = json_parse(reply->body, reply->body_n, NULL, &error);
    bool fine = root && json_u64(json_get(root, "status"), &status) && status == reply->status &&
                json_text(json_get(root, "title")) && json_text(json_get(root, "detail"));
    json_value_free(root);
    return fine;
}

const char *reply_string(const struct reply *reply, const char *name)
{
    static char value[4][512];
    static unsigned next;
    const struct json_limits limits = {
        .bytes = 8 << 20}; /* an answer may be longer than a request */
    struct json_error error;
    json_value *root = json_parse(reply->body, reply->body_n, &limits, &error);
    const char *text = json_text(json_get(root, name));
    if (!text) {
        fail_msg("no string %s in %s", name, reply->body);
    }
    char *out = value[next++ % 4];
    snprintf(out, sizeof value[0], "%s", text);
    json_value_free(root);
    return out;
}

struct reply ask(const struct server *s, const char *method, const char *path, const char *headers,
    const char *body)
{
    size_t n = body ? strlen(body) : 0, room = n + strlen(headers) + strlen(path) + 300;
    char length[64] = "", *request = malloc(room);
    if (body) {
        snprintf(length, sizeof length, "Content-Length: %zu\r\n", n);
    }
    int used = snprintf(request, room, "%s %s HTTP/1.1\r\nHost: localhost:%u\r\n%s%s\r\n%s", method,
        path, s->port, headers, length, body ? body : "");
    struct reply reply = send_raw(s, request, (size_t)used);
    free(request);
    return reply;
}

struct reply ask_json(
    const struct server *s, const char *method, const char *path, const char *body)
{
    return ask(s, method, path, "Content-Type: application/json\r\n", body);
}

struct server server;

int server_setup(void **state)
{
    (void)state;
    server_start(&server, NULL, 0, 0);
    return 0;
}

int server_teardown(void **state)
{
    (void)state;
    server_stop(&server);
    server_remove(&server);
    return 0;
}

void reply_expect(struct reply reply, unsigned status)
{
    if (reply.status != status || (status >= 400 && !reply_is_problem(&reply))) {
        fail_msg("expected %u, got %.2000s", status, reply.bytes);
    }
    reply_free(&reply);
}
