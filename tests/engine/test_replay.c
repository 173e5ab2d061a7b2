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

/* Page numbers that all want the same places of replay's table, up to the one that nobody gets, and
 * page 0 behind them all. */
static void test_crowded(void **state)
{
    (void)state;
    enum { CROWD = 62, SLOTS_SHIFT = 64 - 7, ROUNDS = 3 };
    const uint64_t golden = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t inverse = golden; /* Newton: each step doubles the number of right bits */
    for (int i = 0; i < 6; i++) {
        inverse *= 2 - golden * inverse;
    }
    for (uint64_t start = 0; start < 128; start++) {
        vm_replay *replay;
        struct vm_replay_result out;
        assert_int_equal(vm_replay_new(vm_policy_kind_lru, 100, NULL, &replay), VM_OK);
        for (uint64_t i = 0; i < (uint64_t)ROUNDS * CROWD; i++) {
            uint64_t place = (start + i % CROWD) % 128;
            struct vm_trace_ref ref = {
                .vpn = i % CROWD < CROWD - 1 ? ((place << SLOTS_SHIFT) + 1) * inverse : 0,
                .kind = 'R'};
            assert_int_equal(vm_replay_feed(replay, &ref, 1), VM_OK);
        }
        assert_int_equal(vm_replay_end(replay, &out), VM_OK);
        vm_replay_free(replay);
        assert_int_equal(out.distinct_pages, CROWD);
        assert_int_equal(out.faults, CROWD);
    }
}

/* LRU's log is a ring, tidied up when a few pages are used for long: wherever it begins then, the
 * order of the others stays, so that going round more pages than there are frames always faults. */
static void test_tidy(void **state)
{
    (void)state;
    enum { FRAMES = 3000, PAGES = FRAMES + 37, ROUNDS = 60, BETWEEN = 30000 };
    vm_replay *replay;
    struct vm_replay_result out;
    assert_int_equal(vm_replay_new(vm_policy_kind_lru, FRAMES, NULL, &replay), VM_OK);
    uint64_t swept = 0;
    oracle_seed(1812433253);
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t more = FRAMES + oracle_below(FRAMES), between = oracle_below(BETWEEN);
        for (uint64_t i = 0; i < more + 2 * between; i++) {
            uint64_t page = i < more ? swept++ : swept - 1 - (i - more + 1) % 2;
            struct vm_trace_ref ref = {.vpn = page % PAGES, .kind = 'R'};
            assert_int_equal(vm_replay_feed(replay, &ref, 1), VM_OK);
        }
    }
    assert_int_equal(vm_replay_end(replay, &out), VM_OK);
    vm_replay_free(replay);
    assert_int_equal(out.faults, swept);
}

/* Belady: no policy faults less than OPT. A fault without an eviction fills a frame. Every row of
 * policies.def, with the fewest frames it takes and a few more. */
static void test_opt_is_least(void **state)
{
    (void)state;
    enum { LENGTH = 160, STRINGS = 1500 };
    struct vm_trace_ref ref[LENGTH];
    oracle_seed(5489);
    for (int i = 0; i < STRINGS; i++) {
        for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
            enum vm_policy_kind kind = (enum vm_policy_kind)policy;
            uint32_t frames = least_frames(kind) + (uint32_t)oracle_below(9);
            size_t length = 1 + oracle_below(LENGTH);
            oracle_fill(ref, length, 1 + oracle_below(2 * frames + 4));
            struct vm_replay_result best = replay(vm_policy_kind_opt, frames, ref, length, length);
            struct vm_replay_result got = replay(kind, frames, ref, length, length);
            assert_true(got.faults >= best.faults);
            assert_true(got.faults >= got.distinct_pages && got.evictions <= got.faults);
            bool ahead = kind == vm_policy_kind_wsclock; /* it writes pages that stay */
            assert_true(ahead || got.writebacks <= got.evictions);
        }
    }
}

