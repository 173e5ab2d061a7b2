/* SPDX-License-Identifier: MIT
 * Curves over time, and distances, against their definitions: sets are counted reference by
 * reference, with no shared code. And the textbooks' numbers.
 */
#include "support_analysis.h"

#include "vm/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LENGTH_MAX = 160, CASES = 150 };

static uint64_t cell(const vm_analysis *a, enum vm_analysis_kind kind, size_t row, const char *name)
{
    return case_cell(a, kind, row, name).number;
}

static void assert_real(
    const vm_analysis *a, enum vm_analysis_kind kind, size_t row, const char *name, double want)
{
    double have = case_cell(a, kind, row, name).real, off = have - want;
    assert_true(off < 1e-9 && off > -1e-9);
}

/* How many different pages the references from .. to (counted from 1) use. */
static uint64_t pages_in(const struct vm_trace_ref *ref, uint64_t from, uint64_t to)
{
    uint64_t n = 0;
    for (uint64_t t = from; t <= to; t++) {
        bool seen = false;
        for (uint64_t u = from; u < t; u++) {
            seen = seen || ref[u - 1].vpn == ref[t - 1].vpn;
        }
        n += !seen;
    }
    return n;
}

static bool used_in(const struct vm_trace_ref *ref, uint64_t from, uint64_t to, vm_vpn vpn)
{
    for (uint64_t t = from; t <= to; t++) {
        if (ref[t - 1].vpn == vpn) {
            return true;
        }
    }
    return false;
}

/* A slice's end, from its definition: the trace is cut into n nearly equal pieces. */
static uint64_t end_of(size_t slice, size_t slices, size_t length)
{
    return (slice + 1) * length / slices;
}

typedef void check_case(const struct vm_trace_ref *ref, size_t length, uint64_t *random);

static void on_random_strings(check_case *check, uint64_t random)
{
    struct vm_trace_ref ref[LENGTH_MAX];
    for (int i = 0; i < CASES; i++) {
        size_t length = 1 + case_below(&random, LENGTH_MAX);
        case_fill(&random, ref, length, 1 + case_below(&random, 30));
        check(ref, length, &random);
    }
}

static vm_analysis *run(struct vm_analysis_request request, const struct vm_trace_ref *ref,
    size_t length, uint64_t *random)
{
    return case_run(
        &request, ref, length, 1 + case_below(random, LENGTH_MAX), 1 + case_below(random, 50));
}

static void check_working_set(const struct vm_trace_ref *ref, size_t length, uint64_t *random)
{
    struct vm_analysis_request request = case_request(vm_analysis_kind_working_set);
    uint64_t tau = request.params.tau = 1 + case_below(random, 40);
    request.points = 2 + (uint32_t)case_below(random, 60);
    vm_analysis *a = run(request, ref, length, random);
    size_t slices = request.points < length ? request.points : length;
    assert_int_equal(vm_analysis_rows(a), slices);
    uint64_t begin = 1;
    for (size_t i = 0; i < slices; i++) {
        uint64_t end = end_of(i, slices, length), misses = 0;
        for (uint64_t t = begin; t <= end; t++) {
            misses += !used_in(ref, t > tau ? t - tau : 1, t - 1, ref[t - 1].vpn);
        }
        uint64_t pages = pages_in(ref, end > tau ? end - tau + 1 : 1, end);
        assert_int_equal(cell(a, request.kind, i, "reference"), end);
        assert_int_equal(cell(a, request.kind, i, "pages"), pages);
        assert_int_equal(cell(a, request.kind, i, "bytes"), pages * 4096);
        assert_int_equal(cell(a, request.kind, i, "misses"), misses);
        begin = end + 1;
    }
    vm_analysis_free(a);
}

