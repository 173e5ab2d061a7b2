/* SPDX-License-Identifier: MIT
 * The trace readers: what each line means, what is reported, and that neither the cut of the input
 * nor any bytes at all can harm them.
 */
#include "vm/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct seen {
    char text[4096]; /* the references, written "K vpn va bytes;" in hex */
    size_t length;
    uint64_t count, stop_after;
    uint64_t digest;
};

static bool sink(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct seen *seen = ctx;
    for (size_t i = 0; i < n; i++) {
        assert_true(refs[i].bytes > 0 && strchr("IRWM", refs[i].kind));
        seen->count++;
        seen->digest = (seen->digest ^ refs[i].va ^ refs[i].bytes ^ (uint64_t)refs[i].kind << 32) *
                       UINT64_C(0x100000001b3);
        if (seen->length < sizeof seen->text - 64) {
            seen->length +=
                (size_t)snprintf(seen->text + seen->length, 64, "%c%llx+%x@%llx;", refs[i].kind,
                    (unsigned long long)refs[i].vpn, refs[i].bytes, (unsigned long long)refs[i].va);
        }
    }
    return seen->stop_after == 0 || seen->count < seen->stop_after;
}

struct result {
    struct seen seen;
    struct vm_trace_report report;
    bool fine;
};

static struct result parse(
    enum vm_trace_format format, bool data_only, const char *text, size_t n, size_t piece)
{
    struct result result = {.seen = {.digest = 14695981039346656037u}};
    vm_trace_reader *reader;
    assert_int_equal(
        vm_trace_reader_new(format, 12, data_only, sink, &result.seen, &reader), VM_OK);
    bool fine = true;
    for (size_t at = 0; at < n && fine; at += piece) {
        fine = vm_trace_feed(reader, text + at, n - at < piece ? n - at : piece);
    }
    fine = vm_trace_end(reader) && fine;
    result.report = *vm_trace_report(reader);
    result.fine = fine;
    assert_int_equal(result.report.references, result.seen.count);
    vm_trace_reader_free(reader);
    return result;
}

static void expect(enum vm_trace_format format, const char *text, const char *references)
{
    for (size_t piece = 1; piece < 70; piece++) {
        struct result result = parse(format, false, text, strlen(text), piece);
        assert_string_equal(result.seen.text, references);
        assert_true(result.fine);
        assert_int_equal(result.report.torn, 0);
        assert_int_equal(result.report.bytes, strlen(text));
    }
}

static void expect_error(enum vm_trace_format format, const char *text, uint64_t line,
    uint64_t column, const char *problem)
{
    for (size_t piece = 1; piece < 70; piece++) {
        struct result result = parse(format, false, text, strlen(text), piece);
        assert_false(result.fine);
        assert_true(result.report.error);
        assert_int_equal(result.report.first_torn, line);
        assert_int_equal(result.report.first_column, column);
        assert_non_null(strstr(result.report.first_problem, problem));
    }
}

static void test_pages(void **state)
{
    (void)state;
    expect(VM_TRACE_PAGES, "7,0, 1\t0x1f\r\n3W 4 W 5R,6 R\n# 9 10\n8 # W\n9",
        "R7+1@7000;R0+1@0;R1+1@1000;R1f+1@1f000;W3+1@3000;W4+1@4000;R5+1@5000;R6+1@6000;"
        "R8+1@8000;R9+1@9000;");
    expect(VM_TRACE_PAGES, "", "");
    expect(VM_TRACE_PAGES, "# nothing\n\n", "");
    expect(VM_TRACE_PAGES, "0X1w 18446744073709551615",
        "W1+1@1000;Rffffffffffffffff+1@fffffffffffff000;");
    expect_error(VM_TRACE_PAGES, "1 2\n3 x4 5", 2, 3, "\"x4\"");
    expect_error(VM_TRACE_PAGES, "1 2\nW 3", 2, 1, "\"W\"");
    expect_error(VM_TRACE_PAGES, "18446744073709551616", 1, 1, "below 2^64");
    expect_error(VM_TRACE_PAGES, "1\n 0x11112222333344445", 2, 2, "below 2^64");
    expect_error(VM_TRACE_PAGES, "0x", 1, 1, "page number");
    expect_error(VM_TRACE_PAGES, "00000000000000000000000000000000000000000", 1, 1, "page number");
}

