/* SPDX-License-Identifier: MIT
 * Whose pages leave: everybody's, one process's own, or those of a process at its limit. The
 * policies choose, whichever they are, among what they are allowed.
 */
#include "support_scarce.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static uint32_t frames_for(enum vm_policy_kind policy)
{
    uint32_t least = vm_policy_desc(policy)->least_frames;
    return least < 16 ? 16 : least;
}

/* A holds 10 of 16 frames and does nothing; B goes through 12 pages three times. What A keeps. */
static uint64_t kept_by_a(enum vm_policy_kind policy, bool local, uint64_t *b_has)
{
    struct vm_config config = scarce_config(frames_for(policy), 64, policy);
    config.local = local;
    vm_machine *m = scarce_machine(&config, 2);
    uint64_t a = scarce_map(m, 1, 10), b = scarce_map(m, 2, 12);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 10), names);
    for (int round = 0; round < 3; round++) {
        scarce_names(m, scarce_load(2, b, 12), names);
    }
    uint64_t kept = vm_counter(m, 1, vm_counter_rss);
    *b_has = vm_counter(m, 2, vm_counter_rss);
    assert_int_equal(scarce_times(names, "reclaim_own") > 0, local);
    vm_machine_free(m);
    return kept;
}

static void local_keeps_others_pages(void **state)
{
    (void)state;
    for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
        uint64_t b;
        assert_int_equal(kept_by_a((enum vm_policy_kind)policy, true, &b), 10);
        assert_int_equal(b, frames_for((enum vm_policy_kind)policy) - 10);
        /* OPT knows no future here: nobody's page is better. MRU takes what B used a moment ago. */
        if (policy != vm_policy_kind_opt && policy != vm_policy_kind_mru) {
            assert_true(kept_by_a((enum vm_policy_kind)policy, false, &b) < 10);
            assert_true(b > frames_for((enum vm_policy_kind)policy) - 10);
        }
    }
}

/* kswapd works for who woke it, and from that one's pages. */
static void local_holds_for_kswapd(void **state)
{
    (void)state;
    struct vm_config config = scarce_config(24, 64, vm_policy_kind_lru);
    config.local = true;
    config.watermark_low = 4;
    config.watermark_high = 10;
    vm_machine *m = scarce_machine(&config, 2);
    uint64_t a = scarce_map(m, 1, 10), b = scarce_map(m, 2, 12);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 10), names);
    scarce_names(m, scarce_store(2, b, 12), names);
    assert_int_equal(scarce_times(names, "kswapd_runs"), 1);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), 10);
    assert_int_equal(vm_counter(m, 2, vm_counter_rss), 4);
    assert_int_equal(vm_free_frames(m), 10);
    vm_machine_free(m);
}

/* Who owns nothing yet takes its first frame from somebody; what the dead leave is anybody's. */
static void first_frames_and_the_dead(void **state)
{
    (void)state;
    struct vm_config config = scarce_config(8, 64, vm_policy_kind_lru);
    config.local = true;
    vm_machine *m = scarce_machine(&config, 3);
    uint64_t a = scarce_map(m, 1, 8), b = scarce_map(m, 2, 8), c = scarce_map(m, 3, 8);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 8), names);
    scarce_names(m, scarce_store(2, b, 8), names);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), 7);
    assert_int_equal(vm_counter(m, 2, vm_counter_rss), 1);
    DO(m, exit, .tid = 1);
    scarce_names(m, scarce_store(3, c, 8), names);
    assert_int_equal(vm_counter(m, 3, vm_counter_rss), 7);
    assert_int_equal(vm_counter(m, 2, vm_counter_rss), 1);
    vm_machine_free(m);
}

/* 6 pages at most, though 50 frames are free. */
static void a_limit_is_the_process_own_affair(void **state)
{
    (void)state;
    for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
        struct vm_config config = scarce_config(64, 64, (enum vm_policy_kind)policy);
        vm_machine *m = scarce_machine(&config, 2);
        uint64_t a = scarce_map(m, 1, 10), b = scarce_map(m, 2, 10);
        char names[NAMES_MAX];
        scarce_names(m, scarce_store(2, b, 10), names);
        scarce_limit(m, 1, 6);
        scarce_names(m, scarce_store(1, a, 10), names);
        assert_int_equal(scarce_times(names, "limit_reached"), 4);
        assert_int_equal(vm_charged(m, 1), 6);
        assert_int_equal(vm_counter(m, 1, vm_counter_rss), 6);
        assert_int_equal(vm_counter(m, 2, vm_counter_rss), 10);
        assert_int_equal(vm_counter(m, 1, vm_counter_evictions), 4);
        assert_int_equal(vm_free_frames(m), 48);
        vm_machine_free(m);
    }
}

