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

/* Now a few pages for a long time, now many: what a policy keeps of the past grows long, moves, and
 * is tidied up. */
static void test_phases(void **state)
{
    (void)state;
    enum { LENGTH = 300000, PAGES = 120, FRAMES = 100 };
    static struct vm_trace_ref ref[LENGTH];
    oracle_seed(69069);
    for (size_t i = 0, phase = 0; i < LENGTH; phase++) {
        uint64_t left = 1 + oracle_below(phase % 2 ? 40000 : 12000);
        uint64_t pages = phase % 2 ? 3 : PAGES;
        for (; left && i < LENGTH; left--, i++) {
            ref[i] = (struct vm_trace_ref){.vpn = oracle_below(pages), .kind = 'R'};
        }
    }
    for (size_t i = 0; i < oracle_classic_policies_n; i++) {
        struct oracle_case c = {.policy = oracle_classic_policies[i],
            .frames = FRAMES,
            .params = {1, 1000, 1000},
            .ref = ref,
            .length = oracle_classic_policies[i] == vm_policy_kind_opt ? 5000 : LENGTH};
        oracle_compare(&c, 997, oracle_classic);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small), cmocka_unit_test(test_long), cmocka_unit_test(test_phases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
