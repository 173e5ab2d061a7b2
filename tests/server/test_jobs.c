/* SPDX-License-Identifier: MIT
 * Analyses over a real socket: answers at once, jobs that grow, cancelling, questions that make no
 * sense.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/worker.h"
#include "support_http.h"
#include "vm/analysis.h"
#include "wire/json_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BELADY "\"text\": \"1 2 3 4 1 2 5 1 2 3 4 5\""

static void a_short_question_is_answered_at_once(void **state)
{
    (void)state;
    struct reply reply = ask_json(&server, "POST", "/api/v1/analyses/sweep",
        "{" BELADY ", \"policies\": [\"fifo\", \"lru\"], \"frames\": \"3-4\"}");
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply_string(&reply, "state"), "done");
    assert_non_null(strstr(reply.body, "[\"fifo\",3,9,"));
    assert_non_null(strstr(reply.body, "[\"fifo\",4,10,"));
    assert_non_null(strstr(reply.body, "[\"lru\",3,10,"));
    assert_non_null(strstr(reply.body, "[\"lru\",4,8,"));
    assert_non_null(strstr(reply.body, "{\"name\":\"faults\",\"title\":\"faults\""));
    assert_non_null(strstr(reply.body, "\"references\":12"));
    reply_free(&reply);
    reply = ask_json(&server, "POST", "/api/v1/analyses/sweep?format=csv",
        "{" BELADY ", \"policies\": [\"opt\"], \"frames\": [4, 3, 3]}");
    assert_int_equal(reply.status, 200);
    assert_non_null(strstr(reply_header(&reply, "Content-Type"), "text/csv"));
    assert_ptr_equal(strstr(reply.body, "policy,frames,faults,"), reply.body);
    assert_non_null(strstr(reply.body, "\nopt,3,7,"));
    assert_non_null(strstr(reply.body, "\nopt,4,6,"));
    reply_free(&reply);
    reply = ask_json(&server, "POST", "/api/v1/analyses/replay",
        "{" BELADY ", \"policies\": [\"fifo\"], \"frames\": 4}");
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply_string(&reply, "policy"), "fifo");
    assert_non_null(strstr(reply.body, "\"faults\":10"));
    reply_free(&reply);
}

static char *upload(const char *text)
{
    char *request = malloc(strlen(text) + 500), *id = NULL;
    int n = sprintf(request,
        "POST /api/v1/traces?format=pages HTTP/1.1\r\nHost: localhost:%u\r\nContent-Type: "
        "application/octet-stream\r\nContent-Length: %zu\r\n\r\n%s",
        server.port, strlen(text), text);
    struct reply made = send_raw(&server, request, (size_t)n);
    assert_int_equal(made.status, 201);
    id = strdup(reply_string(&made, "id"));
    reply_free(&made);
    free(request);
    return id;
}

/* References enough that every policy at every size takes a while. */
static char *long_trace(size_t references)
{
    char *text = malloc(references * 6 + 1);
    uint64_t x = 1;
    size_t n = 0;
    for (size_t i = 0; i < references; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        n += (size_t)sprintf(text + n, "%u ", (unsigned)(x >> 33) % 5000);
    }
    return text;
}

static struct reply start_long(const char *id)
{
    char path[128];
    snprintf(path, sizeof path, "/api/v1/traces/%s/sweep", id);
    return ask_json(&server, "POST", path, "{\"frames\": \"20-5000\"}");
}

static bool member_true(const struct reply *reply, const char *name)
{
    struct json_error error;
    struct json_limits limits = {.bytes = 64 << 20, .keys = 100000};
    bool value = false;
    json_value *root = json_parse(reply->body, reply->body_n, &limits, &error);
    assert_true(json_flag(json_get(root, name), &value));
    json_value_free(root);
    return value;
}

static uint64_t rows_of(const struct reply *reply, uint64_t *from)
{
    struct json_error error;
    struct json_limits limits = {.bytes = 64 << 20, .keys = 100000};
    json_value *root = json_parse(reply->body, reply->body_n, &limits, &error);
    assert_true(json_u64(json_get(root, "from"), from));
    uint64_t n = json_size(json_get(root, "rows"));
    json_value_free(root);
    return n;
}

