/* SPDX-License-Identifier: MIT
 * Frames of calls: what they hold and where, what a return reads back, who overwrites it, and what
 * becomes of activation records.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE = 4096, F = 20, G = 21, R = 30, N = 31, M = 32 };

static uint64_t word_at(const vm_machine *m, vm_va va)
{
    uint64_t value = 0;
    assert_true(vm_value(m, 1, va, &value));
    return value;
}

static uint64_t register_of(const vm_machine *m, vm_tid tid, uint32_t name)
{
    uint64_t value = 0;
    assert_true(vm_register(m, tid, name, &value));
    return value;
}

/* A process with text and a stack; its text begins at *text. */
static vm_machine *machine_running(vm_va *text)
{
    vm_machine *m = machine_x86(256);
    DO(m, file, .name = 3);
    DO(m, segment, .object = 1, .kind = vm_vma_kind_text, .prot = 5, .bytes = 2 * PAGE);
    DO(m, start, .label = 4, .program = 1);
    struct vm_vma_view vma;
    assert_true(vm_vma_find(m, 1, vm_vma_kind_text, 1, 0, &vma));
    *text = vma.start * PAGE;
    return m;
}

static void a_frame_holds_arguments_and_saved_registers(void **state)
{
    (void)state;
    vm_va text;
    vm_machine *m = machine_running(&text);
    DO(m, set, .tid = 1, .name = R, .value = 7);
    DO(m, set, .tid = 1, .name = M, .value = 0);
    vm_va sp = vm_task_sp(m, 1);
    DO(m, call, .tid = 1, .va = text, .locals = 40, .name = F, .p0 = N, .a0 = 5, .p1 = R, .a1 = 9);
    struct vm_activation_view frame;
    assert_int_equal(vm_depth(m, 1), 1);
    assert_true(vm_activation_at(m, 1, 1, &frame));
    assert_false(vm_activation_at(m, 1, 2, &frame));
    assert_int_equal(frame.fp, sp - 16);
    assert_int_equal(frame.sp, sp - 16 - 80); /* 4 words and 40 bytes, rounded up to 16 */
    assert_int_equal(frame.sp, vm_task_sp(m, 1));
    assert_int_equal(frame.arguments, 2);
    assert_int_equal(frame.saved, 2);
    assert_int_equal(frame.locals, 40);
    assert_int_equal(frame.name, F);
    assert_int_equal(word_at(m, frame.fp - 8), 7);  /* R of the caller */
    assert_int_equal(word_at(m, frame.fp - 16), 0); /* M */
    assert_int_equal(word_at(m, frame.fp - 24), 5);
    assert_int_equal(word_at(m, frame.fp - 32), 9);
    assert_int_equal(register_of(m, 1, N), 5);
    assert_int_equal(register_of(m, 1, R), 9); /* its own R */
    uint64_t value;
    assert_false(vm_register(m, 1, M, &value)); /* the caller's, no business of the function's */
    assert_true(vm_saved_register(m, 1, R, &value));
    assert_int_equal(value, 7);
    assert_false(vm_saved_register(m, 1, N, &value));
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void a_return_restores_and_gives_a_result(void **state)
{
    (void)state;
    vm_va text;
    vm_machine *m = machine_running(&text);
    DO(m, set, .tid = 1, .name = R, .value = 7);
    DO(m, set, .tid = 1, .name = M, .value = 0);
    vm_va sp = vm_task_sp(m, 1);
    DO(m, call, .tid = 1, .va = text, .name = F, .p0 = N, .a0 = 5);
    DO(m, set, .tid = 1, .name = R, .value = 1000);
    assert_int_equal(DO(m, ret, .tid = 1, .value = 42, .into = G), 42);
    assert_int_equal(register_of(m, 1, R), 7);
    assert_int_equal(register_of(m, 1, M), 0);
    assert_int_equal(register_of(m, 1, G), 42);
    uint64_t value;
    assert_false(vm_register(m, 1, N, &value));
    assert_int_equal(vm_task_sp(m, 1), sp);
    assert_int_equal(vm_depth(m, 1), 0);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void who_overwrites_a_saved_register_changes_the_caller(void **state)
{
    (void)state;
    vm_va text;
    vm_machine *m = machine_running(&text);
    DO(m, set, .tid = 1, .name = R, .value = 7);
    DO(m, call, .tid = 1, .va = text, .locals = 16, .name = F);
    vm_va sp = vm_task_sp(m, 1); /* two locals, 8 bytes to align, and R of the caller */
    DO(m, store, .tid = 1, .va = sp + 24, .value = 0x41414141);
    DO(m, ret, .tid = 1);
    assert_int_equal(register_of(m, 1, R), 0x41414141);
    vm_machine_free(m);
}

static void recursion_has_a_frame_for_each_call(void **state)
{
    (void)state;
    vm_va text;
    vm_machine *m = machine_running(&text);
    vm_va sp = vm_task_sp(m, 1);
    for (uint64_t n = 3; n; n--) {
        DO(m, call, .tid = 1, .va = text, .name = F, .p0 = N, .a0 = n);
    }
    struct vm_activation_view frame;
    for (uint32_t depth = 1; depth <= 3; depth++) {
        assert_true(vm_activation_at(m, 1, depth, &frame));
        /* The parameter of the caller is one of its registers: saved from the second call on. */
        assert_int_equal(frame.saved, depth > 1);
        assert_int_equal(word_at(m, frame.fp - (depth > 1 ? 16 : 8)), 4 - depth);
    }
    for (uint64_t n = 1; n < 3; n++) {
        DO(m, ret, .tid = 1);
        assert_int_equal(register_of(m, 1, N), n + 1);
    }
    DO(m, ret, .tid = 1);
    assert_int_equal(vm_task_sp(m, 1), sp);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void fork_copies_the_frames_and_exec_ends_them(void **state)
{
    (void)state;
    vm_va text;
    vm_machine *m = machine_running(&text);
    DO(m, call, .tid = 1, .va = text, .name = F, .p0 = N, .a0 = 1);
    DO(m, call, .tid = 1, .va = text, .name = G, .p0 = M, .a0 = 2);
    vm_pid child = (vm_pid)DO(m, fork, .tid = 1, .label = 9);
    vm_tid tid = vm_process_task(m, child);
    struct vm_activation_view one = {0}, other = {0};
    for (uint32_t depth = 1; depth <= 2; depth++) {
        assert_true(vm_activation_at(m, 1, depth, &one));
        assert_true(vm_activation_at(m, tid, depth, &other));
        assert_int_equal(one.fp, other.fp);
        assert_int_equal(one.sp, other.sp);
        assert_int_equal(one.name, other.name);
        assert_int_equal(one.arguments, other.arguments);
        assert_int_equal(one.saved, other.saved);
    }
    assert_null(vm_check(m));
    DO(m, ret, .tid = tid);
    assert_int_equal(register_of(m, tid, N), 1);
    assert_int_equal(vm_depth(m, 1), 2); /* the parent is where it was */
    DO(m, execve, .tid = tid, .program = 1);
    assert_int_equal(vm_depth(m, tid), 0);
    DO(m, exit, .tid = 1);
    assert_int_equal(vm_depth(m, 1), 0);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void a_call_that_faults_has_not_taken_place(void **state)
{
    (void)state;
    vm_va text;
    vm_machine *m = machine_running(&text);
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigsegv, .action = vm_signal_action_skip);
    DO(m, set, .tid = 1, .name = R, .value = 7);
    vm_va sp = vm_task_sp(m, 1);
    DO(m, call, .tid = 1, .va = 0x1000, .name = F, .p0 = N, .a0 = 1); /* no code there */
    assert_int_equal(vm_task_sp(m, 1), sp);
    assert_int_equal(vm_depth(m, 1), 0);
    assert_int_equal(register_of(m, 1, R), 7);
    const struct vm_op wild = {
        .kind = vm_op_kind_call, .u.call = {.tid = 1, .va = text, .locals = UINT64_MAX - 20}};
    assert_int_equal(vm_apply(m, &wild, NULL), VM_INVALID);
    vm_machine_free(m);
}

/* Two threads of 16 pages each, the second one's stack right below the first one's guard. */
static vm_machine *machine_threads(vm_va *text, vm_tid *one, vm_tid *two)
{
    vm_machine *m = machine_running(text);
    *one = (vm_tid)DO(m, create, .tid = 1, .label = 8, .stack = 16 * PAGE);
    *two = (vm_tid)DO(m, create, .tid = 1, .label = 9, .stack = 16 * PAGE);
    DO(m, thread_start, .tid = *one);
    DO(m, thread_start, .tid = *two);
    return m;
}

static void overflow_of_a_created_stack_hits_its_guard(void **state)
{
    (void)state;
    vm_va text;
    vm_tid one, two;
    vm_machine *m = machine_threads(&text, &one, &two);
    struct vm_task_view task;
    assert_true(vm_task_at(m, one, &task));
    uint64_t calls = 0;
    while (vm_process_state_of(m, 1) == vm_process_state_alive && calls < 100) {
        DO(m, call, .tid = one, .va = text, .locals = PAGE, .name = F);
        calls++;
    }
    assert_int_equal(vm_last(m)->fault, vm_fault_segv_accerr);
    assert_in_range(calls, 14, 17);
    vm_machine_free(m);
}

static void a_large_frame_jumps_over_the_guard(void **state)
{
    (void)state;
    vm_va text;
    vm_tid one, two;
    vm_machine *m = machine_threads(&text, &one, &two);
    struct vm_task_view task, below;
    assert_true(vm_task_at(m, one, &task) && vm_task_at(m, two, &below));
    assert_int_equal(task.stack_start - PAGE, below.stack_end);
    /* Down to half a page above the guard, then two pages further: sp is never looked at. */
    uint64_t locals = (task.sp - 16 - task.stack_start - PAGE / 2) & ~(uint64_t)15;
    DO(m, call, .tid = one, .va = text, .locals = locals, .name = F);
    DO(m, call, .tid = one, .va = text, .locals = 2 * PAGE, .name = F);
    const struct vm_op last = {
        .kind = vm_op_kind_call, .u.call = {.tid = one, .va = text, .name = G, .p0 = N, .a0 = 77}};
    assert_int_equal(machine_count(m, &last, vm_event_guard_jumped), 1);
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_alive);
    assert_true(vm_task_at(m, one, &task));
    assert_in_range(task.sp, below.stack_start, below.stack_end);
    assert_int_equal(word_at(m, task.fp - 8), 77); /* in the other thread's stack */
    assert_null(vm_check(m));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_holds_arguments_and_saved_registers),
        cmocka_unit_test(a_return_restores_and_gives_a_result),
        cmocka_unit_test(who_overwrites_a_saved_register_changes_the_caller),
        cmocka_unit_test(recursion_has_a_frame_for_each_call),
        cmocka_unit_test(fork_copies_the_frames_and_exec_ends_them),
        cmocka_unit_test(a_call_that_faults_has_not_taken_place),
        cmocka_unit_test(overflow_of_a_created_stack_hits_its_guard),
        cmocka_unit_test(a_large_frame_jumps_over_the_guard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
