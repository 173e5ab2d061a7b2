/* SPDX-License-Identifier: MIT
 * Which neighbours become one mapping, each rule of Linux's mm/vma.c by its name; what munmap,
 * mprotect, mlock and brk leave; what limits refuse.
 */
#include "support_machine.h"
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PAGE UINT64_C(4096)
#define BASE UINT64_C(0x10000000)
#define AT(page) (BASE + (page)*PAGE)
enum { R = vm_prot_bit_read, RW = R | vm_prot_bit_write };

/* Anonymous, at a place, replacing what is there. */
static void map(vm_machine *m, uint64_t from, uint64_t to, uint64_t prot, uint64_t flags)
{
    uint64_t at = DO(m, mmap, .tid = 1, .hint = AT(from), .bytes = (to - from) * PAGE, .prot = prot,
        .flags = flags | vm_map_bit_fixed);
    assert_int_equal(at, AT(from));
}

static void map_file(vm_machine *m, uint64_t from, uint64_t to, uint64_t file, uint64_t offset)
{
    DO(m, mmap, .tid = 1, .hint = AT(from), .bytes = (to - from) * PAGE, .prot = R,
        .flags = vm_map_bit_fixed, .object = file, .offset = offset);
}

static void write_page(vm_machine *m, vm_tid tid, uint64_t page)
{
    DO(m, access, .tid = tid, .va = AT(page), .access = vm_access_store, .bytes = 1);
}

static uint64_t protect(vm_machine *m, vm_tid tid, uint64_t from, uint64_t to, uint64_t prot)
{
    return DO(m, mprotect, .tid = tid, .va = AT(from), .bytes = (to - from) * PAGE, .prot = prot);
}

/* "0-4rw 4-6r": the mappings of a process between BASE and 1000 pages on. */
static void expect_maps(const vm_machine *m, vm_pid pid, const char *want)
{
    char text[1000] = "";
    struct vm_vma_view vma;
    for (vm_vpn at = BASE / PAGE; vm_vma_next(m, pid, at, &vma) && vma.start < BASE / PAGE + 1000;
         at = vma.end) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%llu-%llu%s%s%s", used ? " " : "",
            (unsigned long long)(vma.start - BASE / PAGE),
            (unsigned long long)(vma.end - BASE / PAGE), vma.prot & R ? "r" : "",
            vma.prot & vm_prot_bit_write ? "w" : "", vma.prot & vm_prot_bit_exec ? "x" : "");
    }
    assert_string_equal(text, want);
    assert_null(vm_check(m));
}

static vm_machine *fresh(void)
{
    vm_machine *m = machine_x86(200);
    DO(m, start, .label = 1);
    return m;
}

static void equal_neighbours_merge_below_above_and_both(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 4, RW, 0);
    map(m, 4, 6, RW, 0); /* can_vma_merge_after */
    expect_maps(m, 1, "0-6rw");
    map(m, 10, 12, RW, 0);
    map(m, 8, 10, RW, 0); /* can_vma_merge_before */
    expect_maps(m, 1, "0-6rw 8-12rw");
    map(m, 6, 8, RW, 0); /* both */
    expect_maps(m, 1, "0-12rw");
    map(m, 3, 5, R, 0); /* fixed: what was there is cut out */
    expect_maps(m, 1, "0-3rw 3-5r 5-12rw");
    map(m, 3, 5, RW, 0);
    expect_maps(m, 1, "0-12rw");
    vm_machine_free(m);
}

static void flags_that_differ_keep_mappings_apart(void **state)
{
    (void)state;
    static const uint64_t differ[] = {
        vm_map_bit_noreserve, vm_map_bit_stack, vm_map_bit_growsdown, vm_map_bit_locked};
    for (size_t i = 0; i < sizeof differ / sizeof differ[0]; i++) {
        vm_machine *m = fresh();
        map(m, 0, 2, RW, 0);
        map(m, 2, 4, RW, differ[i]);
        expect_maps(m, 1, "0-2rw 2-4rw");
        map(m, 4, 6, RW, differ[i]);
        expect_maps(m, 1, "0-2rw 2-6rw");
        vm_machine_free(m);
    }
}

