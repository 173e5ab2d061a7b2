/* SPDX-License-Identifier: MIT
 * SIEVE, S3-FIFO, 2Q, ARC, LIRS and CLOCK-Pro against their papers: every string of eight
 * references to four pages, a million random small strings each, and long strings with phases,
 * with few popular pages (Zipf), and loops a little longer than memory.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { EACH = 1000000, STRING = 8, ALPHABET = 4, LONG = 60000 };

static enum vm_policy_kind policy_at(size_t i, oracle **ask)
{
    bool last = i == oracle_ghosts_policies_n;
    *ask = last ? oracle_clock_pro : oracle_ghosts;
    return last ? vm_policy_kind_clock_pro : oracle_ghosts_policies[i];
}

static void test_millions(void **state)
{
    (void)state;
    for (size_t i = 0; i <= oracle_ghosts_policies_n; i++) {
        oracle *ask;
        enum vm_policy_kind policy = policy_at(i, &ask);
        oracle_small_cases(&policy, 1, ask, EACH, UINT64_C(2463534242) + i);
    }
}

/* Each digit of `number` is a page and whether it is written. */
static void spell(struct vm_trace_ref *ref, uint64_t number)
{
    for (size_t at = 0; at < STRING; at++, number /= ALPHABET) {
        vm_vpn page = number % ALPHABET;
        ref[at] = (struct vm_trace_ref){
            .vpn = page, .va = page, .bytes = 1, .kind = (number >> 3) & 1 ? 'W' : 'R'};
    }
}

/* All strings, in all memories in which somebody may have to leave. */
static void test_all_strings(void **state)
{
    (void)state;
    struct vm_trace_ref ref[STRING];
    for (size_t i = 0; i <= oracle_ghosts_policies_n; i++) {
        oracle *ask;
        struct oracle_case c = {
            .policy = policy_at(i, &ask), .params = {0, 1, 1}, .ref = ref, .length = STRING};
        c.frames = vm_policy_desc(c.policy)->least_frames;
        for (; c.frames < ALPHABET; c.frames++) {
            for (uint64_t number = 0; number < UINT64_C(1) << (2 * STRING); number++) {
                spell(ref, number);
                oracle_compare(&c, STRING, ask);
            }
        }
    }
}

static void compare_long(uint32_t frames, struct vm_trace_ref *ref)
{
    for (size_t i = 0; i <= oracle_ghosts_policies_n; i++) {
        oracle *ask;
        struct oracle_case c = {.policy = policy_at(i, &ask),
            .frames = frames,
            .params = {0, 1, 1},
            .ref = ref,
            .length = LONG};
        oracle_compare(&c, 3001, ask);
    }
}

/* Page k of n is drawn about 1 / k as often as the first: the least of some draws is popular. */
static vm_vpn popular(uint64_t pages)
{
    uint64_t within = pages;
    while (within > 1 && oracle_below(3)) {
        within = (within + 1) / 2;
    }
    return oracle_below(within);
}

static void test_zipf(void **state)
{
    (void)state;
    static struct vm_trace_ref ref[LONG];
    oracle_seed(271828182);
    for (size_t at = 0; at < LONG; at++) {
        ref[at] =
            (struct vm_trace_ref){.vpn = popular(1500), .bytes = 1, .kind = "RRW"[oracle_below(3)]};
    }
    const uint32_t frames[] = {20, 57, 199, 200, 310, 700};
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        compare_long(frames[i], ref);
    }
}

static void test_loops(void **state)
{
    (void)state;
    static struct vm_trace_ref ref[LONG];
    for (uint64_t loop = 21; loop <= 240; loop += 73) {
        oracle_seed(loop);
        for (size_t at = 0; at < LONG; at++) {
            vm_vpn page = oracle_below(40) ? at % loop : loop + oracle_below(60);
            ref[at] = (struct vm_trace_ref){.vpn = page, .bytes = 1, .kind = 'R'};
        }
        compare_long(20, ref);
        compare_long((uint32_t)loop - 1, ref);
        compare_long((uint32_t)loop, ref);
    }
}

static void test_phases(void **state)
{
    (void)state;
    for (size_t i = 0; i <= oracle_ghosts_policies_n; i++) {
        oracle *ask;
        enum vm_policy_kind policy = policy_at(i, &ask);
        for (uint64_t seed = 1; seed <= 4; seed++) {
            oracle_phases_case(policy, ask, 50000, 399, (uint32_t)(60 * seed), seed * 7919 + i);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_millions),
        cmocka_unit_test(test_all_strings), cmocka_unit_test(test_zipf),
        cmocka_unit_test(test_loops), cmocka_unit_test(test_phases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
