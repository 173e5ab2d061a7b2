/* SPDX-License-Identifier: MIT
 * Threads: what pthread_create maps and faults, as measured on Linux 6.18 with glibc 2.36; who ends
 * with whom; join and detach.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define PAGE UINT64_C(4096)
enum { RW = vm_prot_bit_read | vm_prot_bit_write, RX = vm_prot_bit_read | vm_prot_bit_exec };

static uint64_t vmas(const vm_machine *m, vm_pid pid)
{
    struct vm_vma_view vma;
    uint64_t n = 0;
    for (vm_vpn at = 0; vm_vma_next(m, pid, at, &vma); at = vma.end) {
        n++;
    }
    return n;
}

/* Process 1 of a program, with or without a C library. */
static void start(vm_machine *m, bool library)
{
    DO(m, file, .name = 1);
    DO(m, segment, .object = 1, .kind = vm_vma_kind_text, .prot = RX, .bytes = 4 * PAGE);
    DO(m, file, .name = 2);
    DO(m, segment, .object = 2, .kind = vm_vma_kind_text, .prot = RX, .bytes = 2 * PAGE);
    DO(m, segment, .object = 2, .kind = vm_vma_kind_data, .prot = RW, .bytes = 2 * PAGE);
    if (library) {
        DO(m, needs, .object = 2, .library = 1);
    }
    DO(m, start, .label = 1, .program = 2);
}

static vm_tid begin(vm_machine *m, vm_tid tid)
{
    vm_tid thread = (vm_tid)DO(m, create, .tid = tid, .label = 7);
    DO(m, thread_start, .tid = thread);
    return thread;
}

static struct vm_task_view task(const vm_machine *m, vm_tid tid)
{
    struct vm_task_view view = {0};
    assert_true(vm_task_at(m, tid, &view));
    return view;
}

/* p12: heap and its first page, guard and stack, two pages at its top; the second one less. */
static void two_faults_and_two_mappings(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(400);
    start(m, true);
    uint64_t before = vmas(m, 1), faults = vm_counter(m, 1, vm_counter_minor);
    vm_tid first = begin(m, 1);
    assert_int_equal(vmas(m, 1), before + 3);
    assert_int_equal(vm_counter(m, 1, vm_counter_minor), faults + 3);
    vm_tid second = begin(m, 1);
    assert_int_equal(vmas(m, 1), before + 5);
    assert_int_equal(vm_counter(m, 1, vm_counter_minor), faults + 5);
    struct vm_task_view one = task(m, first), two = task(m, second);
    assert_int_equal(one.stack_end - one.stack_start, 2048 * PAGE);
    assert_int_equal(one.stack_start - two.stack_end, PAGE); /* its guard is between */
    assert_int_equal(one.stack_end - one.tls, 0x940);
    assert_int_equal(one.tls - (one.sp + 16), 0x740);
    struct vm_vma_view guard, stack;
    assert_true(vm_vma_at(m, 1, two.stack_start / PAGE - 1, &guard));
    assert_int_equal(guard.end - guard.start, 1);
    assert_int_equal(guard.kind, vm_vma_kind_guard);
    assert_true(vm_vma_at(m, 1, two.stack_start / PAGE, &stack));
    assert_int_equal(stack.end - stack.start, 2048);
    assert_int_equal(stack.kind, vm_vma_kind_thread_stack);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss_anon), 5);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* Without a C library there is no heap to make. */
static void a_bare_program_has_no_table(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(400);
    start(m, false);
    uint64_t before = vmas(m, 1), faults = vm_counter(m, 1, vm_counter_minor);
    DO(m, create, .tid = 1, .label = 7);
    assert_int_equal(vmas(m, 1), before + 2);
    assert_int_equal(vm_counter(m, 1, vm_counter_minor), faults + 1); /* the creator's */
    DO(m, thread_start, .tid = 2);
    assert_int_equal(vm_counter(m, 1, vm_counter_minor), faults + 2); /* the thread's own */
    vm_machine_free(m);
}

