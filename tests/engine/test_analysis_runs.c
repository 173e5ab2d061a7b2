/* SPDX-License-Identifier: MIT
 * What is told of several runs: access times, anomalies in a trace and the shortest ones, two runs
 * side by side. Held against plain replays, and against the books.
 */
#include "support_analysis.h"
#include "vm/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LENGTH_MAX = 160 };

static uint64_t cell(const vm_analysis *a, enum vm_analysis_kind kind, size_t row, const char *name)
{
    return case_cell(a, kind, row, name).number;
}

static const char *word(
    const vm_analysis *a, enum vm_analysis_kind kind, size_t row, const char *name)
{
    return case_cell(a, kind, row, name).word;
}

static void assert_near(double have, double want)
{
    double off = have - want, most = (want > 0 ? want : -want) * 1e-9 + 1e-9;
    assert_true(off < most && off > -most);
}

static size_t string_of(const char *text, struct vm_trace_ref *ref)
{
    size_t n = 0;
    for (char *end; *text; text = end) {
        vm_vpn page = strtoull(text, &end, 10);
        ref[n++] = (struct vm_trace_ref){.vpn = page, .va = page << 12, .bytes = 1, .kind = 'R'};
    }
    return n;
}

/* Silberschatz, section 10.2.3: 200 ns memory, 8 ms service: 200 + 7,999,800 p ns; with one fault
 * in 1,000 references 8.2 microseconds. */
static void test_book_access_time(void **state)
{
    (void)state;
    struct vm_trace_ref ref[1000];
    for (size_t i = 0; i < 1000; i++) {
        ref[i] = (struct vm_trace_ref){.vpn = 7, .va = 7 << 12, .bytes = 1, .kind = 'W'};
    }
    struct vm_analysis_request request = case_request(vm_analysis_kind_access_time);
    request.policies = UINT64_C(1) << vm_policy_kind_fifo;
    request.access_ps = 200 * UINT64_C(1000);
    request.fault_ps = 8 * UINT64_C(1000000000);
    vm_analysis *a = case_run(&request, ref, 1000, 100, 100);
    assert_int_equal(vm_analysis_rows(a), 1);
    assert_near(case_cell(a, request.kind, 0, "ratio").real, 0.001);
    assert_near(case_cell(a, request.kind, 0, "time").real, 200 + 7999800 * 0.001);
    assert_near(case_cell(a, request.kind, 0, "slowdown").real, 8199.8 / 200);
    vm_analysis_free(a);
}

static void test_access_time(void **state)
{
    (void)state;
    uint64_t random = 246813579;
    struct vm_trace_ref ref[LENGTH_MAX];
    for (int i = 0; i < 20; i++) {
        size_t length = 1 + case_below(&random, LENGTH_MAX);
        case_fill(&random, ref, length, 1 + case_below(&random, 30));
        struct vm_analysis_request request = case_request(vm_analysis_kind_access_time);
        static const uint32_t frames[] = {3, 9, 20};
        request.frames = frames;
        request.frames_n = 3;
        vm_analysis *a = case_run(&request, ref, length, 50, 1 + case_below(&random, 500));
        for (size_t row = 0; row < vm_analysis_rows(a); row++) {
            struct vm_replay_result want = case_replay(
                (enum vm_policy_kind)vm_policy_named(word(a, request.kind, row, "policy")),
                (uint32_t)cell(a, request.kind, row, "frames"), ref, length);
            double n = (double)length, faults = (double)want.faults,
                   dram = (double)vm_medium_desc(vm_medium_dram)->picoseconds / 1000,
                   ssd = (double)vm_medium_desc(vm_medium_ssd)->picoseconds / 1000,
                   time = ((n - faults) * dram + (faults + (double)want.writebacks) * ssd) / n;
            assert_near(case_cell(a, request.kind, row, "time").real, time);
            assert_near(case_cell(a, request.kind, row, "slowdown").real, time / dram);
            assert_near(
                case_cell(a, request.kind, row, "writebacks").real, (double)want.writebacks / n);
        }
        vm_analysis_free(a);
    }
}

/* Of all policies: neighbours of which the larger one faults more, each once, and no others; none
 * of LRU and OPT. */
