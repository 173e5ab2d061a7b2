/* SPDX-License-Identifier: MIT
 * The frame on the stack: what lies in it, what comes back from it, and a stack without room.
 */
#include "support_machine.h"

#include "machine/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define PAGE UINT64_C(4096)
enum { SIGMASK = 304, SIGINFO = 312, RSP = 168, RIP = 176, R8 = 48 }; /* struct rt_sigframe */

static vm_machine *machine(void)
{
    vm_machine *m = machine_x86(400);
    DO(m, file, .name = 9, .bytes = 8 * PAGE);
    DO(m, segment, .object = 1, .kind = vm_vma_kind_text, .prot = 5, .bytes = 2 * PAGE);
    DO(m, start, .label = 1, .program = 1);
    return m;
}

static uint64_t word(const vm_machine *m, vm_va va)
{
    uint64_t value = 1;
    assert_true(vm_value(m, 1, va, &value));
    return value;
}

static struct vm_handler_view enter(vm_machine *m, enum vm_signo signo)
{
    struct vm_handler_view view = {0};
    DO(m, sigaction, .tid = 1, .signo = signo, .action = vm_signal_action_handler,
        .handler = 0x401000, .name = 7, .param = 8);
    DO(m, kill, .tid = 1, .pid = 1, .signo = signo);
    DO(m, do_signal, .tid = 1);
    assert_true(vm_handler_at(m, 1, &view));
    return view;
}

