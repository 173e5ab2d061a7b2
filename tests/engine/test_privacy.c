/* SPDX-License-Identifier: MIT
 * Whose stack is it? By convention a thread's own; nothing enforces that but the strict mode.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static vm_machine *machine(enum vm_stacks stacks, vm_tid *one, vm_tid *two)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.stacks = stacks;
    vm_machine *m;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    DO(m, file, .name = 1);
    DO(m, segment, .object = 1, .kind = vm_vma_kind_data, .prot = 3, .bytes = 4096);
    DO(m, start, .label = 1, .program = 1);
    *one = (vm_tid)DO(m, create, .tid = 1);
    *two = (vm_tid)DO(m, create, .tid = 1);
    DO(m, thread_start, .tid = *one);
    DO(m, thread_start, .tid = *two);
    return m;
}

static struct vm_op store(vm_tid tid, vm_va va)
{
    return (struct vm_op){
        .kind = vm_op_kind_store, .u.store = {.tid = tid, .va = va & ~UINT64_C(7), .value = 9}};
}

static void convention_stops_nobody(void **state)
{
    (void)state;
    vm_tid one, two;
    vm_machine *m = machine(vm_stacks_conventional, &one, &two);
    vm_va main_sp = vm_task_sp(m, 1), one_sp = vm_task_sp(m, one);
    const struct {
        vm_tid tid;
        vm_va va;
        size_t borrowed;
    } cases[] = {
        {two, one_sp, 1}, {1, one_sp, 1}, {one, main_sp, 1}, {one, one_sp, 0}, {1, main_sp, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vm_op op = store(cases[i].tid, cases[i].va);
        assert_int_equal(machine_count(m, &op, vm_event_stack_borrowed), cases[i].borrowed);
        uint64_t value;
        assert_true(vm_value(m, 1, cases[i].va & ~UINT64_C(7), &value));
        assert_int_equal(value, 9);
    }
    assert_int_equal(vm_counter(m, 1, vm_counter_signals), 0);
    vm_machine_free(m);
}

static void strict_is_a_signal(void **state)
{
    (void)state;
    for (int who = 0; who < 3; who++) {
        vm_tid one, two;
        vm_machine *m = machine(vm_stacks_strict, &one, &two);
        vm_tid tid = who == 0 ? two : who == 1 ? 1 : one;
        vm_va va = vm_task_sp(m, who == 2 ? 1 : one);
        DO(m, sigaction, .tid = 1, .signo = vm_signo_sigsegv, .action = vm_signal_action_skip);
        struct vm_op own = store(who == 2 ? 1 : one, va), foreign = store(tid, va);
        assert_int_equal(machine_count(m, &own, vm_event_stack_denied), 0);
        assert_int_equal(machine_count(m, &foreign, vm_event_stack_denied), 1);
        assert_int_equal(vm_last(m)->fault, vm_fault_segv_accerr);
        assert_int_equal(vm_counter(m, 1, vm_counter_signals), 1);
        DO(m, sigaction, .tid = 1, .signo = vm_signo_sigsegv, .action = vm_signal_action_terminate);
        machine_do(m, &foreign);
        assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie);
        vm_machine_free(m);
    }
}

/* Bulk references are refused as single ones are. */
static void strict_in_bulk(void **state)
{
    (void)state;
    vm_tid one, two;
    vm_machine *m = machine(vm_stacks_strict, &one, &two);
    vm_va va = vm_task_sp(m, one);
    struct vm_ref refs[2] = {
        {.va = va, .access = vm_access_load}, {.va = va, .access = vm_access_load}};
    size_t done;
    assert_int_equal(vm_access_run(m, one, refs, 2, &done), VM_OK);
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_alive);
    assert_int_equal(vm_access_run(m, two, refs, 2, &done), VM_OK);
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convention_stops_nobody),
        cmocka_unit_test(strict_is_a_signal),
        cmocka_unit_test(strict_in_bulk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