static void an_accounted_mapping_differs_from_one_that_is_not(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 4, RW, 0);
    map(m, 4, 8, R, 0);
    write_page(m, 1, 0);
    assert_int_equal(protect(m, 1, 0, 4, R), 0); /* written: VM_ACCOUNT stays */
    expect_maps(m, 1, "0-4r 4-8r");
    assert_int_equal(vm_counter(m, 1, vm_counter_committed), 4);
    map(m, 20, 24, RW, 0);
    map(m, 24, 28, R, 0);
    assert_int_equal(protect(m, 1, 20, 24, R), 0); /* never written: the promise is taken back */
    expect_maps(m, 1, "0-4r 4-8r 20-28r");
    assert_int_equal(vm_counter(m, 1, vm_counter_committed), 4);
    assert_int_equal(protect(m, 1, 4, 8, RW), 0); /* writable: a promise from now on */
    assert_int_equal(vm_counter(m, 1, vm_counter_committed), 8);
    vm_machine_free(m);
}

static void files_merge_where_offsets_go_on(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    uint64_t file = DO(m, file, .name = 1, .bytes = 16 * PAGE);
    DO(m, start, .label = 1);
    map_file(m, 0, 4, file, 0);
    map_file(m, 4, 8, file, 4);
    expect_maps(m, 1, "0-8r");
    map_file(m, 8, 12, file, 0); /* the offset does not go on */
    expect_maps(m, 1, "0-8r 8-12r");
    map(m, 12, 14, R, 0); /* no file */
    expect_maps(m, 1, "0-8r 8-12r 12-14r");
    vm_machine_free(m);
}

static void two_shared_anonymous_mappings_never_merge(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 4, RW, vm_map_bit_shared);
    map(m, 4, 8, RW, vm_map_bit_shared);
    expect_maps(m, 1, "0-4rw 4-8rw");
    protect(m, 1, 1, 2, R);
    expect_maps(m, 1, "0-1rw 1-2r 2-4rw 4-8rw");
    protect(m, 1, 1, 2, RW); /* parts of one object do */
    expect_maps(m, 1, "0-4rw 4-8rw");
    vm_machine_free(m);
}

static void two_identities_take_in_one_side_only(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 4, RW, 0);
    map(m, 8, 12, RW, 0);
    write_page(m, 1, 0);
    write_page(m, 1, 8);
    map(m, 4, 8, RW, 0); /* fits both, and they do not fit each other: the lower takes it */
    expect_maps(m, 1, "0-8rw 8-12rw");
    vm_machine_free(m);
}

static void neighbours_share_an_identity_at_the_first_write(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 4, RW, 0);
    protect(m, 1, 2, 4, R);
    protect(m, 1, 3, 4, RW);
    expect_maps(m, 1, "0-2rw 2-3r 3-4rw");
    write_page(m, 1, 0);
    struct vm_vma_view low, middle, high;
    assert_true(vm_vma_at(m, 1, BASE / PAGE, &low) && low.anon);
    assert_true(vm_vma_at(m, 1, BASE / PAGE + 2, &middle) && !middle.anon);
    write_page(m, 1, 3); /* its neighbour has none to give */
    assert_true(vm_vma_at(m, 1, BASE / PAGE + 3, &high) && high.anon && high.anon != low.anon);
    protect(m, 1, 2, 3, RW); /* one NULL side merges, the two others cannot */
    expect_maps(m, 1, "0-3rw 3-4rw");
    map(m, 20, 24, RW, 0);
    write_page(m, 1, 20);
    protect(m, 1, 21, 22, R);
    write_page(m, 1, 23);
    protect(m, 1, 21, 22, RW); /* equal identities */
    expect_maps(m, 1, "0-3rw 3-4rw 20-24rw");
    vm_machine_free(m);
}

