/* SPDX-License-Identifier: MIT
 * mremap: what moves, what stays, what it refuses; where mappings go; how far a stack grows.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define PAGE UINT64_C(4096)
#define BASE UINT64_C(0x10000000)
#define AT(page) (BASE + (page)*PAGE)
enum { RW = vm_prot_bit_read | vm_prot_bit_write, MAY = vm_mremap_bit_maymove };

static vm_machine *fresh(void)
{
    vm_machine *m = machine_x86(300);
    DO(m, start, .label = 1);
    return m;
}

static uint64_t map(vm_machine *m, uint64_t from, uint64_t pages, uint64_t prot, uint64_t flags)
{
    return DO(m, mmap, .tid = 1, .hint = AT(from), .bytes = pages * PAGE, .prot = prot,
        .flags = flags | vm_map_bit_fixed);
}

static uint64_t resize(vm_machine *m, uint64_t from, uint64_t old, uint64_t now, uint64_t flags)
{
    return DO(m, mremap, .tid = 1, .va = AT(from), .old_bytes = old * PAGE, .new_bytes = now * PAGE,
        .flags = flags);
}

static uint64_t move_to(
    vm_machine *m, uint64_t from, uint64_t old, uint64_t now, uint64_t to, uint64_t more)
{
    return DO(m, mremap, .tid = 1, .va = AT(from), .old_bytes = old * PAGE, .new_bytes = now * PAGE,
        .flags = MAY | vm_mremap_bit_fixed | more, .new_va = AT(to));
}

static uint64_t length_at(const vm_machine *m, uint64_t page)
{
    struct vm_vma_view vma;
    return vm_vma_at(m, 1, BASE / PAGE + page, &vma) ? vma.end - vma.start : 0;
}

static void it_grows_in_place_and_takes_in_its_neighbour(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 4, RW, 0);
    assert_int_equal(resize(m, 0, 4, 8, 0), AT(0));
    assert_int_equal(length_at(m, 0), 8);
    map(m, 10, 2, RW, 0);
    assert_int_equal(resize(m, 0, 8, 10, 0), AT(0));
    assert_int_equal(length_at(m, 0), 12);
    assert_int_equal(resize(m, 2, 10, 3, 0), AT(2)); /* shrinks: the tail goes */
    assert_int_equal(length_at(m, 0), 5);
    assert_int_equal(resize(m, 0, 3, 4, 0), ERRNO(enomem)); /* not its end */
    vm_machine_free(m);
}

static void pages_keep_their_frames_when_they_move(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 3, RW, 0);
    for (uint64_t i = 0; i < 3; i++) {
        DO(m, store, .tid = 1, .va = AT(i), .value = 7 + i);
    }
    vm_pa before[3];
    for (uint64_t i = 0; i < 3; i++) {
        assert_true(vm_translate(m, 1, AT(i), &before[i]));
    }
    map(m, 3, 1, vm_prot_bit_read, 0);
    assert_int_equal(resize(m, 0, 3, 5, 0), ERRNO(enomem));
    uint64_t faults = vm_counter(m, 1, vm_counter_faults);
    assert_int_equal(move_to(m, 0, 3, 5, 600, 0), AT(600));
    assert_int_equal(length_at(m, 0), 0);
    for (uint64_t i = 0; i < 3; i++) {
        vm_pa now;
        assert_true(vm_translate(m, 1, AT(600 + i), &now) && now == before[i]);
        DO(m, load, .tid = 1, .va = AT(600 + i), .name = 1);
        assert_int_equal(vm_last(m)->value, 7 + i);
    }
    assert_int_equal(vm_counter(m, 1, vm_counter_faults), faults);
    struct vm_vma_view vma;
    assert_true(vm_vma_at(m, 1, AT(600) / PAGE, &vma));
    assert_int_equal(vma.offset, BASE / PAGE); /* written pages keep their numbers */
    vm_machine_free(m);
}

static void dontunmap_leaves_an_empty_mapping(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 4, RW, 0);
    DO(m, store, .tid = 1, .va = AT(0), .value = 9);
    assert_int_equal(move_to(m, 0, 4, 4, 100, vm_mremap_bit_dontunmap), AT(100));
    assert_int_equal(length_at(m, 0), 4);
    assert_int_equal(vm_resident(m, 1, BASE / PAGE, BASE / PAGE + 4), 0);
    uint64_t value;
    assert_true(vm_value(m, 1, AT(100), &value) && value == 9);
    struct vm_vma_view old;
    assert_true(vm_vma_at(m, 1, BASE / PAGE, &old) && !old.anon);
    assert_int_equal(vm_counter(m, 1, vm_counter_committed), 8);
    vm_machine_free(m);
}

static void several_mappings_move_in_one_call(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 2, RW, 0);
    map(m, 4, 2, vm_prot_bit_read, 0);
    assert_int_equal(move_to(m, 0, 6, 6, 50, 0), AT(50)); /* the gap moves too */
    assert_int_equal(length_at(m, 50), 2);
    assert_int_equal(length_at(m, 52), 0);
    assert_int_equal(length_at(m, 54), 2);
    assert_int_equal(move_to(m, 50, 6, 7, 80, 0), ERRNO(efault)); /* resized: one mapping only */
    vm_machine_free(m);
}

