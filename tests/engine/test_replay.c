/* SPDX-License-Identifier: MIT
 * What every replay keeps, whatever its policy: edges, pieces, and what must hold between policies.
 * Each policy's answers are held against its definition in test_oracle_*.c.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static uint32_t least_frames(enum vm_policy_kind policy)
{
    return vm_policy_desc(policy)->least_frames;
}

static struct vm_replay_result replay(enum vm_policy_kind policy, uint32_t frames,
    const struct vm_trace_ref *ref, size_t length, size_t piece)
{
    struct oracle_case c = {policy, frames, vm_policy_params_default(), ref, length};
    return oracle_replay(&c, piece);
}

/* The number of frames is no reason to reserve memory, and a trace need not have references. */
static void test_edges(void **state)
{
    (void)state;
    struct vm_trace_ref ref[2] = {{.vpn = UINT64_MAX, .kind = 'W'}, {.vpn = 0, .kind = 'R'}};
    vm_replay *none;
    for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
        enum vm_policy_kind kind = (enum vm_policy_kind)policy;
        uint32_t least = least_frames(kind);
        assert_int_equal(replay(kind, UINT32_MAX, ref, 2, 1).faults, 2);
        struct vm_replay_result one = replay(kind, least, ref, 2, 2);
        assert_int_equal(one.distinct_pages, 2);
        assert_int_equal(one.writebacks, least == 1);
        assert_int_equal(replay(kind, least + 4, ref, 0, 1).references, 0);
        assert_int_equal(vm_replay_new(kind, least - 1, NULL, &none), VM_INVALID);
        assert_null(none);
        struct vm_policy_params never = {.seed = 1, .tick = 0, .tau = 1};
        assert_int_equal(vm_replay_new(kind, least, &never, &none), VM_INVALID);
    }
    assert_int_equal(vm_replay_new(vm_policy_kind_count, 1, NULL, &none), VM_INVALID);
}

/* The answer does not depend on the pieces a trace comes in. */
static void test_pieces(void **state)
{
    (void)state;
    enum { LENGTH = 20000 };
    static struct vm_trace_ref ref[LENGTH];
    oracle_seed(123456789);
    oracle_fill(ref, LENGTH, 400);
    for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
        struct vm_replay_result whole =
            replay((enum vm_policy_kind)policy, 60, ref, LENGTH, LENGTH);
        struct vm_replay_result cut = replay((enum vm_policy_kind)policy, 60, ref, LENGTH, 13);
        assert_memory_equal(&whole, &cut, sizeof whole);
        assert_in_range(whole.distinct_pages, 390, 400);
    }
}

/* Belady: no policy faults less than OPT. A fault without an eviction fills a frame. */
static void test_opt_is_least(void **state)
{
    (void)state;
    enum { LENGTH = 60 };
    struct vm_trace_ref ref[LENGTH];
    oracle_seed(5489);
    for (int i = 0; i < 600; i++) {
        size_t length = 1 + oracle_below(LENGTH);
        oracle_fill(ref, length, 1 + oracle_below(30));
        for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
            enum vm_policy_kind kind = (enum vm_policy_kind)policy;
            uint32_t frames = least_frames(kind) + (uint32_t)oracle_below(9);
            struct vm_replay_result best = replay(vm_policy_kind_opt, frames, ref, length, length);
            struct vm_replay_result got = replay(kind, frames, ref, length, length);
            assert_true(got.faults >= best.faults);
            assert_true(got.faults >= got.distinct_pages && got.evictions <= got.faults);
            bool ahead = kind == vm_policy_kind_wsclock; /* it writes pages that stay */
            assert_true(ahead || got.writebacks <= got.evictions);
        }
    }
}

/* Mattson et al. 1970: for a stack algorithm the pages in a memory are always among those in a
 * larger one, so more frames never hurt. */
static void test_inclusion(void **state)
{
    (void)state;
    enum { LENGTH = 80, FRAMES = 12 };
    static const enum vm_policy_kind stack[] = {
        vm_policy_kind_lru, vm_policy_kind_opt, vm_policy_kind_mru, vm_policy_kind_lfu_perfect};
    struct vm_trace_ref ref[LENGTH];
    oracle_seed(19650218);
    for (int i = 0; i < 600; i++) {
        size_t length = 1 + oracle_below(LENGTH);
        oracle_fill(ref, length, 1 + oracle_below(14));
        for (size_t s = 0; s < sizeof stack / sizeof stack[0]; s++) {
            uint64_t before = UINT64_MAX;
            for (uint32_t frames = 1; frames <= FRAMES; frames++) {
                uint64_t faults = replay(stack[s], frames, ref, length, length).faults;
                assert_true(faults <= before);
                before = faults;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_opt_is_least),
        cmocka_unit_test(test_inclusion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
