/* SPDX-License-Identifier: MIT
 * Traces over the API: what is taken in, what is refused and why, and how much there may be.
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
    reply_expect(ask(&server, "GET", path, "", NULL), 200);
    reply_expect(ask(&server, "GET", "/api/v1/traces", "", NULL), 200);
    reply_expect(ask(&server, "GET", "/api/v1/traces/none22222222", "", NULL), 404);
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
    reply_expect(upload("?format=pages", zipped, packed, n - 4), 422);
    reply_expect(upload("?format=pages", zipped, "no gzip", 7), 422);
    reply_expect(upload("?format=pages", "text/plain", "1 2", 3), 415);
    reply_expect(upload("?format=novel", binary, "1 2", 3), 400);
    reply_expect(upload("?format=pages&page_size=1000", binary, "1 2", 3), 400);
    reply_expect(upload("?format=pages", binary, "one two", 7), 422);
    reply_expect(upload("?format=pages", binary, "", 0), 422);
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
    reply_expect(upload("?format=pages", binary, bytes, SENT), 201);
    reply_expect(upload("?format=pages", binary, bytes, SENT + 1), 413);
    for (size_t i = 0; i <= REFERENCES; i++) {
        bytes[2 * i] = '1';
        bytes[2 * i + 1] = ' ';
    }
    reply_expect(upload("?format=pages", binary, bytes, 2 * (size_t)REFERENCES), 201);
    reply_expect(upload("?format=pages", binary, bytes, 2 * (size_t)REFERENCES + 1), 413);
    free(bytes);
}

/* Every route stands in the description and every description has its route. */
int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "worker") == 0) {
        return sim_worker_main(argc - 1, argv + 1);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traces_are_taken_in),
        cmocka_unit_test(bad_traces_are_reported),
        cmocka_unit_test(traces_have_limits),
    };
    return cmocka_run_group_tests(tests, server_setup, server_teardown);
}