/* Every row of the table of analyses, as JSON and as CSV, with its own columns. */
static void every_analysis_answers(void **state)
{
    (void)state;
    const struct vm_analysis_desc *desc;
    char *id = upload("1 2 3 4 1 2 5 1 2 3 4 5");
    for (unsigned kind = 0; (desc = vm_analysis_desc(kind)); kind++) {
        char path[128], column[128];
        const char *body = strcmp(desc->name, "compare") == 0
                               ? "{\"policies\": [\"fifo\", \"lru\"], \"frames\": 3}"
                               : "{\"policies\": [\"lru\"], \"frames\": \"2-3\", \"points\": 6, "
                                 "\"prices\": {\"fault\": 8000000}}";
        snprintf(path, sizeof path, "/api/v1/traces/%s/%s", id, desc->name);
        struct reply reply = ask_json(&server, "POST", path, body);
        if (reply.status != 200 || !member_true(&reply, "done")) {
            fail_msg("%s: %.600s", desc->name, reply.bytes);
        }
        uint64_t from, rows = rows_of(&reply, &from);
        for (unsigned c = 0; c < desc->columns_n; c++) {
            snprintf(column, sizeof column, "{\"name\":\"%s\",\"title\":", desc->columns[c].name);
            assert_non_null(strstr(reply.body, column));
        }
        reply_free(&reply);
        snprintf(path, sizeof path, "/api/v1/traces/%s/%s?format=csv", id, desc->name);
        reply = ask_json(&server, "POST", path, body);
        assert_int_equal(reply.status, 200);
        uint64_t lines = 0, commas = 0;
        for (const char *at = reply.body; *at; at++) {
            lines += *at == '\n';
            commas += *at == ',';
        }
        if (lines != rows + 1 || commas != lines * (desc->columns_n - 1)) {
            fail_msg("%s: %llu rows, but %s", desc->name, (unsigned long long)rows, reply.body);
        }
        assert_true(rows > 0 || strcmp(desc->name, "anomaly") == 0);
        reply_free(&reply);
    }
    free(id);
    /* No trace is needed for what does not depend on one. */
    struct reply shortest =
        ask_json(&server, "POST", "/api/v1/analyses/shortest-anomaly", "{\"points\": 5}");
    assert_int_equal(shortest.status, 200);
    assert_non_null(strstr(shortest.body, "[\"fifo\",3,0,0,5,\"none\"]"));
    reply_free(&shortest);
}

static void end_job(const char *path)
{
    struct reply ended = ask(&server, "DELETE", path, "", NULL);
    assert_int_equal(ended.status, 204);
    reply_free(&ended);
    bool cancelled = false;
    for (int i = 0; i < 100 && !cancelled; i++) {
        struct reply read = ask(&server, "GET", path, "", NULL);
        cancelled = strstr(read.body, "\"state\":\"cancelled\"") != NULL;
        reply_free(&read);
        usleep(50000);
    }
    assert_true(cancelled);
}

static void a_long_one_is_a_job_that_grows_and_can_be_ended(void **state)
{
    (void)state;
    char *text = long_trace(400000), *id = upload(text), path[128];
    struct reply begun = start_long(id);
    assert_int_equal(begun.status, 202);
    snprintf(path, sizeof path, "/api/v1/jobs/%s", reply_string(&begun, "id"));
    assert_string_equal(reply_header(&begun, "Location"), path);
    reply_free(&begun);
    uint64_t rows = 0, from = 0;
    for (int i = 0; i < 300 && rows == 0; i++) {
        struct reply read = ask(&server, "GET", path, "", NULL);
        assert_int_equal(read.status, 200);
        assert_non_null(strstr(read.body, "\"state\":\"running\""));
        assert_false(member_true(&read, "done"));
        rows = rows_of(&read, &from);
        reply_free(&read);
        usleep(100000);
    }
    assert_true(rows > 0);
    char later[160];
    snprintf(later, sizeof later, "%s?from=%llu", path, (unsigned long long)rows);
    struct reply rest = ask(&server, "GET", later, "", NULL);
    rows_of(&rest, &from);
    assert_int_equal(from, rows);
    reply_free(&rest);
    /* Others are answered meanwhile: the simulations have processes of their own. */
    struct reply run = ask_json(&server, "POST", "/api/v1/check", "{\"text\": \"vmscope 1\"}");
    assert_int_equal(run.status, 200);
    reply_free(&run);
    end_job(path);
    /* One that waits for another is ended before it begins. */
    struct reply first = start_long(id), second = start_long(id);
    assert_int_equal(second.status, 202);
    char waits[128];
    snprintf(path, sizeof path, "/api/v1/jobs/%s", reply_string(&first, "id"));
    snprintf(waits, sizeof waits, "/api/v1/jobs/%s", reply_string(&second, "id"));
    end_job(waits);
    end_job(path);
    reply_free(&first);
    reply_free(&second);
    free(id);
    free(text);
}

