/* SPDX-License-Identifier: MIT
 * The curves of one pass against a replay at every size, and sweeps against the same replays. The
 * replays themselves are held against the definitions in test_replay.
 */
#include "support_analysis.h"
#include "vm/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_row(const vm_analysis *a, enum vm_analysis_kind kind, size_t row,
    const struct vm_replay_result *want)
{
    uint64_t faults = case_cell(a, kind, row, "faults").number,
             evictions = case_cell(a, kind, row, "evictions").number,
             writebacks = case_cell(a, kind, row, "writebacks").number;
    if (faults != want->faults || evictions != want->evictions || writebacks != want->writebacks) {
        fail_msg("%s, %s with %u frames, %llu references: faults %llu evictions %llu write-backs "
                 "%llu, replayed %llu %llu %llu",
            vm_analysis_desc(kind)->name, vm_policy_desc(want->policy)->name, want->frames,
            (unsigned long long)want->references, (unsigned long long)faults,
            (unsigned long long)evictions, (unsigned long long)writebacks,
            (unsigned long long)want->faults, (unsigned long long)want->evictions,
            (unsigned long long)want->writebacks);
    }
}

/* The curve of LRU and OPT from 1 to the number of pages. */
static void curve_is_replay(
    const struct vm_trace_ref *ref, size_t length, size_t piece, uint64_t slice, uint32_t step)
{
    struct vm_analysis_request request = case_request(vm_analysis_kind_mrc);
    vm_analysis *a = case_run(&request, ref, length, piece, slice);
    size_t sizes = vm_analysis_rows(a) / 2;
    assert_int_equal(case_replay(vm_policy_kind_fifo, UINT32_MAX, ref, length).faults, sizes);
    for (size_t row = 0; row < 2 * sizes; row += row % sizes + step < sizes ? step : 1) {
        const char *word = case_cell(a, request.kind, row, "policy").word;
        uint32_t frames = (uint32_t)case_cell(a, request.kind, row, "frames").number;
        assert_int_equal(frames, row % sizes + 1);
        struct vm_replay_result want =
            case_replay((enum vm_policy_kind)vm_policy_named(word), frames, ref, length);
        assert_row(a, request.kind, row, &want);
        assert_true(
            case_cell(a, request.kind, row, "ratio").real == (double)want.faults / (double)length);
    }
    vm_analysis_free(a);
}

static void test_curves_small(void **state)
{
    (void)state;
    uint64_t random = 88172645463325252u;
    struct vm_trace_ref ref[200];
    for (int i = 0; i < 250; i++) {
        size_t length = 1 + case_below(&random, 200);
        case_fill(&random, ref, length, 1 + case_below(&random, 40));
        curve_is_replay(ref, length, 1 + case_below(&random, 200), 1 + case_below(&random, 99), 1);
    }
}

/* Deep stacks: nodes of every level of both trees, and a log that fills up. */
static void test_curves_deep(void **state)
{
    (void)state;
    uint64_t random = 362436069;
    enum { LONG = 50000 };
    struct vm_trace_ref *ref = malloc(LONG * sizeof(*ref));
    assert_non_null(ref);
    static const struct {
        uint64_t pages;
        uint32_t step;
    } cases[] = {{17, 3}, {300, 71}, {700, 211}, {5000, 1499}, {20000, 6999}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t k = i % (sizeof cases / sizeof cases[0]);
        case_fill(&random, ref, LONG, cases[k].pages);
        curve_is_replay(ref, LONG, 7777, 12345, cases[k].step);
    }
    free(ref);
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* Some sizes, each once, ascending. */
static size_t draw_sizes(uint64_t *random, uint32_t *frames, size_t room, uint32_t most)
{
    size_t n = 1 + case_below(random, room), kept = 0;
    for (size_t i = 0; i < n; i++) {
        frames[i] = 1 + (uint32_t)case_below(random, most);
    }
    qsort(frames, n, sizeof *frames, by_number);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || frames[kept - 1] != frames[i]) {
            frames[kept++] = frames[i];
        }
    }
    return kept;
}