/* A page that a scenario puts into a frame was never loaded, so nothing can make room for it. */
static void a_given_page_counts_too(void **state)
{
    (void)state;
    struct vm_config config = scarce_config(64, 64, vm_policy_kind_fifo);
    vm_machine *m = scarce_machine(&config, 1);
    struct vm_op given = {.kind = vm_op_kind_preset_map,
        .u.preset_map = {.tid = 1, .vpn = 0x888, .frame = 40, .prot = 3}};
    scarce_limit(m, 1, 1);
    assert_int_equal(vm_apply(m, &given, NULL), VM_OK);
    given.u.preset_map.vpn++;
    given.u.preset_map.frame++;
    assert_int_equal(vm_apply(m, &given, NULL), VM_INVALID);
    assert_int_equal(vm_charged(m, 1), 1);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* A lower limit takes effect at once. */
static void lowering_a_limit_reclaims(void **state)
{
    (void)state;
    struct vm_config config = scarce_config(64, 64, vm_policy_kind_fifo);
    vm_machine *m = scarce_machine(&config, 1);
    uint64_t a = scarce_map(m, 1, 10);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 10), names);
    scarce_limit(m, 1, 4);
    assert_int_equal(vm_charged(m, 1), 4);
    assert_int_equal(vm_resident(m, 1, a >> 12, (a >> 12) + 6), 0);
    scarce_limit(m, 1, 0);
    scarce_names(m, scarce_load(1, a, 10), names);
    assert_int_equal(vm_charged(m, 1), 10);
    vm_machine_free(m);
}

/* A page is charged to who touched it first, and to nobody else. */
static void a_shared_page_is_charged_once(void **state)
{
    (void)state;
    struct vm_config config = scarce_config(64, 64, vm_policy_kind_fifo);
    vm_machine *m = scarce_machine(&config, 1);
    uint64_t a = scarce_map(m, 1, 10);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 10), names);
    DO(m, fork, .tid = 1, .label = 2);
    assert_int_equal(vm_charged(m, 2), 0);
    scarce_names(m, scarce_store(2, a, 3), names);
    assert_int_equal(vm_charged(m, 1), 10);
    assert_int_equal(vm_charged(m, 2), 3);
    DO(m, exit, .tid = 1);
    assert_int_equal(vm_counter(m, 2, vm_counter_rss), 10);
    assert_int_equal(vm_charged(m, 2), 3);
    vm_machine_free(m);
}

/* Nothing to give up: no swap. It dies alone, however much is free. */
static void a_process_at_its_limit_dies(void **state)
{
    (void)state;
    struct vm_config config = scarce_config(64, 0, vm_policy_kind_clock);
    vm_machine *m = scarce_machine(&config, 2);
    uint64_t a = scarce_map(m, 1, 10), b = scarce_map(m, 2, 20);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(2, b, 20), names);
    scarce_limit(m, 1, 6);
    scarce_names(m, scarce_store(1, a, 10), names);
    assert_int_equal(scarce_times(names, "oom_limit"), 1);
    assert_int_equal(scarce_times(names, "exited"), 1);
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie);
    assert_int_equal(vm_process_state_of(m, 2), vm_process_state_alive);
    assert_int_equal(vm_last(m)->fault, vm_fault_oom);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(local_keeps_others_pages),
        cmocka_unit_test(local_holds_for_kswapd), cmocka_unit_test(first_frames_and_the_dead),
        cmocka_unit_test(a_limit_is_the_process_own_affair),
        cmocka_unit_test(a_given_page_counts_too), cmocka_unit_test(lowering_a_limit_reclaims),
        cmocka_unit_test(a_shared_page_is_charged_once),
        cmocka_unit_test(a_process_at_its_limit_dies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
