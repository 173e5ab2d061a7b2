/* SPDX-License-Identifier: MIT
 * Signals: who takes one, what is pending, what a default does, and which calls end with EINTR.
 */
#include "support_machine.h"

#include "machine/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define PAGE UINT64_C(4096)
#define BIT(name) vm_sigset_bit_##name

static vm_machine *machine(void)
{
    vm_machine *m = machine_x86(400);
    DO(m, file, .name = 9, .bytes = 8 * PAGE);
    DO(m, segment, .object = 1, .kind = vm_vma_kind_text, .prot = 5, .bytes = 2 * PAGE);
    DO(m, start, .label = 1, .program = 1);
    return m;
}

static void handle(vm_machine *m, vm_tid tid, enum vm_signo signo, uint32_t name)
{
    DO(m, sigaction, .tid = tid, .signo = signo, .action = vm_signal_action_handler,
        .handler = 0x1000 * name, .name = name);
}

static uint32_t handler_of(vm_machine *m, vm_tid tid)
{
    struct vm_handler_view view = {0};
    vm_handler_at(m, tid, &view);
    return view.name;
}

/* The lowest number first, so the handler of the highest runs first: each frame lies on the last.
 */
static void several_pending_signals_nest(void **state)
{
    (void)state;
    vm_machine *m = machine();
    handle(m, 1, vm_signo_sigusr1, 1);
    handle(m, 1, vm_signo_sigusr2, 2);
    handle(m, 1, vm_signo_sigint, 3);
    const enum vm_signo all[] = {vm_signo_sigusr2, vm_signo_sigint, vm_signo_sigusr1};
    for (int i = 0; i < 3; i++) {
        DO(m, sigprocmask, .tid = 1, .how = vm_mask_how_block, .signo = all[i]);
    }
    for (int i = 0; i < 3; i++) {
        DO(m, kill, .tid = 1, .pid = 1, .signo = all[i]);
        DO(m, kill, .tid = 1, .pid = 1, .signo = all[i]); /* the second leaves no trace */
    }
    assert_int_equal(vm_process_pending(m, 1), BIT(sigusr1) | BIT(sigusr2) | BIT(sigint));
    assert_int_equal(vm_signal_due(m, 1), vm_signo_none);
    DO(m, sigprocmask, .tid = 1, .how = vm_mask_how_unblock, .signo = vm_signo_sigusr2);
    assert_int_equal(vm_signal_due(m, 1), vm_signo_sigusr2);
    DO(m, do_signal, .tid = 1);
    assert_int_equal(handler_of(m, 1), 2);
    DO(m, sigprocmask, .tid = 1, .how = vm_mask_how_unblock, .signo = vm_signo_sigint);
    DO(m, do_signal, .tid = 1);
    assert_int_equal(handler_of(m, 1), 3);
    DO(m, sigreturn, .tid = 1); /* the mask is that of before: SIGINT was unblocked */
    assert_int_equal(vm_thread_blocked(m, 1), BIT(sigusr1) | BIT(sigusr2));
    DO(m, sigreturn, .tid = 1);
    assert_int_equal(vm_thread_blocked(m, 1), BIT(sigusr1) | BIT(sigint));
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void the_lowest_number_is_taken_first(void **state)
{
    (void)state;
    vm_machine *m = machine();
    handle(m, 1, vm_signo_sigterm, 1);
    handle(m, 1, vm_signo_sigint, 2);
    uint32_t thread = (uint32_t)DO(m, create, .tid = 1);
    DO(m, tgkill, .tid = thread, .thread = 1, .signo = vm_signo_sigterm);
    DO(m, kill, .tid = thread, .pid = 1, .signo = vm_signo_sigint);
    assert_int_equal(vm_signal_due(m, 1), vm_signo_sigterm); /* the thread's own come first */
    assert_int_equal(vm_thread_pending(m, 1), BIT(sigterm));
    struct vm_op store = {.kind = vm_op_kind_set, .u.set = {.tid = 1, .name = 1, .value = 1}};
    assert_int_equal(vm_apply(m, &store, NULL), VM_SIGNALLED); /* nothing comes before it */
    DO(m, do_signal, .tid = 1);
    assert_int_equal(vm_signal_due(m, 1), vm_signo_sigint);
    DO(m, do_signal, .tid = 1);
    assert_int_equal(handler_of(m, 1), 2);
    assert_int_equal(vm_apply(m, &store, NULL), VM_OK);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void a_thread_that_does_not_block_takes_it(void **state)
{
    (void)state;
    vm_machine *m = machine();
    handle(m, 1, vm_signo_sigusr1, 1);
    DO(m, sigprocmask, .tid = 1, .how = vm_mask_how_block, .signo = vm_signo_sigusr1);
    vm_tid a = (vm_tid)DO(m, create, .tid = 1), b = (vm_tid)DO(m, create, .tid = 1);
    assert_int_equal(vm_thread_blocked(m, b), BIT(sigusr1)); /* a copy of its creator's mask */
    DO(m, sigprocmask, .tid = b, .how = vm_mask_how_unblock, .signo = vm_signo_sigusr1);
    DO(m, kill, .tid = 1, .pid = 1, .signo = vm_signo_sigusr1);
    assert_int_equal(vm_signal_due(m, 1), vm_signo_none);
    assert_int_equal(vm_signal_due(m, a), vm_signo_none);
    assert_int_equal(vm_signal_due(m, b), vm_signo_sigusr1);
    DO(m, tgkill, .tid = 1, .thread = a, .signo = vm_signo_sigusr1);
    assert_int_equal(vm_signal_due(m, a), vm_signo_none); /* to that thread and to nobody else */
    DO(m, do_signal, .tid = b);
    DO(m, sigprocmask, .tid = a, .how = vm_mask_how_unblock, .signo = vm_signo_sigusr1);
    assert_int_equal(vm_signal_due(m, a), vm_signo_sigusr1);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void defaults(void **state)
{
    (void)state;
    static const struct {
        enum vm_signo signo;
        uint64_t code; /* 0: it lives on */
    } rows[] = {{vm_signo_sigint, 130}, {vm_signo_sigabrt, 134}, {vm_signo_sigkill, 137},
        {vm_signo_sigusr1, 138}, {vm_signo_sigusr2, 140}, {vm_signo_sigpipe, 141},
        {vm_signo_sigterm, 143}, {vm_signo_sigchld, 0}, {vm_signo_sigcont, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        vm_machine *m = machine();
        vm_pid child = (vm_pid)DO(m, fork, .tid = 1, .label = 2);
        DO(m, create, .tid = vm_process_task(m, child));
        assert_int_equal(DO(m, kill, .tid = 1, .pid = child, .signo = rows[i].signo), 0);
        bool lives = vm_process_state_of(m, child) == vm_process_state_alive;
        assert_int_equal(lives, !rows[i].code);
        assert_int_equal(vm_exit_code(m, child), rows[i].code);
        assert_null(vm_check(m));
        vm_machine_free(m);
    }
}

static void ignored_and_refused(void **state)
{
    (void)state;
    vm_machine *m = machine();
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigterm, .action = vm_signal_action_ignore);
    DO(m, kill, .tid = 1, .pid = 1, .signo = vm_signo_sigterm);
    assert_int_equal(vm_process_pending(m, 1), 0);
    assert_int_equal(
        DO(m, sigaction, .tid = 1, .signo = vm_signo_sigkill, .action = vm_signal_action_ignore),
        ERRNO(einval));
    DO(m, sigprocmask, .tid = 1, .how = vm_mask_how_block, .signo = vm_signo_sigkill);
    assert_int_equal(vm_thread_blocked(m, 1), 0);
    assert_int_equal(DO(m, kill, .tid = 1, .pid = 7, .signo = vm_signo_sigint), ERRNO(esrch));
    assert_int_equal(DO(m, tgkill, .tid = 1, .thread = 7, .signo = vm_signo_sigint), ERRNO(esrch));
    vm_pid child = (vm_pid)DO(m, fork, .tid = 1, .label = 2);
    assert_int_equal(DO(m, kill, .tid = 1, .pid = child), 0); /* signal 0 only asks */
    DO(m, setuid, .tid = vm_process_task(m, child), .uid = 1000, .gid = 1000);
    assert_int_equal(
        DO(m, kill, .tid = vm_process_task(m, child), .pid = 1, .signo = vm_signo_sigint),
        ERRNO(eperm));
    /* Blocked while it is ignored it waits; made ignored it is dropped. */
    DO(m, sigprocmask, .tid = 1, .how = vm_mask_how_block, .signo = vm_signo_sigterm);
    DO(m, kill, .tid = 1, .pid = 1, .signo = vm_signo_sigterm);
    assert_int_equal(vm_process_pending(m, 1), BIT(sigterm));
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigterm, .action = vm_signal_action_ignore);
    assert_int_equal(vm_process_pending(m, 1), 0);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void calls_end_with_eintr(void **state)
{
    (void)state;
    vm_machine *m = machine();
    handle(m, 1, vm_signo_sigusr1, 1);
    vm_pid other = (vm_pid)DO(m, fork, .tid = 1, .label = 2);
    vm_tid killer = vm_process_task(m, other);
    uint64_t ends = DO(m, pipe, .tid = 1);
    vm_va buffer = DO(m, mmap, .tid = 1, .bytes = PAGE, .prot = 3);
    const struct vm_op calls[] = {
        {.kind = vm_op_kind_pause, .u.pause = {.tid = 1}},
        {.kind = vm_op_kind_wait, .u.wait = {.tid = 1, .child = other}},
        {.kind = vm_op_kind_read, .u.read = {1, ends & 0xffffffff, buffer, 8}},
    };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        machine_do(m, &calls[i]);
        assert_int_equal(vm_task_state_of(m, 1), vm_task_state_waiting);
        DO(m, kill, .tid = killer, .pid = 1, .signo = vm_signo_sigchld); /* ignored: goes on */
        assert_int_equal(vm_task_state_of(m, 1), vm_task_state_waiting);
        DO(m, kill, .tid = killer, .pid = 1, .signo = vm_signo_sigusr1);
        assert_int_equal(vm_task_state_of(m, 1), vm_task_state_ready);
        assert_int_equal(m->tasks[1].ret, ERRNO(eintr));
        DO(m, do_signal, .tid = 1);
        DO(m, set, .tid = 1, .name = 1, .value = i);
        DO(m, sigreturn, .tid = 1);
        assert_int_equal(m->tasks[1].ret, ERRNO(eintr));
        assert_null(vm_check(m));
    }
    vm_machine_free(m);
}

static void stopped_until_sigcont(void **state)
{
    (void)state;
    vm_machine *m = machine();
    vm_pid child = (vm_pid)DO(m, fork, .tid = 1, .label = 2);
    vm_tid first = vm_process_task(m, child);
    vm_tid second = (vm_tid)DO(m, create, .tid = first);
    handle(m, first, vm_signo_sigusr1, 1);
    DO(m, kill, .tid = 1, .pid = child, .signo = vm_signo_sigstop);
    DO(m, kill, .tid = 1, .pid = child, .signo = vm_signo_sigusr1);
    struct vm_task_view view;
    assert_true(vm_task_at(m, first, &view) && view.wait == vm_wait_reason_stopped);
    assert_true(vm_task_at(m, second, &view) && view.wait == vm_wait_reason_stopped);
    assert_null(vm_check(m));
    DO(m, kill, .tid = 1, .pid = child, .signo = vm_signo_sigcont);
    assert_int_equal(vm_task_state_of(m, second), vm_task_state_ready);
    assert_int_equal(vm_signal_due(m, first), vm_signo_sigusr1);
    DO(m, kill, .tid = 1, .pid = 1, .signo = vm_signo_sigstop); /* itself */
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_waiting);
    DO(m, kill, .tid = second, .pid = 1, .signo = vm_signo_sigcont);
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_ready);
    DO(m, kill, .tid = second, .pid = 1, .signo = vm_signo_sigstop);
    DO(m, kill, .tid = second, .pid = 1, .signo = vm_signo_sigkill);
    assert_int_not_equal(vm_process_state_of(m, 1), vm_process_state_alive);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void fork_and_exec(void **state)
{
    (void)state;
    vm_machine *m = machine();
    handle(m, 1, vm_signo_sigusr1, 1);
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigint, .action = vm_signal_action_ignore);
    DO(m, sigprocmask, .tid = 1, .how = vm_mask_how_block, .signo = vm_signo_sigusr2);
    DO(m, kill, .tid = 1, .pid = 1, .signo = vm_signo_sigusr2);
    vm_pid child = (vm_pid)DO(m, fork, .tid = 1, .label = 2);
    assert_int_equal(vm_process_pending(m, child), 0);
    assert_int_equal(vm_thread_blocked(m, vm_process_task(m, child)), BIT(sigusr2));
    assert_int_equal(m->processes[child].action[vm_signo_sigusr1].action, vm_signal_action_handler);
    DO(m, execve, .tid = 1, .program = 1);
    assert_int_equal(m->processes[1].action[vm_signo_sigusr1].action, vm_signal_action_terminate);
    assert_int_equal(m->processes[1].action[vm_signo_sigint].action, vm_signal_action_ignore);
    assert_int_equal(vm_process_pending(m, 1), BIT(sigusr2));
    assert_int_equal(vm_thread_blocked(m, 1), BIT(sigusr2));
    assert_null(vm_check(m));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(several_pending_signals_nest),
        cmocka_unit_test(the_lowest_number_is_taken_first),
        cmocka_unit_test(a_thread_that_does_not_block_takes_it),
        cmocka_unit_test(defaults),
        cmocka_unit_test(ignored_and_refused),
        cmocka_unit_test(calls_end_with_eintr),
        cmocka_unit_test(stopped_until_sigcont),
        cmocka_unit_test(fork_and_exec),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