static void test_sweep(void **state)
{
    (void)state;
    uint64_t random = 123456789;
    enum { LENGTH = 1500, SIZES = 9, MOST = 64 };
    struct vm_trace_ref *ref = malloc(LENGTH * sizeof(*ref));
    assert_non_null(ref);
    for (int i = 0; i < 12; i++) {
        size_t length = 1 + case_below(&random, LENGTH), expected = 0;
        case_fill(&random, ref, length, 1 + case_below(&random, 100));
        uint32_t frames[SIZES];
        struct vm_analysis_request request = case_request(vm_analysis_kind_sweep);
        request.frames = frames;
        request.frames_n = draw_sizes(&random, frames, SIZES, MOST);
        vm_analysis *a = case_run(
            &request, ref, length, 1 + case_below(&random, 999), 1 + case_below(&random, 5000));
        for (unsigned p = 0; p < vm_policy_kind_count; p++) {
            for (size_t k = 0; k < request.frames_n; k++) {
                expected += frames[k] >= vm_policy_desc(p)->least_frames;
            }
        }
        assert_int_equal(vm_analysis_rows(a), expected);
        bool seen[vm_policy_kind_count][MOST + 1] = {{false}};
        for (size_t row = 0; row < expected; row++) {
            int policy = vm_policy_named(case_cell(a, request.kind, row, "policy").word);
            uint32_t size = (uint32_t)case_cell(a, request.kind, row, "frames").number;
            assert_false(seen[policy][size]);
            seen[policy][size] = true;
            struct vm_replay_result want =
                case_replay((enum vm_policy_kind)policy, size, ref, length);
            assert_row(a, request.kind, row, &want);
            assert_int_equal(case_cell(a, request.kind, row, "hits").number, want.hits);
            assert_int_equal(
                case_cell(a, request.kind, row, "distinct_pages").number, want.distinct_pages);
        }
        vm_analysis_free(a);
    }
    free(ref);
}

/* The ends come before the middle, the middle before the quarters. */
static void test_coarse_to_fine(void **state)
{
    (void)state;
    struct vm_trace_ref ref[50];
    for (size_t i = 0; i < 50; i++) {
        ref[i] = (struct vm_trace_ref){.vpn = i % 9, .kind = 'R'};
    }
    static const uint32_t frames[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    static const uint32_t order[] = {1, 9, 5, 3, 7, 2, 4, 6, 8};
    struct vm_analysis_request request = case_request(vm_analysis_kind_sweep);
    request.policies = UINT64_C(1) << vm_policy_kind_fifo;
    request.frames = frames;
    request.frames_n = 9;
    vm_analysis *a = case_run(&request, ref, 50, 50, 1000);
    for (size_t row = 0; row < 9; row++) {
        assert_int_equal(case_cell(a, request.kind, row, "frames").number, order[row]);
    }
    vm_analysis_free(a);
}

static void test_refused(void **state)
{
    (void)state;
    static const uint32_t zero[] = {0}, twice[] = {3, 3}, falling[] = {4, 2};
    const struct {
        struct vm_analysis_request request;
    } cases[] = {{{.kind = vm_analysis_kind_count, .page_shift = 12}},
        {{.kind = vm_analysis_kind_mrc,
            .page_shift = 12,
            .policies = UINT64_C(1) << vm_policy_kind_fifo}},
        {{.kind = vm_analysis_kind_sweep, .page_shift = 12, .policies = UINT64_C(1) << 63}},
        {{.kind = vm_analysis_kind_sweep, .page_shift = 12, .frames = zero, .frames_n = 1}},
        {{.kind = vm_analysis_kind_sweep, .page_shift = 12, .frames = twice, .frames_n = 2}},
        {{.kind = vm_analysis_kind_sweep, .page_shift = 12, .frames = falling, .frames_n = 2}},
        {{.kind = vm_analysis_kind_sweep, .page_shift = 31}},
        {{.kind = vm_analysis_kind_sweep, .page_shift = 12, .points = 1}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vm_analysis_request request = cases[i].request;
        request.params = vm_policy_params_default();
        vm_analysis *a;
        const char *problem;
        assert_int_equal(vm_analysis_new(&request, &problem, &a), VM_INVALID);
        assert_null(a);
        assert_non_null(problem);
    }
}

/* A trace without references has an answer for every analysis, and none takes references after its
 * work began. */
static void test_empty(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < vm_analysis_kind_count; kind++) {
        struct vm_analysis_request request = case_request((enum vm_analysis_kind)kind);
        vm_analysis *a = case_run(&request, NULL, 0, 1, 1);
        struct vm_trace_ref ref = {.vpn = 1, .kind = 'R'};
        assert_int_equal(vm_analysis_feed(a, &ref, 1), VM_INVALID);
        vm_analysis_free(a);
        assert_int_equal(vm_analysis_named(vm_analysis_desc(kind)->name), kind);
    }
    assert_int_equal(vm_analysis_named("no such analysis"), -1);
    assert_null(vm_analysis_desc(vm_analysis_kind_count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_curves_small),
        cmocka_unit_test(test_curves_deep), cmocka_unit_test(test_sweep),
        cmocka_unit_test(test_coarse_to_fine), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_empty)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