static void test_refs(void **state)
{
    (void)state;
    expect(VM_TRACE_REFS, "I 4016\nR 1ffe\r\n\n# a comment\n W ab \nM FF",
        "I4016+1@4016000;R1ffe+1@1ffe000;Wab+1@ab000;Mff+1@ff000;");
    expect_error(VM_TRACE_REFS, "I 4016\nX 12\n", 2, 1, "\"X 12\"");
    expect_error(VM_TRACE_REFS, "R 0x12\n", 1, 3, "without 0x");
    expect_error(VM_TRACE_REFS, "R\n", 1, 2, "page number");
    expect_error(VM_TRACE_REFS, "R 11112222333344445\n", 1, 3, "16 hex digits");
    assert_string_equal(parse(VM_TRACE_REFS, true, "I 1\nR 2\n", 8, 8).seen.text, "R2+1@2000;");
}

static void test_lackey(void **state)
{
    (void)state;
    expect(VM_TRACE_LACKEY,
        "==123== Lackey\n--123-- debug\n**123** note\n"
        "I  04016b90,3\n L 1ffeffe7e0,8\n S 04016fff,1\n M 0402a0f8,16\r\n",
        "I4016+3@4016b90;R1ffeffe+8@1ffeffe7e0;W4016+1@4016fff;M402a+10@402a0f8;");
    /* Across pages, ascending; the parts add up. */
    expect(VM_TRACE_LACKEY, " S 04016ffe,8\nI  04016b90,3\nI  04016b90,3\nI  04016b90,3\n",
        "W4016+2@4016ffe;W4017+6@4017000;I4016+3@4016b90;I4016+3@4016b90;I4016+3@4016b90;");
    expect(VM_TRACE_LACKEY, " L 00000ff0,4128\n", "R0+10@ff0;R1+1000@1000;R2+10@2000;");
    /* System calls are passed over; a record glued to one is read. */
    expect(VM_TRACE_LACKEY,
        "SYSCALL[7,1](12) sys_brk ( 0x0 )\n --> [pre-success] Success(0x4224000)\n"
        "SYSCALL[7,1](59) sys_execve ( 0x1ffe, 0x2 )I  04001090,3\n"
        "SYSCALL[7,1](3) sys_close ( 3 ) L 1ffeffe7e0,8\n",
        "I4001+3@4001090;R1ffeffe+8@1ffeffe7e0;");
    expect(VM_TRACE_LACKEY, " L ffffffffffffffff,1\nI  1,1",
        "Rfffffffffffff+1@ffffffffffffffff;I0+1@1;");
    const char both[] = "I  04016b90,3\n L 1ffeffe7e0,8\n";
    assert_string_equal(
        parse(VM_TRACE_LACKEY, true, both, strlen(both), 100).seen.text, "R1ffeffe+8@1ffeffe7e0;");
}

static void test_torn(void **state)
{
    (void)state;
    static const char *const torn[] = {"I  0401", " L 1ffe,", " L ,8", "fe7e0,8", " X 04016b90,3",
        " L 04016b90,0", " L 04016b90,70000", " L 04016b90,3 ", "I 04016b90,3",
        " L ffffffffffffffff,2", "I  04016b90,3I  04016b90,3", " L 11112222333344445,8",
        "I  0401g000,3", "hello"};
    for (size_t i = 0; i < sizeof torn / sizeof torn[0]; i++) {
        char text[300];
        snprintf(text, sizeof text,
            "I  04016b90,3\n%s\nI  04016b90,3\nI  04016b90,3\n L 1ffeffe7e0,8\n", torn[i]);
        for (size_t piece = 1; piece < 120; piece++) {
            struct result result = parse(VM_TRACE_LACKEY, false, text, strlen(text), piece);
            assert_true(result.fine);
            assert_int_equal(result.report.references, 4);
            assert_int_equal(result.report.torn, 1);
            assert_int_equal(result.report.first_torn, 2);
            assert_int_equal(result.report.lines, 5);
            assert_non_null(strstr(result.report.first_problem, torn[i]));
        }
    }
}

