/* SPDX-License-Identifier: MIT
 * Semaphores: a number that never goes below 0, and no owner.
 */
#include "support_sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void units_are_taken_without_the_kernel(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 1);
    DO(m, store, .tid = T0, .va = WORDS, .value = 2);
    uint64_t calls = vm_counter(m, 0, vm_counter_syscalls);
    DO(m, down, .tid = T0, .va = WORDS);
    DO(m, down, .tid = T0, .va = WORDS);
    assert_int_equal(sync_word(m, WORDS), 0);
    DO(m, post, .tid = T0, .va = WORDS);
    assert_int_equal(sync_word(m, WORDS), 1);
    assert_int_equal(sync_lock(m, WORDS).holders, 1);
    assert_int_equal(vm_counter(m, 0, vm_counter_syscalls), calls);
    vm_machine_free(m);
}

/* The unit goes to who waits; the value stays 0. Anybody may post. */
static void a_post_wakes_who_waited_longest(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(2, 3);
    DO(m, down, .tid = T2, .va = WORDS);
    DO(m, down, .tid = T1, .va = WORDS);
    assert_int_equal(sync_word(m, WORDS + 8), 2);
    assert_int_equal(sync_lock(m, WORDS).waiters, 2);
    DO(m, post, .tid = T0, .va = WORDS);
    assert_true(sync_waits(m, T1));
    assert_false(sync_waits(m, T2));
    assert_int_equal(sync_word(m, WORDS), 0);
    assert_int_equal(sync_word(m, WORDS + 8), 1);
    DO(m, post, .tid = T2, .va = WORDS);
    assert_false(sync_waits(m, T1));
    DO(m, post, .tid = T2, .va = WORDS);
    assert_int_equal(sync_word(m, WORDS), 1);
    assert_int_equal(vm_counter(m, 0, vm_counter_futex_waits), 2);
    assert_int_equal(vm_counter(m, 0, vm_counter_futex_wakes), 2);
    vm_machine_free(m);
}

/* In memory that fork left shared. */
static void processes_share_a_semaphore(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 1);
    vm_va there = DO(m, mmap, .tid = T0, .bytes = 4096, .prot = 3, .flags = vm_map_bit_shared);
    vm_tid child = vm_process_task(m, (vm_pid)DO(m, fork, .tid = T0, .label = 2));
    vm_tid second = vm_process_task(m, (vm_pid)DO(m, fork, .tid = T0, .label = 3));
    DO(m, down, .tid = child, .va = there);
    assert_int_equal(sync_lock(m, there).waiters, 1);
    DO(m, down, .tid = second, .va = there);
    DO(m, post, .tid = T0, .va = there);
    assert_false(sync_waits(m, child));
    assert_true(sync_waits(m, second));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(units_are_taken_without_the_kernel),
        cmocka_unit_test(a_post_wakes_who_waited_longest),
        cmocka_unit_test(processes_share_a_semaphore)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
