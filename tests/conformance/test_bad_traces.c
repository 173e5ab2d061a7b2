/* SPDX-License-Identifier: MIT
 * Bad traces through `vmscope replay`, each in a process of its own: what it says of what was read
 * and what was not, its exit code, and that its memory does not grow with what the trace claims.
 */
#define _GNU_SOURCE
#include "command/command.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

/* Under a sanitizer freed memory is kept for a while. */
#if defined(__SANITIZE_ADDRESS__)
enum { RSS_MAX_KIB = 400 << 10 };
#else
enum { RSS_MAX_KIB = 40 << 10 };
#endif
enum { LONG = 10 << 20, ROOM = LONG + 4096 };

static char path[] = VMSCOPE_BINARY_DIR "/bad-trace-XXXXXX";
static char out[8192], err[8192];
static char bytes[ROOM];

static void give(const void *text, size_t n)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

static void give_text(const char *text)
{
    give(text, strlen(text));
}

static void slurp(FILE *from, char *text, size_t room)
{
    rewind(from);
    text[fread(text, 1, room - 1, from)] = '\0';
    fclose(from);
}

/* The exit code of `vmscope replay` on the file, by its name or as standard input. */
static int replay(const char *format, bool from_stdin, bool progress)
{
    FILE *to_out = tmpfile(), *to_err = tmpfile();
    assert_true(to_out && to_err);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        char *argv[] = {"replay", from_stdin ? "-" : path, "--format", (char *)(uintptr_t)format,
            "--policy", "lru", "--frames", "3", "--json", progress ? "--progress" : NULL, NULL};
        int fd = open(path, O_RDONLY);
        dup2(fd, STDIN_FILENO);
        dup2(fileno(to_out), STDOUT_FILENO);
        dup2(fileno(to_err), STDERR_FILENO);
        int code = command_replay(progress ? 10 : 9, argv);
        fflush(NULL);
        _exit(code);
    }
    int status;
    struct rusage used;
    assert_int_equal(wait4(child, &status, 0, &used), child);
    slurp(to_out, out, sizeof out);
    slurp(to_err, err, sizeof err);
    assert_true(WIFEXITED(status));
    if (used.ru_maxrss > RSS_MAX_KIB) {
        fail_msg("%ld KiB were held", used.ru_maxrss);
    }
    return WEXITSTATUS(status);
}

/* By name and as standard input. */
static void ends(const char *format, int code, const char *says)
{
    for (int from_stdin = 0; from_stdin < 2; from_stdin++) {
        int got = replay(format, from_stdin, false);
        if (got != code || !strstr(code ? err : out, says) || (code && *out)) {
            fail_msg("%s: exit code %d, not %d: %s\n%s (expected: %s)", format, got, code, out, err,
                says);
        }
    }
}

static void test_nothing_in_it(void **unused)
{
    (void)unused;
    static const char *const formats[] = {"pages", "refs", "lackey"};
    for (size_t i = 0; i < 3; i++) {
        give_text("");
        ends(formats[i], 3, ":1:1: there is no reference in this trace");
    }
    give_text("# only\n# remarks\n");
    ends("refs", 3, "there is no reference in this trace");
    give_text("==7== Lackey\n--7-- what it says\n");
    ends("lackey", 3, "there is no reference in this trace");
}

static void test_binary(void **unused)
{
    (void)unused;
    uint64_t state = 88172645463325252u;
    for (size_t i = 0; i < 1 << 20; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes[i] = (char)state;
    }
    bytes[0] = 0x7f;
    give(bytes, 1 << 20);
    ends("lackey", 3, "; is the --format right?");
    ends("pages", 3, ":1:1: expected a page number");
    assert_non_null(strstr(err, "; read until then: 0 references"));
    ends("refs", 3, ":1:1: expected");
    for (size_t i = 0; err[i]; i++) { /* nothing of it reaches the terminal as it was */
        assert_true(err[i] == '\n' || (unsigned char)err[i] >= ' ');
    }
}

static void test_long_lines(void **unused)
{
    (void)unused;
    memset(bytes, 'a', LONG);
    strcpy(bytes + LONG, "\nI  04016b90,3\n L 04016b90,8\n");
    give_text(bytes);
    ends("lackey", 0, "\"references\": 2");
    assert_non_null(strstr(err, "(torn records passed over: 1)"));
    ends("refs", 3, ":1:1: expected");
    memset(bytes, '7', LONG);
    give_text(bytes);
    ends("pages", 3, ":1:1: ");
    assert_non_null(strstr(err, "read until then: 0 references"));
    memset(bytes, ' ', LONG);
    strcpy(bytes + LONG, "1 2 3");
    give_text(bytes);
    ends("pages", 0, "\"references\": 3");
}

static void test_sizes(void **unused)
{
    (void)unused;
    give_text("I  04016b90,3\nI  04016b93,-3\n L 1000,0\n S 1000,99999999999\n M -1000,4\n"
              " L 04016b90,8\n");
    ends("lackey", 0, "\"references\": 2");
    assert_non_null(strstr(err, ":2:1: no lackey record: \"I  04016b93,-3\" (torn records passed "
                                "over: 4)"));
    assert_non_null(strstr(out, "\"torn\": 4"));
    give_text("1 2 -3");
    ends("pages", 3, ":1:5: expected a page number");
    assert_non_null(strstr(err, "read until then: 2 references"));
    give_text("R 1\nW -2\n");
    ends("refs", 3, ":2:3: expected a page number");
}

