/* SPDX-License-Identifier: MIT
 * The API over a real socket, with the real store and simulation behind it.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/worker.h"
#include "support_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static struct server server;

static int start(void **state)
{
    (void)state;
    server_start(&server, NULL, 0, 0);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    server_stop(&server);
    server_remove(&server);
    return 0;
}

#define COW                                                                                        \
    "vmscope 1\\ntitle \\\"Fork\\\"\\nmachine x86-64 { frames 64 swap 32 tlb 8 policy clock seed " \
    "1 }\\n"                                                                                       \
    "A = start empty\\nA: heap = mmap(2 pages, rw, private)\\nA: store(heap, 2 pages)\\nA: B = "   \
    "fork()\\n"                                                                                    \
    "expect frames(heap) = 2\\nB: *heap = 7\\nexpect fault cow\\n"

static void expect(struct reply reply, unsigned status)
{
    if (reply.status != status || (status >= 400 && !reply_is_problem(&reply))) {
        fail_msg("expected %u, got %.2000s", status, reply.bytes);
    }
    reply_free(&reply);
}

static void machines_get_their_answers(void **state)
{
    (void)state;
    expect(ask(&server, "GET", "/healthz", "", NULL), 200);
    expect(ask(&server, "GET", "/readyz", "", NULL), 200);
    expect(ask(&server, "GET", "/readyz", "", NULL), 200);
    struct reply metrics = ask(&server, "GET", "/metrics", "", NULL);
    assert_int_equal(metrics.status, 200);
    assert_non_null(strstr(metrics.body, "\nvmscope_store_commits_total "));
    assert_non_null(strstr(metrics.body, "\nvmscope_sim_workers 1\n"));
    reply_free(&metrics);
}

static void scenarios_live(void **state)
{
    char path[128], headers[512], token[128], id[64], etag[128];
    (void)state;
    struct reply made =
        ask_json(&server, "POST", "/api/v1/scenarios", "{\"text\":\"" COW "\",\"tags\":[\"cow\"]}");
    assert_int_equal(made.status, 201);
    assert_string_equal(reply_string(&made, "title"), "Fork");
    assert_non_null(strstr(made.body, "\"ok\":true"));
    snprintf(id, sizeof id, "%s", reply_string(&made, "id"));
    snprintf(token, sizeof token, "%s", reply_string(&made, "edit_token"));
    snprintf(path, sizeof path, "/api/v1/scenarios/%s", id);
    assert_string_equal(reply_header(&made, "Location"), path);
    reply_free(&made);
    struct reply read = ask(&server, "GET", path, "", NULL);
    assert_int_equal(read.status, 200);
    assert_non_null(strstr(reply_string(&read, "text"), "fork()"));
    assert_null(strstr(read.body, token));
    snprintf(etag, sizeof etag, "If-None-Match: %s\r\n", reply_header(&read, "ETag"));
    snprintf(headers, sizeof headers,
        "If-Match: %s\r\nContent-Type: application/json\r\nAuthorization: Bearer %s\r\n",
        reply_header(&read, "ETag"), token);
    reply_free(&read);
    expect(ask(&server, "GET", path, etag, NULL), 304);
    expect(ask_json(&server, "PUT", path, "{\"text\":\"x\"}"), 403);
    struct reply put = ask(&server, "PUT", path, headers, "{\"text\":\"vmscope 1\\n# two\\n\"}");
    assert_int_equal(put.status, 200);
    assert_non_null(strstr(put.body, "\"version\":2"));
    reply_free(&put);
    expect(ask(&server, "PUT", path, headers, "{\"text\":\"late\"}"), 412);
    expect(ask(&server, "GET", path, etag, NULL), 200);
    snprintf(path, sizeof path, "/api/v1/scenarios/%s/versions", id);
    expect(ask(&server, "GET", path, "", NULL), 200);
    snprintf(path, sizeof path, "/api/v1/scenarios/%s?version=1", id);
    expect(ask(&server, "GET", path, "", NULL), 200);
    snprintf(path, sizeof path, "/api/v1/scenarios/%s/fork", id);
    struct reply fork_ = ask(&server, "POST", path, "Content-Length: 0\r\n", NULL);
    assert_int_equal(fork_.status, 201);
    assert_string_equal(reply_string(&fork_, "forked_from"), id);
    reply_free(&fork_);
    snprintf(path, sizeof path, "/api/v1/scenarios/%s", id);
    expect(ask(&server, "DELETE", path, "", NULL), 403);
    snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", token);
    expect(ask(&server, "DELETE", path, headers, NULL), 204);
    expect(ask(&server, "GET", path, "", NULL), 404);
}

static void drafts_are_saved_with_their_faults(void **state)
{
    (void)state;
    struct reply made =
        ask_json(&server, "POST", "/api/v1/scenarios", "{\"text\":\"no scenario {yet}\"}");
    assert_int_equal(made.status, 201);
    assert_non_null(strstr(made.body, "\"ok\":false"));
    assert_non_null(strstr(made.body, "\"line\":1"));
    reply_free(&made);
}

static void lists_and_repeats(void **state)
{
    static const char key[] = "Content-Type: application/json\r\nIdempotency-Key: 0123456789\r\n";
    (void)state;
    struct reply one =
        ask(&server, "POST", "/api/v1/scenarios", key, "{\"text\":\"vmscope 1\\n# needle9\"}");
    struct reply two =
        ask(&server, "POST", "/api/v1/scenarios", key, "{\"text\":\"vmscope 1\\n# needle9\"}");
    assert_string_equal(reply_string(&one, "id"), reply_string(&two, "id"));
    assert_string_equal(reply_string(&one, "edit_token"), reply_string(&two, "edit_token"));
    reply_free(&one);
    reply_free(&two);
    expect(ask(&server, "POST", "/api/v1/scenarios", key, "{\"text\":\"else\"}"), 409);
    struct reply list = ask(&server, "GET", "/api/v1/scenarios?q=needle9&limit=1", "", NULL);
    assert_int_equal(list.status, 200);
    assert_non_null(strstr(list.body, "\"next\":null"));
    assert_null(strstr(list.body, "\"scenarios\":[]"));
    reply_free(&list);
    expect(ask(&server, "GET", "/api/v1/scenarios?limit=0", "", NULL), 400);
    expect(ask(&server, "GET", "/api/v1/scenarios?limit=1001", "", NULL), 400);
    expect(ask(&server, "GET", "/api/v1/scenarios?limit=x", "", NULL), 400);
}

static void bodies_have_limits(void **state)
{
    char *body = malloc(400000);
    (void)state;
    for (size_t n = 65536; n <= 65537; n++) {
        strcpy(body, "{\"text\":\"");
        memset(body + 9, 'a', n);
        strcpy(body + 9 + n, "\"}");
        expect(ask_json(&server, "POST", "/api/v1/scenarios", body), n == 65536 ? 201 : 413);
    }
    memset(body, ' ', 262144);
    memcpy(body, "{\"text\":\"b\"}", 12);
    body[262144] = 0;
    expect(ask_json(&server, "POST", "/api/v1/scenarios", body), 201);
    free(body);
    char declared[256];
    snprintf(declared, sizeof declared,
        "POST /api/v1/scenarios HTTP/1.1\r\nHost: localhost:%u\r\nContent-Type: "
        "application/json\r\n"
        "Content-Length: 262145\r\n\r\n",
        server.port);
    expect(send_text(&server, declared), 413);
    static const struct {
        unsigned status;
        const char *body;
    } bad[] = {{400, ""}, {400, "{"}, {400, "[]"}, {400, "{\"text\":\"a\",\"text\":\"b\"}"},
        {422, "{}"}, {422, "{\"text\":5}"}, {422, "{\"text\":\"a\",\"title\":5}"},
        {422, "{\"text\":\"a\",\"tags\":\"b\"}"}, {422, "{\"text\":\"a\",\"tags\":[1]}"},
        {400, "{\"text\":\"\\u0000\"}"}, {400, "{\"text\":\"\xff\"}"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        expect(ask_json(&server, "POST", "/api/v1/scenarios", bad[i].body), bad[i].status);
    }
    expect(ask(&server, "POST", "/api/v1/scenarios", "Content-Type: text/plain\r\n", "{}"), 415);
    expect(ask(&server, "POST", "/api/v1/scenarios", "", "{}"), 415);
    expect(ask(&server, "POST", "/api/v1/scenarios",
               "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", "{}"),
        415);
}

static void texts_are_checked_and_formatted(void **state)
{
    (void)state;
    struct reply check = ask_json(&server, "POST", "/api/v1/check", "{\"text\":\"" COW "\"}");
    assert_int_equal(check.status, 200);
    assert_non_null(strstr(check.body, "\"ok\":true"));
    reply_free(&check);
    struct reply format = ask_json(&server, "POST", "/api/v1/format", "{\"text\":\"" COW "\"}");
    assert_int_equal(format.status, 200);
    assert_non_null(strstr(reply_string(&format, "text"), "vmscope 1\n"));
    reply_free(&format);
}

static void templates_are_listed(void **state)
{
    struct json_error error;
    struct json_limits limits = {.bytes = 1 << 18};
    (void)state;
    struct reply reply = ask(&server, "GET", "/api/v1/templates", "", NULL);
    assert_int_equal(reply.status, 200);
    json_value *root = json_parse(reply.body, reply.body_n, &limits, &error);
    const json_value *list = json_get(root, "templates");
    assert_in_range(json_size(list), 8, 20);
    for (const json_value *one = json_first(list); one; one = json_next(one)) {
        static const char *const members[] = {"id", "title", "about", "text"};
        for (size_t i = 0; i < 4; i++) {
            assert_true(strlen(json_text(json_get(one, members[i]))) > 2);
        }
        const char *text = json_text(json_get(one, "text"));
        assert_non_null(strstr(text, json_text(json_get(one, "about"))));
        assert_int_equal(strncmp(text, "vmscope 1\n", 10), 0);
        assert_null(strchr(json_text(json_get(one, "id")), '.'));
    }
    json_value_free(root);
    reply_free(&reply);
}

static void runs_are_kept_and_asked(void **state)
{
    char path[160], headers[256], id[64];
    (void)state;
    struct reply run =
        ask_json(&server, "POST", "/api/v1/runs", "{\"text\":\"" COW "\",\"set\":{\"frames\":48}}");
    assert_int_equal(run.status, 201);
    assert_non_null(strstr(run.body, "\"operations\":5"));
    assert_non_null(strstr(run.body, "\"copies\":1"));
    assert_non_null(strstr(run.body, "\"held\":true"));
    assert_non_null(strstr(run.body, "\"set\":{\"frames\":\"48\"}"));
    snprintf(id, sizeof id, "%s", reply_string(&run, "id"));
    snprintf(
        headers, sizeof headers, "Authorization: Bearer %s\r\n", reply_string(&run, "edit_token"));
    reply_free(&run);
    static const struct {
        unsigned status;
        const char *what, *holds;
    } questions[] = {{200, "", "\"operations\":5"},
        {200, "/events?from=4&to=5", "\"event\":\"fault\""}, {200, "/state?at=5", "\"frame\""},
        {200, "/state?at=5.3", "\"position\":\"5.3\""}, {200, "/lanes?buckets=5", "\"cow\""},
        {400, "/events?from=9&to=3", "from"}, {400, "/state?at=x", "position"},
        {400, "/lanes?buckets=0", "buckets"}, {400, "/events?from=-1", "from"}};
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        snprintf(path, sizeof path, "/api/v1/runs/%s%s", id, questions[i].what);
        struct reply reply = ask(&server, "GET", path, "", NULL);
        if (reply.status != questions[i].status) {
            fail_msg("%s: %.1000s", path, reply.body);
        }
        if (!strstr(reply.body, questions[i].holds)) {
            fail_msg("%s: no %s in %.1000s", path, questions[i].holds, reply.body);
        }
        reply_free(&reply);
    }
    struct reply list = ask(&server, "GET", "/api/v1/runs", "", NULL);
    assert_non_null(strstr(list.body, id));
    reply_free(&list);
    snprintf(path, sizeof path, "/api/v1/runs/%s", id);
    expect(ask(&server, "DELETE", path, "Authorization: Bearer guess\r\n", NULL), 403);
    expect(ask(&server, "DELETE", path, headers, NULL), 204);
    expect(ask(&server, "GET", path, "", NULL), 404);
}

static void runs_of_scenarios(void **state)
{
    char body[256], path[160];
    (void)state;
    struct reply made = ask_json(&server, "POST", "/api/v1/scenarios", "{\"text\":\"" COW "\"}");
    snprintf(body, sizeof body, "{\"scenario\":\"%s\"}", reply_string(&made, "id"));
    struct reply run = ask_json(&server, "POST", "/api/v1/runs", body);
    assert_int_equal(run.status, 201);
    assert_string_equal(reply_string(&run, "scenario"), reply_string(&made, "id"));
    snprintf(path, sizeof path, "/api/v1/runs?scenario=%s", reply_string(&made, "id"));
    struct reply list = ask(&server, "GET", path, "", NULL);
    assert_non_null(strstr(list.body, reply_string(&run, "id")));
    reply_free(&list);
    reply_free(&run);
    reply_free(&made);
    expect(ask_json(&server, "POST", "/api/v1/runs", "{\"scenario\":\"none22222222\"}"), 404);
    expect(ask_json(&server, "POST", "/api/v1/runs", "{}"), 422);
    expect(ask_json(&server, "POST", "/api/v1/runs", "{\"text\":\"a\",\"scenario\":\"b\"}"), 422);
    expect(ask_json(&server, "POST", "/api/v1/runs", "{\"text\":\"vmscope 1\",\"set\":[]}"), 422);
    struct reply wrong = ask_json(&server, "POST", "/api/v1/runs", "{\"text\":\"nonsense\"}");
    assert_int_equal(wrong.status, 422);
    assert_true(reply_is_problem(&wrong));
    assert_non_null(strstr(wrong.body, "\"diagnostics\":[{\"line\":1"));
    reply_free(&wrong);
}

static struct reply upload(const char *query, const char *type, const void *bytes, size_t n)
{
    char *request = malloc(n + 500);
    int head = snprintf(request, 500,
        "POST /api/v1/traces%s HTTP/1.1\r\nHost: localhost:%u\r\nContent-Type: "
        "%s\r\nContent-Length: %zu\r\n\r\n",
        query, server.port, type, n);
    memcpy(request + head, bytes, n);
    struct reply reply = send_raw(&server, request, (size_t)head + n);
    free(request);
    return reply;
}

static void traces_are_taken_in(void **state)
{
    static const char binary[] = "application/octet-stream", zipped[] = "application/gzip";
    char path[128], packed[4096];
    (void)state;
    struct reply made = upload("?format=pages&title=A+string", binary, "7 0 1W 2\n0 3", 12);
    assert_int_equal(made.status, 201);
    assert_non_null(strstr(made.body, "\"references\":6"));
    assert_string_equal(reply_string(&made, "title"), "A string");
    snprintf(path, sizeof path, "/api/v1/traces/%s", reply_string(&made, "id"));
    reply_free(&made);
    expect(ask(&server, "GET", path, "", NULL), 200);
    expect(ask(&server, "GET", "/api/v1/traces", "", NULL), 200);
    expect(ask(&server, "GET", "/api/v1/traces/none22222222", "", NULL), 404);
    z_stream z = {.next_in = (z_const Bytef *)"1 2 3 4",
        .avail_in = 7,
        .next_out = (Bytef *)packed,
        .avail_out = sizeof packed};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = z.total_out;
    deflateEnd(&z);
    struct reply small = upload("?format=pages", zipped, packed, n);
    assert_int_equal(small.status, 201);
    assert_non_null(strstr(small.body, "\"bytes\":7,\"references\":4"));
    reply_free(&small);
    expect(upload("?format=pages", zipped, packed, n - 4), 422);
    expect(upload("?format=pages", zipped, "no gzip", 7), 422);
    expect(upload("?format=pages", "text/plain", "1 2", 3), 415);
    expect(upload("?format=novel", binary, "1 2", 3), 400);
    expect(upload("?format=pages&page_size=1000", binary, "1 2", 3), 400);
    expect(upload("?format=pages", binary, "one two", 7), 422);
    expect(upload("?format=pages", binary, "", 0), 422);
}

static void refused(struct reply reply, unsigned status, const char *says)
{
    assert_int_equal(reply.status, status);
    assert_true(reply_is_problem(&reply));
    assert_non_null(strstr(reply.body, says));
    assert_non_null(strstr(reply.body, "\"report\":{"));
    reply_free(&reply);
}

/* Whatever is wrong, the answer says what, where, and how far it was read. */
static void bad_traces_are_reported(void **state)
{
    static const char binary[] = "application/octet-stream", zstd[] = "application/zstd";
    static const char refs[] = "?format=refs", lackey[] = "?format=lackey",
                      pages[] = "?format=pages";
    enum { LONG = 10 << 20 };
    char *text = malloc(LONG + 100);
    (void)state;
    refused(upload(refs, binary, "", 0), 422, "There is no reference in the trace.");
    refused(upload(lackey, binary,
                "\x7f"
                "ELF\x02\x01\n\0\xff",
                9),
        422, "is the format right? Line 1");
    refused(upload(refs, binary, "I 40\r\nR -5\r\n", 13), 422,
        "Line 2, column 3: expected a page number");
    refused(upload(refs, binary, "I 40\r\nR -5\r\n", 13), 422, "1 lines");
    memset(text, 'a', LONG);
    strcpy(text + LONG, "\nI  04016b90,3\n L 04016b90,-3\n");
    struct reply made = upload(lackey, binary, text, strlen(text));
    assert_int_equal(made.status, 201);
    assert_non_null(strstr(made.body, "\"torn\":2,\"first_torn\":1"));
    assert_non_null(strstr(made.body, "\"references\":1"));
    reply_free(&made);
    refused(upload(refs, binary, text, strlen(text)), 422, "Line 1, column 1");
    /* zstd; cut short; none; and a kilobyte that claims 100 GB. */
    size_t n = ZSTD_compress(text + 1000, 1000, "1 2 3 4 5\n", 10, 3);
    made = upload(pages, zstd, text + 1000, n);
    assert_int_equal(made.status, 201);
    assert_non_null(strstr(made.body, "\"compression\":\"zstd\""));
    reply_free(&made);
    refused(upload(pages, zstd, text + 1000, n - 1), 422, "end too early");
    refused(upload(pages, zstd, "1 2 3", 5), 422, "neither gzip nor zstd");
    static const unsigned char claim[] = {
        0x28, 0xb5, 0x2f, 0xfd, 0xc0 | 0x20, 0, 0, 0, 0xe8, 0x18, 0, 0, 0};
    memcpy(text, claim, sizeof claim);
    memset(text + sizeof claim, 0, 1024);
    refused(upload(pages, zstd, text, 1024), 422, "Read until then: 0 bytes unpacked");
    /* Run-length blocks: 4 bytes become 128 KiB. */
    static const unsigned char head[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58};
    static const unsigned char run[] = {0x02, 0x00, 0x10, '\n'};
    memcpy(text, head, sizeof head);
    n = sizeof head;
    for (int i = 0; i < 800; i++, n += sizeof run) {
        memcpy(text + n, run, sizeof run);
    }
    refused(upload(pages, zstd, text, n), 422, "10,000 times");
    free(text);
}

