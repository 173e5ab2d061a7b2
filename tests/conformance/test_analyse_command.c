/* SPDX-License-Identifier: MIT
 * vmscope sweep, mrc and analyse from outside: what they print, exit codes, messages.
 */
#define _GNU_SOURCE /* mkstemp, fileno */
#include "support_command.h"
#include "vm/analysis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char trace_path[] = VMSCOPE_BINARY_DIR "/analyse-trace-XXXXXX";

/* Runs `vmscope` with these words; TRACE stands for the file. */
static int run(const char *words)
{
    int (*command)(int argc, char **argv) = strncmp(words, "sweep", 5) == 0 ? command_sweep
                                            : strncmp(words, "mrc", 3) == 0 ? command_mrc
                                                                            : command_analyse;
    return captured_words(command, words, "TRACE", trace_path);
}

static void expect(const char *words, const char *text)
{
    if (run(words) != 0 || strcmp(out_text, text) != 0) {
        fail_msg("%s prints\n%s%s", words, out_text, err_text);
    }
}

static void test_sweep(void **state)
{
    (void)state;
    expect("sweep TRACE --format pages --policies lru,fifo --frames 4,3 --csv",
        "policy,frames,faults,hits,evictions,writebacks,references,distinct_pages,ratio\n"
        "fifo,3,9,3,6,0,12,5,0.75\n"
        "fifo,4,10,2,6,0,12,5,0.8333333333333334\n"
        "lru,3,10,2,7,0,12,5,0.8333333333333334\n"
        "lru,4,8,4,4,0,12,5,0.6666666666666666\n");
    expect("sweep TRACE --format pages --policies opt --frames 3 --json",
        "[\n {\"policy\": \"opt\", \"frames\": 3, \"faults\": 7, \"hits\": 5, \"evictions\": 4, "
        "\"writebacks\": 0, \"references\": 12, \"distinct_pages\": 5, \"ratio\": "
        "0.5833333333333334}\n]\n");
    assert_int_equal(run("sweep TRACE --format pages --policies all --frames 1-6"), 0);
    assert_int_equal(run("sweep TRACE --format pages --policies soup"), 2);
    assert_int_equal(run("sweep TRACE --format pages --frames 4-3"), 2);
    assert_int_equal(run("sweep --format pages"), 2);
}

static void test_mrc(void **state)
{
    (void)state;
    expect("mrc TRACE --format pages --csv",
        "frames,faults,ratio\n1,12,1\n2,12,1\n3,10,0.8333333333333334\n4,8,0.6666666666666666\n"
        "5,5,0.4166666666666667\n");
    expect("mrc TRACE --format pages --policy opt --frames 3-4 --csv",
        "frames,faults,ratio\n3,7,0.5833333333333334\n4,6,0.5\n");
    assert_int_equal(run("mrc TRACE --format pages --policy fifo"), 2);
}

static void test_analyse(void **state)
{
    (void)state;
    expect("analyse anomaly TRACE --format pages --policies fifo --csv",
        "policy,frames,faults,frames_more,faults_more\nfifo,3,9,4,10\n");
    expect("analyse distances TRACE --format pages --csv",
        "distance,references,share,within\n0,5,0.4166666666666667,0\n"
        "3,2,0.16666666666666666,0.16666666666666666\n4,2,0.16666666666666666,0.3333333333333333\n"
        "5,3,0.25,0.5833333333333334\n");
    expect("analyse working-set TRACE --format pages --set tau=4 --points 3 --csv",
        "reference,pages,bytes,misses\n4,4,16384,4\n8,3,12288,1\n12,4,16384,3\n");
    expect(
        "analyse fault-rate TRACE --format pages --policies fifo,lru --frames 3 --points 2 --csv",
        "policy,frames,reference,faults,rate\nfifo,3,6,6,1\nfifo,3,12,3,0.5\nlru,3,6,6,1\n"
        "lru,3,12,4,0.6666666666666666\n");
    expect("analyse compare TRACE --format pages --policies fifo,lru --frames 4 --points 2 --csv",
        "reference,page,first_run,first,second_run,second,first_faults,second_faults\n"
        "8,1,fifo with 4 frames,fault,lru with 4 frames,hit,6,5\n"
        "9,2,fifo with 4 frames,fault,lru with 4 frames,hit,7,5\n"
        "12,5,fifo with 4 frames,fault,lru with 4 frames,fault,10,8\n");
    expect("analyse access-time TRACE --format pages --policies lru --frames 4 --prices "
           "access=200,fault=8000000 --csv",
        "policy,frames,ratio,writebacks,time,slowdown\nlru,4,0.6666666666666666,0,5.3334e+06,"
        "26667\n");
    expect("analyse shortest-anomaly --policies clock --csv",
        "policy,frames,faults,faults_more,length,string\nclock,3,6,7,10,1 2 3 4 2 1 2 5 1 2\n");
}

