/* SPDX-License-Identifier: MIT
 * vfork: the child runs in its parent's memory, which waits; faults are the child's, resident pages
 * the memory's; execve and exit give the parent its turn again. The first test is a measurement of
 * Linux 6.18 (16 of 64 pages written before).
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAGE UINT64_C(4096)
enum { RW = vm_prot_bit_read | vm_prot_bit_write };

static vm_va map_written(vm_machine *m, uint64_t pages, uint64_t written)
{
    DO(m, start, .label = 1);
    vm_va at = DO(m, mmap, .tid = 1, .hint = 0x10000000, .bytes = pages * PAGE, .prot = RW);
    DO(m, access, .tid = 1, .va = at, .access = vm_access_store, .bytes = written * PAGE);
    return at;
}

static void the_child_writes_into_its_parents_memory(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    vm_va at = map_written(m, 64, 16);
    uint64_t tables = vm_counter(m, 1, vm_counter_tables);
    vm_pa before, after;
    assert_true(vm_translate(m, 1, at, &before));
    vm_pid child = (vm_pid)DO(m, vfork, .tid = 1, .label = 2);
    vm_tid tid = vm_process_task(m, child);
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_waiting);
    struct vm_op wait = {.kind = vm_op_kind_access,
        .u.access = {.tid = 1, .va = at, .access = vm_access_load, .bytes = 1}};
    assert_int_equal(vm_apply(m, &wait, NULL), VM_WAITING);
    DO(m, access, .tid = tid, .va = at, .access = vm_access_store, .bytes = 64 * PAGE);
    DO(m, store, .tid = tid, .va = at, .value = 4242);
    assert_int_equal(vm_counter(m, child, vm_counter_minor), 48); /* 16 need no fault */
    assert_int_equal(vm_counter(m, 1, vm_counter_minor), 16);
    assert_int_equal(vm_counter(m, child, vm_counter_rss), 64); /* of the one memory */
    assert_null(vm_check(m));
    DO(m, exit, .tid = tid);
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_ready);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), 64);
    assert_int_equal(vm_counter(m, 1, vm_counter_tables), tables);
    DO(m, access, .tid = 1, .va = at, .access = vm_access_store, .bytes = 64 * PAGE);
    assert_int_equal(vm_counter(m, 1, vm_counter_minor), 16);
    assert_true(vm_translate(m, 1, at, &after));
    assert_int_equal(before, after);
    uint64_t value;
    assert_true(vm_value(m, 1, at, &value));
    assert_int_equal(value, 4242);
    assert_int_equal(DO(m, wait, .tid = 1, .child = child), child);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* Of exit(300) the parent learns 44. */
static void an_exit_code_has_eight_bits(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(60);
    DO(m, start, .label = 1);
    struct vm_op op = {.kind = vm_op_kind_exit, .u.exit = {.tid = 1, .code = 300}};
    struct vm_events events = {0};
    assert_int_equal(vm_apply(m, &op, &events), VM_OK);
    struct vm_event event;
    size_t at = 0, n = 0;
    while (vm_event_next(events.bytes, events.length, &at, &event)) {
        if (event.kind == vm_event_exited) {
            assert_int_equal(event.word[1], 300 & 0xff);
            n++;
        }
    }
    assert_int_equal(n, 1);
    vm_events_release(&events);
    vm_machine_free(m);
}

static void execve_gives_the_child_its_own(void **state)
{
    (void)state;
    for (int asids = 0; asids < 2; asids++) {
        struct vm_config config;
        vm_config_preset(vm_machine_kind_x86_64, &config);
        config.asids = asids;
        vm_machine *m;
        assert_int_equal(vm_machine_new(&config, &m), VM_OK);
        uint32_t program = (uint32_t)DO(m, file, .name = 3);
        DO(m, segment, .object = program, .kind = vm_vma_kind_text, .prot = 5, .bytes = PAGE);
        vm_va at = map_written(m, 4, 4);
        vm_pid child = (vm_pid)DO(m, vfork, .tid = 1, .label = 2);
        vm_tid tid = vm_process_task(m, child);
        DO(m, execve, .tid = tid, .program = program, .argc = 1, .bytes = 2, .w0 = 'p');
        assert_int_equal(vm_task_state_of(m, 1), vm_task_state_ready);
        struct vm_vma_view vma;
        assert_false(vm_vma_at(m, child, at / PAGE, &vma));
        assert_int_equal(vm_counter(m, 1, vm_counter_rss), 4);
        assert_int_equal(vm_counter(m, child, vm_counter_rss), 1); /* its arguments */
        assert_null(vm_check(m));
        DO(m, access, .tid = 1, .va = at, .access = vm_access_store, .bytes = 4 * PAGE);
        assert_int_equal(vm_counter(m, 1, vm_counter_minor), 4); /* nothing was write-protected */
        assert_null(vm_check(m));
        vm_machine_free(m);
    }
}

/* An error leaves the child where it was. */
static void a_failing_execve_keeps_the_loan(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(60);
    uint32_t text = (uint32_t)DO(m, file, .name = 3, .bytes = 9);
    vm_va at = map_written(m, 2, 2);
    vm_tid tid = vm_process_task(m, (vm_pid)DO(m, vfork, .tid = 1, .label = 2));
    assert_int_equal(DO(m, execve, .tid = tid, .program = text, .argc = 1, .bytes = 2, .w0 = 'p'),
        ERRNO(eacces));
    assert_int_equal(vm_task_state_of(m, 1), vm_task_state_waiting);
    DO(m, access, .tid = tid, .va = at, .access = vm_access_store, .bytes = 2 * PAGE);
    assert_int_equal(vm_counter(m, 2, vm_counter_minor), 0);
    vm_machine_free(m);
}

/* Another thread of the lender may call execve meanwhile: the memory is gone for the child too. */
static void the_lenders_execve_ends_the_loan(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    uint32_t program = (uint32_t)DO(m, file, .name = 3);
    DO(m, segment, .object = program, .kind = vm_vma_kind_text, .prot = 5, .bytes = PAGE);
    DO(m, start, .label = 1);
    vm_tid thread = (vm_tid)DO(m, create, .tid = 1, .label = 4);
    vm_pid child = (vm_pid)DO(m, vfork, .tid = thread, .label = 2);
    DO(m, malloc, .tid = vm_process_task(m, child), .bytes = 100);
    DO(m, execve, .tid = 1, .program = program, .argc = 1, .bytes = 2, .w0 = 'p');
    assert_int_not_equal(vm_process_state_of(m, child), vm_process_state_alive);
    assert_int_equal(vm_task_state_of(m, thread), vm_task_state_ended);
    assert_null(vm_check(m));
    DO(m, malloc, .tid = 1, .bytes = 100);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_child_writes_into_its_parents_memory),
        cmocka_unit_test(an_exit_code_has_eight_bits),
        cmocka_unit_test(execve_gives_the_child_its_own),
        cmocka_unit_test(a_failing_execve_keeps_the_loan),
        cmocka_unit_test(the_lenders_execve_ends_the_loan)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