/* At each limit, and one above it. */
static void traces_have_limits(void **state)
{
    static const char binary[] = "application/octet-stream";
    enum { SENT = 64 << 20, REFERENCES = 20000000 };
    char *bytes = malloc(SENT + 1);
    (void)state;
    memset(bytes, '#', SENT + 1);
    for (size_t i = 99; i < SENT; i += 100) {
        bytes[i] = '\n';
    }
    bytes[0] = '1';
    bytes[1] = '\n';
    expect(upload("?format=pages", binary, bytes, SENT), 201);
    expect(upload("?format=pages", binary, bytes, SENT + 1), 413);
    for (size_t i = 0; i <= REFERENCES; i++) {
        bytes[2 * i] = '1';
        bytes[2 * i + 1] = ' ';
    }
    expect(upload("?format=pages", binary, bytes, 2 * (size_t)REFERENCES), 201);
    expect(upload("?format=pages", binary, bytes, 2 * (size_t)REFERENCES + 1), 413);
    free(bytes);
}

/* Every route stands in the description and every description has its route. */
static void the_description_is_true(void **state)
{
    struct json_error error;
    static const struct json_limits wide = {.bytes = 1 << 20, .keys = 100000};
    size_t described = 0, routes = 0;
    (void)state;
    struct reply reply = ask(&server, "GET", "/api/v1/openapi.json", "", NULL);
    json_value *root = json_parse(reply.body, reply.body_n, &wide, &error);
    assert_non_null(root);
    const json_value *paths = json_get(root, "paths");
    for (const json_value *path = json_first(paths); path; path = json_next(path)) {
        for (const json_value *method = json_first(path); method; method = json_next(method)) {
            described++;
            const json_value *replies = json_get(method, "responses");
            assert_true(json_size(replies) > 0);
        }
    }
    for (const struct http_route *route = api_routes; route->method; route++, routes++) {
        char method[16] = "";
        for (size_t i = 0; route->method[i]; i++) {
            method[i] = (char)(route->method[i] - 'A' + 'a');
        }
        if (!json_get(json_get(paths, route->path), method)) {
            fail_msg("%s %s is not in openapi.json", route->method, route->path);
        }
    }
    assert_int_equal(described, routes);
    json_value_free(root);
    reply_free(&reply);
}