static void test_anomaly(void **state)
{
    (void)state;
    uint64_t random = 1357911, rows = 0;
    struct vm_trace_ref ref[LENGTH_MAX];
    for (int i = 0; i < 40; i++) {
        size_t length = 1 + case_below(&random, LENGTH_MAX), row = 0;
        case_fill(&random, ref, length, 1 + case_below(&random, 12));
        struct vm_analysis_request request = case_request(vm_analysis_kind_anomaly);
        uint32_t frames[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13};
        enum { SIZES = sizeof frames / sizeof frames[0] };
        request.frames = frames;
        request.frames_n = SIZES;
        vm_analysis *a = case_run(&request, ref, length, 50, 1 + case_below(&random, 5000));
        bool said[vm_policy_kind_count][SIZES] = {{false}};
        for (; row < vm_analysis_rows(a); row++) {
            int p = vm_policy_named(word(a, request.kind, row, "policy"));
            size_t at = 0;
            while (frames[at] != cell(a, request.kind, row, "frames")) {
                at++;
            }
            assert_int_equal(cell(a, request.kind, row, "frames_more"), frames[at + 1]);
            assert_false(said[p][at]);
            said[p][at] = true;
            assert_true(p != vm_policy_kind_lru && p != vm_policy_kind_opt);
            rows++;
        }
        for (unsigned p = 0; p < vm_policy_kind_count; p++) {
            for (size_t at = 0; at + 1 < SIZES; at++) {
                if (frames[at] >= vm_policy_desc(p)->least_frames) {
                    uint64_t
                        few = case_replay((enum vm_policy_kind)p, frames[at], ref, length).faults,
                        many =
                            case_replay((enum vm_policy_kind)p, frames[at + 1], ref, length).faults;
                    assert_int_equal(said[p][at], many > few);
                }
            }
        }
        vm_analysis_free(a);
    }
    assert_true(rows > 10);
}

static void test_book_anomaly(void **state)
{
    (void)state;
    struct vm_trace_ref ref[LENGTH_MAX];
    size_t n = string_of("1 2 3 4 1 2 5 1 2 3 4 5", ref);
    struct vm_analysis_request request = case_request(vm_analysis_kind_anomaly);
    request.policies = UINT64_C(1) << vm_policy_kind_fifo | UINT64_C(1) << vm_policy_kind_lru;
    vm_analysis *a = case_run(&request, ref, n, n, 7);
    assert_int_equal(vm_analysis_rows(a), 1);
    assert_string_equal(word(a, request.kind, 0, "policy"), "fifo");
    assert_int_equal(cell(a, request.kind, 0, "frames"), 3);
    assert_int_equal(cell(a, request.kind, 0, "faults"), 9);
    assert_int_equal(cell(a, request.kind, 0, "frames_more"), 4);
    assert_int_equal(cell(a, request.kind, 0, "faults_more"), 10);
    vm_analysis_free(a);
}

/* All strings of a length in which pages are named in the order of their first use, the plain way:
 * the first with an anomaly. */
static bool first_anomaly(enum vm_policy_kind policy, uint32_t frames, uint32_t length, char *text)
{
    unsigned page[16] = {0};
    for (;;) {
        struct vm_trace_ref ref[16];
        for (uint32_t i = 0; i < length; i++) {
            ref[i] = (struct vm_trace_ref){.vpn = page[i] + 1, .bytes = 1, .kind = 'R'};
        }
        if (case_replay(policy, frames + 1, ref, length).faults >
            case_replay(policy, frames, ref, length).faults) {
            for (uint32_t i = 0; i < length; i++) {
                text += sprintf(text, "%s%u", i ? " " : "", page[i] + 1);
            }
            return true;
        }
        uint32_t at = length;
        for (bool last = true; last && at > 1;) {
            unsigned most = 0;
            at--;
            for (uint32_t i = 0; i < at; i++) {
                most = page[i] + 1 > most ? page[i] + 1 : most;
            }
            last = page[at] == most;
            page[at] = last ? 0 : page[at] + 1;
        }
        bool zero = true;
        for (uint32_t i = 0; i < length; i++) {
            zero = zero && page[i] == 0;
        }
        if (zero) {
            return false;
        }
    }
}