/* The same answer whatever the line ends are. */
static void test_crlf(void **unused)
{
    (void)unused;
    static const char *const texts[][2] = {{"pages", "1 2\n3W\n1 # one\n4\n"},
        {"refs", "I 1\n# remark\n\nW 2\nR 3\n"},
        {"lackey", "==9== x\nI  04016b90,3\n S 1ffeffe7e0,8\n"
                   "SYSCALL[1,1](12) sys_brk ( 0x0 ) --> [pre-success] Success(0x4035000) \n"
                   " L 1ffeffe7e0,8\n"}};
    for (size_t i = 0; i < 3; i++) {
        char want[8192];
        size_t n = 0;
        give_text(texts[i][1]);
        assert_int_equal(replay(texts[i][0], false, false), 0);
        memcpy(want, out, sizeof want);
        for (const char *at = texts[i][1]; *at; at++) {
            if (*at == '\n') {
                bytes[n++] = '\r';
            }
            bytes[n++] = *at;
        }
        give(bytes, n);
        assert_int_equal(replay(texts[i][0], false, false), 0);
        assert_string_equal(out, want);
        assert_string_equal(err, "");
    }
}

static size_t gzipped(const char *text, size_t n, char *to, size_t room)
{
    z_stream z = {.next_in = (z_const Bytef *)(uintptr_t)text,
        .avail_in = (unsigned)n,
        .next_out = (Bytef *)to,
        .avail_out = (unsigned)room};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    n = z.total_out;
    deflateEnd(&z);
    return n;
}

static void test_cut_short(void **unused)
{
    (void)unused;
    char packed[4096];
    char *text = malloc(30000);
    size_t n = 0;
    for (int i = 0; i < 2000; i++) {
        n += (size_t)sprintf(text + n, "R %x\n", i * 7919 % 257);
    }
    size_t gz = gzipped(text, n, packed, sizeof packed);
    give(packed, gz);
    ends("refs", 0, "\"references\": 2000");
    give(packed, gz - 1);
    ends("refs", 3, "the compressed data end in the middle; read until then: ");
    give(packed, gz / 2);
    ends("refs", 3, "end in the middle; read until then: ");
    give(packed, 12);
    ends("refs", 3, "; read until then: 0 bytes, 0 references");
    packed[gz / 2] ^= 1;
    give(packed, gz);
    ends("refs", 3, "the gzip data are damaged; read until then: ");
    size_t zs = ZSTD_compress(packed, sizeof packed, text, n, 3);
    give(packed, zs);
    ends("refs", 0, "\"references\": 2000");
    give(packed, zs - 1);
    ends("refs", 3, "the compressed data end in the middle; read until then: ");
    give(packed, zs / 2);
    ends("refs", 3, "; read until then: 0 bytes, 0 references");
    free(text);
}

/* A kilobyte that claims 100 GB, and data that really unpack to much. */
static void test_bombs(void **unused)
{
    (void)unused;
    static const unsigned char claim[] = {
        0x28, 0xb5, 0x2f, 0xfd, 0xc0 | 0x20, 0, 0, 0, 0xe8, 0x18, 0, 0, 0};
    static const unsigned char head[] = {0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58};
    static const unsigned char run[] = {0x02, 0x00, 0x10, '\n'}; /* 4 bytes become 128 KiB */
    memset(bytes, 0, 1024);
    memcpy(bytes, claim, sizeof claim);
    give(bytes, 1024);
    ends("pages", 3, "; read until then: 0 bytes, 0 references");
    size_t n = sizeof head;
    memcpy(bytes, head, sizeof head);
    for (; n + sizeof run < 1 << 20; n += sizeof run) {
        memcpy(bytes + n, run, sizeof run);
    }
    give(bytes, n); /* 32 GB */
    ends("pages", 3, "the data unpack to more than 10,000 times their size; read until then: 67");
    /* gzip cannot do more than 1,032 times: all of it is read. */
    char *zeros = calloc(1, 50 << 20);
    n = gzipped(zeros, 50 << 20, bytes, sizeof bytes);
    free(zeros);
    give(bytes, n);
    ends("lackey", 3, "; is the --format right?");
    ends("pages", 3, ":1:1: expected a page number");
}

/* Two processes wrote into one log; and two whose lines are told apart. */
static void test_several_processes(void **unused)
{
    (void)unused;
    give_text("I  04016b90,3\nI  0401I  04016b93,2\n6b95,5\n L 1ffeffe7e0,8\n");
    ends("lackey", 0, "\"torn\": 2");
    assert_non_null(strstr(err, ":2:1: no lackey record"));
    give_text("--7-- vmscope: runs\nI  04016b90,3\n--8-- vmscope: runs\nI  04016b90,3\n");
    ends("lackey", 0, "\"distinct_pages\": 2, \"torn\": 0");
}

static void test_progress(void **unused)
{
    (void)unused;
    give_text("1 2 3\n4 5\n");
    assert_int_equal(replay("pages", true, true), 0);
    assert_string_equal(err, "5 references in 2 lines, 10 bytes: all read\n");
    assert_non_null(strstr(out, "\"references\": 5"));
    give_text("1 2 x\n");
    assert_int_equal(replay("pages", true, true), 3);
    assert_null(strstr(err, "all read"));
}

static int begin(void **unused)
{
    (void)unused;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int finish(void **unused)
{
    (void)unused;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_in_it),
        cmocka_unit_test(test_binary),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_crlf),
        cmocka_unit_test(test_cut_short),
        cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_several_processes),
        cmocka_unit_test(test_progress),
    };
    return cmocka_run_group_tests(tests, begin, finish);
}
