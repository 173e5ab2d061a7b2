/* SPDX-License-Identifier: MIT
 * Conditions: giving the mutex back and waiting is one step, a signal hands nothing over, a lost
 * one stays lost, and a wait is over only with the mutex.
 */
#include "support_sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { M = 0x10000000, C = M + 16 };

static void wait_at(vm_machine *m, vm_tid tid, vm_va condition)
{
    DO(m, lock, .tid = tid, .va = M);
    DO(m, cond_wait, .tid = tid, .va = condition, .mutex = M);
    assert_true(sync_waits(m, tid));
}

static struct vm_task_view task(const vm_machine *m, vm_tid tid)
{
    struct vm_task_view view;
    assert_true(vm_task_at(m, tid, &view));
    return view;
}

static void waiting_gives_the_mutex_back(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 3);
    DO(m, lock, .tid = T1, .va = M);
    DO(m, lock, .tid = T2, .va = M);
    DO(m, cond_wait, .tid = T1, .va = C, .mutex = M);
    assert_int_equal(task(m, T1).wait, vm_wait_reason_condition);
    assert_int_equal(sync_lock(m, M).owner, T2);
    assert_int_equal(sync_word(m, C + 8), 1);
    assert_int_equal(sync_lock(m, C).waiters, 1);
    vm_machine_free(m);
}

/* Mesa: with the mutex taken the woken thread moves to its queue, and has it when its turn comes.
 */
static void a_signal_moves_a_waiter_to_the_mutex(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(2, 4);
    wait_at(m, T1, C);
    wait_at(m, T2, C);
    DO(m, lock, .tid = T0, .va = M);
    DO(m, cond_signal, .tid = T0, .va = C);
    assert_int_equal(task(m, T1).wait, vm_wait_reason_mutex);
    assert_int_equal(task(m, T2).wait, vm_wait_reason_condition);
    assert_int_equal(sync_word(m, M), 2);
    assert_int_equal(sync_word(m, C), 1);
    DO(m, lock, .tid = T3, .va = M);
    DO(m, unlock, .tid = T0, .va = M);
    assert_int_equal(sync_lock(m, M).owner, T1);
    assert_false(sync_waits(m, T1));
    assert_true(sync_waits(m, T3));
    vm_machine_free(m);
}

/* With the mutex free it has it at once. */
static void a_signal_without_the_mutex(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 2);
    wait_at(m, T1, C);
    DO(m, cond_signal, .tid = T0, .va = C);
    assert_false(sync_waits(m, T1));
    assert_int_equal(sync_word(m, M + 8), T1);
    assert_int_equal(sync_word(m, C + 8), 0);
    vm_machine_free(m);
}

static void a_broadcast_lets_all_go_on_one_by_one(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 4);
    for (vm_tid tid = T1; tid <= T3; tid++) {
        wait_at(m, tid, C);
    }
    DO(m, cond_broadcast, .tid = T0, .va = C);
    assert_int_equal(sync_lock(m, M).owner, T1);
    assert_int_equal(sync_lock(m, M).waiters, 2);
    assert_int_equal(sync_lock(m, C).waiters, 0);
    DO(m, unlock, .tid = T1, .va = M);
    DO(m, unlock, .tid = T2, .va = M);
    assert_int_equal(sync_lock(m, M).owner, T3);
    vm_machine_free(m);
}

static void a_signal_to_nobody_is_lost(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 2);
    uint64_t calls = vm_counter(m, 0, vm_counter_syscalls);
    const struct vm_op signal = {
        .kind = vm_op_kind_cond_signal, .u.cond_signal = {.tid = T0, .va = C}};
    assert_int_equal(machine_count(m, &signal, vm_event_signal_lost), 1);
    assert_int_equal(vm_counter(m, 0, vm_counter_syscalls), calls);
    wait_at(m, T1, C);
    assert_true(sync_waits(m, T1));
    vm_machine_free(m);
}

static void a_wake_up_may_be_spurious(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(2, 3);
    wait_at(m, T1, C);
    DO(m, spurious_wakeup, .thread = T1);
    assert_false(sync_waits(m, T1));
    assert_int_equal(sync_lock(m, M).owner, T1);
    assert_int_equal(sync_word(m, C + 8), 0);
    DO(m, cond_wait, .tid = T1, .va = C, .mutex = M);
    DO(m, lock, .tid = T2, .va = M);
    DO(m, spurious_wakeup, .thread = T1);
    assert_int_equal(task(m, T1).wait, vm_wait_reason_mutex);
    const struct vm_op again = {
        .kind = vm_op_kind_spurious_wakeup, .u.spurious_wakeup = {.thread = T1}};
    assert_int_equal(vm_apply(m, &again, NULL), VM_INVALID);
    vm_machine_free(m);
}

/* The signaller of another process has the mutex at another address: the woken thread runs. */
static void a_condition_between_processes(void **state)
{
    (void)state;
    for (int holds = 0; holds < 2; holds++) {
        vm_machine *m = sync_machine(1, 1);
        vm_va p = DO(m, mmap, .tid = T0, .bytes = 4096, .prot = 3, .flags = vm_map_bit_shared);
        vm_tid child = vm_process_task(m, (vm_pid)DO(m, fork, .tid = T0, .label = 2));
        DO(m, lock, .tid = child, .va = p);
        DO(m, cond_wait, .tid = child, .va = p + 16, .mutex = p);
        if (holds) {
            DO(m, lock, .tid = T0, .va = p);
        }
        DO(m, cond_signal, .tid = T0, .va = p + 16);
        assert_int_equal(sync_waits(m, child), holds);
        if (holds) {
            DO(m, unlock, .tid = T0, .va = p);
        }
        assert_int_equal(sync_lock(m, p).owner, child);
        vm_machine_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(waiting_gives_the_mutex_back),
        cmocka_unit_test(a_signal_moves_a_waiter_to_the_mutex),
        cmocka_unit_test(a_signal_without_the_mutex),
        cmocka_unit_test(a_broadcast_lets_all_go_on_one_by_one),
        cmocka_unit_test(a_signal_to_nobody_is_lost), cmocka_unit_test(a_wake_up_may_be_spurious),
        cmocka_unit_test(a_condition_between_processes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