static void a_childs_inherited_pages_stop_merges(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 4, RW, 0);
    write_page(m, 1, 0);
    vm_pid child = (vm_pid)DO(m, fork, .tid = 1, .label = 2);
    vm_tid tid = vm_process_task(m, child);
    struct vm_vma_view parent, mine;
    assert_true(vm_vma_at(m, 1, BASE / PAGE, &parent));
    assert_true(vm_vma_at(m, child, BASE / PAGE, &mine));
    assert_true(mine.anon && mine.anon != parent.anon && mine.flags & vm_map_bit_inherited);
    assert_false(parent.flags & vm_map_bit_inherited);
    DO(m, mmap, .tid = tid, .hint = AT(4), .bytes = 4 * PAGE, .prot = RW,
        .flags = vm_map_bit_fixed);
    expect_maps(m, child, "0-4rw 4-8rw");
    map(m, 4, 8, RW, 0); /* the parent's may grow */
    expect_maps(m, 1, "0-8rw");
    vm_machine_free(m);
}

static void mprotect_stops_at_a_hole_and_keeps_what_it_did(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 4, RW, 0);
    map(m, 6, 8, RW, 0);
    assert_int_equal(protect(m, 1, 2, 7, R), ERRNO(enomem));
    expect_maps(m, 1, "0-2rw 2-4r 6-8rw");
    assert_int_equal(protect(m, 1, 5, 8, R), ERRNO(enomem)); /* the hole comes first */
    expect_maps(m, 1, "0-2rw 2-4r 6-8rw");
    assert_int_equal(
        DO(m, mprotect, .tid = 1, .va = AT(0) + 1, .bytes = 1, .prot = R), ERRNO(einval));
    assert_int_equal(DO(m, mprotect, .tid = 1, .va = AT(5), .bytes = 0, .prot = R), 0);
    vm_machine_free(m);
}

static void mprotect_makes_ones_own_pages_writable_at_once(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 4, RW, 0);
    DO(m, access, .tid = 1, .va = AT(0), .access = vm_access_store, .bytes = 4 * PAGE);
    DO(m, access, .tid = 1, .va = AT(0), .access = vm_access_load, .bytes = 1);
    uint64_t faults = vm_counter(m, 1, vm_counter_faults);
    protect(m, 1, 0, 4, 0);
    assert_int_equal(vm_resident(m, 1, BASE / PAGE, BASE / PAGE + 4), 4);
    protect(m, 1, 0, 4, RW);
    DO(m, access, .tid = 1, .va = AT(0), .access = vm_access_store, .bytes = 4 * PAGE);
    assert_int_equal(vm_counter(m, 1, vm_counter_faults), faults);
    vm_machine_free(m);
}

static void munmap_of_nothing_is_fine(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    assert_int_equal(DO(m, munmap, .tid = 1, .va = AT(0), .bytes = PAGE), 0);
    map(m, 0, 8, RW, 0);
    assert_int_equal(DO(m, munmap, .tid = 1, .va = AT(2), .bytes = 2 * PAGE), 0);
    expect_maps(m, 1, "0-2rw 4-8rw");
    assert_int_equal(DO(m, munmap, .tid = 1, .va = AT(2) + 8, .bytes = PAGE), ERRNO(einval));
    assert_int_equal(DO(m, munmap, .tid = 1, .va = AT(2), .bytes = 0), ERRNO(einval));
    vm_machine_free(m);
}

