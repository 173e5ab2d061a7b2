/* SPDX-License-Identifier: MIT
 * Linux's two policies against second implementations: two million small cases for each, traces of
 * millions of references, and memories of a gigabyte and more, where the inactive list may be
 * shorter than the active one.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_millions(void **state)
{
    (void)state;
    oracle_small_cases(oracle_linux_policies, oracle_linux_policies_n, oracle_linux, 2000000,
        UINT64_C(2463534242));
}

static void test_long(void **state)
{
    (void)state;
    for (size_t i = 0; i < oracle_linux_policies_n; i++) {
        enum vm_policy_kind policy = oracle_linux_policies[i];
        for (uint64_t seed = 1; seed <= 5; seed++) {
            uint32_t frames = (uint32_t)(20 << 2 * seed);
            oracle_phases_case(policy, oracle_linux, 1000000, frames * seed, frames, seed * 7919);
        }
    }
}

/* 2^18 pages are a gigabyte: the ratio is 3 from there, 4 from the second on. */
static void test_gigabytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < oracle_linux_policies_n; i++) {
        enum vm_policy_kind policy = oracle_linux_policies[i];
        oracle_phases_case(policy, oracle_linux, 6000000, 900000, 300000, 15485863);
        oracle_phases_case(policy, oracle_linux, 8000000, 1500000, 600000, 32452843);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_millions), cmocka_unit_test(test_long),
        cmocka_unit_test(test_gigabytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
