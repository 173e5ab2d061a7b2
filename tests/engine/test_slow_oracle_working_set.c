/* SPDX-License-Identifier: MIT
 * Two million small cases for each of ws, wsclock and pff, against their definitions, and traces of
 * a hundred thousand references with phases.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_millions(void **state)
{
    (void)state;
    oracle_small_cases(oracle_working_set_policies, oracle_working_set_policies_n,
        oracle_working_set, 2000000, UINT64_C(2463534242));
}

static void test_long(void **state)
{
    (void)state;
    for (size_t i = 0; i < oracle_working_set_policies_n; i++) {
        enum vm_policy_kind policy = oracle_working_set_policies[i];
        for (uint64_t seed = 1; seed <= 4; seed++) {
            oracle_phases_case(
                policy, oracle_working_set, 100000, 399, (uint32_t)(60 * seed), seed * 7919 + i);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_millions), cmocka_unit_test(test_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
