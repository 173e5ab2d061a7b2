/* SPDX-License-Identifier: MIT
 * Read-write locks: readers together, a writer alone; readers are preferred, as glibc's default
 * does.
 */
#include "support_sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void readers_share_and_a_writer_waits(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(4, 4);
    DO(m, read_lock, .tid = T0, .va = WORDS);
    DO(m, read_lock, .tid = T1, .va = WORDS);
    assert_int_equal(sync_word(m, WORDS), 2);
    DO(m, write_lock, .tid = T2, .va = WORDS);
    assert_true(sync_waits(m, T2));
    DO(m, read_lock, .tid = T3, .va = WORDS); /* past the writer that waits */
    assert_false(sync_waits(m, T3));
    DO(m, rw_unlock, .tid = T0, .va = WORDS);
    DO(m, rw_unlock, .tid = T1, .va = WORDS);
    assert_true(sync_waits(m, T2));
    DO(m, rw_unlock, .tid = T3, .va = WORDS);
    assert_false(sync_waits(m, T2));
    assert_int_equal(sync_lock(m, WORDS).owner, T2);
    assert_int_equal(sync_word(m, WORDS), UINT64_MAX);
    assert_int_equal(sync_word(m, WORDS + 8), T2);
    vm_machine_free(m);
}

static void after_a_writer_all_readers_go_in(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 5);
    DO(m, write_lock, .tid = T0, .va = WORDS);
    DO(m, write_lock, .tid = T1, .va = WORDS);
    DO(m, read_lock, .tid = T2, .va = WORDS);
    DO(m, read_lock, .tid = T3, .va = WORDS);
    DO(m, rw_unlock, .tid = T0, .va = WORDS);
    assert_true(sync_waits(m, T1));
    assert_false(sync_waits(m, T2) || sync_waits(m, T3));
    assert_int_equal(sync_word(m, WORDS), 2);
    assert_int_equal(sync_lock(m, WORDS).holders, 2);
    DO(m, rw_unlock, .tid = T2, .va = WORDS);
    DO(m, rw_unlock, .tid = T3, .va = WORDS);
    assert_int_equal(sync_lock(m, WORDS).owner, T1);
    DO(m, rw_unlock, .tid = T1, .va = WORDS);
    assert_int_equal(sync_word(m, WORDS), 0);
    assert_int_equal(sync_word(m, WORDS + 8), 0);
    const struct vm_op free = {
        .kind = vm_op_kind_rw_unlock, .u.rw_unlock = {.tid = T1, .va = WORDS}};
    assert_int_equal(machine_count(m, &free, vm_event_unlock_free), 1);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(readers_share_and_a_writer_waits),
        cmocka_unit_test(after_a_writer_all_readers_go_in)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
