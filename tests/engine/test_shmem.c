/* SPDX-License-Identifier: MIT
 * Shared memory: its pages belong to the object, whoever maps them.
 */
#include "support_toll.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE = 4096 };
#define AT UINT64_C(0x40000000)

static void map_shared(vm_machine *m, uint64_t pages)
{
    uint64_t got = DO(m, mmap, .tid = 1, .hint = AT, .bytes = pages * PAGE, .prot = 3,
        .flags = vm_map_bit_shared | vm_map_bit_fixed);
    assert_int_equal(got, AT);
}

static uint32_t object_of(const vm_machine *m)
{
    struct vm_vma_view vma;
    assert_true(vm_vma_at(m, 1, AT / PAGE, &vma));
    return vma.object;
}

static void a_read_allocates_and_a_child_finds_the_frame(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(100, 0, 0);
    map_shared(m, 32);
    COSTS(m, 1, READ(1, AT, 8), .minor = 8, .faults = 8, .shmem = 8);
    COSTS(m, 1, WRITE(1, AT, 8), 0); /* writable at once: nobody must be told */
    COSTS(m, 1, WRITE(1, AT + 8 * PAGE, 24), .minor = 24, .faults = 24, .shmem = 24);
    DO(m, fork, .tid = 1, .label = 2);
    assert_int_equal(vm_counter(m, 2, vm_counter_rss), 0);
    COSTS(m, 2, READ(2, AT, 1), .minor = 1, .faults = 1, .shmem = 16);
    assert_int_equal(toll_frame(m, 2, AT), toll_frame(m, 1, AT));
    DO(m, store, .tid = 2, .va = AT, .value = 5);
    uint64_t value;
    assert_true(vm_value(m, 1, AT, &value));
    assert_int_equal(value, 5);
    COSTS(m, 1, WRITE(1, AT, 32), 0);
    vm_machine_free(m);
}

static void it_goes_with_its_last_mapping(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(100, 0, 0);
    uint64_t before = vm_counter(m, 0, vm_counter_rss);
    map_shared(m, 8);
    uint32_t object = object_of(m);
    DO(m, access, .tid = 1, .va = AT, .access = vm_access_store, .bytes = 8 * PAGE);
    DO(m, fork, .tid = 1, .label = 2);
    DO(m, munmap, .tid = 1, .va = AT, .bytes = 4 * PAGE); /* a part is left */
    DO(m, munmap, .tid = 1, .va = AT + 4 * PAGE, .bytes = 4 * PAGE);
    assert_int_equal(vm_cached_pages(m, object), 8);
    DO(m, exit, .tid = 2);
    uint32_t name;
    uint64_t bytes;
    assert_int_equal(vm_object_kind_of(m, object, &name, &bytes), vm_object_kind_none);
    assert_int_equal(vm_counter(m, 0, vm_counter_rss), before);
    vm_machine_free(m);
}

static void dontneed_unmaps_remove_punches_a_hole(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(100, 0, 0);
    map_shared(m, 32);
    DO(m, access, .tid = 1, .va = AT, .access = vm_access_store, .bytes = 32 * PAGE);
    DO(m, store, .tid = 1, .va = AT, .value = 9);
    COSTS(m, 1, OP(madvise, .tid = 1, .va = AT, .bytes = 32 * PAGE, .advice = vm_advice_dontneed),
        .shmem = -32);
    COSTS(m, 1, READ(1, AT, 1), .minor = 1, .faults = 1, .shmem = 16);
    uint64_t value;
    assert_true(vm_value(m, 1, AT, &value));
    assert_int_equal(value, 9);
    COSTS(m, 1, OP(madvise, .tid = 1, .va = AT, .bytes = 32 * PAGE, .advice = vm_advice_remove),
        .shmem = -16);
    COSTS(m, 1, READ(1, AT, 1), .minor = 1, .faults = 1, .shmem = 1);
    assert_true(vm_value(m, 1, AT, &value));
    assert_int_equal(value, 0);
    assert_int_equal(
        DO(m, madvise, .tid = 1, .va = AT, .bytes = PAGE, .advice = vm_advice_free), ERRNO(einval));
    vm_machine_free(m);
}

static void its_disk_is_swap_and_the_object_holds_the_slots(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(40, 64, 0);
    map_shared(m, 16);
    for (uint64_t i = 0; i < 16; i++) {
        DO(m, store, .tid = 1, .va = AT + i * PAGE, .value = 100 + i);
    }
    COSTS(m, 1, OP(madvise, .tid = 1, .va = AT, .bytes = 16 * PAGE, .advice = vm_advice_pageout),
        .shmem = -16); /* VmSwap counts entries, and these have none */
    COSTS(m, 1, READ(1, AT, 1), .minor = 1, .faults = 1, .shmem = 1); /* still in the swap cache */
    vm_va heap = DO(m, mmap, .tid = 1, .bytes = 36 * PAGE, .prot = 3);
    DO(m, access, .tid = 1, .va = heap, .access = vm_access_store, .bytes = 36 * PAGE);
    DO(m, munmap, .tid = 1, .va = heap, .bytes = 36 * PAGE);
    uint64_t major = vm_counter(m, 1, vm_counter_major);
    for (uint64_t i = 0; i < 16; i++) {
        uint64_t value;
        assert_true(vm_value(m, 1, AT + i * PAGE, &value));
        assert_int_equal(value, 100 + i);
        DO(m, load, .tid = 1, .va = AT + i * PAGE, .name = 1);
        assert_int_equal(vm_last(m)->value, 100 + i);
    }
    assert_true(vm_counter(m, 1, vm_counter_major) > major);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss_shmem), 16);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_read_allocates_and_a_child_finds_the_frame),
        cmocka_unit_test(it_goes_with_its_last_mapping),
        cmocka_unit_test(dontneed_unmaps_remove_punches_a_hole),
        cmocka_unit_test(its_disk_is_swap_and_the_object_holds_the_slots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