/* Each row of the table is known, in every form. */
static void test_all(void **state)
{
    (void)state;
    const struct vm_analysis_desc *desc;
    assert_int_equal(run("analyse --help"), 0);
    char help[sizeof out_text];
    memcpy(help, out_text, sizeof help);
    for (unsigned kind = 0; (desc = vm_analysis_desc(kind)); kind++) {
        static const char *const forms[] = {"", "--csv", "--json"};
        assert_non_null(strstr(help, desc->question));
        for (size_t i = 0; i < 3; i++) {
            char words[200];
            snprintf(words, sizeof words, "analyse %s TRACE --format pages --points 6 %s %s",
                desc->name, forms[i],
                strcmp(desc->name, "compare") == 0 ? "--policies clock --frames 2-3" : "");
            if (run(words) != 0 || out_text[0] == '\0') {
                fail_msg("%s: %s", words, err_text);
            }
        }
    }
}

static void test_wrong_usage(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"analyse", "which analysis"},
        {"analyse soup TRACE --format pages", "no such analysis: soup"},
        {"analyse map --format pages", "which trace"},
        {"analyse map TRACE", "missing: --format"},
        {"analyse map TRACE --format pages --points 1", "--points"},
        {"analyse map TRACE --format pages --points x", "--points"},
        {"analyse access-time TRACE --format pages --prices fault=", "--prices"},
        {"analyse access-time TRACE --format pages --prices fault=0", "--prices"},
        {"analyse access-time TRACE --format pages --prices fault", "--prices"},
        {"analyse access-time TRACE --format pages --prices =5", "--prices"},
        {"analyse access-time TRACE --format pages --prices fault=5,", "--prices"},
        {"analyse access-time TRACE --format pages --prices fault=99999999999999999999",
            "--prices"},
        {"analyse access-time TRACE --format pages --prices fault=111111111111111111111111111111",
            "--prices"},
        {"analyse compare TRACE --format pages --policies lru", "two policies"},
        {"analyse shortest-anomaly --points 17", "at most 16"},
        {"analyse mrc TRACE --format pages --policies fifo", "lru and opt"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        if (run(wrong[i][0]) != 2 || !strstr(err_text, wrong[i][1])) {
            fail_msg("%s: %s", wrong[i][0], err_text);
        }
        assert_string_equal(out_text, "");
    }
    FILE *file = fopen(trace_path, "w");
    fputs("1 2\n3 x\n", file);
    fclose(file);
    assert_int_equal(run("analyse map TRACE --format pages"), 3);
    assert_non_null(strstr(err_text, ":2:3: expected a page number"));
}

static int make_trace(void **state)
{
    (void)state;
    int fd = mkstemp(trace_path);
    const char text[] = "1 2 3 4 1 2 5 1 2 3 4 5\n";
    if (fd < 0 || write(fd, text, sizeof text - 1) != (ssize_t)sizeof text - 1) {
        return -1;
    }
    return close(fd);
}

static int remove_trace(void **state)
{
    (void)state;
    return unlink(trace_path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sweep), cmocka_unit_test(test_mrc),
        cmocka_unit_test(test_analyse), cmocka_unit_test(test_all),
        cmocka_unit_test(test_wrong_usage)};
    return cmocka_run_group_tests(tests, make_trace, remove_trace);
}
