/* SPDX-License-Identifier: MIT
 * Who runs where and who is next: placing, the run queue, the timer, yield, priorities, affinity,
 * and what a switch counts.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* n processes, each with one thread of the same number, none of which has run but at its start. */
static vm_machine *machine_of(uint32_t cpus, uint32_t n)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.cpus = cpus;
    vm_machine *m;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    for (uint32_t i = 1; i <= n; i++) {
        DO(m, start, .label = i);
    }
    return m;
}

static void act(vm_machine *m, vm_tid tid)
{
    DO(m, set, .tid = tid, .name = 1, .value = 1);
    assert_null(vm_check(m));
}

static struct vm_task_view task(const vm_machine *m, vm_tid tid)
{
    struct vm_task_view view;
    assert_true(vm_task_at(m, tid, &view));
    return view;
}

static void placing(void **state)
{
    (void)state;
    vm_machine *m = machine_of(3, 3); /* the lowest idle one each */
    for (vm_tid tid = 1; tid <= 3; tid++) {
        assert_int_equal(vm_cpu_task(m, tid - 1), tid);
    }
    DO(m, start, .label = 4); /* all are busy: the lowest gives way */
    assert_int_equal(vm_cpu_task(m, 0), 4);
    assert_int_equal(task(m, 1).state, vm_task_state_ready);
    assert_int_equal(task(m, 1).involuntary, 1);
    act(m, 2); /* runs where it runs */
    assert_int_equal(vm_cpu_task(m, 1), 2);
    DO(m, exit, .tid = 3);
    act(m, 1); /* its last processor is busy, number 2 is idle */
    assert_int_equal(vm_cpu_task(m, 2), 1);
    DO(m, exit, .tid = 2);
    DO(m, exit, .tid = 4);
    DO(m, exit, .tid = 1);
    vm_machine_free(m);
}

static void the_last_one_if_idle(void **state)
{
    (void)state;
    vm_machine *m = machine_of(2, 2);
    DO(m, fork, .tid = 2, .label = 5);
    DO(m, wait, .tid = 2, .child = 3); /* leaves processor 1 */
    assert_int_equal(vm_cpu_task(m, 1), 0);
    assert_int_equal(task(m, 2).voluntary, 1);
    DO(m, setaffinity, .tid = 1, .thread = 3, .cpus = 1);
    DO(m, exit, .tid = 3); /* on processor 0, which is idle afterwards */
    assert_int_equal(vm_cpu_task(m, 0), 0);
    act(m, 2); /* woken: both are idle, it goes back */
    assert_int_equal(vm_cpu_task(m, 1), 2);
    vm_machine_free(m);
}

static void round_robin(void **state)
{
    (void)state;
    vm_machine *m = machine_of(1, 3); /* 3 runs; 1 and 2 wait in that order */
    const vm_tid turns[] = {1, 2, 3, 1, 2, 3};
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        assert_int_equal(vm_next(m, vm_schedule_round_robin, 0), turns[i]);
        DO(m, tick, .cpu = 0, .by = vm_schedule_round_robin);
        assert_int_equal(vm_cpu_task(m, 0), turns[i]);
        assert_null(vm_check(m));
    }
    assert_int_equal(vm_counter(m, 0, vm_counter_interrupts), 6);
    DO(m, yield, .tid = 3);
    assert_int_equal(vm_cpu_task(m, 0), 1);
    uint64_t before = vm_counter(m, 0, vm_counter_preemptions);
    DO(m, yield, .tid = 1); /* not preempted, and yet involuntary in Linux's count */
    assert_int_equal(vm_counter(m, 0, vm_counter_preemptions), before);
    assert_int_equal(task(m, 1).voluntary, 0);
    vm_machine_free(m);
}

static void priorities(void **state)
{
    (void)state;
    vm_machine *m = machine_of(1, 3);
    DO(m, setpriority, .tid = 3, .thread = 2, .priority = 9);
    DO(m, setpriority, .tid = 3, .thread = 3, .priority = 5);
    assert_int_equal(vm_next(m, vm_schedule_priority, 0), 2);
    assert_int_equal(vm_next(m, vm_schedule_round_robin, 0), 1);
    DO(m, tick, .cpu = 0, .by = vm_schedule_priority);
    assert_int_equal(vm_cpu_task(m, 0), 2);
    DO(m, tick, .cpu = 0, .by = vm_schedule_priority); /* nobody is as high */
    assert_int_equal(vm_cpu_task(m, 0), 2);
    DO(m, setpriority, .tid = 2, .thread = 3, .priority = 9);
    DO(m, tick, .cpu = 0, .by = vm_schedule_priority); /* equals take turns */
    assert_int_equal(vm_cpu_task(m, 0), 3);
    assert_int_equal(DO(m, setpriority, .tid = 3, .thread = 77, .priority = 1), ERRNO(esrch));
    assert_int_equal(DO(m, setpriority, .tid = 3, .thread = 1, .priority = 140), ERRNO(einval));
    DO(m, setuid, .tid = 3, .uid = 5, .gid = 5);
    assert_int_equal(DO(m, setpriority, .tid = 3, .thread = 1, .priority = 1), ERRNO(eperm));
    vm_machine_free(m);
}

static void affinity(void **state)
{
    (void)state;
    vm_machine *m = machine_of(2, 2);
    DO(m, setaffinity, .tid = 1, .thread = 2, .cpus = 1); /* 2 must leave processor 1 */
    assert_int_equal(vm_cpu_task(m, 1), 0);
    assert_int_equal(vm_next(m, vm_schedule_round_robin, 1), 0);
    DO(m, tick, .cpu = 1);
    assert_int_equal(vm_cpu_task(m, 1), 0);
    DO(m, tick, .cpu = 0);
    assert_int_equal(vm_cpu_task(m, 0), 2);
    assert_int_equal(DO(m, setaffinity, .tid = 2, .thread = 2, .cpus = 4), ERRNO(einval));
    DO(m, tick, .cpu = 1); /* an idle processor takes who waits: 1 may run everywhere */
    assert_int_equal(vm_cpu_task(m, 1), 1);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* The first thread ever on a processor switches from nobody. */
static void switches_by_kind(void **state)
{
    (void)state;
    vm_machine *m = machine_of(1, 2);
    vm_tid thread = (vm_tid)DO(m, create, .tid = 2, .label = 7);
    assert_int_equal(vm_counter(m, 0, vm_counter_process_switches), 1);
    DO(m, thread_start, .tid = thread);
    act(m, 2);
    assert_int_equal(vm_counter(m, 0, vm_counter_thread_switches), 2);
    act(m, 1);
    assert_int_equal(vm_counter(m, 0, vm_counter_process_switches), 2);
    assert_int_equal(vm_counter(m, 0, vm_counter_switches), 4);
    const struct vm_op set = {.kind = vm_op_kind_set, .pc = 0x1234, .u.set = {.tid = thread}};
    assert_int_equal(machine_count(m, &set, vm_event_registers_saved), 1);
    assert_int_equal(task(m, thread).pc, 0x1234);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(placing),
        cmocka_unit_test(the_last_one_if_idle), cmocka_unit_test(round_robin),
        cmocka_unit_test(priorities), cmocka_unit_test(affinity),
        cmocka_unit_test(switches_by_kind)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
