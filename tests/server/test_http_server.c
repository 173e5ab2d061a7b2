/* SPDX-License-Identifier: MIT
 * The HTTP server over real sockets: what the library would let through, names and origins,
 * methods, files, deadlines, upgrades.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/worker.h"
#include "support_http.h"
#include "ws/ws.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char web[64] = "/tmp/vmscope-web-XXXXXX";

static void put_file(const char *name, const char *bytes)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", web, name);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    fputs(bytes, out);
    fclose(out);
}

static int start(void **state)
{
    char assets[100], script[3000];
    (void)state;
    assert_non_null(mkdtemp(web));
    snprintf(assets, sizeof assets, "%s/assets", web);
    mkdir(assets, 0700);
    memset(script, 'a', sizeof script - 1);
    script[sizeof script - 1] = 0;
    put_file("index.html", "<!doctype html><title>page</title>");
    put_file("lab.html", "<!doctype html><title>page</title>of a Lab");
    put_file("assets/app-1A2B.js", script);
    put_file(".hidden", "secret");
    server_start(&server, web, 400, 800);
    return 0;
}

static int stop(void **state)
{
    struct server files = {.dir = ""};
    (void)state;
    server_stop(&server);
    server_remove(&server);
    snprintf(files.dir, sizeof files.dir, "%s", web);
    server_remove(&files);
    return 0;
}

/* %s stands for "Host: localhost:PORT". */
static unsigned status_of(const char *format, bool *problem)
{
    char host[64], request[2048];
    snprintf(host, sizeof host, "Host: localhost:%u", server.port);
    size_t n = 0;
    for (const char *p = format; *p; p++) {
        if (p[0] == '%' && p[1] == 's') {
            n += (size_t)sprintf(request + n, "%s", host);
            p++;
        } else {
            request[n++] = *p == '@' ? 0 : *p; /* @ stands for a NUL */
        }
    }
    struct reply reply = send_raw(&server, request, n);
    unsigned status = reply.status;
    *problem = reply_is_problem(&reply);
    reply_free(&reply);
    return status;
}

