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

#define COW                                                                                        \
    "vmscope 1\\ntitle \\\"Fork\\\"\\nmachine x86-64 { frames 64 swap 32 tlb 8 policy clock seed " \
    "1 }\\n"                                                                                       \
    "A = start empty\\nA: heap = mmap(2 pages, rw, private)\\nA: store(heap, 2 pages)\\nA: B = "   \
    "fork()\\n"                                                                                    \
    "expect frames(heap) = 2\\nB: *heap = 7\\nexpect fault cow\\n"

static void machines_get_their_answers(void **state)
{
    (void)state;
    reply_expect(ask(&server, "GET", "/healthz", "", NULL), 200);
    reply_expect(ask(&server, "GET", "/readyz", "", NULL), 200);
    reply_expect(ask(&server, "GET", "/readyz", "", NULL), 200);
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
    reply_expect(ask(&server, "GET", path, etag, NULL), 304);
    reply_expect(ask_json(&server, "PUT", path, "{\"text\":\"x\"}"), 403);
    struct reply put = ask(&server, "PUT", path, headers, "{\"text\":\"vmscope 1\\n# two\\n\"}");
    assert_int_equal(put.status, 200);
    assert_non_null(strstr(put.body, "\"version\":2"));
    reply_free(&put);
    reply_expect(ask(&server, "PUT", path, headers, "{\"text\":\"late\"}"), 412);
    reply_expect(ask(&server, "GET", path, etag, NULL), 200);
    snprintf(path, sizeof path, "/api/v1/scenarios/%s/versions", id);
    reply_expect(ask(&server, "GET", path, "", NULL), 200);
    snprintf(path, sizeof path, "/api/v1/scenarios/%s?version=1", id);
    reply_expect(ask(&server, "GET", path, "", NULL), 200);
    snprintf(path, sizeof path, "/api/v1/scenarios/%s/fork", id);
    struct reply fork_ = ask(&server, "POST", path, "Content-Length: 0\r\n", NULL);
    assert_int_equal(fork_.status, 201);
    assert_string_equal(reply_string(&fork_, "forked_from"), id);
    reply_free(&fork_);
    snprintf(path, sizeof path, "/api/v1/scenarios/%s", id);
    reply_expect(ask(&server, "DELETE", path, "", NULL), 403);
    snprintf(headers, sizeof headers, "Authorization: Bearer %s\r\n", token);
    reply_expect(ask(&server, "DELETE", path, headers, NULL), 204);
    reply_expect(ask(&server, "GET", path, "", NULL), 404);
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
    reply_expect(ask(&server, "POST", "/api/v1/scenarios", key, "{\"text\":\"else\"}"), 409);
    struct reply list = ask(&server, "GET", "/api/v1/scenarios?q=needle9&limit=1", "", NULL);
    assert_int_equal(list.status, 200);
    assert_non_null(strstr(list.body, "\"next\":null"));
    assert_null(strstr(list.body, "\"scenarios\":[]"));
    reply_free(&list);
    reply_expect(ask(&server, "GET", "/api/v1/scenarios?limit=0", "", NULL), 400);
    reply_expect(ask(&server, "GET", "/api/v1/scenarios?limit=1001", "", NULL), 400);
    reply_expect(ask(&server, "GET", "/api/v1/scenarios?limit=x", "", NULL), 400);
}

static void bodies_have_limits(void **state)
{
    char *body = malloc(400000);
    (void)state;
    for (size_t n = 65536; n <= 65537; n++) {
        strcpy(body, "{\"text\":\"");
        memset(body + 9, 'a', n);
        strcpy(body + 9 + n, "\"}");
        reply_expect(ask_json(&server, "POST", "/api/v1/scenarios", body), n == 65536 ? 201 : 413);
    }
    memset(body, ' ', 262144);
    memcpy(body, "{\"text\":\"b\"}", 12);
    body[262144] = 0;
    reply_expect(ask_json(&server, "POST", "/api/v1/scenarios", body), 201);
    free(body);
    char declared[256];
    snprintf(declared, sizeof declared,
        "POST /api/v1/scenarios HTTP/1.1\r\nHost: localhost:%u\r\nContent-Type: "
        "application/json\r\n"
        "Content-Length: 262145\r\n\r\n",
        server.port);
    reply_expect(send_text(&server, declared), 413);
    static const struct {
        unsigned status;
        const char *body;
    } bad[] = {{400, ""}, {400, "{"}, {400, "[]"}, {400, "{\"text\":\"a\",\"text\":\"b\"}"},
        {422, "{}"}, {422, "{\"text\":5}"}, {422, "{\"text\":\"a\",\"title\":5}"},
        {422, "{\"text\":\"a\",\"tags\":\"b\"}"}, {422, "{\"text\":\"a\",\"tags\":[1]}"},
        {400, "{\"text\":\"\\u0000\"}"}, {400, "{\"text\":\"\xff\"}"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        reply_expect(ask_json(&server, "POST", "/api/v1/scenarios", bad[i].body), bad[i].status);
    }
    reply_expect(
        ask(&server, "POST", "/api/v1/scenarios", "Content-Type: text/plain\r\n", "{}"), 415);
    reply_expect(ask(&server, "POST", "/api/v1/scenarios", "", "{}"), 415);
    reply_expect(ask(&server, "POST", "/api/v1/scenarios",
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
    reply_expect(ask(&server, "DELETE", path, "Authorization: Bearer guess\r\n", NULL), 403);
    reply_expect(ask(&server, "DELETE", path, headers, NULL), 204);
    reply_expect(ask(&server, "GET", path, "", NULL), 404);
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
    reply_expect(ask_json(&server, "POST", "/api/v1/runs", "{\"scenario\":\"none22222222\"}"), 404);
    reply_expect(ask_json(&server, "POST", "/api/v1/runs", "{}"), 422);
    reply_expect(
        ask_json(&server, "POST", "/api/v1/runs", "{\"text\":\"a\",\"scenario\":\"b\"}"), 422);
    reply_expect(
        ask_json(&server, "POST", "/api/v1/runs", "{\"text\":\"vmscope 1\",\"set\":[]}"), 422);
    struct reply wrong = ask_json(&server, "POST", "/api/v1/runs", "{\"text\":\"nonsense\"}");
    assert_int_equal(wrong.status, 422);
    assert_true(reply_is_problem(&wrong));
    assert_non_null(strstr(wrong.body, "\"diagnostics\":[{\"line\":1"));
    reply_free(&wrong);
}

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
    reply_expect(ask(&server, "GET", path, "", NULL), 200);
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
        cmocka_unit_test(the_description_is_true),
        cmocka_unit_test(a_restart_keeps_everything),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