static void rooms_are_opened_and_found(void **state)
{
    char path[128], token[64], url[200];
    (void)state;
    struct reply made = ask_json(&server, "POST", "/api/v1/classrooms",
        "{\"text\":\"vmscope 1\\nA = start empty\\n\",\"set\":{\"frames\":8}}");
    assert_int_equal(made.status, 201);
    snprintf(token, sizeof token, "%s", reply_string(&made, "host_token"));
    assert_int_equal(strlen(token), 32);
    snprintf(path, sizeof path, "/api/v1/classrooms/%s", reply_string(&made, "code"));
    assert_string_equal(reply_header(&made, "Location"), path);
    snprintf(url, sizeof url, "http://localhost:%u/c/%s", server.port, path + 19);
    assert_string_equal(reply_string(&made, "join_url"), url);
    assert_memory_equal(reply_string(&made, "host_url"), url, strlen(url));
    assert_non_null(strstr(made.body, token));
    reply_free(&made);
    struct reply read = ask(&server, "GET", path, "", NULL);
    assert_int_equal(read.status, 200);
    assert_null(strstr(read.body, token));
    assert_non_null(strstr(read.body, "\"position\":\"0\""));
    assert_non_null(strstr(read.body, "\"set\":{\"frames\":\"8\"}"));
    assert_non_null(strstr(reply_string(&read, "text"), "start empty"));
    reply_free(&read);
    expect(ask(&server, "GET", "/api/v1/classrooms/BBBBBB", "", NULL), 404);
    expect(ask(&server, "GET", "/api/v1/classrooms/none", "", NULL), 404);
    static const char *const wrong[] = {"{}", "{\"text\":7}", "{\"text\":\"a\",\"scenario\":\"b\"}",
        "{\"text\":\"a\",\"set\":{\"frames\":[]}}"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        expect(ask_json(&server, "POST", "/api/v1/classrooms", wrong[i]), 400);
    }
    expect(ask_json(&server, "POST", "/api/v1/classrooms", "{\"scenario\":\"none\"}"), 404);
    char body[128];
    made = ask_json(&server, "POST", "/api/v1/scenarios", "{\"text\":\"vmscope 1\"}");
    snprintf(body, sizeof body, "{\"scenario\":\"%s\"}", reply_string(&made, "id"));
    reply_free(&made);
    made = ask_json(&server, "POST", "/api/v1/classrooms", body);
    assert_int_equal(made.status, 201);
    reply_free(&made);
}

