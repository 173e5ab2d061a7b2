/* SPDX-License-Identifier: MIT
 * Deadlocks are found when they close, with all their edges; who inherits a priority, along chains.
 */
#include "support_sync.h"

#include "kernel/inherit.h"
#include "kernel/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define INHERIT (UINT64_C(1) << 32)

static struct vm_op lock(vm_tid tid, unsigned i)
{
    return (struct vm_op){.kind = vm_op_kind_lock, .u.lock = {.tid = tid, .va = WORDS + 16 * i}};
}

/* n threads in a ring, each with one mutex, wanting the next one's. */
static void a_ring_of_any_length(void **state)
{
    (void)state;
    for (vm_tid n = 1; n <= 5; n++) {
        vm_machine *m = sync_machine(2, 5);
        for (vm_tid tid = 1; tid <= n; tid++) {
            DO(m, lock, .tid = tid, .va = WORDS + 16 * tid);
        }
        for (vm_tid tid = 1; tid < n; tid++) {
            struct vm_op op = lock(tid, tid + 1);
            assert_int_equal(machine_count(m, &op, vm_event_deadlock), 0);
        }
        struct vm_op op = lock(n, 1);
        assert_int_equal(machine_count(m, &op, vm_event_deadlock_edge), n);
        assert_int_equal(vm_counter(m, 0, vm_counter_deadlocks), 1);
        assert_null(vm_check(m));
        vm_machine_free(m);
    }
}

static void a_chain_is_no_ring(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 4);
    for (vm_tid tid = T0; tid <= T2; tid++) {
        DO(m, lock, .tid = tid, .va = WORDS + 16 * tid);
    }
    DO(m, lock, .tid = T0, .va = WORDS + 16 * T1);
    DO(m, lock, .tid = T1, .va = WORDS + 16 * T2);
    DO(m, lock, .tid = T3, .va = WORDS + 16 * T0);
    assert_int_equal(vm_counter(m, 0, vm_counter_deadlocks), 0);
    DO(m, lock, .tid = T2, .va = WORDS + 16 * T0);
    assert_int_equal(vm_counter(m, 0, vm_counter_deadlocks), 1);
    vm_machine_free(m);
}

static void writers_and_joins_are_edges(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 2);
    DO(m, write_lock, .tid = T0, .va = WORDS);
    DO(m, read_lock, .tid = T1, .va = WORDS);
    struct vm_op join = {.kind = vm_op_kind_join, .u.join = {.tid = T0, .thread = T1}};
    assert_int_equal(machine_count(m, &join, vm_event_deadlock_join), 1);
    vm_machine_free(m);
}

static struct vm_task_view task(const vm_machine *m, vm_tid tid)
{
    struct vm_task_view view;
    assert_true(vm_task_at(m, tid, &view));
    return view;
}

static vm_machine *three_priorities(uint64_t kind)
{
    vm_machine *m = sync_machine(1, 5);
    for (vm_tid tid = T0; tid <= T4; tid++) {
        struct task now = m->tasks[tid];
        now.base_priority = now.priority = (uint8_t)(10 * tid);
        task_put(m, tid, &now);
        DO(m, store, .tid = T0, .va = WORDS + 16 * tid + 8, .value = kind);
    }
    return m;
}

/* T0 keeps T1 waiting, T1 keeps T4: T0 runs at T4's priority until it gives the mutex back. */
static void a_priority_goes_along_the_chain(void **state)
{
    (void)state;
    vm_machine *m = three_priorities(INHERIT);
    DO(m, lock, .tid = T0, .va = WORDS + 16);
    DO(m, lock, .tid = T1, .va = WORDS + 32);
    DO(m, lock, .tid = T1, .va = WORDS + 16);
    assert_int_equal(task(m, T0).priority, 20);
    DO(m, lock, .tid = T4, .va = WORDS + 32);
    assert_int_equal(task(m, T1).priority, 50);
    assert_int_equal(task(m, T0).priority, 50);
    DO(m, unlock, .tid = T0, .va = WORDS + 16);
    assert_int_equal(task(m, T0).priority, 10);
    assert_int_equal(task(m, T1).priority, 50);
    DO(m, unlock, .tid = T1, .va = WORDS + 32);
    assert_int_equal(task(m, T1).priority, 20);
    assert_int_equal(sync_word(m, WORDS + 40), INHERIT | T4);
    vm_machine_free(m);
}

/* The most urgent first, not the first that came. */
static void an_inheriting_mutex_goes_by_priority(void **state)
{
    (void)state;
    for (int inherits = 0; inherits < 2; inherits++) {
        vm_machine *m = three_priorities(inherits ? INHERIT : 0);
        DO(m, lock, .tid = T0, .va = WORDS + 16);
        DO(m, lock, .tid = T1, .va = WORDS + 16);
        DO(m, lock, .tid = T3, .va = WORDS + 16);
        assert_int_equal(task(m, T0).priority, inherits ? 40 : 10);
        DO(m, unlock, .tid = T0, .va = WORDS + 16);
        assert_int_equal(sync_lock(m, WORDS + 16).owner, inherits ? T3 : T1);
        assert_int_equal(task(m, T0).priority, 10);
        vm_machine_free(m);
    }
}

/* setpriority of a thread that waits reaches the one that keeps it waiting. */
static void a_new_priority_is_passed_on(void **state)
{
    (void)state;
    vm_machine *m = three_priorities(INHERIT);
    DO(m, lock, .tid = T0, .va = WORDS + 16);
    DO(m, lock, .tid = T1, .va = WORDS + 16);
    DO(m, setpriority, .tid = T3, .thread = T1, .priority = 90);
    assert_int_equal(task(m, T0).priority, 90);
    DO(m, setpriority, .tid = T3, .thread = T0, .priority = 5);
    assert_int_equal(task(m, T0).priority, 90);
    DO(m, setpriority, .tid = T3, .thread = T1, .priority = 3);
    assert_int_equal(task(m, T0).priority, 5);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_ring_of_any_length),
        cmocka_unit_test(a_chain_is_no_ring), cmocka_unit_test(writers_and_joins_are_edges),
        cmocka_unit_test(a_priority_goes_along_the_chain),
        cmocka_unit_test(an_inheriting_mutex_goes_by_priority),
        cmocka_unit_test(a_new_priority_is_passed_on)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
