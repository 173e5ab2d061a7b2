/* SPDX-License-Identifier: MIT
 * Files in memory: pages around a fault, read-ahead, dirty pages, files that change their size.
 */
#include "support_toll.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE = 4096 };
#define AT UINT64_C(0x40000000)

static uint64_t file_of(vm_machine *m, uint64_t pages, bool cached)
{
    uint64_t file = DO(m, file, .name = 1, .bytes = pages * PAGE);
    if (cached) {
        DO(m, warm, .object = file);
    }
    return file;
}

static void map_file(
    vm_machine *m, vm_va at, uint64_t pages, uint64_t flags, uint64_t file, uint64_t offset)
{
    uint64_t got = DO(m, mmap, .tid = 1, .hint = at, .bytes = pages * PAGE, .prot = 3,
        .flags = flags | vm_map_bit_fixed, .object = file, .offset = offset);
    assert_int_equal(got, at);
}

static void the_window_is_aligned_by_address_and_begins_with_the_mapping(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(400, 0, 0);
    uint64_t file = file_of(m, 64, true);
    map_file(m, AT, 64, 0, file, 0);
    COSTS(m, 1, READ(1, AT + 5 * PAGE, 1), .minor = 1, .faults = 1, .file = 16);
    COSTS(m, 1, READ(1, AT, 16), 0);
    COSTS(m, 1, READ(1, AT + 16 * PAGE, 48), .minor = 3, .faults = 3, .file = 48);
    /* Begun 5 pages into a window: the first reaches to 21, the next is aligned again. */
    vm_va odd = AT + 512 * PAGE + 5 * PAGE;
    map_file(m, odd, 64, 0, file, 0);
    COSTS(m, 1, READ(1, odd, 1), .minor = 1, .faults = 1, .file = 16);
    COSTS(m, 1, READ(1, odd, 64), .minor = 4, .faults = 4, .file = 48);
    /* The offset into the file does not matter, nor MADV_RANDOM; the last table ends a window. */
    vm_va end = AT + 2 * 512 * PAGE + 505 * PAGE;
    map_file(m, end, 20, 0, file, 3);
    DO(m, madvise, .tid = 1, .va = end, .bytes = 20 * PAGE, .advice = vm_advice_random);
    COSTS(m, 1, READ(1, end, 1), .minor = 1, .faults = 1, .file = 7);
    COSTS(m, 1, READ(1, end + 10 * PAGE, 1), .minor = 1, .faults = 1, .file = 13);
    vm_machine_free(m);
}

static void only_cached_pages_come_along_and_never_on_a_write(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(400, 0, 0);
    uint64_t file = file_of(m, 16, false);
    map_file(m, AT, 16, 0, file, 0);
    COSTS(m, 1, READ(1, AT + 3 * PAGE, 1), .major = 1, .faults = 1, .file = 1);
    COSTS(m, 1, READ(1, AT + 8 * PAGE, 1), .major = 1, .faults = 1, .file = 1);
    map_file(m, AT + 16 * PAGE, 16, 0, file, 0);
    COSTS(m, 1, READ(1, AT + 19 * PAGE, 1), .minor = 1, .faults = 1, .file = 2);
    COSTS(m, 1, READ(1, AT + 16 * PAGE, 1), .major = 1, .faults = 1, .file = 1);
    COSTS(m, 1, WRITE(1, AT + 24 * PAGE, 1), .minor = 1, .faults = 1, .file = -1, .anon = 1);
    DO(m, warm, .object = file);
    map_file(m, AT + 32 * PAGE, 16, 0, file, 0);
    COSTS(m, 1, WRITE(1, AT + 32 * PAGE, 4), .minor = 4, .faults = 4, .anon = 4);
    COSTS(m, 1, READ(1, AT + 32 * PAGE, 16), .minor = 1, .faults = 1, .file = 12);
    vm_machine_free(m);
}

