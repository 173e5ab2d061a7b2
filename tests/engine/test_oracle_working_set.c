/* SPDX-License-Identifier: MIT
 * ws, wsclock and pff against the rules at the heads of their files, and Silberschatz's working
 * set; test_slow_oracle_working_set has the millions.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_small(void **state)
{
    (void)state;
    oracle_small_cases(oracle_working_set_policies, oracle_working_set_policies_n,
        oracle_working_set, 40000, UINT64_C(88172645463325252));
}

static void test_long(void **state)
{
    (void)state;
    for (size_t i = 0; i < oracle_working_set_policies_n; i++) {
        enum vm_policy_kind policy = oracle_working_set_policies[i];
        for (uint64_t seed = 1; seed <= 4; seed++) {
            oracle_long_case(policy, oracle_working_set, 30000, 9, 5, seed * 362436069 + i);
            oracle_long_case(policy, oracle_working_set, 5000, 300, 90, seed * 521288629 + i);
            oracle_phases_case(policy, oracle_working_set, 9000, 390, 40, seed * 6615241 + i);
        }
    }
}

/* Time does not wrap round when the window is as long as a number can be. */
static void test_longest_window(void **state)
{
    (void)state;
    enum { LENGTH = 400 };
    struct vm_trace_ref ref[LENGTH];
    oracle_seed(99);
    for (size_t i = 0; i < oracle_working_set_policies_n; i++) {
        oracle_fill(ref, LENGTH, 9);
        struct oracle_case c = {oracle_working_set_policies[i], 5, {1, 1, UINT64_MAX}, ref, LENGTH};
        oracle_compare(&c, 7, oracle_working_set);
    }
}

static uint64_t faults(enum vm_policy_kind policy, uint32_t frames, uint64_t tau, const char *pages)
{
    struct vm_policy_params params = vm_policy_params_default();
    params.tau = tau;
    vm_replay *replay;
    struct vm_replay_result got;
    assert_int_equal(vm_replay_new(policy, frames, &params, &replay), VM_OK);
    for (; *pages; pages++) {
        struct vm_trace_ref ref = {.vpn = (vm_vpn)*pages, .bytes = 1, .kind = 'R'};
        assert_int_equal(vm_replay_feed(replay, &ref, 1), VM_OK);
    }
    assert_int_equal(vm_replay_end(replay, &got), VM_OK);
    vm_replay_free(replay);
    return got.faults << 8 | (got.faults - got.evictions); /* and how many are resident */
}

/* Silberschatz, section 10.6.2, figure 10.22: with a window of 10 the working set is {1,2,5,6,7} at
 * t1 and {3,4} at t2. */
static void test_silberschatz(void **state)
{
    (void)state;
    assert_int_equal(faults(vm_policy_kind_ws, 100, 10, "2615777751") & 255, 5);
    assert_int_equal(faults(vm_policy_kind_ws, 100, 10, "26157777516234123444343444") & 255, 2);
    /* Denning's own fault rule: only references more than tau after the last one. */
    assert_int_equal(faults(vm_policy_kind_ws, 100, 3, "1231") >> 8, 3);
    assert_int_equal(faults(vm_policy_kind_ws, 100, 3, "12341") >> 8, 5);
    assert_int_equal(faults(vm_policy_kind_ws, 100, 4, "12341") >> 8, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_longest_window),
        cmocka_unit_test(test_silberschatz),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
