/* SPDX-License-Identifier: MIT
 * The swap cache: a page that was written to swap is still in memory until its frame is needed.
 */
#include "support_toll.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE = 4096, K = 8 };
#define AT UINT64_C(0x40000000)
#define ADVISE(n, what) OP(madvise, .tid = 1, .va = AT, .bytes = (n)*PAGE, .advice = what)

static vm_machine *machine(uint32_t slots, uint8_t cluster)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 64;
    config.slots = slots;
    config.kernel_frames = 1;
    config.tables_outside = true;
    config.page_cluster = cluster;
    vm_machine *m;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    DO(m, start, .label = 1);
    DO(m, mmap, .tid = 1, .hint = AT, .bytes = 32 * PAGE, .prot = 3, .flags = vm_map_bit_fixed);
    COSTS(m, 1, WRITE(1, AT, 32), .minor = 32, .faults = 32, .anon = 32);
    return m;
}

static void paged_out_pages_come_back_by_a_minor_fault_then_by_a_major(void **state)
{
    (void)state;
    vm_machine *m = machine(64, 0);
    COSTS(m, 1, ADVISE(K, vm_advice_pageout), .anon = -K, .swap = K);
    assert_int_equal(vm_counter(m, 0, vm_counter_swap_outs), K);
    COSTS(m, 1, READ(1, AT, K), .minor = K, .faults = K, .anon = K, .swap = -K);
    COSTS(m, 1, ADVISE(K, vm_advice_pageout), .anon = -K, .swap = K);
    assert_int_equal(vm_counter(m, 0, vm_counter_swap_outs), K); /* clean: dropped */
    COSTS(m, 1, WRITE(1, AT, K), .major = K, .faults = K, .anon = K, .swap = -K);
    COSTS(m, 1, WRITE(1, AT, K), 0);
    COSTS(m, 1, ADVISE(K, vm_advice_pageout), .anon = -K, .swap = K);
    assert_int_equal(vm_counter(m, 0, vm_counter_swap_outs), 2 * K);
    DO(m, fork, .tid = 1, .label = 2);
    assert_int_equal(vm_counter(m, 2, vm_counter_swapped), K);
    COSTS(m, 2, READ(2, AT, K), .minor = K, .faults = K, .anon = K, .swap = -K);
    DO(m, exit, .tid = 2);
    COSTS(m, 1, READ(1, AT, K), .minor = K, .faults = K, .anon = K, .swap = -K);
    COSTS(m, 1, OP(munmap, .tid = 1, .va = AT, .bytes = 32 * PAGE), .anon = -32);
    vm_machine_free(m);
}

/* vm_swap_full: of 5 slots 2 free ones are less than half, so a page that comes back gives up its
 * slot; of 6 slots 3 are not. */
static void scarce_swap_is_given_back(void **state)
{
    (void)state;
    for (uint32_t slots = 5; slots <= 6; slots++) {
        vm_machine *m = machine(slots, 0);
        COSTS(m, 1, ADVISE(3, vm_advice_pageout), .anon = -3, .swap = 3);
        COSTS(m, 1, READ(1, AT, 1), .minor = 1, .faults = 1, .anon = 1, .swap = -1);
        uint64_t again = slots == 5; /* the page has no copy any more: it must be written again */
        COSTS(m, 1, ADVISE(1, vm_advice_pageout), .anon = -1, .swap = 1);
        assert_int_equal(vm_counter(m, 0, vm_counter_swap_outs), 3 + again);
        vm_machine_free(m);
    }
}

static void an_own_page_comes_back_writable_a_shared_one_does_not(void **state)
{
    (void)state;
    vm_machine *m = machine(64, 0);
    COSTS(m, 1, ADVISE(1, vm_advice_pageout), .anon = -1, .swap = 1);
    COSTS(m, 1, READ(1, AT, 1), .minor = 1, .faults = 1, .anon = 1, .swap = -1);
    COSTS(m, 1, WRITE(1, AT, 1), 0); /* the entry in swap said that it was its own */
    COSTS(m, 1, ADVISE(1, vm_advice_pageout), .anon = -1, .swap = 1);
    DO(m, fork, .tid = 1, .label = 2);
    DO(m, exit, .tid = 2);
    COSTS(m, 1, READ(1, AT, 1), .minor = 1, .faults = 1, .anon = 1, .swap = -1);
    COSTS(m, 1, WRITE(1, AT, 1), .minor = 1, .faults = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_reuse);
    vm_machine_free(m);
}

