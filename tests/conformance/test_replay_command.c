/* SPDX-License-Identifier: MIT
 * vmscope replay from outside: what it prints, its exit codes and messages, plain, gzip and zstd.
 */
#define _GNU_SOURCE /* mkstemp, fileno */
#include "command/input.h"
#include "support_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

static char trace_path[] = VMSCOPE_BINARY_DIR "/replay-trace-XXXXXX";

static void write_file(const void *bytes, size_t n)
{
    write_whole(trace_path, bytes, n);
}

static void write_text(const char *text)
{
    write_file(text, strlen(text));
}

/* Runs `vmscope replay` with these words; TRACE stands for the file. */
static int replay(const char *words)
{
    char all[600];
    snprintf(all, sizeof all, "replay %s", words);
    return captured_words(command_replay, all, "TRACE", trace_path);
}

static const char silberschatz[] = "7,0,1,2,0,3,0,4,2,3,0,3,2,1,2,0,1,7,0,1\n";
static const char lru_answer[] =
    "{\"policy\": \"lru\", \"frames\": 3, \"references\": 20, \"hits\": 8, \"faults\": 12, "
    "\"evictions\": 9, \"writebacks\": 0, \"distinct_pages\": 6, \"torn\": 0}\n";

static void test_answers(void **state)
{
    (void)state;
    write_text(silberschatz);
    assert_int_equal(replay("TRACE --format pages --policy lru --frames 3 --json"), 0);
    assert_string_equal(out_text, lru_answer);
    assert_string_equal(err_text, "");
    assert_int_equal(replay("--policy opt --frames 3 --format pages TRACE"), 0);
    assert_non_null(strstr(out_text, "faults                    9\n"));
    write_text("I  00001000,3\n S 00001ffe,8\n L 00001000,8\nI  00003000,3\n");
    assert_int_equal(replay("TRACE --format lackey --policy fifo --frames 1 --json"), 0);
    assert_non_null(
        strstr(out_text, "\"references\": 5, \"hits\": 1, \"faults\": 4, \"evictions\": 3, "
                         "\"writebacks\": 2, \"distinct_pages\": 3"));
    assert_int_equal(
        replay("TRACE --format lackey --policy fifo --frames 1 --json --only data"), 0);
    assert_non_null(strstr(out_text, "\"references\": 3"));
    assert_int_equal(replay("TRACE --format lackey --policy clock --frames 9 --json --page-size "
                            "16384 --set seed=3,tick=9"),
        0);
    assert_non_null(strstr(out_text, "\"references\": 4, \"hits\": 3"));
}

/* Stallings counts faults only after memory is full. */
static void test_after_full(void **state)
{
    (void)state;
    static const struct {
        const char *policy;
        unsigned faults;
    } book[] = {{"opt", 3}, {"lru", 4}, {"clock", 5}, {"fifo", 6}};
    write_text("2,3,2,1,5,2,4,5,3,2,5,2\n");
    for (size_t i = 0; i < sizeof book / sizeof book[0]; i++) {
        char words[120], want[80];
        snprintf(words, sizeof words,
            "TRACE --format pages --frames 3 --json --count-after-full --policy %s",
            book[i].policy);
        assert_int_equal(replay(words), 0);
        snprintf(want, sizeof want, "\"faults\": %u, \"filling_faults\": 3,", book[i].faults);
        assert_non_null(strstr(out_text, want));
    }
    assert_int_equal(replay("TRACE --format pages --frames 9 --count-after-full --policy lru"), 0);
    assert_non_null(strstr(out_text, "filled frames             5\n"));
    assert_non_null(strstr(out_text, "faults                    0\n"));
}

