/* SPDX-License-Identifier: MIT
 * Every kind of fault, with what Linux 6.18 counts for it.
 */
#include "support_toll.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE = 4096 };
#define AT UINT64_C(0x40000000) /* begins a window of 16 pages and a table */

static vm_va map_at(vm_machine *m, vm_va at, uint64_t pages, uint64_t flags, uint64_t object)
{
    return DO(m, mmap, .tid = 1, .hint = at, .bytes = pages * PAGE, .prot = 3,
        .flags = flags | vm_map_bit_fixed, .object = object);
}

static void a_read_lends_the_zero_page_a_write_takes_a_frame(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(100, 0, 0);
    map_at(m, AT, 20, 0, 0);
    COSTS(m, 1, READ(1, AT, 20), .minor = 20, .faults = 20);
    assert_int_equal(toll_frame(m, 1, AT), toll_frame(m, 1, AT + 19 * PAGE));
    COSTS(m, 1, WRITE(1, AT, 5), .minor = 5, .faults = 5, .anon = 5);
    COSTS(m, 1, WRITE(1, AT, 5), 0);
    assert_int_equal(vm_last(m)->fault, vm_fault_none);
    vm_machine_free(m);
}

static void the_last_owner_faults_but_does_not_copy(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(100, 0, 0);
    map_at(m, AT, 4, 0, 0);
    COSTS(m, 1, WRITE(1, AT, 4), .minor = 4, .faults = 4, .anon = 4);
    uint64_t first = toll_frame(m, 1, AT);
    DO(m, fork, .tid = 1, .label = 2);
    COSTS(m, 2, READ(2, AT, 4), 0);
    /* Both directions: the parent writes one page first, the child another. */
    COSTS(m, 1, WRITE(1, AT, 1), .minor = 1, .faults = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_cow);
    COSTS(m, 2, WRITE(2, AT, 1), .minor = 1, .faults = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_reuse);
    assert_int_equal(toll_frame(m, 2, AT), first);
    COSTS(m, 2, WRITE(2, AT + PAGE, 1), .minor = 1, .faults = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_cow);
    DO(m, exit, .tid = 2);
    uint64_t copies = vm_counter(m, 0, vm_counter_copies);
    COSTS(m, 1, WRITE(1, AT, 4), .minor = 3, .faults = 3); /* page 0 is its own already */
    assert_int_equal(vm_counter(m, 0, vm_counter_copies), copies);
    vm_machine_free(m);
}

static void a_chain_of_forks_shares_a_frame_three_times(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(100, 0, 0);
    map_at(m, AT, 1, 0, 0);
    DO(m, store, .tid = 1, .va = AT, .value = 7);
    uint64_t first = toll_frame(m, 1, AT);
    DO(m, fork, .tid = 1, .label = 2);
    DO(m, fork, .tid = 2, .label = 3);
    COSTS(m, 3, WRITE(3, AT, 1), .minor = 1, .faults = 1);
    assert_int_not_equal(toll_frame(m, 3, AT), first);
    DO(m, exit, .tid = 3);
    COSTS(m, 2, WRITE(2, AT, 1), .minor = 1, .faults = 1);
    assert_int_not_equal(toll_frame(m, 2, AT), first);
    DO(m, exit, .tid = 2);
    COSTS(m, 1, WRITE(1, AT, 1), .minor = 1, .faults = 1);
    assert_int_equal(toll_frame(m, 1, AT), first);
    uint64_t value;
    assert_true(vm_value(m, 1, AT, &value));
    assert_int_equal(value, 7);
    vm_machine_free(m);
}

