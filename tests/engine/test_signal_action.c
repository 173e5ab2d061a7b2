/* SPDX-License-Identifier: MIT
 * What becomes of a signal that waits for its handler when the handler is taken away.
 */
#include "support_machine.h"

#include "machine/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static vm_machine *two_threads(vm_tid *main_thread, vm_tid *other)
{
    vm_machine *m = machine_x86(200);
    *main_thread = (vm_tid)DO(m, start, .label = 1);
    DO(m, create, .tid = *main_thread, .label = 2);
    *other = m->tasks_n - 1;
    DO(m, thread_start, .tid = *other);
    DO(m, sigaction, .tid = *main_thread, .signo = vm_signo_sigsegv,
        .action = vm_signal_action_handler, .handler = 0x400000, .name = 3);
    DO(m, load, .tid = *other, .va = 8, .name = 4); /* SIGSEGV, not yet taken */
    assert_true(vm_signal_due(m, *other));
    return m;
}

/* do_sigaction leaves it pending; get_signal finds the default action when the thread returns. */
static void default_acts_at_once(void **state)
{
    (void)state;
    vm_tid main_thread, other;
    vm_machine *m = two_threads(&main_thread, &other);
    vm_pid pid = m->tasks[main_thread].pid;
    DO(m, sigaction, .tid = main_thread, .signo = vm_signo_sigsegv,
        .action = vm_signal_action_terminate);
    assert_int_not_equal(vm_process_state_of(m, pid), vm_process_state_alive);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* do_sigaction flushes what would be ignored. */
static void ignoring_drops_it(void **state)
{
    (void)state;
    vm_tid main_thread, other;
    vm_machine *m = two_threads(&main_thread, &other);
    DO(m, sigaction, .tid = main_thread, .signo = vm_signo_sigsegv,
        .action = vm_signal_action_ignore);
    assert_false(vm_signal_due(m, other));
    assert_int_equal(vm_process_state_of(m, m->tasks[main_thread].pid), vm_process_state_alive);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* execve takes all handlers away: what another thread had to take acts on who is left. */
static void execve_leaves_no_handler(void **state)
{
    (void)state;
    vm_tid main_thread, other;
    vm_machine *m = two_threads(&main_thread, &other);
    vm_pid pid = m->tasks[main_thread].pid;
    uint32_t program = (uint32_t)DO(m, file, .name = 5);
    DO(m, segment, .object = program, .kind = vm_vma_kind_text, .prot = 5, .bytes = 4096);
    DO(m, sigprocmask, .tid = main_thread, .how = vm_mask_how_unblock, .signo = vm_signo_sigusr1);
    DO(m, sigaction, .tid = main_thread, .signo = vm_signo_sigusr1,
        .action = vm_signal_action_handler, .handler = 0x400000, .name = 3);
    vm_tid third = (vm_tid)DO(m, create, .tid = main_thread, .label = 6);
    DO(m, kill, .tid = third, .pid = pid, .signo = vm_signo_sigusr1);
    assert_true(vm_signal_due(m, main_thread));
    DO(m, execve, .tid = third, .program = program, .argc = 1, .bytes = 2, .w0 = 'p');
    assert_int_not_equal(vm_process_state_of(m, pid), vm_process_state_alive);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(default_acts_at_once),
        cmocka_unit_test(ignoring_drops_it), cmocka_unit_test(execve_leaves_no_handler)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
