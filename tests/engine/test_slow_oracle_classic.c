/* SPDX-License-Identifier: MIT
 * A million small cases for each of the textbooks' policies, against their definitions.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_millions(void **state)
{
    (void)state;
    oracle_small_cases(oracle_classic_policies, oracle_classic_policies_n, oracle_classic, 1000000,
        UINT64_C(2463534242));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_millions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