static void locks_cut_and_join(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    map(m, 0, 8, RW, 0);
    uint64_t faults = vm_counter(m, 1, vm_counter_faults);
    assert_int_equal(DO(m, mlock, .tid = 1, .va = AT(0) + 5, .bytes = 8 * PAGE - 5), 0);
    assert_int_equal(vm_counter(m, 1, vm_counter_minor), 8);
    assert_int_equal(vm_counter(m, 1, vm_counter_faults), faults); /* nobody trapped */
    assert_int_equal(vm_resident(m, 1, BASE / PAGE, BASE / PAGE + 8), 8);
    assert_int_equal(DO(m, munlock, .tid = 1, .va = AT(2), .bytes = 2 * PAGE), 0);
    expect_maps(m, 1, "0-2rw 2-4rw 4-8rw");
    assert_int_equal(DO(m, munlock, .tid = 1, .va = AT(0), .bytes = 8 * PAGE), 0);
    expect_maps(m, 1, "0-8rw");
    assert_int_equal(DO(m, mlock, .tid = 1, .va = AT(6), .bytes = 4 * PAGE), ERRNO(enomem));
    expect_maps(m, 1, "0-6rw 6-8rw"); /* the part before the hole is locked */
    vm_machine_free(m);
}

static void the_heap_ends_a_page_before_its_neighbour(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    uint64_t end = vm_process_brk(m, 1);
    assert_int_equal(DO(m, brk, .tid = 1, .va = end + 3 * PAGE), end + 3 * PAGE);
    DO(m, mmap, .tid = 1, .hint = end + 8 * PAGE, .bytes = PAGE, .prot = R,
        .flags = vm_map_bit_fixed);
    assert_int_equal(DO(m, brk, .tid = 1, .va = end + 8 * PAGE), end + 3 * PAGE);
    assert_int_equal(DO(m, brk, .tid = 1, .va = end + 7 * PAGE), end + 7 * PAGE);
    struct vm_vma_view heap;
    assert_true(vm_vma_find(m, 1, vm_vma_kind_heap, 0, 0, &heap));
    assert_int_equal(heap.end - heap.start, 7);
    assert_int_equal(DO(m, brk, .tid = 1, .va = end - 1), end + 7 * PAGE);
    assert_int_equal(DO(m, brk, .tid = 1, .va = end), end);
    assert_false(vm_vma_find(m, 1, vm_vma_kind_heap, 0, 0, &heap));
    vm_machine_free(m);
}

static void a_read_only_descriptor_forbids_more_for_ever(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    uint64_t file = DO(m, file, .name = 1, .bytes = 4 * PAGE);
    DO(m, start, .label = 1);
    uint64_t fd = DO(m, open, .tid = 1, .object = file, .flags = vm_open_bit_read);
    DO(m, mmap, .tid = 1, .hint = AT(0), .bytes = 4 * PAGE, .prot = R,
        .flags = vm_map_bit_fixed | vm_map_bit_shared, .fd = fd + 1);
    assert_int_equal(protect(m, 1, 0, 2, RW), ERRNO(eacces));
    assert_int_equal(protect(m, 1, 0, 2, 0), 0);
    expect_maps(m, 1, "0-2 2-4r");
    assert_int_equal(
        DO(m, madvise, .tid = 1, .va = AT(2), .bytes = PAGE, .advice = vm_advice_remove),
        ERRNO(eacces)); /* nor may it punch holes */
    vm_machine_free(m);
}

