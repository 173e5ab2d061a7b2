/* SPDX-License-Identifier: MIT
 * Descriptors: numbers of a process, open files behind them, and who shares what.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TERMINAL = 1, FILE_A = 2, PROGRAM = 3 };

/* Objects 1 to 3: a terminal, a file, a program; process 1 runs the program. */
static vm_machine *machine_with_program(void)
{
    vm_machine *m = machine_x86(64);
    DO(m, device, .name = 1, .kind = vm_object_kind_terminal);
    DO(m, file, .name = 2, .bytes = 10000);
    DO(m, file, .name = 3);
    DO(m, segment, .object = PROGRAM, .kind = vm_vma_kind_text, .prot = 5, .bytes = 4096);
    DO(m, start, .label = 4, .program = PROGRAM);
    return m;
}

static uint64_t open_a(vm_machine *m, vm_tid tid, uint64_t flags)
{
    return DO(m, open, .tid = tid, .object = FILE_A, .flags = flags);
}

static uint32_t object_of(const vm_machine *m, vm_pid pid, uint64_t fd)
{
    struct vm_descriptor_view view;
    return vm_descriptor_at(m, pid, fd, &view) ? view.object : 0;
}

static void a_program_has_three_on_its_terminal(void **state)
{
    (void)state;
    vm_machine *m = machine_with_program();
    struct vm_descriptor_view view;
    for (uint64_t fd = 0; fd < 3; fd++) {
        assert_true(vm_descriptor_at(m, 1, fd, &view));
        assert_int_equal(view.object, TERMINAL);
        assert_int_equal(view.refs, 3); /* one open file */
    }
    assert_false(vm_descriptor_at(m, 1, 3, &view));
    DO(m, start, .label = 5);
    assert_int_equal(vm_descriptors_of(m, 2), 0);
    vm_machine_free(m);
}

static void the_lowest_free_number_is_given(void **state)
{
    (void)state;
    vm_machine *m = machine_with_program();
    assert_int_equal(open_a(m, 1, vm_open_bit_read), 3);
    assert_int_equal(open_a(m, 1, vm_open_bit_read), 4);
    assert_int_equal(DO(m, close, .tid = 1, .fd = 1), 0);
    assert_int_equal(DO(m, close, .tid = 1, .fd = 3), 0);
    assert_int_equal(open_a(m, 1, vm_open_bit_read), 1);
    assert_int_equal(open_a(m, 1, vm_open_bit_read), 3);
    assert_int_equal(DO(m, close, .tid = 1, .fd = 9), ERRNO(ebadf));
    assert_int_equal(DO(m, open, .tid = 1, .flags = vm_open_bit_read, .name = 9), ERRNO(enoent));
    vm_machine_free(m);
}

static void creating_makes_a_file(void **state)
{
    (void)state;
    vm_machine *m = machine_with_program();
    uint64_t fd = DO(m, open, .tid = 1, .flags = vm_open_bit_write | vm_open_bit_create, .name = 7);
    assert_int_equal(fd, 3);
    uint32_t name;
    uint64_t bytes;
    uint32_t object = object_of(m, 1, fd);
    assert_int_equal(vm_object_kind_of(m, object, &name, &bytes), vm_object_kind_file);
    assert_int_equal(name, 7);
    assert_int_equal(bytes, 0);
    vm_machine_free(m);
}

static void dup2_shares_the_open_file(void **state)
{
    (void)state;
    vm_machine *m = machine_with_program();
    uint64_t fd = open_a(m, 1, vm_open_bit_read | vm_open_bit_cloexec);
    assert_int_equal(DO(m, dup2, .tid = 1, .fd = fd, .to = 1), 1);
    assert_int_equal(object_of(m, 1, 1), FILE_A);
    struct vm_descriptor_view view;
    assert_true(vm_descriptor_at(m, 1, fd, &view));
    assert_int_equal(view.refs, 2);
    assert_true(vm_descriptor_at(m, 1, 0, &view));
    assert_int_equal(view.refs, 2); /* the terminal lost one */
    assert_int_equal(DO(m, dup2, .tid = 1, .fd = fd, .to = fd), fd);
    assert_int_equal(DO(m, dup2, .tid = 1, .fd = 77, .to = 1), ERRNO(ebadf));
    assert_int_equal(DO(m, dup2, .tid = 1, .fd = fd, .to = 1024), ERRNO(ebadf));
    vm_machine_free(m);
}

static void fork_copies_the_table_and_exit_closes_it(void **state)
{
    (void)state;
    vm_machine *m = machine_with_program();
    uint64_t fd = open_a(m, 1, vm_open_bit_read);
    assert_int_equal(DO(m, fork, .tid = 1, .label = 5), 2);
    struct vm_descriptor_view view;
    assert_true(vm_descriptor_at(m, 2, fd, &view));
    assert_int_equal(view.refs, 2);
    assert_int_equal(DO(m, close, .tid = 1, .fd = fd), 0);
    assert_true(vm_descriptor_at(m, 2, fd, &view));
    assert_int_equal(view.refs, 1);
    DO(m, exit, .tid = 2);
    assert_int_equal(vm_descriptors_of(m, 2), 0);
    assert_true(vm_descriptor_at(m, 1, 0, &view));
    assert_int_equal(view.refs, 3);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void there_is_a_limit(void **state)
{
    (void)state;
    vm_machine *m = machine_with_program();
    for (uint64_t fd = 3; fd < 1024; fd++) {
        assert_int_equal(open_a(m, 1, vm_open_bit_read), fd);
    }
    assert_int_equal(open_a(m, 1, vm_open_bit_read), ERRNO(emfile));
    assert_int_equal(DO(m, close, .tid = 1, .fd = 500), 0);
    assert_int_equal(open_a(m, 1, vm_open_bit_read), 500);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    vm_machine *m = machine_with_program();
    const struct vm_op none = {.kind = vm_op_kind_open, .u.open = {.tid = 1, .object = FILE_A}};
    assert_int_equal(vm_apply(m, &none, NULL), VM_INVALID);
    const struct vm_op far = {
        .kind = vm_op_kind_open, .u.open = {.tid = 1, .object = 99, .flags = vm_open_bit_read}};
    assert_int_equal(vm_apply(m, &far, NULL), VM_INVALID);
    const struct vm_op empty = {
        .kind = vm_op_kind_device, .u.device = {.name = 1, .kind = vm_object_kind_device}};
    assert_int_equal(vm_apply(m, &empty, NULL), VM_INVALID);
    const struct vm_op file = {
        .kind = vm_op_kind_device, .u.device = {.name = 1, .kind = vm_object_kind_file}};
    assert_int_equal(vm_apply(m, &file, NULL), VM_INVALID);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_has_three_on_its_terminal),
        cmocka_unit_test(the_lowest_free_number_is_given),
        cmocka_unit_test(creating_makes_a_file),
        cmocka_unit_test(dup2_shares_the_open_file),
        cmocka_unit_test(fork_copies_the_table_and_exit_closes_it),
        cmocka_unit_test(there_is_a_limit),
        cmocka_unit_test(nonsense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