static void arguments_are_in_registers(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(400);
    start(m, false);
    vm_tid tid = (vm_tid)DO(
        m, create, .tid = 1, .label = 7, .entry = 0x1234, .body = 9, .p0 = 11, .a0 = 5, .p1 = 12);
    uint64_t value = 77;
    assert_true(vm_register(m, tid, 11, &value));
    assert_int_equal(value, 5);
    assert_true(vm_register(m, tid, 12, &value));
    assert_int_equal(value, 0);
    assert_false(vm_register(m, 1, 11, &value));
    struct vm_task_view view = task(m, tid);
    assert_int_equal(view.pc, 0x1234);
    assert_int_equal(view.body, 9);
    assert_int_equal(view.number, 1);
    vm_machine_free(m);
}

static void small_stacks_are_refused(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(400);
    start(m, false);
    uint64_t before = vmas(m, 1);
    assert_int_equal(DO(m, create, .tid = 1, .stack = 4 * PAGE - 1), ERRNO(einval));
    assert_int_equal(vmas(m, 1), before);
    vm_tid tid = (vm_tid)DO(m, create, .tid = 1, .stack = 4 * PAGE + 1);
    assert_int_equal(task(m, tid).stack_end - task(m, tid).stack_start, 5 * PAGE);
    DO(m, setrlimit, .tid = 1, .resource = vm_resource_address_space, .value = 200 * PAGE);
    assert_int_equal(DO(m, create, .tid = 1), ERRNO(eagain));
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void join_gives_the_value(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(400);
    start(m, false);
    vm_tid early = begin(m, 1), late = begin(m, 1);
    DO(m, thread_exit, .tid = early, .value = 42);
    assert_int_equal(vm_task_state_of(m, early), vm_task_state_exited);
    DO(m, join, .tid = 1, .thread = early, .into = 5);
    uint64_t value = 0;
    assert_true(vm_register(m, 1, 5, &value));
    assert_int_equal(value, 42);
    assert_int_equal(vm_task_state_of(m, early), vm_task_state_ended);
    DO(m, join, .tid = 1, .thread = late, .into = 5);
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_waiting);
    assert_int_equal(task(m, 1).wait, vm_wait_reason_join);
    DO(m, thread_exit, .tid = late, .value = UINT64_MAX - 1);
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_ready);
    assert_true(vm_register(m, 1, 5, &value));
    assert_int_equal(value, UINT64_MAX - 1);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void join_refuses(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(400);
    start(m, false);
    DO(m, start, .label = 2);
    vm_tid a = begin(m, 1), b = begin(m, 1), c = begin(m, 1);
    assert_int_equal(DO(m, join, .tid = a, .thread = a), ERRNO(edeadlk));
    assert_int_equal(DO(m, join, .tid = a, .thread = 2), ERRNO(esrch)); /* another process's */
    assert_int_equal(DO(m, join, .tid = a, .thread = 99), ERRNO(esrch));
    DO(m, join, .tid = a, .thread = b);
    assert_int_equal(DO(m, join, .tid = b, .thread = a), ERRNO(edeadlk));
    assert_int_equal(DO(m, join, .tid = c, .thread = b), ERRNO(einval)); /* somebody does */
    DO(m, detach, .tid = c, .thread = c);
    assert_int_equal(DO(m, detach, .tid = c, .thread = c), ERRNO(einval));
    assert_int_equal(DO(m, join, .tid = b, .thread = c), ERRNO(einval));
    DO(m, thread_exit, .tid = c);
    assert_int_equal(vm_task_state_of(m, c), vm_task_state_ended);
    assert_int_equal(DO(m, detach, .tid = b, .thread = c), ERRNO(esrch));
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* glibc's compare-and-exchange of joinid fails, but the thread is not detached: pthread_detach
 * returns 0 and changes nothing. */
static void detach_leaves_a_join_alone(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(64);
    start(m, true);
    vm_tid worker = begin(m, 1), other = begin(m, 1);
    DO(m, join, .tid = 1, .thread = worker, .into = 5);
    assert_int_equal(DO(m, detach, .tid = other, .thread = worker), 0);
    assert_null(vm_check(m));
    DO(m, thread_exit, .tid = worker, .value = 7);
    assert_int_not_equal(task(m, 1).state, vm_task_state_waiting);
    assert_int_equal(vm_task_state_of(m, worker), vm_task_state_ended);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void the_last_thread_ends_the_process(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(400);
    start(m, false);
    vm_tid a = begin(m, 1);
    DO(m, thread_exit, .tid = 1);
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_alive);
    DO(m, join, .tid = a, .thread = 1);
    DO(m, thread_exit, .tid = a);
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void exit_and_signals_end_all(void **state)
{
    (void)state;
    for (int killed = 0; killed < 2; killed++) {
        vm_machine *m = machine_x86(400);
        start(m, false);
        vm_tid a = begin(m, 1), b = begin(m, 1);
        DO(m, join, .tid = a, .thread = b);
        if (killed) {
            DO(m, store, .tid = b, .va = 8, .value = 1);
        } else {
            DO(m, exit, .tid = b, .code = 3);
        }
        assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie);
        for (vm_tid tid = 1; tid <= b; tid++) {
            assert_int_equal(vm_task_state_of(m, tid), vm_task_state_ended);
        }
        assert_null(vm_check(m));
        vm_machine_free(m);
    }
}

static void fork_copies_the_caller_only(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(400);
    start(m, false);
    vm_tid a = begin(m, 1), b = begin(m, 1);
    vm_pid child = (vm_pid)DO(m, fork, .tid = a, .label = 3);
    vm_tid only = vm_process_task(m, child);
    assert_int_equal(vm_tasks(m), only);
    assert_int_equal(vmas(m, child), vmas(m, 1)); /* the stacks are there, their threads are not */
    assert_int_equal(task(m, only).sp, task(m, a).sp);
    assert_int_equal(task(m, only).stack_start, task(m, a).stack_start);
    uint64_t hits = vm_counter(m, child, vm_counter_stack_hits);
    vm_tid next = (vm_tid)DO(m, create, .tid = only); /* the library takes b's */
    assert_int_equal(vm_counter(m, child, vm_counter_stack_hits), hits + 1);
    assert_int_equal(task(m, next).stack_start, task(m, b).stack_start);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void execve_leaves_one(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(400);
    start(m, false);
    vm_tid a = begin(m, 1), b = begin(m, 1);
    DO(m, join, .tid = 1, .thread = b);
    DO(m, execve, .tid = a, .program = 2, .argc = 1, .bytes = 2, .w0 = 'p');
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_running);
    assert_int_equal(vm_task_state_of(m, a), vm_task_state_ended);
    assert_int_equal(vm_task_state_of(m, b), vm_task_state_ended);
    assert_int_equal(task(m, 1).stack_start, 0);
    struct vm_vma_view stack;
    assert_true(vm_vma_at(m, 1, task(m, 1).sp / PAGE, &stack));
    assert_int_equal(stack.kind, vm_vma_kind_stack);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_faults_and_two_mappings),
        cmocka_unit_test(a_bare_program_has_no_table),
        cmocka_unit_test(arguments_are_in_registers),
        cmocka_unit_test(small_stacks_are_refused),
        cmocka_unit_test(join_gives_the_value),
        cmocka_unit_test(join_refuses),
        cmocka_unit_test(detach_leaves_a_join_alone),
        cmocka_unit_test(the_last_thread_ends_the_process),
        cmocka_unit_test(exit_and_signals_end_all),
        cmocka_unit_test(fork_copies_the_caller_only),
        cmocka_unit_test(execve_leaves_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