static void it_refuses_what_makes_no_sense(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 4, RW, 0);
    assert_int_equal(resize(m, 10, 1, 2, MAY), ERRNO(efault));
    assert_int_equal(resize(m, 0, 4, 0, MAY), ERRNO(einval));
    assert_int_equal(resize(m, 0, 0, 4, MAY), ERRNO(einval));   /* only shared memory is doubled */
    assert_int_equal(resize(m, 2, 4, 6, MAY), ERRNO(efault));   /* across its end */
    assert_int_equal(move_to(m, 0, 4, 4, 2, 0), ERRNO(einval)); /* onto itself */
    assert_int_equal(DO(m, mremap, .tid = 1, .va = AT(0), .old_bytes = PAGE, .new_bytes = PAGE,
                         .flags = vm_mremap_bit_fixed, .new_va = AT(50)),
        ERRNO(einval));
    map(m, 20, 2, RW, vm_map_bit_shared);
    uint64_t twin = resize(m, 20, 0, 2, MAY);
    DO(m, store, .tid = 1, .va = twin, .value = 5);
    DO(m, load, .tid = 1, .va = AT(20), .name = 1);
    assert_int_equal(vm_last(m)->value, 5);
    vm_machine_free(m);
}

static uint64_t place(vm_machine *m, uint64_t pages, uint64_t hint, uint64_t flags)
{
    return DO(m, mmap, .tid = 1, .hint = hint, .bytes = pages * PAGE, .prot = vm_prot_bit_exec,
        .flags = flags);
}

static void mappings_fill_holes_from_the_top(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    uint64_t x = place(m, 100, 0, 0), y = place(m, 50, 0, vm_map_bit_noreserve);
    uint64_t z = place(m, 50, 0, 0);
    assert_int_equal(y, x - 50 * PAGE);
    assert_int_equal(z, y - 50 * PAGE);
    DO(m, munmap, .tid = 1, .va = y, .bytes = 50 * PAGE);
    assert_int_equal(place(m, 20, 0, 0), x - 20 * PAGE);
    assert_int_equal(place(m, 60, 0, 0), z - 60 * PAGE); /* does not fit */
    assert_int_equal(place(m, 30, 0, 0), y);
    uint64_t hint = x - 5000 * PAGE;
    assert_int_equal(place(m, 10, hint, 0), hint);
    assert_true(place(m, 10, hint, 0) != hint); /* taken */
    assert_int_equal(place(m, 4, hint, vm_map_bit_noreplace), ERRNO(eexist));
    assert_int_equal(place(m, 4, hint, vm_map_bit_fixed), hint);
    assert_int_equal(place(m, 0, 0, 0), ERRNO(einval));
    assert_int_equal(place(m, 1, 8, vm_map_bit_fixed), ERRNO(einval));
    assert_int_equal(place(m, UINT64_C(1) << 40, 0, 0), ERRNO(enomem));
    assert_int_equal(place(m, 1, PAGE, 0), 65536); /* a hint below mmap_min_addr is moved up */
    assert_int_equal(place(m, 1024, 0, 0) % (512 * PAGE), 0); /* whole huge pages are aligned */
    vm_machine_free(m);
}

static vm_va stack_machine(vm_machine **m, uint64_t limit_pages)
{
    *m = fresh();
    uint64_t limit = limit_pages * PAGE;
    DO(*m, setrlimit, .tid = 1, .resource = vm_resource_stack, .value = limit);
    DO(*m, sigaction, .tid = 1, .signo = vm_signo_sigsegv, .action = vm_signal_action_skip);
    map(*m, 1000, 4, RW, vm_map_bit_growsdown);
    return AT(1000);
}

static enum vm_fault touch(vm_machine *m, vm_va va)
{
    DO(m, access, .tid = 1, .va = va, .access = vm_access_store, .bytes = 1);
    return vm_last(m)->fault;
}

static void a_stack_grows_to_its_limit_in_one_step(void **state)
{
    (void)state;
    vm_machine *m;
    vm_va start = stack_machine(&m, 100);
    assert_int_equal(touch(m, start - 97 * PAGE), vm_fault_segv_maperr);
    assert_int_equal(touch(m, start - 96 * PAGE), vm_fault_zero);
    assert_int_equal(length_at(m, 1000), 100);
    assert_int_equal(vm_counter(m, 1, vm_counter_committed), 100);
    vm_machine_free(m);
}

static void a_stack_keeps_its_gap_to_what_can_be_used(void **state)
{
    (void)state;
    vm_machine *m;
    vm_va start = stack_machine(&m, 2000);
    map(m, 600, 1, RW, 0); /* ends at page 601 */
    assert_int_equal(touch(m, start - (1000 - 601 - 255) * PAGE), vm_fault_segv_maperr);
    assert_int_equal(touch(m, start - (1000 - 601 - 256) * PAGE), vm_fault_zero);
    vm_machine_free(m);
    start = stack_machine(&m, 2000);
    map(m, 800, 1, 0, 0); /* a guard nobody may use is gap enough */
    assert_int_equal(touch(m, start - (1000 - 801) * PAGE), vm_fault_zero);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_grows_in_place_and_takes_in_its_neighbour),
        cmocka_unit_test(pages_keep_their_frames_when_they_move),
        cmocka_unit_test(dontunmap_leaves_an_empty_mapping),
        cmocka_unit_test(several_mappings_move_in_one_call),
        cmocka_unit_test(it_refuses_what_makes_no_sense),
        cmocka_unit_test(mappings_fill_holes_from_the_top),
        cmocka_unit_test(a_stack_grows_to_its_limit_in_one_step),
        cmocka_unit_test(a_stack_keeps_its_gap_to_what_can_be_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