static void check_windows(const struct vm_trace_ref *ref, size_t length, uint64_t *random)
{
    struct vm_analysis_request request = case_request(vm_analysis_kind_windows);
    vm_analysis *a = run(request, ref, length, random);
    assert_true(vm_analysis_rows(a) > 0);
    for (size_t i = 0; i < vm_analysis_rows(a); i++) {
        uint64_t tau = cell(a, request.kind, i, "window"), sum = 0, misses = 0;
        assert_true(tau >= 1 && tau <= length);
        for (uint64_t t = 1; t <= length; t++) {
            sum += pages_in(ref, t > tau ? t - tau + 1 : 1, t);
            misses += !used_in(ref, t > tau ? t - tau : 1, t - 1, ref[t - 1].vpn);
        }
        assert_real(a, request.kind, i, "pages", (double)sum / (double)length);
        assert_int_equal(cell(a, request.kind, i, "misses"), misses);
        assert_real(a, request.kind, i, "ratio", (double)misses / (double)length);
    }
    vm_analysis_free(a);
}

static void check_phases(const struct vm_trace_ref *ref, size_t length, uint64_t *random)
{
    struct vm_analysis_request request = case_request(vm_analysis_kind_phases);
    request.points = 2 + (uint32_t)case_below(random, 30);
    vm_analysis *a = run(request, ref, length, random);
    size_t slices = request.points < length ? request.points : length;
    assert_int_equal(vm_analysis_rows(a), slices);
    uint64_t begin = 1, before = 1, phase = 0;
    for (size_t i = 0; i < slices; i++) {
        uint64_t end = end_of(i, slices, length), first = 0, stayed = 0,
                 pages = pages_in(ref, begin, end), either = pages_in(ref, before, end);
        for (uint64_t t = begin; t <= end; t++) {
            bool again = used_in(ref, begin, t - 1, ref[t - 1].vpn);
            first += !again && !used_in(ref, 1, begin - 1, ref[t - 1].vpn);
            stayed += !again && used_in(ref, before, begin - 1, ref[t - 1].vpn);
        }
        phase += i == 0 || 2 * stayed < either;
        assert_int_equal(cell(a, request.kind, i, "reference"), end);
        assert_int_equal(cell(a, request.kind, i, "pages"), pages);
        assert_int_equal(cell(a, request.kind, i, "first"), first);
        assert_int_equal(cell(a, request.kind, i, "stayed"), stayed);
        assert_int_equal(cell(a, request.kind, i, "phase"), phase);
        assert_real(a, request.kind, i, "similarity", (double)stayed / (double)either);
        before = begin;
        begin = end + 1;
    }
    vm_analysis_free(a);
}

/* Every reference is in one field, and a field's pages lie between its lowest and the next band's.
 */
static void check_map(const struct vm_trace_ref *ref, size_t length, uint64_t *random)
{
    struct vm_analysis_request request = case_request(vm_analysis_kind_map);
    request.points = 2 + (uint32_t)case_below(random, 30);
    vm_analysis *a = run(request, ref, length, random);
    size_t slices = request.points < length ? request.points : length, row = 0;
    uint64_t begin = 1;
    for (size_t i = 0; i < slices; i++) {
        uint64_t end = end_of(i, slices, length), sum = 0;
        vm_vpn above = 0;
        for (; row < vm_analysis_rows(a) && cell(a, request.kind, row, "reference") == end; row++) {
            vm_vpn low = cell(a, request.kind, row, "page");
            assert_true(low >= above);
            uint64_t n = 0, writes = 0, width = cell(a, request.kind, row, "pages");
            /* Fewer than 128 pages: a band is one page. */
            assert_int_equal(width, 1);
            for (uint64_t t = begin; t <= end; t++) {
                n += ref[t - 1].vpn == low;
                writes += ref[t - 1].vpn == low && strchr("WM", ref[t - 1].kind) != NULL;
            }
            assert_int_equal(cell(a, request.kind, row, "references"), n);
            assert_int_equal(cell(a, request.kind, row, "writes"), writes);
            sum += n;
            above = low + 1;
        }
        assert_int_equal(sum, end - begin + 1);
        begin = end + 1;
    }
    assert_int_equal(row, vm_analysis_rows(a));
    vm_analysis_free(a);
}

