/* SPDX-License-Identifier: MIT
 * A million small cases for each of ws, wsclock and pff, against their definitions.
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
        oracle_working_set, 1000000, UINT64_C(2463534242));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_millions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
