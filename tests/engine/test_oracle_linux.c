/* SPDX-License-Identifier: MIT
 * Linux's two policies against second implementations of their rules; test_slow_oracle_linux has
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
    oracle_small_cases(oracle_linux_policies, oracle_linux_policies_n, oracle_linux, 25000,
        UINT64_C(88172645463325252));
}

static void test_long(void **state)
{
    (void)state;
    for (size_t i = 0; i < oracle_linux_policies_n; i++) {
        enum vm_policy_kind policy = oracle_linux_policies[i];
        oracle_long_case(policy, oracle_linux, 5000, 9, 5, 362436069 + i);
        oracle_long_case(policy, oracle_linux, 5000, 300, 90, 521288629 + i);
        oracle_long_case(policy, oracle_linux, 8000, 300, 200, 88675123 + i);
        oracle_phases_case(policy, oracle_linux, 60000, 1000, 60, 5783321 + i);
        oracle_phases_case(policy, oracle_linux, 60000, 5000, 900, 6615241 + i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_small), cmocka_unit_test(test_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