/* Every policy, up to a length that all strings can be tried of. */
static void test_shortest(void **state)
{
    (void)state;
    enum { LONGEST = 7 };
    unsigned shown = 0;
    struct vm_analysis_request request = case_request(vm_analysis_kind_shortest_anomaly);
    static const uint32_t frames[] = {1, 2};
    request.policies = (UINT64_C(1) << vm_policy_kind_count) - 1;
    request.frames = frames;
    request.frames_n = 2;
    request.points = LONGEST;
    request.params.tau = request.params.tick = 3;
    vm_analysis *a = case_run(&request, NULL, 0, 1, 20000);
    for (size_t row = 0; row < vm_analysis_rows(a); row++) {
        char text[64] = "none";
        enum vm_policy_kind policy =
            (enum vm_policy_kind)vm_policy_named(word(a, request.kind, row, "policy"));
        uint32_t size = (uint32_t)cell(a, request.kind, row, "frames"), length = 1;
        if (policy == vm_policy_kind_ws || policy == vm_policy_kind_wsclock ||
            policy == vm_policy_kind_pff || policy == vm_policy_kind_nru ||
            policy == vm_policy_kind_aging) {
            continue; /* the plain way runs with other parameters */
        }
        while (!first_anomaly(policy, size, length, text) && length < LONGEST) {
            length++;
        }
        assert_string_equal(word(a, request.kind, row, "string"), text);
        assert_int_equal(cell(a, request.kind, row, "length"), length);
        shown += strcmp(text, "none") != 0;
    }
    vm_analysis_free(a);
    assert_true(shown > 0);
}

/* No trace is wanted. Nothing is shorter than the string that Belady, Nelson and Shedler gave. */
static void test_shortest_fifo(void **state)
{
    (void)state;
    struct vm_analysis_request request = case_request(vm_analysis_kind_shortest_anomaly);
    assert_false(vm_analysis_wants_trace(request.kind));
    assert_true(vm_analysis_wants_trace(vm_analysis_kind_sweep));
    vm_analysis *a = case_run(&request, NULL, 0, 1, 1000000);
    assert_int_equal(vm_analysis_rows(a), 1);
    assert_string_equal(word(a, request.kind, 0, "string"), "1 2 3 4 1 2 5 1 2 3 4 5");
    struct vm_trace_ref ref[16];
    size_t n = string_of(word(a, request.kind, 0, "string"), ref);
    assert_int_equal(n, cell(a, request.kind, 0, "length"));
    uint64_t few = case_replay(vm_policy_kind_fifo, 3, ref, n).faults,
             many = case_replay(vm_policy_kind_fifo, 4, ref, n).faults;
    assert_int_equal(cell(a, request.kind, 0, "faults"), few);
    assert_int_equal(cell(a, request.kind, 0, "faults_more"), many);
    assert_true(many > few);
    vm_analysis_free(a);
    request.points = 17;
    const char *problem;
    assert_int_equal(vm_analysis_new(&request, &problem, &a), VM_INVALID);
}

/* Faults of the first t references, from replays that end there; of OPT the whole future counts, so
 * it is asked differently. */
static void check_compare(const struct vm_trace_ref *ref, size_t length, uint64_t *random)
{
    struct vm_analysis_request request = case_request(vm_analysis_kind_compare);
    unsigned first = (unsigned)case_below(random, vm_policy_kind_count - 1),
             second = first + 1 + (unsigned)case_below(random, vm_policy_kind_count - first - 1);
    uint32_t least[2] = {vm_policy_desc(first)->least_frames, vm_policy_desc(second)->least_frames};
    uint32_t frames[2] = {
        (least[0] > least[1] ? least[0] : least[1]) + (uint32_t)case_below(random, 9)};
    bool sizes = case_below(random, 2);
    frames[1] = frames[0] + (uint32_t)sizes * (1 + (uint32_t)case_below(random, 4));
    second = sizes ? first : second;
    if (first == vm_policy_kind_opt || second == vm_policy_kind_opt) {
        return;
    }
    request.policies = UINT64_C(1) << first | UINT64_C(1) << second;
    request.frames = frames;
    request.frames_n = 1 + sizes;
    request.points = 2 + (uint32_t)case_below(random, 40);
    vm_analysis *a =
        case_run(&request, ref, length, 1 + case_below(random, 99), 1 + case_below(random, 99));
    uint64_t before[2] = {0, 0}, shown = 0;
    for (size_t t = 1; t <= length; t++) {
        uint64_t now[2] = {case_replay((enum vm_policy_kind)first, frames[0], ref, t).faults,
            case_replay((enum vm_policy_kind)second, frames[1], ref, t).faults};
        bool fault[2] = {now[0] > before[0], now[1] > before[1]};
        if ((fault[0] != fault[1] && shown < request.points) || t == length) {
            assert_int_equal(cell(a, request.kind, shown, "reference"), t);
            assert_int_equal(cell(a, request.kind, shown, "page"), ref[t - 1].vpn);
            assert_string_equal(word(a, request.kind, shown, "first"), fault[0] ? "fault" : "hit");
            assert_string_equal(word(a, request.kind, shown, "second"), fault[1] ? "fault" : "hit");
            assert_int_equal(cell(a, request.kind, shown, "first_faults"), now[0]);
            assert_int_equal(cell(a, request.kind, shown, "second_faults"), now[1]);
            shown++;
        }
        before[0] = now[0];
        before[1] = now[1];
    }
    assert_int_equal(shown, vm_analysis_rows(a));
    vm_analysis_free(a);
}