static void limits_bind_those_who_are_not_root(void **state)
{
    (void)state;
    vm_machine *m = fresh();
    DO(m, setrlimit, .tid = 1, .resource = vm_resource_memlock, .value = 4 * PAGE);
    map(m, 0, 8, RW, 0);
    assert_int_equal(DO(m, mlock, .tid = 1, .va = AT(0), .bytes = 6 * PAGE), 0); /* root may */
    DO(m, munlock, .tid = 1, .va = AT(0), .bytes = 6 * PAGE);
    DO(m, setuid, .tid = 1, .uid = 1000, .gid = 1000);
    assert_int_equal(DO(m, mlock, .tid = 1, .va = AT(0), .bytes = 5 * PAGE), ERRNO(enomem));
    assert_int_equal(DO(m, mlock, .tid = 1, .va = AT(0), .bytes = 3 * PAGE), 0);
    assert_int_equal(DO(m, mlock, .tid = 1, .va = AT(1), .bytes = 3 * PAGE), 0); /* one more */
    assert_int_equal(DO(m, mmap, .tid = 1, .bytes = PAGE, .prot = RW, .flags = vm_map_bit_locked),
        ERRNO(eagain));
    assert_int_equal(
        DO(m, mmap, .tid = 1, .hint = 0, .bytes = PAGE, .prot = RW, .flags = vm_map_bit_fixed),
        ERRNO(eperm)); /* page 0 */
    DO(m, setrlimit, .tid = 1, .resource = vm_resource_address_space, .value = 20 * PAGE);
    assert_int_equal(DO(m, mmap, .tid = 1, .bytes = 13 * PAGE, .prot = RW), ERRNO(enomem));
    map(m, 8, 20, RW, 0);
    assert_int_equal(DO(m, mmap, .tid = 1, .bytes = PAGE, .prot = R), ERRNO(enomem));
    map(m, 4, 8, RW, 0); /* what it replaces does not count */
    vm_machine_free(m);
}

static void a_scenario_says_it_all(void **state)
{
    (void)state;
    vm_run *run = run_text(
        "vmscope 1\nmachine x86-64 { frames 96  swap 16  overcommit never  overcommit_ratio 60\n"
        "  stack_limit 64K  stack_guard_gap 4  seed 1 }\nA = start empty\n"
        "A: p = mmap(4 pages, rw, private, at 0x400000)\nA: *p = 7\n"
        "A: mmap(4 pages, rw, noreplace, at 0x400000)\nexpect error EEXIST\n"
        "A: s = mmap(2 pages, rw, growsdown, at 0x40f000, noreserve)\n"
        "A: *(s - 7 * 4096) = 1\nexpect fault zero\n"
        "A: h = mmap(1 page, r, private, hint 0x800000)\nexpect h = 0x800000\n"
        "A: p = mremap(p, 2 pages)\nexpect p = 0x400000\n"
        "A: p = mremap(p, 2 pages, 6 pages, maymove)\nA: p = mremap(p, 6 pages, at 0x900000)\n"
        "expect *p = 7\nA: mlock(p, 2 pages)\nA: munlock(p, 1 page)\nexpect vmas(A) = 5\n"
        "A: mmap(90 pages, rw, private, noreserve)\nexpect error ENOMEM\n"
        "A: f = mmap(2 pages, rw, populate, fixed, at 0x900000)\nexpect resident(f) = 2\n");
    assert_int_equal(held_all(run), 8);
    vm_run_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_neighbours_merge_below_above_and_both),
        cmocka_unit_test(flags_that_differ_keep_mappings_apart),
        cmocka_unit_test(an_accounted_mapping_differs_from_one_that_is_not),
        cmocka_unit_test(files_merge_where_offsets_go_on),
        cmocka_unit_test(two_shared_anonymous_mappings_never_merge),
        cmocka_unit_test(two_identities_take_in_one_side_only),
        cmocka_unit_test(neighbours_share_an_identity_at_the_first_write),
        cmocka_unit_test(a_childs_inherited_pages_stop_merges),
        cmocka_unit_test(mprotect_stops_at_a_hole_and_keeps_what_it_did),
        cmocka_unit_test(mprotect_makes_ones_own_pages_writable_at_once),
        cmocka_unit_test(munmap_of_nothing_is_fine),
        cmocka_unit_test(locks_cut_and_join),
        cmocka_unit_test(the_heap_ends_a_page_before_its_neighbour),
        cmocka_unit_test(a_read_only_descriptor_forbids_more_for_ever),
        cmocka_unit_test(limits_bind_those_who_are_not_root),
        cmocka_unit_test(a_scenario_says_it_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