static void registers_lie_in_memory_and_come_back(void **state)
{
    (void)state;
    vm_machine *m = machine();
    vm_va sp = vm_task_sp(m, 1);
    DO(m, sigprocmask, .tid = 1, .how = vm_mask_how_block, .signo = vm_signo_sigint);
    DO(m, set, .tid = 1, .name = 3, .value = 42);
    struct vm_handler_view view = enter(m, vm_signo_sigusr1);
    assert_true(view.sp + view.bytes <= sp - 128); /* below the red zone */
    assert_int_equal(view.sp % 16, 8);             /* as after a call */
    assert_int_equal((view.sp + 440) % 64, 0);     /* XSAVE wants that */
    assert_int_equal(vm_task_sp(m, 1), view.sp);
    assert_int_equal(m->tasks[1].pc, 0x401000);
    assert_int_equal(word(m, view.sp + RSP), sp);
    assert_int_equal(word(m, view.sp + R8), 42);
    assert_int_equal(word(m, view.sp + SIGMASK), vm_sigset_bit_sigint);
    assert_int_equal(word(m, view.sp + SIGINFO), 10);
    uint64_t value;
    assert_true(vm_register(m, 1, 8, &value));
    assert_int_equal(value, 10); /* the handler's argument */
    assert_int_equal(vm_thread_blocked(m, 1), vm_sigset_bit_sigint | vm_sigset_bit_sigusr1);
    DO(m, set, .tid = 1, .name = 3, .value = 1);
    DO(m, sigreturn, .tid = 1);
    assert_int_equal(vm_task_sp(m, 1), sp);
    assert_true(vm_register(m, 1, 3, &value));
    assert_int_equal(value, 42);
    assert_int_equal(vm_thread_blocked(m, 1), vm_sigset_bit_sigint);
    assert_false(vm_handler_at(m, 1, &view));
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* Whoever overwrites the frame decides where the program goes on. */
static void what_lies_there_is_restored(void **state)
{
    (void)state;
    vm_machine *m = machine();
    struct vm_handler_view view = enter(m, vm_signo_sigusr1);
    DO(m, store, .tid = 1, .va = view.sp + RIP, .value = 0xbad0);
    DO(m, store, .tid = 1, .va = view.sp + SIGMASK, .value = UINT64_MAX);
    DO(m, sigreturn, .tid = 1);
    assert_int_equal(m->tasks[1].pc, 0xbad0);
    assert_int_equal(vm_thread_blocked(m, 1) & (vm_sigset_bit_sigkill | vm_sigset_bit_sigstop), 0);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void a_fault_is_handled_and_repeated(void **state)
{
    (void)state;
    vm_machine *m = machine();
    const vm_va hole = 0x10000000;
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigsegv, .action = vm_signal_action_handler,
        .handler = 0x401000, .name = 7);
    DO(m, store, .tid = 1, .va = hole, .value = 5);
    assert_int_equal(vm_last(m)->fault, vm_fault_segv_maperr);
    assert_int_equal(vm_signal_due(m, 1), vm_signo_sigsegv);
    DO(m, do_signal, .tid = 1);
    struct vm_handler_view view;
    assert_true(vm_handler_at(m, 1, &view));
    assert_int_equal(word(m, view.sp + SIGINFO + 8), 1); /* SEGV_MAPERR */
    assert_int_equal(word(m, view.sp + SIGINFO + 16), hole);
    DO(m, mmap, .tid = 1, .hint = hole, .bytes = PAGE, .prot = 3, .flags = vm_map_bit_fixed);
    DO(m, sigreturn, .tid = 1);
    DO(m, store, .tid = 1, .va = hole, .value = 5);
    assert_int_equal(word(m, hole), 5);
    /* The second fault within its own handler is not handled. */
    DO(m, store, .tid = 1, .va = 8 * PAGE, .value = 5);
    DO(m, do_signal, .tid = 1);
    DO(m, store, .tid = 1, .va = 8 * PAGE, .value = 5);
    assert_int_equal(vm_exit_code(m, 1), 128 + 11);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* A handler needs a stack; without room for the frame even SIGUSR1 ends in SIGSEGV. */
static void no_room_for_the_frame(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(400);
    DO(m, start, .label = 1);
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigusr1, .action = vm_signal_action_handler,
        .handler = 0x401000);
    DO(m, kill, .tid = 1, .pid = 1, .signo = vm_signo_sigusr1);
    uint64_t sp = vm_task_sp(m, 1);
    DO(m, do_signal, .tid = 1);
    assert_int_equal(sp, 0);
    assert_int_equal(vm_exit_code(m, 1), 128 + 11);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void a_child_forked_in_a_handler_returns_too(void **state)
{
    (void)state;
    vm_machine *m = machine();
    vm_va sp = vm_task_sp(m, 1);
    enter(m, vm_signo_sigusr1);
    vm_pid child = (vm_pid)DO(m, fork, .tid = 1, .label = 2);
    vm_tid tid = vm_process_task(m, child);
    DO(m, sigreturn, .tid = tid);
    assert_int_equal(vm_task_sp(m, tid), sp);
    assert_int_not_equal(vm_task_sp(m, 1), sp);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void every_kind_of_machine(void **state)
{
    (void)state;
    for (int kind = 0; kind < vm_machine_kind_count; kind++) {
        if (kind >= vm_machine_kind_base_bounds && kind <= vm_machine_kind_slab) {
            continue; /* without pages there is neither stack nor handler */
        }
        struct vm_config config;
        vm_config_preset((enum vm_machine_kind)kind, &config);
        vm_machine *m;
        config.frames = config.frames < 200 ? 200 : config.frames;
        assert_int_equal(vm_machine_new(&config, &m), VM_OK);
        DO(m, file, .name = 9, .bytes = 2 * page_size(m));
        DO(m, segment, .object = 1, .kind = vm_vma_kind_text, .prot = 5, .bytes = page_size(m));
        DO(m, start, .label = 1, .program = 1);
        vm_va sp = vm_task_sp(m, 1);
        for (uint32_t name = 1; name < 44; name++) { /* more than there are general registers */
            DO(m, set, .tid = 1, .name = name, .value = name);
        }
        DO(m, sigaction, .tid = 1, .signo = vm_signo_sigusr1, .action = vm_signal_action_handler,
            .handler = 0x40);
        DO(m, kill, .tid = 1, .pid = 1, .signo = vm_signo_sigusr1);
        DO(m, do_signal, .tid = 1);
        if (vm_process_state_of(m, 1) == vm_process_state_alive) {
            for (uint32_t name = 1; name < 44; name++) {
                DO(m, set, .tid = 1, .name = name, .value = 0);
            }
            DO(m, sigreturn, .tid = 1);
            assert_int_equal(vm_task_sp(m, 1), sp);
            for (uint32_t name = 1; name < 44; name++) {
                uint64_t value = 0;
                assert_true(vm_register(m, 1, name, &value));
                assert_int_equal(value, name);
            }
        } else {
            assert_true(kind == vm_machine_kind_custom || kind == vm_machine_kind_paper);
        }
        assert_null(vm_check(m));
        vm_machine_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers_lie_in_memory_and_come_back),
        cmocka_unit_test(what_lies_there_is_restored),
        cmocka_unit_test(a_fault_is_handled_and_repeated),
        cmocka_unit_test(no_room_for_the_frame),
        cmocka_unit_test(a_child_forked_in_a_handler_returns_too),
        cmocka_unit_test(every_kind_of_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
