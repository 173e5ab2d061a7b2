/* SPDX-License-Identifier: MIT
 * Logs of several processes become one recording in an order that fork and wait allow, and no line
 * is lost. Without valgrind `record` says so.
 */
#define _GNU_SOURCE
#include "command/command.h"
#include "command/record_merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char out[1 << 20];
static size_t out_n;

static bool collect(void *ctx, const char *text, size_t n)
{
    (void)ctx;
    assert_true(out_n + n < sizeof out);
    memcpy(out + out_n, text, n);
    out_n += n;
    out[out_n] = '\0';
    return true;
}

static struct merge_log log_of(uint32_t pid, const char *text, bool root, const char *maps)
{
    char path[] = "/tmp/vmscope-test-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    return (struct merge_log){
        .pid = pid, .path = strdup(path), .root = root, .maps = maps ? strdup(maps) : NULL};
}

static struct merge_total merge(struct merge_log *logs, size_t n, uint64_t most)
{
    struct merge_total total;
    out_n = 0;
    assert_true(record_merge(logs, n, most, collect, NULL, &total));
    for (size_t i = 0; i < n; i++) {
        unlink(logs[i].path);
        merge_log_release(&logs[i]);
    }
    return total;
}

static void test_one(void **state)
{
    (void)state;
    struct merge_log log = log_of(7, "==7== Lackey\nI  00400000,3\n L 00400000,3\n", true,
        "108000-109000 r-xp 00001000 08:01 55                         /usr/bin/a b\n"
        "58000000-58002000 r-xp 00000000 08:01 56            /usr/libexec/valgrind/lackey\n"
        "1002001000-100278c000 rwxp 00000000 00:00 0 \n"
        "1ffefff000-1fff001000 rw-p 00000000 00:00 0 \n"
        "7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0                 [stack]\n");
    struct merge_total total = merge(&log, 1, 100);
    assert_string_equal(out, "--7-- vmscope: map 108000-109000 r-xp 1000 /usr/bin/a b\n"
                             "--7-- vmscope: map 1ffefff000-1fff001000 rw-p 0 [stack]\n"
                             "==7== Lackey\nI  00400000,3\n L 00400000,3\n");
    assert_int_equal(total.records, 2);
    assert_int_equal(total.processes, 1);
    assert_false(total.cut);
}

/* The child's lines lie between its making and the end of the wait for it. */
static void test_order(void **state)
{
    (void)state;
    struct merge_log logs[] = {log_of(9, "I  00000009,1\nI  00000019,1\n", false, NULL),
        log_of(8,
            "I  00000001,1\nSYSCALL[8,1](56) sys_clone ( 1200011 )   clone(fork): process 8 "
            "created "
            "child 9\n --> [pre-success] Success(0x9) \nI  00000002,1\n"
            "SYSCALL[8,1](61) sys_wait4 ( 4294967295, 0x0, 0, 0x0 ) --> [async] ... \n"
            "SYSCALL[8,1](61) ... [async] --> Success(0x9) \nI  00000003,1\n",
            true, NULL)};
    struct merge_total total = merge(logs, 2, 100);
    const char *made = strstr(out, "created child"), *first = strstr(out, "I  00000009"),
               *last = strstr(out, "I  00000019"), *waited = strstr(out, "... [async] --> Success"),
               *after = strstr(out, "I  00000003");
    assert_true(made && first && last && waited && after);
    assert_true(made < first && first < last && last < waited && waited < after);
    assert_int_equal(total.records, 5);
    assert_int_equal(total.processes, 2);
    assert_non_null(strstr(out, "--9-- vmscope: runs\nI  00000009"));
}

/* A wait for each other, and a log that nobody made: all lines come all the same. */
static void test_no_line_is_lost(void **state)
{
    (void)state;
    struct merge_log logs[] = {
        log_of(1, "SYSCALL[1,1](61) ... [async] --> Success(0x2) \nI  00000001,1\n", true, NULL),
        log_of(2, "SYSCALL[2,1](61) ... [async] --> Success(0x1) \nI  00000002,1\n", true, NULL),
        log_of(3, "I  00000003,1\n", false, NULL), log_of(4, "", false, NULL)};
    struct merge_total total = merge(logs, 4, 100);
    assert_int_equal(total.records, 3);
    assert_int_equal(total.lines, 5);
    struct merge_log cut[] = {log_of(1, "I  00000001,1\nI  00000002,1\n", true, NULL)};
    total = merge(cut, 1, 1);
    assert_true(total.cut);
    assert_int_equal(total.records, 1);
}

static void test_no_valgrind(void **state)
{
    (void)state;
    char *argv[] = {(char[]){"record"}, (char[]){"--"}, (char[]){"true"}, NULL};
    char *path = strdup(getenv("PATH"));
    setenv("PATH", "/nowhere", 1);
    assert_int_equal(command_record(3, argv), COMMAND_FAILED);
    setenv("PATH", path, 1);
    free(path);
    assert_int_equal(command_record(1, argv), COMMAND_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_no_line_is_lost),
        cmocka_unit_test(test_no_valgrind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
