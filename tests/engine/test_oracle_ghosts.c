/* SPDX-License-Identifier: MIT
 * Policies that remember who left, against their papers' pseudo-code; test_slow_oracle_ghosts has
 * the millions.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const enum vm_policy_kind clock_pro[] = {vm_policy_kind_clock_pro};

static void test_small(void **state)
{
    (void)state;
    oracle_small_cases(oracle_ghosts_policies, oracle_ghosts_policies_n, oracle_ghosts, 15000,
        UINT64_C(88172645463325252));
    oracle_small_cases(clock_pro, 1, oracle_clock_pro, 15000, 6364136223);
}

/* Strings long enough that lists fill, memories of every size, pages that hardly fit. */
static void test_medium(void **state)
{
    (void)state;
    size_t n = oracle_ghosts_policies_n + 1;
    for (uint64_t i = 0; i < 300 * n; i++) {
        bool last = i % n == oracle_ghosts_policies_n;
        enum vm_policy_kind policy = last ? clock_pro[0] : oracle_ghosts_policies[i % n];
        oracle_seed(1729 + 7919 * i);
        uint32_t frames = vm_policy_desc(policy)->least_frames + (uint32_t)oracle_below(30);
        uint64_t pages = frames + 1 + oracle_below(2 * (uint64_t)frames);
        oracle_long_case(policy, last ? oracle_clock_pro : oracle_ghosts, 600, pages, frames,
            oracle_below(UINT32_MAX) + 1);
    }
}

static void long_cases(enum vm_policy_kind policy, oracle *ask, uint64_t seed)
{
    uint32_t least = vm_policy_desc(policy)->least_frames;
    oracle_long_case(policy, ask, 60000, least + 4, least, 362436069 + seed);
    oracle_long_case(policy, ask, 20000, 300, 90, 521288629 + seed);
    oracle_long_case(policy, ask, 10000, 900, 310, 88675123 + seed);
    oracle_phases_case(policy, ask, 20000, 399, 110, 5783321 + seed);
}

static void test_long(void **state)
{
    (void)state;
    for (size_t i = 0; i < oracle_ghosts_policies_n; i++) {
        long_cases(oracle_ghosts_policies[i], oracle_ghosts, i);
    }
    long_cases(clock_pro[0], oracle_clock_pro, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small), cmocka_unit_test(test_medium), cmocka_unit_test(test_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
