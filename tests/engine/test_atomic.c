/* SPDX-License-Identifier: MIT
 * Indivisible operations on a word.
 */
#include "support_sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void each_gives_what_was_there(void **state)
{
    (void)state;
    static const struct {
        enum vm_atomic atomic;
        uint64_t value, expected, before, after;
    } rows[] = {
        {vm_atomic_store, 7, 0, 0, 7},
        {vm_atomic_load, 99, 99, 7, 7},
        {vm_atomic_exchange, 10, 0, 7, 10},
        {vm_atomic_add, 5, 0, 10, 15},
        {vm_atomic_add, UINT64_MAX, 0, 15, 14},
        {vm_atomic_compare_exchange, 1, 13, 14, 14},
        {vm_atomic_compare_exchange, 1, 14, 14, 1},
    };
    vm_machine *m = sync_machine(1, 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint64_t got;
        assert_int_equal(DO(m, atomic, .tid = T0, .atomic = rows[i].atomic, .va = WORDS,
                             .value = rows[i].value, .expected = rows[i].expected, .into = 4),
            rows[i].before);
        assert_int_equal(sync_word(m, WORDS), rows[i].after);
        assert_true(vm_register(m, T0, 4, &got));
        assert_int_equal(got, rows[i].before);
    }
    vm_machine_free(m);
}

/* Only what writes needs the right to write, and copies a page that fork has shared. */
static void loads_only_read(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 1);
    vm_tid child = vm_process_task(m, (vm_pid)DO(m, fork, .tid = T0, .label = 2));
    DO(m, atomic, .tid = child, .atomic = vm_atomic_load, .va = WORDS);
    assert_int_equal(vm_counter(m, 0, vm_counter_copies), 0);
    DO(m, atomic, .tid = child, .atomic = vm_atomic_add, .va = WORDS, .value = 1);
    assert_int_equal(vm_counter(m, 0, vm_counter_copies), 1);
    assert_int_equal(sync_word(m, WORDS), 0);
    const struct vm_op wild = {
        .kind = vm_op_kind_atomic, .u.atomic = {.tid = T0, .atomic = vm_atomic_count, .va = WORDS}};
    assert_int_equal(vm_apply(m, &wild, NULL), VM_INVALID);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_gives_what_was_there), cmocka_unit_test(loads_only_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