/* More pages than bands: they are shared out evenly, in the order of their numbers. */
static void test_map_bands(void **state)
{
    (void)state;
    enum { PAGES = 1000, BANDS = 128 };
    struct vm_trace_ref ref[2 * PAGES];
    for (size_t i = 0; i < sizeof ref / sizeof ref[0]; i++) {
        vm_vpn vpn = (i * 619 % PAGES) * 7;
        ref[i] = (struct vm_trace_ref){.vpn = vpn, .va = vpn, .bytes = 1, .kind = 'R'};
    }
    struct vm_analysis_request request = case_request(vm_analysis_kind_map);
    request.points = 2;
    vm_analysis *a = case_run(&request, ref, 2 * PAGES, PAGES, 100);
    uint64_t next = 0, bands = 0, sum = 0;
    for (size_t row = 0; row < vm_analysis_rows(a); row++) {
        if (cell(a, request.kind, row, "reference") == PAGES) {
            uint64_t width = cell(a, request.kind, row, "pages");
            assert_int_equal(cell(a, request.kind, row, "page"), next * 7);
            assert_true(width == PAGES / BANDS || width == PAGES / BANDS + 1);
            next += width;
            bands++;
        }
        sum += cell(a, request.kind, row, "references");
    }
    assert_int_equal(bands, BANDS);
    assert_int_equal(next, PAGES);
    assert_int_equal(sum, 2 * PAGES);
    vm_analysis_free(a);
}

/* The depth in LRU's stack: different pages since the last use, itself counted. */
static uint64_t distance_at(const struct vm_trace_ref *ref, uint64_t t)
{
    for (uint64_t u = t - 1; u > 0; u--) {
        if (ref[u - 1].vpn == ref[t - 1].vpn) {
            return pages_in(ref, u, t - 1);
        }
    }
    return 0;
}

static void check_distances(const struct vm_trace_ref *ref, size_t length, uint64_t *random)
{
    struct vm_analysis_request request = case_request(vm_analysis_kind_distances);
    vm_analysis *a = run(request, ref, length, random);
    uint64_t count[LENGTH_MAX + 1] = {0}, within = 0;
    for (uint64_t t = 1; t <= length; t++) {
        count[distance_at(ref, t)]++;
    }
    size_t row = 0;
    for (uint64_t d = 0; d <= length; d++) {
        if (count[d] == 0) {
            continue;
        }
        within += d ? count[d] : 0;
        assert_int_equal(cell(a, request.kind, row, "distance"), d);
        assert_int_equal(cell(a, request.kind, row, "references"), count[d]);
        assert_real(a, request.kind, row, "share", (double)count[d] / (double)length);
        assert_real(a, request.kind, row, "within", (double)within / (double)length);
        row++;
    }
    assert_int_equal(row, vm_analysis_rows(a));
    vm_analysis_free(a);
}

/* Of every policy: the slices add up to the replay, and each is the difference of two replays that
 * end where it does (OPT's replay of a part has another future). */
static void check_fault_rate(const struct vm_trace_ref *ref, size_t length, uint64_t *random)
{
    struct vm_analysis_request request = case_request(vm_analysis_kind_fault_rate);
    unsigned policy = (unsigned)case_below(random, vm_policy_kind_count);
    uint32_t frames = vm_policy_desc(policy)->least_frames + (uint32_t)case_below(random, 20);
    request.policies = UINT64_C(1) << policy;
    request.frames = &frames;
    request.frames_n = 1;
    request.points = 2 + (uint32_t)case_below(random, 30);
    vm_analysis *a = run(request, ref, length, random);
    size_t slices = request.points < length ? request.points : length;
    uint64_t sum = 0, begin = 0;
    assert_int_equal(vm_analysis_rows(a), slices);
    for (size_t i = 0; i < slices; i++) {
        uint64_t end = end_of(i, slices, length), faults = cell(a, request.kind, i, "faults");
        sum += faults;
        assert_int_equal(cell(a, request.kind, i, "reference"), end);
        assert_int_equal(cell(a, request.kind, i, "frames"), frames);
        assert_string_equal(
            case_cell(a, request.kind, i, "policy").word, vm_policy_desc(policy)->name);
        assert_real(a, request.kind, i, "rate", (double)faults / (double)(end - begin));
        if (policy != vm_policy_kind_opt || end == length) {
            assert_int_equal(
                sum, case_replay((enum vm_policy_kind)policy, frames, ref, (size_t)end).faults);
        }
        begin = end;
    }
    vm_analysis_free(a);
}

