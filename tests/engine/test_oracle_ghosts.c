/* SPDX-License-Identifier: MIT
 * Policies that remember who left, against their papers' pseudo-code; test_slow_oracle_ghosts has
 * the millions.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_small(void **state)
{
    (void)state;
    oracle_small_cases(oracle_ghosts_policies, oracle_ghosts_policies_n, oracle_ghosts, 15000,
        UINT64_C(88172645463325252));
}

/* Strings long enough that lists fill, memories of every size, pages that hardly fit. */
static void test_medium(void **state)
{
    (void)state;
    oracle_seed(1729);
    for (uint64_t i = 0; i < 400 * oracle_ghosts_policies_n; i++) {
        enum vm_policy_kind policy = oracle_ghosts_policies[i % oracle_ghosts_policies_n];
        uint32_t frames = vm_policy_desc(policy)->least_frames + (uint32_t)oracle_below(30);
        uint64_t pages = frames + 1 + oracle_below(2 * (uint64_t)frames);
        oracle_long_case(policy, oracle_ghosts, 600, pages, frames, oracle_below(UINT32_MAX) + 1);
        oracle_seed(1729 + 7919 * (i + 1));
    }
}

static void test_long(void **state)
{
    (void)state;
    for (size_t i = 0; i < oracle_ghosts_policies_n; i++) {
        enum vm_policy_kind policy = oracle_ghosts_policies[i];
        uint32_t least = vm_policy_desc(policy)->least_frames;
        oracle_long_case(policy, oracle_ghosts, 60000, least + 4, least, 362436069 + i);
        oracle_long_case(policy, oracle_ghosts, 20000, 300, 90, 521288629 + i);
        oracle_long_case(policy, oracle_ghosts, 10000, 900, 310, 88675123 + i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small), cmocka_unit_test(test_medium), cmocka_unit_test(test_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
