/* SPDX-License-Identifier: MIT
 * The end of processes: zombies, orphans, SIGCHLD, and what wait answers.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static vm_machine *machine(void)
{
    vm_machine *m = machine_x86(400);
    DO(m, file, .name = 9, .bytes = 8192);
    DO(m, segment, .object = 1, .kind = vm_vma_kind_text, .prot = 5, .bytes = 8192);
    DO(m, start, .label = 1, .program = 1);
    return m;
}

static vm_pid child_of(vm_machine *m, vm_pid parent)
{
    return (vm_pid)DO(m, fork, .tid = vm_process_task(m, parent), .label = 2);
}

static void die(vm_machine *m, vm_pid pid, uint64_t code)
{
    DO(m, exit, .tid = vm_process_task(m, pid), .code = code);
}

static void wait_takes_any_child(void **state)
{
    (void)state;
    vm_machine *m = machine();
    assert_int_equal(DO(m, wait, .tid = 1), ERRNO(echild));
    vm_pid a = child_of(m, 1), b = child_of(m, 1);
    die(m, b, 5);
    assert_int_equal(vm_process_state_of(m, b), vm_process_state_zombie);
    assert_int_equal(vm_counter(m, b, vm_counter_rss), 0);
    assert_int_equal(vm_tables_of(m, b), 0);
    assert_int_equal(DO(m, wait, .tid = 1), b);
    assert_int_equal(vm_exit_code(m, b), 5);
    DO(m, wait, .tid = 1);
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_waiting);
    die(m, a, 0);
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_ready);
    assert_int_equal(vm_process_state_of(m, a), vm_process_state_reaped);
    assert_int_equal(DO(m, wait, .tid = 1), ERRNO(echild));
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void init_adopts_orphans_and_reaps(void **state)
{
    (void)state;
    vm_machine *m = machine();
    vm_pid parent = child_of(m, 1), living = child_of(m, parent), ended = child_of(m, parent);
    die(m, ended, 1);
    assert_int_equal(vm_process_state_of(m, ended), vm_process_state_zombie);
    struct vm_op exit = {
        .kind = vm_op_kind_exit, .u.exit = {.tid = vm_process_task(m, parent), .code = 2}};
    assert_int_equal(machine_count(m, &exit, vm_event_orphaned), 2);
    assert_int_equal(vm_process_state_of(m, ended), vm_process_state_reaped);
    assert_int_equal(vm_process_state_of(m, living), vm_process_state_alive);
    assert_int_equal(vm_parent(m, living), 0);
    assert_int_equal(DO(m, wait, .tid = 1, .child = living), ERRNO(echild)); /* no grandparent */
    die(m, living, 3);
    assert_int_equal(vm_process_state_of(m, living), vm_process_state_reaped);
    assert_int_equal(DO(m, wait, .tid = 1), parent);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void sigchld_ignored_leaves_no_zombie(void **state)
{
    (void)state;
    vm_machine *m = machine();
    vm_pid first = child_of(m, 1);
    die(m, first, 0); /* the default ignores SIGCHLD too, but keeps the zombie */
    assert_int_equal(vm_process_state_of(m, first), vm_process_state_zombie);
    assert_int_equal(DO(m, wait, .tid = 1), first);
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigchld, .action = vm_signal_action_ignore);
    vm_pid a = child_of(m, 1), b = child_of(m, 1);
    DO(m, wait, .tid = 1);
    die(m, a, 0);
    assert_int_equal(vm_process_state_of(m, a), vm_process_state_reaped);
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_waiting); /* there is one more */
    struct vm_op last = {.kind = vm_op_kind_exit, .u.exit = {.tid = vm_process_task(m, b)}};
    assert_int_equal(machine_count(m, &last, vm_event_reaped_unasked), 1);
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_ready);
    assert_int_equal(DO(m, wait, .tid = 1), ERRNO(echild));
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void sigchld_has_a_handler(void **state)
{
    (void)state;
    vm_machine *m = machine();
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigchld, .action = vm_signal_action_handler,
        .handler = 0x401000, .name = 3);
    vm_pid a = child_of(m, 1), b = child_of(m, 1);
    die(m, a, 0);
    die(m, b, 0); /* one pending signal for two children */
    assert_int_equal(vm_signal_due(m, 1), vm_signo_sigchld);
    DO(m, do_signal, .tid = 1);
    assert_int_equal(DO(m, wait, .tid = 1), a);
    assert_int_equal(DO(m, wait, .tid = 1), b);
    DO(m, sigreturn, .tid = 1);
    assert_int_equal(vm_signal_due(m, 1), vm_signo_none);
    vm_pid c = child_of(m, 1);
    DO(m, wait, .tid = 1); /* who waits gets the child, then the handler runs */
    die(m, c, 0);
    assert_int_equal(vm_process_state_of(m, c), vm_process_state_reaped);
    assert_int_equal(vm_signal_due(m, 1), vm_signo_sigchld);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void a_threads_end_makes_no_zombie(void **state)
{
    (void)state;
    vm_machine *m = machine();
    vm_pid child = child_of(m, 1);
    vm_tid thread = (vm_tid)DO(m, create, .tid = vm_process_task(m, child));
    DO(m, thread_exit, .tid = thread);
    assert_int_equal(vm_process_state_of(m, child), vm_process_state_alive);
    DO(m, wait, .tid = 1);
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_waiting);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wait_takes_any_child),
        cmocka_unit_test(init_adopts_orphans_and_reaps),
        cmocka_unit_test(sigchld_ignored_leaves_no_zombie),
        cmocka_unit_test(sigchld_has_a_handler),
        cmocka_unit_test(a_threads_end_makes_no_zombie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