#define ON_RANDOM_STRINGS(what, seed)                                                              \
    static void test_##what(void **state)                                                          \
    {                                                                                              \
        (void)state;                                                                               \
        on_random_strings(check_##what, seed);                                                     \
    }
ON_RANDOM_STRINGS(working_set, 12345)
ON_RANDOM_STRINGS(windows, 23456)
ON_RANDOM_STRINGS(phases, 34567)
ON_RANDOM_STRINGS(map, 45678)
ON_RANDOM_STRINGS(distances, 56789)
ON_RANDOM_STRINGS(fault_rate, 67890)

static size_t string_of(const char *text, struct vm_trace_ref *ref)
{
    size_t n = 0;
    for (; *text; text++) {
        if (*text != ' ') {
            ref[n++] = (struct vm_trace_ref){.vpn = (vm_vpn)(*text - '0'), .bytes = 1, .kind = 'R'};
        }
    }
    return n;
}

/* Silberschatz, section 10.6.2: with a window of 10 the working set is {1, 2, 5, 6, 7} at t = 10
 * and {3, 4} at t = 26. */
static void test_book_working_set(void **state)
{
    (void)state;
    struct vm_trace_ref ref[LENGTH_MAX];
    size_t n = string_of("2615777751 6234123444343444", ref);
    assert_int_equal(n, 26);
    struct vm_analysis_request request = case_request(vm_analysis_kind_working_set);
    request.params.tau = 10;
    request.points = 26;
    vm_analysis *a = case_run(&request, ref, n, n, 7);
    assert_int_equal(cell(a, request.kind, 9, "pages"), 5);
    assert_int_equal(cell(a, request.kind, 25, "pages"), 2);
    vm_analysis_free(a);
}

/* Stack distances of Tanenbaum and Bos's string: seven first uses, and 4 4 2 3 1 5 1 2 6 1 1 4 7 4
 * 6 5 among the rest. */
static void test_book_distances(void **state)
{
    (void)state;
    struct vm_trace_ref ref[LENGTH_MAX];
    size_t n = string_of("0 2 1 3 5 4 6 3 7 4 7 3 3 5 5 3 1 1 1 7 2 3 4 1", ref);
    static const uint64_t book[][2] = {
        {0, 8}, {1, 4}, {2, 2}, {3, 1}, {4, 4}, {5, 2}, {6, 2}, {7, 1}};
    struct vm_analysis_request request = case_request(vm_analysis_kind_distances);
    vm_analysis *a = case_run(&request, ref, n, n, 7);
    assert_int_equal(vm_analysis_rows(a), sizeof book / sizeof book[0]);
    for (size_t i = 0; i < sizeof book / sizeof book[0]; i++) {
        assert_int_equal(cell(a, request.kind, i, "distance"), book[i][0]);
        assert_int_equal(cell(a, request.kind, i, "references"), book[i][1]);
    }
    vm_analysis_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_working_set),
        cmocka_unit_test(test_windows), cmocka_unit_test(test_phases), cmocka_unit_test(test_map),
        cmocka_unit_test(test_map_bands), cmocka_unit_test(test_distances),
        cmocka_unit_test(test_fault_rate), cmocka_unit_test(test_book_working_set),
        cmocka_unit_test(test_book_distances)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