static void fork_copies_entries_only_where_pages_are_private(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(200, 0, 0);
    uint64_t file = DO(m, file, .name = 1, .bytes = 32 * PAGE);
    DO(m, warm, .object = file);
    map_at(m, AT, 32, 0, file);             /* only read */
    map_at(m, AT + 32 * PAGE, 32, 0, file); /* one page written */
    map_at(m, AT + 64 * PAGE, 4, 0, 0);     /* only read: the zero page */
    map_at(m, AT + 96 * PAGE, 4, 0, 0);     /* not for children */
    COSTS(m, 1, READ(1, AT, 64), .minor = 4, .faults = 4, .file = 64);
    COSTS(m, 1, WRITE(1, AT + 40 * PAGE, 1), .minor = 1, .faults = 1, .file = -1, .anon = 1);
    COSTS(m, 1, READ(1, AT + 64 * PAGE, 4), .minor = 4, .faults = 4);
    COSTS(m, 1, WRITE(1, AT + 96 * PAGE, 4), .minor = 4, .faults = 4, .anon = 4);
    DO(m, madvise, .tid = 1, .va = AT + 96 * PAGE, .bytes = 4 * PAGE, .advice = vm_advice_dontfork);
    DO(m, fork, .tid = 1, .label = 2);
    assert_int_equal(vm_counter(m, 2, vm_counter_rss_file), 31);
    assert_int_equal(vm_counter(m, 2, vm_counter_rss_anon), 1);
    COSTS(m, 2, READ(2, AT + 32 * PAGE, 32), 0);
    COSTS(m, 2, READ(2, AT, 32), .minor = 2, .faults = 2, .file = 32);
    COSTS(m, 2, READ(2, AT + 64 * PAGE, 4), .minor = 4, .faults = 4);
    struct vm_vma_view vma;
    assert_false(vm_vma_at(m, 2, AT / PAGE + 96, &vma));
    assert_true(vm_vma_at(m, 2, AT / PAGE + 32, &vma));
    assert_true(vma.flags & vm_map_bit_inherited);
    vm_machine_free(m);
}

static void a_signal_counts_as_a_trap_only(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(100, 0, 0);
    uint64_t file = DO(m, file, .name = 1, .bytes = PAGE + 100);
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigsegv, .action = vm_signal_action_skip);
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigbus, .action = vm_signal_action_skip);
    map_at(m, AT, 4, vm_map_bit_shared, file);
    map_at(m, AT + 16 * PAGE, 1, 0, 0);
    DO(m, mprotect, .tid = 1, .va = AT + 16 * PAGE, .bytes = PAGE, .prot = 1);
    COSTS(m, 1, WRITE(1, AT + 16 * PAGE, 1), .faults = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_segv_accerr);
    COSTS(m, 1, WRITE(1, AT + 32 * PAGE, 1), .faults = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_segv_maperr);
    COSTS(m, 1, READ(1, AT + PAGE, 1), .major = 1, .faults = 1, .file = 1); /* the tail */
    COSTS(m, 1, READ(1, AT + 2 * PAGE, 1), .faults = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_bus);
    vm_machine_free(m);
}

static void populate_faults_without_a_trap(void **state)
{
    (void)state;
    vm_machine *m = toll_machine(300, 0, 0);
    uint64_t file = DO(m, file, .name = 1, .bytes = 64 * PAGE);
    DO(m, warm, .object = file);
    map_at(m, AT, 64, 0, file);
    COSTS(m, 1,
        OP(madvise, .tid = 1, .va = AT, .bytes = 64 * PAGE, .advice = vm_advice_populate_read),
        .minor = 4, .file = 64);
    COSTS(m, 1,
        OP(madvise, .tid = 1, .va = AT, .bytes = 8 * PAGE, .advice = vm_advice_populate_write),
        .minor = 8, .file = -8, .anon = 8);
    map_at(m, AT + 128 * PAGE, 8, 0, 0);
    COSTS(m, 1,
        OP(madvise, .tid = 1, .va = AT + 128 * PAGE, .bytes = 8 * PAGE,
            .advice = vm_advice_populate_read),
        .minor = 8);
    COSTS(m, 1, WRITE(1, AT + 128 * PAGE, 8), .minor = 8, .faults = 8, .anon = 8);
    uint64_t hole = DO(m, madvise, .tid = 1, .va = AT + 120 * PAGE, .bytes = 16 * PAGE,
        .advice = vm_advice_populate_read);
    assert_int_equal(hole, ERRNO(enomem));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_read_lends_the_zero_page_a_write_takes_a_frame),
        cmocka_unit_test(the_last_owner_faults_but_does_not_copy),
        cmocka_unit_test(a_chain_of_forks_shares_a_frame_three_times),
        cmocka_unit_test(fork_copies_entries_only_where_pages_are_private),
        cmocka_unit_test(a_signal_counts_as_a_trap_only),
        cmocka_unit_test(populate_faults_without_a_trap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