/* 200 rooms, then no more; 600 wrong codes a minute from here, then none is looked at. */
static void rooms_have_limits(void **state)
{
    static const char text[] = "{\"text\":\"vmscope 1\"}";
    unsigned made = 0, wrong = 0;
    (void)state;
    struct reply reply = ask_json(&server, "POST", "/api/v1/classrooms", text);
    char path[128];
    snprintf(path, sizeof path, "/api/v1/classrooms/%s", reply_string(&reply, "code"));
    while (reply.status == 201) {
        made++;
        reply_free(&reply);
        reply = ask_json(&server, "POST", "/api/v1/classrooms", text);
    }
    assert_int_equal(reply.status, 503);
    assert_non_null(strstr(reply.body, "200 rooms"));
    assert_int_equal(made, 198); /* two are of the test before */
    do {
        reply_free(&reply);
        reply = ask(&server, "GET", "/api/v1/classrooms/BBBBBB", "", NULL);
        wrong += reply.status == 404;
    } while (reply.status == 404);
    assert_int_equal(reply.status, 429);
    assert_string_equal(reply_header(&reply, "Retry-After"), "60");
    assert_in_range(wrong, 595, 760); /* ten a second come back */
    reply_free(&reply);
}

static void a_restart_keeps_everything(void **state)
{
    char path[128];
    (void)state;
    struct reply made =
        ask_json(&server, "POST", "/api/v1/scenarios", "{\"text\":\"vmscope 1\\n# kept\"}");
    snprintf(path, sizeof path, "/api/v1/scenarios/%s", reply_string(&made, "id"));
    reply_free(&made);
    server_stop(&server);
    server_start(&server, NULL, 0, 0);
    expect(ask(&server, "GET", path, "", NULL), 200);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0) {
        return sim_worker_main(argc - 1, argv + 1);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(machines_get_their_answers),
        cmocka_unit_test(scenarios_live),
        cmocka_unit_test(drafts_are_saved_with_their_faults),
        cmocka_unit_test(lists_and_repeats),
        cmocka_unit_test(bodies_have_limits),
        cmocka_unit_test(texts_are_checked_and_formatted),
        cmocka_unit_test(templates_are_listed),
        cmocka_unit_test(runs_are_kept_and_asked),
        cmocka_unit_test(runs_of_scenarios),
        cmocka_unit_test(traces_are_taken_in),
        cmocka_unit_test(bad_traces_are_reported),
        cmocka_unit_test(traces_have_limits),
        cmocka_unit_test(the_description_is_true),
        cmocka_unit_test(rooms_are_opened_and_found),
        cmocka_unit_test(rooms_have_limits),
        cmocka_unit_test(a_restart_keeps_everything),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