static void shared_pages_tell_of_their_first_write(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(400, 0, 0);
    uint64_t file = file_of(m, 32, true);
    map_file(m, AT, 32, vm_map_bit_shared, file, 0);
    COSTS(m, 1, WRITE(1, AT, 8), .minor = 8, .faults = 8, .file = 8);
    COSTS(m, 1, READ(1, AT, 32), .minor = 2, .faults = 2, .file = 24);
    COSTS(m, 1, WRITE(1, AT, 32), .minor = 24, .faults = 24);
    COSTS(m, 1, OP(msync, .tid = 1, .va = AT, .bytes = 32 * PAGE, .flags = vm_msync_bit_async), 0);
    COSTS(m, 1, WRITE(1, AT, 32), 0);
    COSTS(m, 1, OP(msync, .tid = 1, .va = AT, .bytes = 16 * PAGE, .flags = vm_msync_bit_sync), 0);
    assert_int_equal(vm_counter(m, 0, vm_counter_file_writes), 16);
    COSTS(m, 1, READ(1, AT, 32), 0);
    COSTS(m, 1, WRITE(1, AT, 32), .minor = 16, .faults = 16);
    assert_int_equal(DO(m, msync, .tid = 1, .va = AT, .bytes = PAGE, .flags = 5), ERRNO(einval));
    assert_int_equal(
        DO(m, msync, .tid = 1, .va = AT + 31 * PAGE, .bytes = 2 * PAGE, .flags = vm_msync_bit_sync),
        ERRNO(enomem));
    vm_machine_free(m);
}

static void reading_in_order_costs_one_major_fault(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(600, 0, 32);
    uint64_t file = file_of(m, 256, false);
    map_file(m, AT, 256, 0, file, 0);
    COSTS(m, 1, READ(1, AT, 1), .major = 1, .faults = 1, .file = 16); /* and what came with it */
    assert_int_equal(vm_cached_pages(m, (uint32_t)file), 32);
    DO(m, access, .tid = 1, .va = AT, .access = vm_access_load, .bytes = 256 * PAGE);
    assert_int_equal(vm_counter(m, 1, vm_counter_major), 1);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss_file), 256);
    /* Around a page in the middle of another file; none where reading is at random. */
    uint64_t other = file_of(m, 256, false);
    map_file(m, AT + 512 * PAGE, 256, 0, other, 0);
    COSTS(m, 1, READ(1, AT + 612 * PAGE, 1), .major = 1, .faults = 1, .file = 15);
    COSTS(m, 1, READ(1, AT + 596 * PAGE, 1), .minor = 1, .faults = 1, .file = 12);
    assert_int_equal(vm_cached_pages(m, (uint32_t)other), 32);
    COSTS(m, 1, READ(1, AT + 620 * PAGE, 1), .minor = 1, .faults = 1, .file = 1); /* marked */
    assert_int_equal(vm_cached_pages(m, (uint32_t)other), 64);
    DO(m, madvise, .tid = 1, .va = AT + 512 * PAGE, .bytes = 256 * PAGE,
        .advice = vm_advice_random);
    COSTS(m, 1, READ(1, AT + 700 * PAGE, 1), .major = 1, .faults = 1, .file = 1);
    COSTS(m, 1, READ(1, AT + 701 * PAGE, 1), .major = 1, .faults = 1, .file = 1);
    vm_machine_free(m);
}

static void willneed_makes_later_faults_minor(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(200, 0, 0);
    uint64_t file = file_of(m, 32, false);
    map_file(m, AT, 32, 0, file, 0);
    COSTS(
        m, 1, OP(madvise, .tid = 1, .va = AT, .bytes = 32 * PAGE, .advice = vm_advice_willneed), 0);
    COSTS(m, 1, READ(1, AT, 32), .minor = 2, .faults = 2, .file = 32);
    DO(m, munmap, .tid = 1, .va = AT, .bytes = 32 * PAGE);
    assert_int_equal(vm_cached_pages(m, (uint32_t)file), 32);
    DO(m, drop_caches, 0);
    assert_int_equal(vm_cached_pages(m, (uint32_t)file), 0);
    vm_machine_free(m);
}

