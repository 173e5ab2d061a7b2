/* SPDX-License-Identifier: MIT
 * vmscope truth from outside: what a real kernel did (kernel/), how much of it the engine does, and
 * that a wrong number or a wrong word is told with its place.
 */
#define _GNU_SOURCE /* mkstemp, fileno */
#include "support_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define KERNEL VMSCOPE_SOURCE_DIR "/tests/conformance/kernel/"
enum { GROUPS = 5 };

static char path[] = VMSCOPE_BINARY_DIR "/truth-XXXXXX";

static int truth(const char *file, const char *option)
{
    char name[64] = "truth", first[512], second[64];
    snprintf(first, sizeof first, "%s", file);
    snprintf(second, sizeof second, "%s", option ? option : "");
    char *argv[] = {name, first, option ? second : NULL, NULL};
    return captured(command_truth, option ? 3 : 2, argv);
}

static void text(const char *bytes)
{
    write_whole(path, bytes, strlen(bytes));
}

/* All of a file agrees, and at least so much was compared: faults, rss, vmas, facts, signals. */
struct measured {
    const char *file;
    unsigned least[GROUPS];
};

static void agrees(const struct measured *measured)
{
    unsigned agree[GROUPS], of[GROUPS];
    int result = truth(measured->file, NULL);
    assert_int_equal(
        sscanf(out_text, "faults %u/%u rss %u/%u vmas %u/%u facts %u/%u signals %u/%u", &agree[0],
            &of[0], &agree[1], &of[1], &agree[2], &of[2], &agree[3], &of[3], &agree[4], &of[4]),
        2 * GROUPS);
    for (unsigned g = 0; g < GROUPS; g++) {
        if (agree[g] != of[g] || of[g] < measured->least[g]) {
            fail_msg("%s, group %u: %u of %u agree, %u are there\n%.2000s", measured->file, g,
                agree[g], of[g], measured->least[g], out_text);
        }
    }
    assert_int_equal(result, COMMAND_DONE);
}

static void engine_agrees_with_scripts(void **state)
{
    (void)state;
    static const struct measured files[] = {
        {KERNEL "scenarios.json", {166, 166, 166, 25, 4}},
        {KERNEL "threads.json", {75, 75, 75, 0, 0}},
        {KERNEL "sizes.json", {492, 492, 492, 75, 12}},
        {KERNEL "readahead.json", {7, 7, 7, 0, 0}},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        agrees(&files[i]);
    }
}

static void engine_agrees_with_random_operations(void **state)
{
    (void)state;
    static const struct measured files[] = {
        {KERNEL "fuzz.json", {600, 600, 600, 0, 280}},
        {KERNEL "fuzz-sizes.json", {970, 970, 970, 0, 426}},
        {KERNEL "processes.json", {1161, 1161, 1161, 0, 445}},
        {KERNEL "swap.json", {229, 229, 229, 0, 92}},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        agrees(&files[i]);
    }
}

static void engine_agrees_with_timelines(void **state)
{
    (void)state;
    static const struct measured files[] = {
        {KERNEL "hello_timeline.json", {53, 4, 17, 1, 15}},
        {KERNEL "program-big.json", {191, 4, 21, 1, 19}},
        {KERNEL "program-static.json", {26, 4, 8, 1, 6}},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        agrees(&files[i]);
    }
}

static void engine_agrees_with_layouts(void **state)
{
    (void)state;
    static const struct measured file = {KERNEL "layout.json", {0, 0, 26, 0, 0}};
    agrees(&file);
}

static void engine_agrees_with_faults_under_a_limit(void **state)
{
    (void)state;
    static const struct measured file = {KERNEL "policy_check.json", {48, 0, 0, 0, 0}};
    agrees(&file);
    assert_non_null(strstr(out_text, "hot 4096 pages, limit 2048, LRU: major faults a pass"));
}

#define SCRIPT(ops) "[{\"scenario\":\"s\",\"ops\":[\n" ops "]}]"
#define MAP "{\"op\":\"P mmap A 8 rw private anon\"},\n"

