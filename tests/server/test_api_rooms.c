/* SPDX-License-Identifier: MIT
 * Rooms over the API: they are opened and found, and there are only so many, for so many guesses.
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
    reply_expect(ask(&server, "GET", "/api/v1/classrooms/BBBBBB", "", NULL), 404);
    reply_expect(ask(&server, "GET", "/api/v1/classrooms/none", "", NULL), 404);
    static const char *const wrong[] = {"{}", "{\"text\":7}", "{\"text\":\"a\",\"scenario\":\"b\"}",
        "{\"text\":\"a\",\"set\":{\"frames\":[]}}"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        reply_expect(ask_json(&server, "POST", "/api/v1/classrooms", wrong[i]), 400);
    }
    reply_expect(ask_json(&server, "POST", "/api/v1/classrooms", "{\"scenario\":\"none\"}"), 404);
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

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0) {
        return sim_worker_main(argc - 1, argv + 1);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rooms_are_opened_and_found),
        cmocka_unit_test(rooms_have_limits),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