enum { LADDER = 12 };

/* Whether some reference of the string is a hit with one number of frames and a fault with more. */
static bool breaks_inclusion(enum vm_policy_kind policy, const struct vm_trace_ref *ref, size_t n)
{
    struct vm_policy_params params = {.seed = 1, .tick = 5, .tau = 5};
    vm_replay *step[LADDER];
    uint64_t faults[LADDER] = {0};
    bool broken = false;
    for (uint32_t i = 0; i < LADDER; i++) {
        uint32_t frames = least_frames(policy) + i;
        assert_int_equal(vm_replay_new(policy, frames, &params, &step[i]), VM_OK);
    }
    for (size_t at = 0; at < n; at++) {
        bool hit_before = false;
        for (uint32_t i = 0; i < LADDER; i++) {
            struct vm_replay_result now;
            assert_int_equal(vm_replay_feed(step[i], &ref[at], 1), VM_OK);
            assert_int_equal(vm_replay_end(step[i], &now), VM_OK);
            bool hit = now.faults == faults[i];
            broken |= hit_before && !hit;
            hit_before = hit;
            faults[i] = now.faults;
        }
    }
    for (uint32_t i = 0; i < LADDER; i++) {
        vm_replay_free(step[i]);
    }
    return broken;
}

/* Mattson et al. 1970: for a stack algorithm the pages in a memory are always among those in a
 * larger one. FIFO, CLOCK and RANDOM are none, and of LFU it matters what is remembered. */
static void test_inclusion(void **state)
{
    (void)state;
    enum { LENGTH = 80, STRINGS = 600 };
    static const enum vm_policy_kind stack[] = {
        vm_policy_kind_lru, vm_policy_kind_mru, vm_policy_kind_lfu_perfect};
    static const enum vm_policy_kind other[] = {vm_policy_kind_fifo, vm_policy_kind_clock,
        vm_policy_kind_clock0, vm_policy_kind_random, vm_policy_kind_lfu, vm_policy_kind_lfu_fifo,
        vm_policy_kind_mfu, vm_policy_kind_nru, vm_policy_kind_clock_enhanced,
        vm_policy_kind_aging};
    enum { STACK = sizeof stack / sizeof stack[0], OTHER = sizeof other / sizeof other[0] };
    bool broken[OTHER] = {false};
    struct vm_trace_ref ref[LENGTH];
    oracle_seed(19650218);
    for (int i = 0; i < STRINGS; i++) {
        size_t length = 1 + oracle_below(LENGTH);
        oracle_fill(ref, length, 1 + oracle_below(14));
        for (size_t s = 0; s < STACK; s++) {
            assert_false(breaks_inclusion(stack[s], ref, length));
        }
        for (size_t s = 0; s < OTHER; s++) {
            broken[s] = broken[s] || breaks_inclusion(other[s], ref, length);
        }
    }
    for (size_t s = 0; s < OTHER; s++) {
        assert_true(broken[s]);
    }
}

/* OPT is one too, but its choices depend on the whole string: more frames never hurt. */
static void test_opt_never_gets_worse(void **state)
{
    (void)state;
    enum { LENGTH = 80, STRINGS = 1000 };
    struct vm_trace_ref ref[LENGTH];
    oracle_seed(19700501);
    for (int i = 0; i < STRINGS; i++) {
        size_t length = 1 + oracle_below(LENGTH);
        oracle_fill(ref, length, 1 + oracle_below(14));
        uint64_t before = UINT64_MAX;
        for (uint32_t frames = 1; frames <= LADDER; frames++) {
            uint64_t faults = replay(vm_policy_kind_opt, frames, ref, length, length).faults;
            assert_true(faults <= before);
            before = faults;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_crowded),
        cmocka_unit_test(test_tidy),
        cmocka_unit_test(test_opt_is_least),
        cmocka_unit_test(test_inclusion),
        cmocka_unit_test(test_opt_never_gets_worse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