static void test_long_line(void **state)
{
    (void)state;
    enum { LONG = 10 << 20 };
    char *text = malloc(LONG + 64);
    assert_non_null(text);
    memset(text, 'a', LONG);
    strcpy(text + LONG, "\nI  04016b90,3\n");
    for (size_t piece = 1000; piece <= LONG + 64; piece *= 100) {
        struct result result = parse(VM_TRACE_LACKEY, false, text, strlen(text), piece);
        assert_true(result.fine);
        assert_int_equal(result.report.torn, 1);
        assert_int_equal(result.report.references, 1);
        assert_int_equal(result.report.lines, 2);
        assert_false(parse(VM_TRACE_REFS, false, text, strlen(text), piece).fine);
        assert_false(parse(VM_TRACE_PAGES, false, text, strlen(text), piece).fine);
    }
    free(text);
}

static void test_stop(void **state)
{
    (void)state;
    vm_trace_reader *reader;
    struct seen seen = {.stop_after = 1};
    assert_int_equal(vm_trace_reader_new(VM_TRACE_PAGES, 12, false, sink, &seen, &reader), VM_OK);
    for (int i = 0; i < 2000; i++) {
        vm_trace_feed(reader, "1 2 3 ", 6);
    }
    assert_false(vm_trace_end(reader));
    assert_true(seen.count < 2000);
    vm_trace_reader_free(reader);
    assert_int_equal(
        vm_trace_reader_new(VM_TRACE_PAGES, 12, false, NULL, NULL, &reader), VM_INVALID);
    assert_int_equal(vm_trace_format_named("lackey"), VM_TRACE_LACKEY);
    assert_int_equal(vm_trace_format_named("csv"), -1);
}

static uint64_t random_state = 2463534242u;
static uint64_t below(uint64_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % limit;
}

/* Mutated text: the references and the report are the same however it is cut. */
static void test_mutations(void **state)
{
    (void)state;
    static const char *const seeds[VM_TRACE_FORMATS] = {
        [VM_TRACE_PAGES] = "7,0,1 W 2R 0x1f\n# c\n3 4\n 5 W,9\n12\n",
        [VM_TRACE_REFS] = "I 4016\nR 1ffe\nW ab\nM ff\n\n# x\n",
        [VM_TRACE_LACKEY] =
            "==1== x\nI  04016b90,3\n L 1ffeffe7e0,8\n S 04016ffe,8\n M 0402a0f8,16\r\n"
            "SYSCALL[7,1](3) sys_close ( 3 ) L 1ffeffe7e0,8\nI  04016b93,12\n"};
    static const char spice[] = "\n\r, 0x9afgIRWLSM=-#\t\0\xff";
    for (int round = 0; round < 30000; round++) {
        enum vm_trace_format format = (enum vm_trace_format)below(VM_TRACE_FORMATS);
        char text[256];
        size_t n = strlen(seeds[format]);
        memcpy(text, seeds[format], n);
        for (uint64_t i = below(6); i > 0; i--) {
            text[below(n)] = below(4) ? spice[below(sizeof spice - 1)] : (char)below(256);
        }
        n -= below(n / 2);
        struct result whole = parse(format, false, text, n, n),
                      cut = parse(format, false, text, n, 1 + below(40));
        assert_int_equal(whole.fine, cut.fine);
        assert_int_equal(whole.seen.count, cut.seen.count);
        assert_true(whole.seen.digest == cut.seen.digest);
        assert_int_equal(whole.report.torn, cut.report.torn);
        assert_int_equal(whole.report.lines, cut.report.lines);
        assert_int_equal(whole.report.first_torn, cut.report.first_torn);
        assert_string_equal(whole.report.first_problem, cut.report.first_problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_refs),
        cmocka_unit_test(test_lackey),
        cmocka_unit_test(test_torn),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_stop),
        cmocka_unit_test(test_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