static void test_compare(void **state)
{
    (void)state;
    uint64_t random = 9753124680;
    struct vm_trace_ref ref[LENGTH_MAX];
    for (int i = 0; i < 120; i++) {
        size_t length = 1 + case_below(&random, LENGTH_MAX);
        case_fill(&random, ref, length, 1 + case_below(&random, 30));
        check_compare(ref, length, &random);
    }
}

/* Silberschatz's string with three frames: LRU keeps 2 at the sixth reference, FIFO 0 has gone at
 * the seventh. */
static void test_book_compare(void **state)
{
    (void)state;
    struct vm_trace_ref ref[LENGTH_MAX];
    size_t n = string_of("7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1", ref);
    struct vm_analysis_request request = case_request(vm_analysis_kind_compare);
    static const uint32_t frames[] = {3};
    request.frames = frames;
    request.frames_n = 1;
    vm_analysis *a = case_run(&request, ref, n, n, 7);
    size_t last = vm_analysis_rows(a) - 1;
    assert_string_equal(word(a, request.kind, 0, "first_run"), "fifo with 3 frames");
    assert_string_equal(word(a, request.kind, 0, "second_run"), "lru with 3 frames");
    assert_int_equal(cell(a, request.kind, 0, "reference"), 7);
    assert_int_equal(cell(a, request.kind, 0, "page"), 0);
    assert_string_equal(word(a, request.kind, 0, "first"), "fault");
    assert_string_equal(word(a, request.kind, 0, "second"), "hit");
    assert_int_equal(cell(a, request.kind, last, "first_faults"), 15);
    assert_int_equal(cell(a, request.kind, last, "second_faults"), 12);
    vm_analysis_free(a);
    request.policies |= UINT64_C(1) << vm_policy_kind_opt | UINT64_C(1) << vm_policy_kind_lru;
    a = case_run(&request, ref, n, n, 7);
    last = vm_analysis_rows(a) - 1;
    assert_int_equal(cell(a, request.kind, last, "first_faults"), 12);
    assert_int_equal(cell(a, request.kind, last, "second_faults"), 9);
    vm_analysis_free(a);
}

static void test_compare_refused(void **state)
{
    (void)state;
    static const uint32_t frames[] = {3, 4, 5};
    const struct {
        unsigned policies;
        size_t sizes;
    } cases[] = {{1, 0}, {1, 1}, {3, 2}, {7, 1}, {1, 3}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vm_analysis_request request = case_request(vm_analysis_kind_compare);
        request.policies = cases[i].policies;
        request.frames = frames;
        request.frames_n = cases[i].sizes;
        const char *problem;
        vm_analysis *a;
        assert_int_equal(vm_analysis_new(&request, &problem, &a), VM_INVALID);
        assert_non_null(problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_book_access_time),
        cmocka_unit_test(test_access_time), cmocka_unit_test(test_anomaly),
        cmocka_unit_test(test_book_anomaly), cmocka_unit_test(test_shortest),
        cmocka_unit_test(test_shortest_fifo), cmocka_unit_test(test_compare),
        cmocka_unit_test(test_book_compare), cmocka_unit_test(test_compare_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