static void what_can_be_read_in_two_ways_is_refused(void **state)
{
    static const struct {
        unsigned status;
        const char *request;
    } cases[] = {
        {200, "GET /healthz HTTP/1.1\r\n%s\r\nX-A: a\r\nX-B: b\r\n\r\n"},
        {200, "GET /healthz HTTP/1.1\r\n%s\r\nX-A:\r\nX-B: \t b\r\n\r\n"},
        {200, "GET /healthz HTTP/1.0\r\n%s\r\n\r\n"},
        {400, "GET /healthz HTTP/1.1\r\n%s\r\nX-A: a\r\n b\r\n\r\n"},
        {400, "GET /healthz HTTP/1.1\r\n%s\r\nX-A: a\r\n \r\nX-B: b\r\n\r\n"},
        {400, "GET /healthz HTTP/1.1\r\n Folded: first\r\n%s\r\n\r\n"},
        {400, "GET /healthz HTTP/1.1\n%s\r\n\r\n"},
        {400, "GET /healthz HTTP/1.1\r\n%s\nX-A: a\r\n\r\n"},
        {400, "GET /healthz HTTP/1.1\r\n%s\r\nX-A: a@b\r\nX-B: b\r\n\r\n"},
        {400, "GET /healthz@x HTTP/1.1\r\n%s\r\n\r\n"},
        {400, "GET /healthz HTTP/1.1\r\n%s\r\nX-A: a\rb\r\n\r\n"},
        {400, "GET /healthz HTTP/1.1\r\n%s\r\n%s\r\n\r\n"},
        {400, "GET /healthz HTTP/1.1\r\n%s\r\nX-A : a\r\n\r\n"},
        {400, "GET /healthz%00 HTTP/1.1\r\n%s\r\n\r\n"},
        {400, "GET http://evil.example/ HTTP/1.1\r\n%s\r\n\r\n"},
        {400, "POST /api/v1/check HTTP/1.1\r\n%s\r\nContent-Length: 2\r\nContent-Length: "
              "2\r\n\r\n{}"},
        {400, "POST /api/v1/check HTTP/1.1\r\n%s\r\nContent-Length: 4\r\nTransfer-Encoding: "
              "chunked\r\n\r\n0\r\n\r\n"},
        {421, "GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n"},
        {421, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {501, "BREW /healthz HTTP/1.1\r\n%s\r\n\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool problem;
        unsigned status = status_of(cases[i].request, &problem);
        if (status != cases[i].status || (status >= 400 && !problem)) {
            fail_msg("%u instead of %u (problem: %d) for %s", status, cases[i].status, problem,
                cases[i].request);
        }
    }
}

static void names_methods_and_origins(void **state)
{
    char own[100];
    (void)state;
    struct reply reply = ask(&server, "POST", "/healthz", "", "");
    assert_int_equal(reply.status, 405);
    assert_string_equal(reply_header(&reply, "Allow"), "GET, HEAD");
    assert_true(reply_is_problem(&reply));
    reply_free(&reply);
    reply = ask(&server, "OPTIONS", "/api/v1/scenarios", "Origin: http://evil.example\r\n", NULL);
    assert_int_equal(reply.status, 204);
    assert_null(reply_header(&reply, "Access-Control-Allow-Origin"));
    reply_free(&reply);
    reply = ask(&server, "GET", "/api/v1/nothing", "", NULL);
    assert_int_equal(reply.status, 404);
    assert_true(reply_is_problem(&reply));
    reply_free(&reply);
    snprintf(own, sizeof own, "Origin: http://localhost:%u\r\nContent-Type: application/json\r\n",
        server.port);
    reply = ask(&server, "POST", "/api/v1/scenarios", own, "{\"text\":\"a\"}");
    assert_int_equal(reply.status, 201);
    reply_free(&reply);
    reply = ask(&server, "POST", "/api/v1/scenarios",
        "Origin: http://evil.example\r\nContent-Type: application/json\r\n", "{\"text\":\"a\"}");
    assert_int_equal(reply.status, 403);
    reply_free(&reply);
    reply = ask(&server, "GET", "/api/v1/scenarios", "Sec-Fetch-Site: cross-site\r\n", NULL);
    assert_int_equal(reply.status, 403);
    reply_free(&reply);
    reply = ask(&server, "GET", "/lab", "Sec-Fetch-Site: cross-site\r\n", NULL);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
}

static void pages_come_from_memory(void **state)
{
    char match[64];
    (void)state;
    static const char *const pages[] = {
        "/", "/index.html", "/edit/lib-a", "/lab", "/lab/", "/s/abc@148.7", "/r/x", "/c/C0DE"};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        struct reply page = ask(&server, "GET", pages[i], "", NULL);
        assert_int_equal(page.status, 200);
        assert_non_null(strstr(page.body, "<title>page</title>"));
        assert_int_equal(strstr(page.body, "of a Lab") != NULL, i > 2);
        assert_string_equal(reply_header(&page, "Content-Type"), "text/html; charset=utf-8");
        assert_non_null(
            strstr(reply_header(&page, "Content-Security-Policy"), "frame-ancestors 'none'"));
        assert_string_equal(reply_header(&page, "X-Content-Type-Options"), "nosniff");
        assert_null(reply_header(&page, "Server"));
        reply_free(&page);
    }
    struct reply embed = ask(&server, "GET", "/embed/lib-a", "", NULL);
    assert_non_null(strstr(reply_header(&embed, "Content-Security-Policy"), "frame-ancestors *"));
    reply_free(&embed);
    struct reply script = ask(&server, "GET", "/assets/app-1A2B.js", "", NULL);
    assert_int_equal(script.body_n, 2999);
    assert_non_null(strstr(reply_header(&script, "Cache-Control"), "immutable"));
    snprintf(match, sizeof match, "If-None-Match: %s\r\n", reply_header(&script, "ETag"));
    reply_free(&script);
    script = ask(&server, "GET", "/assets/app-1A2B.js", match, NULL);
    assert_int_equal(script.status, 304);
    assert_int_equal(script.body_n, 0);
    reply_free(&script);
    script = ask(&server, "GET", "/assets/app-1A2B.js", "Accept-Encoding: gzip\r\n", NULL);
    assert_string_equal(reply_header(&script, "Content-Encoding"), "gzip");
    assert_true(script.body_n < 200);
    reply_free(&script);
    static const char *const none[] = {"/.hidden", "/assets", "/assets/", "/assets/../index.html",
        "/..", "//", "/assets/%2e%2e/index.html", "/s/../../etc/passwd", "/laboratory",
        "/etc/passwd"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct reply reply = ask(&server, "GET", none[i], "", NULL);
        assert_int_equal(reply.status, 404);
        reply_free(&reply);
    }
}

/* A person at an address where nothing is sees the page, which knows the ways on; a program gets a
 * problem. */
static void nothing_is_said_in_the_callers_terms(void **state)
{
    static const char person[] = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
    static const struct {
        const char *method, *path, *headers;
        bool page;
    } asked[] = {{"GET", "/nothing-here", person, true}, {"GET", "/nothing-here", "", false},
        {"GET", "/nothing-here", "Accept: */*\r\n", false},
        {"POST", "/nothing-here", person, false}, {"GET", "/api/v1/nothing", person, false},
        {"GET", "/assets/gone-1A2B.js", person, false}};
    (void)state;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        struct reply reply = ask(&server, asked[i].method, asked[i].path, asked[i].headers, NULL);
        assert_int_equal(reply.status, 404);
        assert_string_equal(reply_header(&reply, "Content-Type"),
            asked[i].page ? "text/html; charset=utf-8" : "application/problem+json; charset=utf-8");
        assert_int_equal(strstr(reply.body, "<title>page</title>") != NULL, asked[i].page);
        reply_free(&reply);
    }
}