static void values_survive_write_back_and_dropped_caches(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(100, 0, 0);
    uint64_t file = file_of(m, 4, true), value;
    map_file(m, AT, 4, vm_map_bit_shared, file, 0);
    DO(m, store, .tid = 1, .va = AT + PAGE, .value = 11);
    DO(m, munmap, .tid = 1, .va = AT, .bytes = 4 * PAGE);
    DO(m, drop_caches, 0);
    assert_int_equal(vm_cached_pages(m, (uint32_t)file), 1); /* the dirty one stays */
    map_file(m, AT, 4, vm_map_bit_shared, file, 0);
    COSTS(m, 1, READ(1, AT + PAGE, 1), .minor = 1, .faults = 1, .file = 1);
    DO(m, msync, .tid = 1, .va = AT, .bytes = 4 * PAGE, .flags = vm_msync_bit_sync);
    DO(m, munmap, .tid = 1, .va = AT, .bytes = 4 * PAGE);
    DO(m, drop_caches, 0);
    assert_int_equal(vm_cached_pages(m, (uint32_t)file), 0);
    map_file(m, AT, 4, 0, file, 0);
    COSTS(m, 1, WRITE(1, AT + PAGE + 8, 1), .major = 1, .faults = 1, .anon = 1);
    assert_true(vm_value(m, 1, AT + PAGE, &value));
    assert_int_equal(value, 11);
    vm_machine_free(m);
}

static void truncation_takes_pages_from_everybody(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(100, 0, 0);
    uint64_t file = file_of(m, 16, true), value;
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigbus, .action = vm_signal_action_skip);
    uint64_t fd =
        DO(m, open, .tid = 1, .object = file, .flags = vm_open_bit_read | vm_open_bit_write);
    map_file(m, AT, 16, vm_map_bit_shared, file, 0);
    map_file(m, AT + 16 * PAGE, 12, 0, file, 4);
    DO(m, store, .tid = 1, .va = AT + 5 * PAGE + 8, .value = 1);
    DO(m, store, .tid = 1, .va = AT + 5 * PAGE + 800, .value = 2);
    COSTS(m, 1, WRITE(1, AT + 18 * PAGE, 4), .minor = 4, .faults = 4, .anon = 4); /* 6 to 9 */
    COSTS(m, 1, READ(1, AT, 28), .minor = 2, .faults = 2, .file = 23);
    COSTS(
        m, 1, OP(ftruncate, .tid = 1, .fd = fd, .bytes = 5 * PAGE + 100), .file = -16, .anon = -4);
    assert_int_equal(vm_cached_pages(m, (uint32_t)file), 6);
    COSTS(m, 1, READ(1, AT + 18 * PAGE, 1), .faults = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_bus);
    assert_true(vm_value(m, 1, AT + 5 * PAGE + 8, &value));
    assert_int_equal(value, 1);
    assert_true(vm_value(m, 1, AT + 5 * PAGE + 800, &value));
    assert_int_equal(value, 0);
    DO(m, ftruncate, .tid = 1, .fd = fd, .bytes = 16 * PAGE);
    COSTS(m, 1, READ(1, AT + 18 * PAGE, 1), .major = 1, .faults = 1, .file = 1);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_window_is_aligned_by_address_and_begins_with_the_mapping),
        cmocka_unit_test(only_cached_pages_come_along_and_never_on_a_write),
        cmocka_unit_test(shared_pages_tell_of_their_first_write),
        cmocka_unit_test(reading_in_order_costs_one_major_fault),
        cmocka_unit_test(willneed_makes_later_faults_minor),
        cmocka_unit_test(truncation_takes_pages_from_everybody),
        cmocka_unit_test(values_survive_write_back_and_dropped_caches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
