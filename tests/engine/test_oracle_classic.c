/* SPDX-License-Identifier: MIT
 * The textbooks' policies against their definitions; test_slow_oracle_classic has the millions.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_small(void **state)
{
    (void)state;
    oracle_small_cases(oracle_classic_policies, oracle_classic_policies_n, oracle_classic, 25000,
        UINT64_C(88172645463325252));
}

static void test_long(void **state)
{
    (void)state;
    for (size_t i = 0; i < oracle_classic_policies_n; i++) {
        enum vm_policy_kind policy = oracle_classic_policies[i];
        bool opt = policy == vm_policy_kind_opt; /* the oracle looks for each next use */
        oracle_long_case(policy, oracle_classic, opt ? 3000 : 60000, 9, 5, 362436069 + i);
        oracle_long_case(policy, oracle_classic, opt ? 3000 : 20000, 300, 90, 521288629 + i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_small), cmocka_unit_test(test_long)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