static void wrong_number_is_told_with_its_operation(void **state)
{
    (void)state;
    text(SCRIPT(MAP "{\"op\":\"P write A[0..3)\",\"expect\":{\"minflt\":4,\"perf_faults\":3}}"));
    assert_int_equal(truth(path, NULL), COMMAND_FAILED);
    assert_non_null(strstr(out_text, "\ns 2 `P write A[0..3)` faults: expected minflt 4 "
                                     "perf_faults 3; got minflt 3 perf_faults 3\n"));
    assert_int_equal(truth(path, "--json"), COMMAND_FAILED);
    assert_non_null(strstr(out_text, "\"op\":\"P write A[0..3)\""));
    text(SCRIPT(MAP "{\"op\":\"P write A[7..8)\",\"expect\":{\"vmas\":1,\"minflt\":1,"
                    "\"perf_faults\":1,\"vma_added\":[\"A+0:8:rw-p:anon\"]}}"));
    assert_int_equal(truth(path, NULL), COMMAND_FAILED);
    assert_non_null(strstr(out_text, "vmas: expected +A+0:8:rw-p:anon vmas +1; got vmas +0"));
    text(SCRIPT(MAP "{\"op\":\"P munmap A[0..8)\"},{\"op\":\"P read A[1..2) -> SIGSEGV at page 1 "
                    "ACCERR\"}"));
    assert_int_equal(truth(path, NULL), COMMAND_FAILED);
    assert_non_null(strstr(out_text, "signals: expected SIGSEGV at page 1 SEGV_ACCERR; got SIGSEGV "
                                     "at page 1 SEGV_MAPERR"));
}

/* One number of a copy changed: that operation is named, and no other. */
static void broken_copy_is_noticed(void **state)
{
    (void)state;
    static char copy[sizeof out_text];
    FILE *file = fopen(KERNEL "fuzz.json", "rb");
    assert_non_null(file);
    copy[fread(copy, 1, sizeof copy - 1, file)] = '\0';
    fclose(file);
    char *number = strstr(copy, "\"op\":\"write A[17..33)\"");
    number = number ? strstr(number, "\"rss_anon\":16") : NULL;
    assert_non_null(number);
    number[strlen("\"rss_anon\":1")] = '7';
    text(copy);
    assert_int_equal(truth(path, NULL), COMMAND_FAILED);
    assert_non_null(strstr(out_text, "\nseed 1 12 `write A[17..33)` rss: expected rss_anon 17; got "
                                     "rss_anon 16\n"));
    assert_null(strstr(out_text, "seed 2 "));
}

static void bad_input_has_a_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"[1,", ":1:"},
        {"{}", ":1:1: no scripts"},
        {"[{\"scenario\":\"s\"}]", ":1:1: no scripts"},
        {SCRIPT(MAP "{\"op\":\"P wrte A[0..8)\"}"),
            ":3:10: unknown verb 'wrte': known are nop mmap"},
        {SCRIPT("{\"op\":\"P write B[0..8)\"}"), ":2:16: region B has no place yet"},
        {SCRIPT("{\"op\":\"C write A[0..8)\"}"), ":2:8: there is no process C yet"},
        {SCRIPT("{\"op\":\"P madvise AWAY A[0..8)\"}"), "unknown advice 'AWAY': NORMAL, RANDOM"},
        {SCRIPT("{\"op\":\"P write A[0..8) twice\"}"), "unknown word 'twice'"},
        {SCRIPT("{\"op\":\"P write A[0..8) -> SIGHUP\"}"), "unknown outcome 'SIGHUP'"},
        {SCRIPT("{\"op\":\"P write A[8..8)\"}"), "the range is empty"},
        {SCRIPT("{\"op\":\"P write A[0..99999999999999999999)\"}"), "the number is larger than"},
        {SCRIPT("{\"fact\":\"sunny\",\"value\":1}"), ":2:9: unknown fact: known are "},
        {SCRIPT("{\"op\":\"P nop\",\"expect\":{\"minor\":1}}"), "whole numbers minflt, majflt"},
        {SCRIPT("{\"op\":\"P nop\",\"expect\":{\"vma_added\":[\"A+1\"]}}"), "a mapping is "},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        text(bad[i].text);
        assert_int_equal(truth(path, NULL), COMMAND_BAD_INPUT);
        assert_string_equal(out_text, "");
        if (!strstr(err_text, bad[i].message)) {
            fail_msg("%s: %s", bad[i].message, err_text);
        }
    }
    assert_int_equal(truth("--unknown", NULL), COMMAND_USAGE);
    assert_int_equal(truth("/does/not/exist", NULL), COMMAND_BAD_INPUT);
}

int main(void)
{
    int fd = mkstemp(path);
    if (fd < 0) {
        return 1;
    }
    close(fd);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(engine_agrees_with_scripts),
        cmocka_unit_test(engine_agrees_with_random_operations),
        cmocka_unit_test(engine_agrees_with_timelines),
        cmocka_unit_test(engine_agrees_with_layouts),
        cmocka_unit_test(engine_agrees_with_faults_under_a_limit),
        cmocka_unit_test(wrong_number_is_told_with_its_operation),
        cmocka_unit_test(broken_copy_is_noticed),
        cmocka_unit_test(bad_input_has_a_place),
    };
    int result = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return result;
}
