/* SPDX-License-Identifier: MIT
 * A million small cases for each of Linux's two policies, against second implementations.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_millions(void **state)
{
    (void)state;
    oracle_small_cases(oracle_linux_policies, oracle_linux_policies_n, oracle_linux, 1000000,
        UINT64_C(2463534242));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_millions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