static void test_compressed(void **state)
{
    (void)state;
    unsigned char packed[400], twice[800];
    z_stream gzip = {0};
    assert_int_equal(
        deflateInit2(&gzip, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
    gzip.next_in = (unsigned char *)silberschatz;
    gzip.avail_in = sizeof silberschatz - 1;
    gzip.next_out = packed;
    gzip.avail_out = sizeof packed;
    assert_int_equal(deflate(&gzip, Z_FINISH), Z_STREAM_END);
    size_t n = gzip.total_out;
    deflateEnd(&gzip);
    write_file(packed, n);
    assert_int_equal(replay("TRACE --format pages --policy lru --frames 3 --json"), 0);
    assert_string_equal(out_text, lru_answer);
    memcpy(twice, packed, n);
    memcpy(twice + n, packed, n);
    write_file(twice, 2 * n);
    assert_int_equal(replay("TRACE --format pages --policy lru --frames 3 --json"), 0);
    assert_non_null(strstr(out_text, "\"references\": 40"));
    write_file(packed, n - 9);
    assert_int_equal(replay("TRACE --format pages --policy lru --frames 3"), 3);
    assert_non_null(strstr(err_text, "end in the middle"));
    packed[n / 2] ^= 0x55;
    write_file(packed, n);
    assert_int_equal(replay("TRACE --format pages --policy lru --frames 3"), 3);

    n = ZSTD_compress(packed, sizeof packed, silberschatz, sizeof silberschatz - 1, 3);
    assert_false(ZSTD_isError(n));
    write_file(packed, n);
    assert_int_equal(replay("TRACE --format pages --policy lru --frames 3 --json"), 0);
    assert_string_equal(out_text, lru_answer);
    write_file(packed, n - 1);
    assert_int_equal(replay("TRACE --format pages --policy lru --frames 3"), 3);
    assert_non_null(strstr(err_text, "end in the middle"));
}

static void test_wrong_usage(void **state)
{
    (void)state;
    write_text(silberschatz);
    static const char *const wrong[][2] = {
        {"", "which trace"},
        {"TRACE TRACE --format pages --policy lru --frames 3", "one trace"},
        {"TRACE --policy lru --frames 3", "missing: --format"},
        {"TRACE --format pages --frames 3", "missing: --policy"},
        {"TRACE --format pages --policy lru", "missing: --frames"},
        {"TRACE --format csv --policy lru --frames 3", "pages, refs or lackey: csv"},
        {"TRACE --format pages --policy best --frames 3", "fifo, lru"},
        {"TRACE --format pages --policy lru --frames 0", "--frames"},
        {"TRACE --format pages --policy lru --frames 3x", "--frames"},
        {"TRACE --format pages --policy lru --frames 4294967296", "--frames"},
        {"TRACE --format pages --policy lru --frames 3 --page-size 3000", "power of two"},
        {"TRACE --format pages --policy lru --frames 3 --only code", "data"},
        {"TRACE --format pages --policy lru --frames 3 --set size=2", "seed, tick and tau"},
        {"TRACE --format pages --policy lru --frames 3 --set seed=1,", "--set"},
        {"TRACE --format pages --policy lru --frames 3 --set tick=0", "--set"},
        {"TRACE --format pages --policy lru --frames 3 --set seed=x", "--set"},
        {"TRACE --format pages --policy lru --frames 3 --set seed=99999999999999999999999",
            "--set"},
        {"TRACE --bogus", "bogus"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(replay(wrong[i][0]), 2);
        assert_non_null(strstr(err_text, wrong[i][1]));
        assert_string_equal(out_text, "");
    }
    assert_int_equal(replay("--help"), 0);
    assert_non_null(strstr(out_text, "usage: vmscope replay"));
}

static void expect_bad(const char *format, const char *text, const char *message)
{
    char words[200];
    write_text(text);
    snprintf(words, sizeof words, "TRACE --format %s --policy lru --frames 3 --json", format);
    assert_int_equal(replay(words), 3);
    assert_string_equal(out_text, "");
    assert_non_null(strstr(err_text, trace_path));
    assert_non_null(strstr(err_text, message));
}

static void test_bad_input(void **state)
{
    (void)state;
    expect_bad("pages", "", ":1:1: there is no reference");
    expect_bad("pages", "1 2\n 3, x\n", ":2:5: expected a page number");
    expect_bad("refs", "R 1\nQ 2\n", ":2:1: expected I, R, W or M");
    expect_bad("lackey", "1 2 3\n", ":1:1: no lackey record: \"1 2 3\"; is the --format right?");
    write_text("I  00001000,3\nI  000\n");
    assert_int_equal(replay("TRACE --format lackey --policy lru --frames 3 --json"), 0);
    assert_non_null(strstr(out_text, "\"torn\": 1}"));
    assert_non_null(
        strstr(err_text, ":2:1: no lackey record: \"I  000\" (torn records passed over: 1)"));
    assert_int_equal(replay("/nonexistent/trace --format pages --policy lru --frames 3"), 3);
    assert_non_null(strstr(err_text, "/nonexistent/trace: No such file"));
}

static void test_input_all(void **state)
{
    (void)state;
    char problem[INPUT_PROBLEM_MAX];
    size_t length;
    write_text(silberschatz);
    char *text = input_all(trace_path, 100, &length, problem);
    assert_non_null(text);
    assert_string_equal(text, silberschatz);
    assert_int_equal(length, strlen(silberschatz));
    free(text);
    assert_null(input_all(trace_path, 10, &length, problem));
    assert_non_null(strstr(problem, "limit of 10 bytes"));
    write_text("");
    text = input_all(trace_path, 0, &length, problem);
    assert_non_null(text);
    assert_string_equal(text, "");
    free(text);
}

/* A part of a real trace: `valgrind --tool=lackey --trace-mem=yes /bin/true`. */
static void test_real_trace(void **state)
{
    (void)state;
    assert_int_equal(
        replay(VMSCOPE_SOURCE_DIR
            "/tests/conformance/true.lackey --format lackey --policy opt --frames 3 --json"),
        0);
    assert_non_null(
        strstr(out_text, "\"references\": 2007, \"hits\": 1996, \"faults\": 11, \"evictions\": 8, "
                         "\"writebacks\": 0, \"distinct_pages\": 6"));
    assert_non_null(strstr(out_text, "\"torn\": 0}"));
    assert_string_equal(err_text, "");
}

static int make_trace(void **state)
{
    (void)state;
    int fd = mkstemp(trace_path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_trace(void **state)
{
    (void)state;
    return unlink(trace_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_after_full),
        cmocka_unit_test(test_compressed),
        cmocka_unit_test(test_wrong_usage),
        cmocka_unit_test(test_bad_input),
        cmocka_unit_test(test_input_all),
        cmocka_unit_test(test_real_trace),
    };
    return cmocka_run_group_tests(tests, make_trace, remove_trace);
}
