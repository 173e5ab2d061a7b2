/* SPDX-License-Identifier: MIT
 * Thread-local variables: a copy for each thread at the same distance from its thread pointer.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define PAGE UINT64_C(4096)

/* A program with `n` variables, 10, 11, … */
static vm_machine *machine(unsigned n)
{
    vm_machine *m = machine_x86(300);
    DO(m, file, .name = 1);
    DO(m, segment, .object = 1, .kind = vm_vma_kind_text, .prot = 5, .bytes = PAGE);
    DO(m, segment, .object = 1, .kind = vm_vma_kind_data, .prot = 3, .bytes = PAGE);
    for (unsigned i = 0; i < n; i++) {
        DO(m, tls_word, .object = 1, .value = 10 + i);
    }
    DO(m, start, .label = 1, .program = 1);
    return m;
}

static struct vm_task_view task(const vm_machine *m, vm_tid tid)
{
    struct vm_task_view view = {0};
    assert_true(vm_task_at(m, tid, &view));
    return view;
}

static uint64_t value(const vm_machine *m, vm_pid pid, vm_va va)
{
    uint64_t word = 0;
    vm_value(m, pid, va, &word);
    return word;
}

static void each_thread_has_its_own(void **state)
{
    (void)state;
    vm_machine *m = machine(3);
    vm_tid one = (vm_tid)DO(m, create, .tid = 1), two = (vm_tid)DO(m, create, .tid = 1);
    const vm_tid all[] = {1, one, two};
    for (int i = 0; i < 3; i++) { /* 24 bytes, rounded to 32 */
        vm_va tls = task(m, all[i]).tls;
        assert_int_equal(value(m, 1, tls - 32), 10);
        assert_int_equal(value(m, 1, tls - 24), 11);
        assert_int_equal(value(m, 1, tls - 16), 12);
    }
    DO(m, store, .tid = one, .va = task(m, one).tls - 32, .value = 99);
    assert_int_equal(value(m, 1, task(m, 1).tls - 32), 10);
    assert_int_equal(value(m, 1, task(m, two).tls - 32), 10);
    assert_int_equal(task(m, one).tls - task(m, one).sp, 0x740 + 32 + 0);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* A stack from the cache begins with fresh copies. */
static void a_used_stack_has_first_values(void **state)
{
    (void)state;
    vm_machine *m = machine(1);
    vm_tid one = (vm_tid)DO(m, create, .tid = 1);
    vm_va at = task(m, one).tls - 16;
    DO(m, store, .tid = one, .va = at, .value = 99);
    DO(m, thread_exit, .tid = one);
    DO(m, join, .tid = 1, .thread = one);
    vm_tid two = (vm_tid)DO(m, create, .tid = 1);
    assert_int_equal(task(m, two).tls - 16, at);
    assert_int_equal(value(m, 1, at), 10);
    vm_machine_free(m);
}

static void without_variables_nothing_is_mapped(void **state)
{
    (void)state;
    vm_machine *none = machine(0), *some = machine(1);
    struct vm_vma_view vma;
    assert_int_equal(task(none, 1).tls, 0);
    assert_true(vm_vma_at(some, 1, task(some, 1).tls / PAGE, &vma));
    assert_int_equal(vma.end - vma.start, 3);
    assert_false(vm_vma_at(none, 1, task(some, 1).tls / PAGE, &vma));
    assert_int_equal(vm_counter(some, 1, vm_counter_minor), 1);
    assert_int_equal(vm_counter(none, 1, vm_counter_minor), 0);
    vm_machine_free(none);
    vm_machine_free(some);
}

static void fork_and_execve(void **state)
{
    (void)state;
    vm_machine *m = machine(1);
    vm_va at = task(m, 1).tls - 16;
    DO(m, store, .tid = 1, .va = at, .value = 99);
    vm_pid child = (vm_pid)DO(m, fork, .tid = 1, .label = 2);
    vm_tid tid = vm_process_task(m, child);
    assert_int_equal(task(m, tid).tls - 16, at);
    assert_int_equal(value(m, child, at), 99);
    DO(m, execve, .tid = tid, .program = 1, .argc = 1, .bytes = 2, .w0 = 'p');
    assert_int_equal(value(m, child, task(m, tid).tls - 16), 10);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_thread_has_its_own),
        cmocka_unit_test(a_used_stack_has_first_values),
        cmocka_unit_test(without_variables_nothing_is_mapped),
        cmocka_unit_test(fork_and_execve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