static void a_page_that_others_find_in_swap_is_copied(void **state)
{
    (void)state;
    vm_machine *m = machine(64, 0);
    DO(m, store, .tid = 1, .va = AT, .value = 3);
    COSTS(m, 1, ADVISE(1, vm_advice_pageout), .anon = -1, .swap = 1);
    DO(m, fork, .tid = 1, .label = 2);
    COSTS(m, 2, WRITE(2, AT, 1), .minor = 1, .faults = 1, .anon = 1, .swap = -1);
    DO(m, store, .tid = 2, .va = AT, .value = 4);
    COSTS(m, 1, READ(1, AT, 1), .minor = 1, .faults = 1, .anon = 1, .swap = -1);
    uint64_t value;
    assert_true(vm_value(m, 1, AT, &value));
    assert_int_equal(value, 3);
    assert_int_not_equal(toll_frame(m, 1, AT), toll_frame(m, 2, AT));
    vm_machine_free(m);
}

static void neighbouring_slots_come_along(void **state)
{
    (void)state;
    vm_machine *m = machine(64, 3);
    DO(m, madvise, .tid = 1, .va = AT, .bytes = 16 * PAGE, .advice = vm_advice_pageout);
    DO(m, access, .tid = 1, .va = AT, .access = vm_access_load, .bytes = 16 * PAGE);
    DO(m, madvise, .tid = 1, .va = AT, .bytes = 16 * PAGE, .advice = vm_advice_pageout);
    COSTS(m, 1, READ(1, AT, 16), .major = 2, .minor = 14, .faults = 16, .anon = 16, .swap = -16);
    vm_machine_free(m);
}

static void freed_lazily_pages_stay_until_they_are_wanted(void **state)
{
    (void)state;
    vm_machine *m = machine(64, 0);
    DO(m, store, .tid = 1, .va = AT, .value = 3);
    DO(m, store, .tid = 1, .va = AT + PAGE, .value = 4);
    COSTS(m, 1, ADVISE(2, vm_advice_free), 0);
    uint64_t value;
    assert_true(vm_value(m, 1, AT, &value));
    assert_int_equal(value, 3);
    COSTS(m, 1, WRITE(1, AT + PAGE, 1), 0); /* used again: it is kept like any other */
    COSTS(m, 1, ADVISE(2, vm_advice_pageout), .anon = -2, .swap = 1);
    assert_int_equal(vm_counter(m, 0, vm_counter_swap_outs), 1);
    assert_true(vm_value(m, 1, AT, &value));
    assert_int_equal(value, 0);
    COSTS(m, 1, READ(1, AT, 1), .minor = 1, .faults = 1); /* the zero page */
    assert_true(vm_value(m, 1, AT + PAGE, &value));
    assert_int_equal(value, 4);
    vm_machine_free(m);
}

static void advice_on_a_hole_is_enomem_after_the_rest(void **state)
{
    (void)state;
    vm_machine *m = machine(64, 0);
    DO(m, munmap, .tid = 1, .va = AT + 8 * PAGE, .bytes = 8 * PAGE);
    COSTS(m, 1, ADVISE(32, vm_advice_dontneed), .anon = -24);
    assert_int_equal(vm_last(m)->value, ERRNO(enomem));
    COSTS(m, 1, READ(1, AT, 1), .minor = 1, .faults = 1);
    assert_int_equal(
        DO(m, madvise, .tid = 1, .va = AT + 1, .bytes = PAGE, .advice = vm_advice_dontneed),
        ERRNO(einval));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paged_out_pages_come_back_by_a_minor_fault_then_by_a_major),
        cmocka_unit_test(scarce_swap_is_given_back),
        cmocka_unit_test(an_own_page_comes_back_writable_a_shared_one_does_not),
        cmocka_unit_test(a_page_that_others_find_in_swap_is_copied),
        cmocka_unit_test(neighbouring_slots_come_along),
        cmocka_unit_test(freed_lazily_pages_stay_until_they_are_wanted),
        cmocka_unit_test(advice_on_a_hole_is_enomem_after_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
