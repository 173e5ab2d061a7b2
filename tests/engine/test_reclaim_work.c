/* SPDX-License-Identifier: MIT
 * One operation may not search for victims without end: what would is refused before anything
 * changes, and what only looks large is not.
 */
#include "support_scarce.h"

#include "machine/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { FRAMES = 200000, MANY = 50000 };

static vm_machine *large(enum vm_policy_kind policy, uint32_t kernel, bool local)
{
    struct vm_config config = scarce_config(FRAMES, FRAMES, policy);
    config.kernel_frames = kernel;
    config.local = local;
    return scarce_machine(&config, 1);
}

static void refuses(vm_machine *m, uint64_t at, uint64_t pages)
{
    uint64_t faults = vm_counter(m, 1, vm_counter_faults), clock = m->clock;
    struct vm_op op = scarce_store(1, at, pages);
    assert_int_equal(vm_apply(m, &op, NULL), VM_LIMIT);
    assert_int_equal(vm_counter(m, 1, vm_counter_faults), faults);
    assert_int_equal(m->clock, clock);
    assert_null(vm_check(m));
}

static void takes(vm_machine *m, uint64_t at, uint64_t pages)
{
    struct vm_op op = scarce_store(1, at, pages);
    assert_int_equal(vm_apply(m, &op, NULL), VM_OK);
}

/* One page of its own among many frames: each fault would search them all. */
static void a_low_limit_in_a_large_memory(void **state)
{
    (void)state;
    for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
        vm_machine *m = large((enum vm_policy_kind)policy, 4, false);
        uint64_t a = scarce_map(m, 1, MANY);
        scarce_limit(m, 1, 1);
        refuses(m, a, MANY);
        takes(m, a, 100);
        scarce_limit(m, 1, 0);
        takes(m, a, MANY);
        vm_machine_free(m);
    }
}

/* Nearly all frames are the kernel's: the few others are found by passing it each time. */
static void few_frames_among_the_kernels(void **state)
{
    (void)state;
    vm_machine *m = large(vm_policy_kind_clock, FRAMES - 8, false);
    uint64_t a = scarce_map(m, 1, MANY);
    refuses(m, a, MANY);
    takes(m, a, 100);
    vm_machine_free(m);
}

/* Thrashing itself is allowed where a search finds many victims, or each at once. */
static void thrashing_is_allowed(void **state)
{
    (void)state;
    for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
        struct vm_config config = scarce_config(2000, 8000, (enum vm_policy_kind)policy);
        vm_machine *m = scarce_machine(&config, 1);
        uint64_t a = scarce_map(m, 1, 6000);
        takes(m, a, 6000);
        assert_int_equal(vm_counter(m, 1, vm_counter_evictions), 4000);
        vm_machine_free(m);
    }
    vm_machine *m = large(vm_policy_kind_clock, 4, true);
    takes(m, scarce_map(m, 1, FRAMES + MANY), FRAMES + MANY);
    vm_machine_free(m);
}

/* OPT looks at every frame for every victim; a locked page makes LRU do the same. */
static void a_search_for_each_victim(void **state)
{
    (void)state;
    vm_machine *m = large(vm_policy_kind_opt, 4, false);
    uint64_t a = scarce_map(m, 1, FRAMES + MANY);
    refuses(m, a, FRAMES + MANY);
    vm_machine_free(m);
    m = large(vm_policy_kind_lru, 4, false);
    a = scarce_map(m, 1, FRAMES + MANY);
    struct vm_op lock = {.kind = vm_op_kind_mlock, .u.mlock = {.tid = 1, .va = a, .bytes = PAGE}};
    assert_int_equal(vm_apply(m, &lock, NULL), VM_OK);
    refuses(m, a, FRAMES + MANY);
    vm_machine_free(m);
}

/* setrlimit evicts down to the new limit. */
static void a_limit_that_evicts_too_much(void **state)
{
    (void)state;
    vm_machine *m = large(vm_policy_kind_opt, 4, false);
    takes(m, scarce_map(m, 1, MANY), MANY);
    struct vm_op op = {.kind = vm_op_kind_setrlimit,
        .u.setrlimit = {.tid = 1, .resource = vm_resource_memory, .value = PAGE}};
    assert_int_equal(vm_apply(m, &op, NULL), VM_LIMIT);
    assert_int_equal(vm_charged(m, 1), MANY);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_low_limit_in_a_large_memory),
        cmocka_unit_test(few_frames_among_the_kernels), cmocka_unit_test(thrashing_is_allowed),
        cmocka_unit_test(a_search_for_each_victim), cmocka_unit_test(a_limit_that_evicts_too_much)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