static void questions_that_make_no_sense(void **state)
{
    static const struct {
        const char *path, *body;
        unsigned status;
        const char *says;
    } bad[] = {
        {"analyses/soup", "{" BELADY "}", 404, "no such analysis"},
        {"analyses/sweep", "{}", 422, "text must be"},
        {"analyses/sweep", "[1]", 400, "JSON object"},
        {"analyses/sweep", "{" BELADY ", \"policies\": [\"lfo\"]}", 422, "no policy lfo"},
        {"analyses/sweep", "{" BELADY ", \"policies\": \"lru\"}", 422, "list of names"},
        {"analyses/sweep", "{" BELADY ", \"policies\": [7]}", 422, "no policy"},
        {"analyses/sweep", "{" BELADY ", \"frames\": \"4-3\"}", 422, "upwards"},
        {"analyses/sweep", "{" BELADY ", \"frames\": \"1-9:0\"}", 422, "at least 1"},
        {"analyses/sweep", "{" BELADY ", \"frames\": \"0\"}", 422, "from 1"},
        {"analyses/sweep", "{" BELADY ", \"frames\": \"-1\"}", 422, "must be like"},
        {"analyses/sweep", "{" BELADY ", \"frames\": \"1,\"}", 422, "must be like"},
        {"analyses/sweep", "{" BELADY ", \"frames\": \"1-99999999\"}", 422, "At most"},
        {"analyses/sweep", "{" BELADY ", \"frames\": \"99999999999999999999999\"}", 422, "from 1"},
        {"analyses/sweep", "{" BELADY ", \"frames\": [1.5]}", 422, "whole numbers"},
        {"analyses/sweep", "{" BELADY ", \"frames\": {}}", 422, "text like"},
        {"analyses/sweep", "{" BELADY ", \"points\": 1}", 422, "points"},
        {"analyses/sweep", "{" BELADY ", \"only\": \"code\"}", 422, "only"},
        {"analyses/sweep", "{" BELADY ", \"set\": {\"tick\": 0}}", 422, "tick"},
        {"analyses/sweep", "{" BELADY ", \"set\": {\"tock\": 1}}", 422, "set knows"},
        {"analyses/compare", "{" BELADY ", \"policies\": [\"lru\"]}", 422, "two policies"},
        {"analyses/mrc", "{" BELADY ", \"policies\": [\"fifo\"]}", 422, "lru and opt"},
        {"analyses/shortest-anomaly", "{\"points\": 17}", 422, "at most 16"},
        {"analyses/access-time", "{" BELADY ", \"prices\": {\"fault\": 0}}", 422, "prices knows"},
        {"analyses/access-time", "{" BELADY ", \"prices\": {\"disk\": 1}}", 422, "prices knows"},
        {"analyses/access-time", "{" BELADY ", \"prices\": [1]}", 422, "an object"},
        {"analyses/sweep", "{" BELADY ", \"size\": 1}", 422, "no member size"},
        {"analyses/sweep", "{" BELADY ", \"page_size\": 1000}", 422, "power of two"},
        {"analyses/sweep", "{" BELADY ", \"format\": \"x\"}", 422, "format must"},
        {"analyses/sweep", "{\"text\": \"one two\"}", 422, "Line 1, column 1"},
        {"analyses/sweep", "{\"text\": \" \"}", 422, "no reference"},
        {"analyses/sweep?format=xml", "{" BELADY "}", 400, "json or csv"},
        {"traces/none22222222/sweep", "{}", 404, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char path[128];
        snprintf(path, sizeof path, "/api/v1/%s", bad[i].path);
        struct reply reply = ask_json(&server, "POST", path, bad[i].body);
        if (reply.status != bad[i].status || !reply_is_problem(&reply) ||
            !strstr(reply.body, bad[i].says)) {
            fail_msg("%s %s: expected %u \"%s\", got %.600s", bad[i].path, bad[i].body,
                bad[i].status, bad[i].says, reply.bytes);
        }
        reply_free(&reply);
    }
    struct reply none = ask(&server, "GET", "/api/v1/jobs/0123456789abcdef01234567", "", NULL);
    assert_int_equal(none.status, 404);
    reply_free(&none);
    none = ask(&server, "DELETE", "/api/v1/jobs/0123456789abcdef01234567", "", NULL);
    assert_int_equal(none.status, 404);
    reply_free(&none);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0) {
        return sim_worker_main(argc - 1, argv + 1);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_question_is_answered_at_once),
        cmocka_unit_test(every_analysis_answers),
        cmocka_unit_test(a_long_one_is_a_job_that_grows_and_can_be_ended),
        cmocka_unit_test(questions_that_make_no_sense),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