static int open_port(uint16_t port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct timeval patience = {5, 0};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
}

static int open_socket(void)
{
    return open_port(server.port);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Dripping a byte every 50 ms must not keep a connection open. */
static void who_drips_is_cut(void **state)
{
    char host[200];
    (void)state;
    snprintf(host, sizeof host,
        "POST /api/v1/check HTTP/1.1\r\nHost: localhost:%u\r\nContent-Type: application/json\r\n"
        "Content-Length: 1000\r\n\r\n",
        server.port);
    const char *const starts[] = {"GET /healthz HTTP/1.1\r\nX-Slow: ", host, ""};
    for (size_t i = 0; i < 3; i++) {
        int fd = open_socket();
        double began = seconds();
        char byte;
        assert_int_equal(send(fd, starts[i], strlen(starts[i]), 0), strlen(starts[i]));
        while (seconds() - began < 4) {
            if (starts[i][0] && send(fd, "a", 1, MSG_NOSIGNAL) != 1) {
                break;
            }
            if (recv(fd, &byte, 1, MSG_DONTWAIT) == 0) {
                break;
            }
            usleep(50000);
        }
        assert_true(seconds() - began < 3);
        close(fd);
    }
}

/* An upgraded connection must hold neither the library's memory nor one of its places. */
static void upgrades_are_handed_over(void **state)
{
    enum { MANY = 200 };
    char request[400];
    int fd[MANY];
    struct http_stats stats;
    (void)state;
    snprintf(request, sizeof request,
        "GET /api/v1/ws HTTP/1.1\r\nHost: localhost:%u\r\nUpgrade: websocket\r\nConnection: "
        "Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: vmscope.v1\r\n\r\n",
        server.port);
    for (int i = 0; i < MANY; i++) {
        char answer[1024];
        fd[i] = open_socket();
        assert_int_equal(send(fd[i], request, strlen(request), 0), strlen(request));
        ssize_t n = recv(fd[i], answer, sizeof answer - 1, 0);
        assert_true(n > 0);
        answer[n] = 0;
        assert_int_equal(strncmp(answer, "HTTP/1.1 101 ", 13), 0);
        assert_non_null(strstr(answer, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    }
    for (int i = 0; i < 100 && ws_loop_connections(server.api.ws) < MANY; i++) {
        usleep(20000);
    }
    assert_int_equal(ws_loop_connections(server.api.ws), MANY);
    for (int i = 0; i < 100; i++) {
        http_statistics(server.api.http, &stats);
        if (stats.connections < 5) {
            break;
        }
        usleep(20000);
    }
    assert_true(stats.connections < 5);
    struct reply reply = ask(&server, "GET", "/healthz", "", NULL);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
    usleep(1000000); /* past every HTTP deadline of this server */
    char byte;
    assert_int_equal(recv(fd[0], &byte, 1, MSG_DONTWAIT), -1); /* still open */
    for (int i = 0; i < MANY; i++) {
        close(fd[i]);
    }
    reply = ask(&server, "GET", "/api/v1/ws", "", NULL);
    assert_true(reply.status == 400 || reply.status == 426);
    assert_true(reply_is_problem(&reply));
    reply_free(&reply);
    reply = ask(&server, "GET", "/api/v1/ws",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
        "dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\nOrigin: http://evil.example\r\n",
        NULL);
    assert_int_equal(reply.status, 403);
    reply_free(&reply);
}

static void an_address_has_its_share(void **state)
{
    struct server limited = {.rate = 5};
    unsigned taken = 0, refused = 0;
    (void)state;
    server_start(&limited, NULL, 0, 0);
    for (int i = 0; i < 12; i++) {
        struct reply reply = ask(&limited, "GET", "/api/v1/scenarios", "", NULL);
        taken += reply.status == 200;
        if (reply.status == 429) {
            refused++;
            assert_true(reply_is_problem(&reply));
            assert_non_null(reply_header(&reply, "Retry-After"));
        }
        reply_free(&reply);
    }
    assert_true(taken >= 5 && refused >= 1 && taken + refused == 12);
    struct reply page = ask(&limited, "GET", "/", "", NULL); /* a school shares one address */
    assert_int_equal(page.status, 200);
    reply_free(&page);
    usleep(1100000);
    struct reply later = ask(&limited, "GET", "/api/v1/scenarios", "", NULL);
    assert_int_equal(later.status, 200);
    reply_free(&later);
    server_stop(&limited);
    server_remove(&limited);
}

/* The first request may come before whoever starts the server knows that it has one. */
static void figures_are_there_from_the_first_request_on(void **state)
{
    http_server *http = server.api.http;
    (void)state;
    server.api.http = NULL;
    struct reply reply = ask(&server, "GET", "/metrics", "", NULL);
    server.api.http = http;
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply.body, "vmscope_http_requests_total"));
    reply_free(&reply);
}

static void *ask_for_a_run(void *reply)
{
    *(struct reply *)reply = ask_json(&server, "POST", "/api/v1/runs",
        "{\"text\":\"vmscope 1\\nA = start empty\\nrepeat 100000 { A: x = 1 }\\n\"}");
    return NULL;
}

/* Stopping waits for what is under way and answers it; a new connection is not taken. */
static void a_stop_answers_what_is_under_way(void **state)
{
    pthread_t asker;
    struct reply reply = {0};
    struct http_stats stats = {0};
    (void)state;
    assert_int_equal(pthread_create(&asker, NULL, ask_for_a_run, &reply), 0);
    for (int i = 0; i < 5000 && stats.kept == 0; i++) {
        usleep(1000);
        http_statistics(server.api.http, &stats);
    }
    server_stop(&server);
    pthread_join(asker, NULL);
    assert_int_equal(reply.status, 201);
    char path[128];
    snprintf(path, sizeof path, "/api/v1/runs/%s", reply_string(&reply, "id"));
    reply_free(&reply);
    server_start(&server, web, 400, 800);
    reply = ask(&server, "GET", path, "", NULL);
    assert_int_equal(reply.status, 200);
    reply_free(&reply);
}

/* Requests that were taken before a stop and are whole only when the simulations have ended: they
 * find who refuses, not what is freed. */
static void a_body_that_comes_late_is_answered(void **state)
{
    static const struct {
        const char *path, *body;
        unsigned status;
    } late[] = {{"check", "{\"text\":\"vmscope 1\\n\"}", 503},
        {"runs", "{\"scenario\":\"lib-fork-copy-on-write\"}", 503},
        {"scenarios", "{\"title\":\"a\",\"text\":\"vmscope 1\\n\"}", 201},
        {"analyses/sweep", "{\"text\":\"1 2 3\",\"policies\":[\"fifo\"],\"sizes\":[1]}", 503},
        {"classrooms", "{\"text\":\"vmscope 1\\n\"}", 201}};
    enum { LATE = sizeof late / sizeof late[0] };
    int fd[LATE];
    struct server patient = {.dir = ""};
    struct http_stats stats = {0};
    (void)state;
    server_start(&patient, NULL, 0, 0);
    for (size_t i = 0; i < LATE; i++) {
        char head[300];
        fd[i] = open_port(patient.port);
        snprintf(head, sizeof head,
            "POST /api/v1/%s HTTP/1.1\r\nHost: localhost:%u\r\nContent-Type: "
            "application/json\r\nContent-Length: %zu\r\n\r\n",
            late[i].path, patient.port, strlen(late[i].body));
        assert_int_equal(send(fd[i], head, strlen(head), 0), strlen(head));
    }
    for (int i = 0; i < 5000 && stats.requests < LATE; i++) {
        usleep(1000);
        http_statistics(patient.api.http, &stats);
    }
    assert_int_equal(stats.requests, LATE);
    http_server_quiesce(patient.api.http);
    ws_loop_stop(patient.api.ws);
    sim_stop(patient.api.sim);
    sim_stop(patient.api.analysts);
    for (size_t i = 0; i < LATE; i++) {
        char answer[4096];
        size_t n = strlen(late[i].body);
        assert_int_equal(send(fd[i], late[i].body, n, MSG_NOSIGNAL), n);
        ssize_t got = recv(fd[i], answer, sizeof answer - 1, 0);
        assert_true(got > 12);
        answer[got] = 0;
        if ((unsigned)atoi(answer + 9) != late[i].status) {
            fail_msg("%s: %s", late[i].path, answer);
        }
        close(fd[i]);
    }
    server_stop(&patient);
    server_remove(&patient);
}

static void *reply_later(void *request)
{
    usleep(300000);
    http_reply(request, 204, NULL, NULL, 0);
    return NULL;
}

static pthread_t replier;
static void keep_for_later(http_request *r, void *ctx)
{
    (void)ctx;
    assert_int_equal(pthread_create(&replier, NULL, reply_later, r), 0);
}

/* However long the answer takes: the library would end the process for a connection that waits. */
static void freeing_waits_for_what_is_owed(void **state)
{
    static const struct http_route routes[] = {
        {.method = "GET", .path = "/later", .run = keep_for_later}, {.method = NULL}};
    struct http_options options = {.address = "127.0.0.1", .routes = routes};
    struct http_stats stats = {0};
    struct server other = server;
    char why[200], request[100];
    (void)state;
    other.api.http = http_server_new(&options, why, sizeof why);
    assert_non_null(other.api.http);
    int fd = open_port(http_server_port(other.api.http));
    snprintf(request, sizeof request, "GET /later HTTP/1.1\r\nHost: localhost:%u\r\n\r\n",
        http_server_port(other.api.http));
    assert_int_equal(send(fd, request, strlen(request), 0), strlen(request));
    for (int i = 0; i < 5000 && stats.kept == 0; i++) {
        usleep(1000);
        http_statistics(other.api.http, &stats);
    }
    assert_int_equal(stats.kept, 1);
    http_server_quiesce(other.api.http);
    assert_false(http_server_wait(other.api.http, 1));
    http_server_free(other.api.http);
    pthread_join(replier, NULL);
    close(fd);
}

/* In a network: this machine's own names, each with its origin, and no others. */
static void a_network_sees_our_names_only(void **state)
{
    char why[200] = "", host[256] = "", request[600], wanted[300];
    struct http_options options = {
        .address = "127.0.0.1", .lan = true, .web = web, .routes = api_routes, .ctx = &server.api};
    struct server other = server;
    (void)state;
    other.api.http = http_server_new(&options, why, sizeof why);
    assert_non_null(other.api.http);
    other.port = http_server_port(other.api.http);
    gethostname(host, sizeof host - 1);
    snprintf(wanted, sizeof wanted, "http://%s:%u", host, other.port);
    bool named = false;
    size_t n = 0;
    for (const char *origin; (origin = http_server_origin(other.api.http, n)) != NULL; n++) {
        named |= strcasecmp(origin, wanted) == 0;
        snprintf(request, sizeof request,
            "POST /api/v1/check HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nContent-Type: "
            "application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
            origin + 7, origin);
        struct reply reply = send_text(&other, request);
        assert_int_equal(reply.status, 422); /* looked at: it has no text */
        reply_free(&reply);
    }
    assert_true(named && n >= 4);
    static const char *const foreign[] = {
        "evil.example", "10.255.255.254", "localhost.evil.example"};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        snprintf(request, sizeof request, "GET /healthz HTTP/1.1\r\nHost: %s:%u\r\n\r\n",
            foreign[i], other.port);
        struct reply reply = send_text(&other, request);
        assert_int_equal(reply.status, 421);
        reply_free(&reply);
    }
    http_server_free(other.api.http);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0) {
        return sim_worker_main(argc - 1, argv + 1);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_be_read_in_two_ways_is_refused),
        cmocka_unit_test(names_methods_and_origins),
        cmocka_unit_test(pages_come_from_memory),
        cmocka_unit_test(nothing_is_said_in_the_callers_terms),
        cmocka_unit_test(who_drips_is_cut),
        cmocka_unit_test(upgrades_are_handed_over),
        cmocka_unit_test(an_address_has_its_share),
        cmocka_unit_test(a_network_sees_our_names_only),
        cmocka_unit_test(figures_are_there_from_the_first_request_on),
        cmocka_unit_test(freeing_waits_for_what_is_owed),
        cmocka_unit_test(a_body_that_comes_late_is_answered),
        cmocka_unit_test(a_stop_answers_what_is_under_way),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
