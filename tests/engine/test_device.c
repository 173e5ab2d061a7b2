/* SPDX-License-Identifier: MIT
 * Device memory: mapped at once, no frame, no fault, no eviction, no copy; not a mapped file.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE = 4096, FB = 1, FILE_A = 2, OTHER = 3, SHARED = vm_map_bit_shared };

static vm_machine *machine_with_device(uint32_t frames)
{
    vm_machine *m = machine_x86(frames);
    DO(m, device, .name = 1, .kind = vm_object_kind_device, .bytes = 4 * PAGE);
    DO(m, file, .name = 2, .bytes = 4 * PAGE);
    DO(m, device, .name = 3, .kind = vm_object_kind_device, .bytes = PAGE);
    DO(m, start, .label = 1);
    return m;
}

static vm_va map_device(vm_machine *m, vm_tid tid, uint32_t object, uint64_t pages)
{
    uint64_t fd = DO(m, open, .tid = tid, .object = object, .flags = 3);
    vm_va va =
        DO(m, mmap, .tid = tid, .bytes = pages * PAGE, .prot = 3, .flags = SHARED, .fd = fd + 1);
    DO(m, close, .tid = tid, .fd = fd);
    return va;
}

static void it_is_mapped_without_frames_and_faults(void **state)
{
    (void)state;
    vm_machine *m = machine_with_device(32);
    vm_va fb = map_device(m, 1, FB, 4);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), 0);
    DO(m, access, .tid = 1, .va = fb, .access = vm_access_store, .bytes = 4 * PAGE);
    assert_int_equal(vm_counter(m, 1, vm_counter_faults), 0);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), 0);
    vm_pa pa = 0, next = 0;
    assert_true(vm_translate(m, 1, fb + 8, &pa));
    assert_true(pa > UINT64_C(32) * PAGE);
    assert_true(vm_translate(m, 1, fb + PAGE + 8, &next));
    assert_int_equal(next, pa + PAGE);
    assert_true(vm_pte_of(m, 1, fb / PAGE) & vm_pte_bit_special);
    DO(m, store, .tid = 1, .va = fb + 16, .value = 0xff00ff);
    DO(m, load, .tid = 1, .va = fb + 16, .name = 9);
    assert_int_equal(vm_last(m)->value, 0xff00ff);
    assert_int_equal(vm_cached_pages(m, FB), 0);
    vm_machine_free(m);
}

static void a_mapped_file_is_another_thing(void **state)
{
    (void)state;
    vm_machine *m = machine_with_device(32);
    uint64_t fd = DO(m, open, .tid = 1, .object = FILE_A, .flags = 3);
    vm_va file = DO(m, mmap, .tid = 1, .bytes = 4 * PAGE, .prot = 3, .flags = SHARED, .fd = fd + 1);
    DO(m, access, .tid = 1, .va = file, .access = vm_access_store, .bytes = 4 * PAGE);
    assert_int_equal(vm_counter(m, 1, vm_counter_faults), 4);
    assert_int_equal(vm_cached_pages(m, FILE_A), 4);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss_file), 4);
    vm_machine_free(m);
}

static void what_was_written_stays_in_the_device(void **state)
{
    (void)state;
    vm_machine *m = machine_with_device(32);
    vm_va fb = map_device(m, 1, FB, 4);
    DO(m, store, .tid = 1, .va = fb + PAGE, .value = 5);
    DO(m, munmap, .tid = 1, .va = fb, .bytes = 4 * PAGE);
    DO(m, start, .label = 2);
    fb = map_device(m, 2, FB, 4);
    DO(m, load, .tid = 2, .va = fb + PAGE, .name = 9);
    assert_int_equal(vm_last(m)->value, 5);
    vm_va other = map_device(m, 2, OTHER, 1);
    vm_pa a = 0, b = 0;
    assert_true(vm_translate(m, 2, fb + 3 * PAGE, &a));
    assert_true(vm_translate(m, 2, other, &b));
    assert_int_equal(b, a + PAGE); /* one device behind the other */
    /* The device can be read and written as a file, too. */
    uint64_t fd = DO(m, open, .tid = 2, .object = FB, .flags = 3);
    vm_va buffer = DO(m, mmap, .tid = 2, .bytes = 2 * PAGE, .prot = 3);
    assert_int_equal(DO(m, read, .tid = 2, .fd = fd, .va = buffer, .bytes = 2 * PAGE), 2 * PAGE);
    uint64_t value = 0;
    assert_true(vm_value(m, 2, buffer + PAGE, &value));
    assert_int_equal(value, 5);
    vm_machine_free(m);
}

static void fork_shares_it(void **state)
{
    (void)state;
    vm_machine *m = machine_with_device(32);
    vm_va fb = map_device(m, 1, FB, 2);
    DO(m, fork, .tid = 1, .label = 2);
    DO(m, store, .tid = 2, .va = fb, .value = 77);
    assert_int_equal(vm_last(m)->faults, 0);
    DO(m, load, .tid = 1, .va = fb, .name = 9);
    assert_int_equal(vm_last(m)->value, 77);
    assert_int_equal(vm_counter(m, 0, vm_counter_copies), 0);
    DO(m, exit, .tid = 1);
    DO(m, load, .tid = 2, .va = fb, .name = 9);
    assert_int_equal(vm_last(m)->value, 77);
    vm_machine_free(m);
}

static void scarcity_does_not_touch_it(void **state)
{
    (void)state;
    vm_machine *m = machine_with_device(6);
    vm_va fb = map_device(m, 1, FB, 4);
    DO(m, store, .tid = 1, .va = fb, .value = 3);
    vm_va a = DO(m, mmap, .tid = 1, .bytes = 20 * PAGE, .prot = 3);
    DO(m, access, .tid = 1, .va = a, .access = vm_access_store, .bytes = 20 * PAGE);
    assert_true(vm_counter(m, 0, vm_counter_evictions) > 0);
    DO(m, load, .tid = 1, .va = fb, .name = 9);
    assert_int_equal(vm_last(m)->value, 3);
    assert_int_equal(vm_last(m)->faults, 0);
    vm_machine_free(m);
}

static void bad_mappings_are_refused(void **state)
{
    (void)state;
    vm_machine *m = machine_with_device(32);
    uint64_t fd = DO(m, open, .tid = 1, .object = FB, .flags = 3);
    uint64_t reader = DO(m, open, .tid = 1, .object = FB, .flags = 1);
    assert_int_equal(
        DO(m, mmap, .tid = 1, .bytes = 5 * PAGE, .prot = 3, .flags = SHARED, .fd = fd + 1),
        ERRNO(einval));
    assert_int_equal(
        DO(m, mmap, .tid = 1, .bytes = PAGE, .prot = 3, .flags = 0, .fd = fd + 1), ERRNO(einval));
    assert_int_equal(
        DO(m, mmap, .tid = 1, .bytes = PAGE, .prot = 3, .flags = SHARED, .fd = reader + 1),
        ERRNO(eacces));
    vm_va va = DO(m, mmap, .tid = 1, .bytes = PAGE, .prot = 1, .flags = SHARED, .fd = reader + 1);
    DO(m, store, .tid = 1, .va = va, .value = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_segv_accerr);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_mapped_without_frames_and_faults),
        cmocka_unit_test(a_mapped_file_is_another_thing),
        cmocka_unit_test(what_was_written_stays_in_the_device),
        cmocka_unit_test(fork_shares_it),
        cmocka_unit_test(scarcity_does_not_touch_it),
        cmocka_unit_test(bad_mappings_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
