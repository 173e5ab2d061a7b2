/* SPDX-License-Identifier: MIT
 * Barriers: the last one opens it for all, and it can be used again.
 */
#include "support_sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_last_one_opens_it(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(2, 3);
    DO(m, store, .tid = T0, .va = WORDS + 8, .value = 3);
    for (int round = 0; round < 2; round++) {
        DO(m, barrier_wait, .tid = T1, .va = WORDS);
        assert_int_equal(sync_word(m, WORDS), 1);
        DO(m, barrier_wait, .tid = T0, .va = WORDS);
        assert_true(sync_waits(m, T0) && sync_waits(m, T1));
        assert_int_equal(sync_lock(m, WORDS).holders, 2);
        /* PTHREAD_BARRIER_SERIAL_THREAD */
        assert_int_equal(DO(m, barrier_wait, .tid = T2, .va = WORDS), UINT64_MAX);
        assert_false(sync_waits(m, T0) || sync_waits(m, T1));
        assert_int_equal(sync_word(m, WORDS), 0);
    }
    assert_int_equal(vm_counter(m, 0, vm_counter_futex_waits), 4);
    assert_int_equal(vm_counter(m, 0, vm_counter_futex_wakes), 2);
    vm_machine_free(m);
}

static void a_barrier_of_one_and_of_none(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 1);
    assert_int_equal(DO(m, barrier_wait, .tid = T0, .va = WORDS), ERRNO(einval));
    DO(m, store, .tid = T0, .va = WORDS + 8, .value = 1);
    uint64_t calls = vm_counter(m, 0, vm_counter_syscalls);
    assert_int_equal(DO(m, barrier_wait, .tid = T0, .va = WORDS), UINT64_MAX);
    assert_int_equal(vm_counter(m, 0, vm_counter_syscalls), calls);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_one_opens_it), cmocka_unit_test(a_barrier_of_one_and_of_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
