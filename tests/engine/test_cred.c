/* SPDX-License-Identifier: MIT
 * Users, modes and limits: who may run or open what, and what a lower limit refuses.
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

static uint32_t program(vm_machine *m, uint32_t name)
{
    uint32_t object = (uint32_t)DO(m, file, .name = name);
    DO(m, segment, .object = object, .kind = vm_vma_kind_text,
        .prot = vm_prot_bit_read | vm_prot_bit_exec, .bytes = PAGE);
    return object;
}

static uint64_t run(vm_machine *m, vm_tid tid, uint32_t object)
{
    return DO(m, execve, .tid = tid, .program = object, .argc = 1, .bytes = 2, .w0 = 'p');
}

/* Owner, group and others: the first that fits decides. */
static void modes_decide_who_may_run(void **state)
{
    (void)state;
    static const struct {
        uint64_t mode, uid, gid;
        bool allowed;
    } rows[] = {
        {0755, 7, 7, true}, {0700, 7, 7, false}, {0700, 5, 6, true}, {0070, 7, 6, true},
        {0077, 5, 6, false}, /* the owner is the owner, whatever others may */
        {0707, 7, 6, false}, /* and the group the group */
        {0100, 0, 0, true},  /* root runs what anybody may run */
        {0666, 0, 0, false}, /* but nothing that is no program */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        vm_machine *m = machine_x86(40);
        uint32_t object = program(m, 1);
        DO(m, attributes, .object = object, .mode = rows[i].mode, .uid = 5, .gid = 6);
        DO(m, start, .label = 2);
        DO(m, setuid, .tid = 1, .uid = rows[i].uid, .gid = rows[i].gid);
        assert_int_equal(run(m, 1, object), rows[i].allowed ? 0 : ERRNO(eacces));
        vm_machine_free(m);
    }
}

static void a_secret_file_is_not_opened(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(40);
    uint32_t shadow = (uint32_t)DO(m, file, .name = 1, .bytes = PAGE);
    uint32_t motd = (uint32_t)DO(m, file, .name = 2, .bytes = PAGE);
    DO(m, attributes, .object = shadow, .mode = 0600);
    DO(m, start, .label = 2);
    assert_true(DO(m, open, .tid = 1, .object = shadow, .flags = vm_open_bit_read) < 100);
    DO(m, setuid, .tid = 1, .uid = 1000, .gid = 1000);
    assert_int_equal(
        DO(m, open, .tid = 1, .object = shadow, .flags = vm_open_bit_read), ERRNO(eacces));
    assert_true(DO(m, open, .tid = 1, .object = motd, .flags = vm_open_bit_read) < 100);
    assert_int_equal(
        DO(m, open, .tid = 1, .object = motd, .flags = vm_open_bit_write), ERRNO(eacces));
    vm_machine_free(m);
}

static void nobody_becomes_root(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(40);
    DO(m, start, .label = 1);
    assert_int_equal(DO(m, setuid, .tid = 1, .uid = 1000, .gid = 100), 0);
    assert_int_equal(DO(m, setuid, .tid = 1, .uid = 1000, .gid = 100), 0);
    assert_int_equal(DO(m, setuid, .tid = 1, .uid = 0, .gid = 0), ERRNO(eperm));
    assert_int_equal(DO(m, setuid, .tid = 1, .uid = 1000, .gid = 0), ERRNO(eperm));
    uint64_t child = DO(m, fork, .tid = 1, .label = 2); /* and its children stay who it is */
    assert_int_equal(
        DO(m, setuid, .tid = vm_process_task(m, (vm_pid)child), .uid = 0), ERRNO(eperm));
    assert_int_equal(
        DO(m, setrlimit, .tid = 1, .resource = vm_resource_memory, .value = PAGE), ERRNO(eperm));
    vm_machine_free(m);
}

static void limits_refuse(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(60);
    uint32_t object = program(m, 1);
    DO(m, start, .label = 2, .program = object);
    vm_va sp = vm_task_sp(m, 1) & ~(PAGE - 1);
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigsegv, .action = vm_signal_action_skip);
    DO(m, setrlimit, .tid = 1, .resource = vm_resource_stack, .value = 40 * PAGE);
    DO(m, access, .tid = 1, .va = sp - 39 * PAGE, .access = vm_access_store, .bytes = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_zero);
    DO(m, access, .tid = 1, .va = sp - 40 * PAGE, .access = vm_access_store, .bytes = 1);
    assert_int_equal(vm_last(m)->fault, vm_fault_segv_maperr);
    DO(m, setrlimit, .tid = 1, .resource = vm_resource_address_space, .value = 60 * PAGE);
    assert_int_equal(DO(m, mmap, .tid = 1, .bytes = 30 * PAGE, .prot = RW), ERRNO(enomem));
    DO(m, setrlimit, .tid = 1, .resource = vm_resource_address_space, .value = UINT64_MAX);
    assert_true(DO(m, mmap, .tid = 1, .bytes = 30 * PAGE, .prot = RW) < UINT64_C(1) << 47);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

/* As Linux has it: O_RDONLY | O_TRUNC empties the file of who may write it, and of nobody else. */
static void to_truncate_is_to_write(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(60);
    uint64_t file = DO(m, file, .name = 1, .bytes = 2 * PAGE);
    DO(m, start, .label = 1);
    const uint64_t flags = vm_open_bit_read | vm_open_bit_truncate;
    uint32_t name;
    uint64_t bytes;
    DO(m, fork, .tid = 1, .label = 2);
    DO(m, setuid, .tid = 2, .uid = 1000, .gid = 1000); /* the file's mode is 0644, root's */
    assert_int_equal(DO(m, open, .tid = 2, .object = file, .flags = flags), ERRNO(eacces));
    vm_object_kind_of(m, (uint32_t)file, &name, &bytes);
    assert_int_equal(bytes, 2 * PAGE);
    assert_int_equal(DO(m, open, .tid = 1, .object = file, .flags = flags), 0);
    vm_object_kind_of(m, (uint32_t)file, &name, &bytes);
    assert_int_equal(bytes, 0);
    vm_machine_free(m);
}

/* A limit that is none has a sentence of its own: nobody may use 0 bytes by it. */
static void no_limit_is_no_number(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(60);
    DO(m, start, .label = 1);
    struct vm_op op = {.kind = vm_op_kind_setrlimit,
        .u.setrlimit = {.tid = 1, .resource = vm_resource_memlock, .value = UINT64_MAX}};
    assert_int_equal(machine_count(m, &op, vm_event_limit_lifted), 1);
    op.u.setrlimit.value = 0;
    assert_int_equal(machine_count(m, &op, vm_event_limit_set), 1);
    op.u.setrlimit.resource = vm_resource_stack; /* a stack always has one */
    op.u.setrlimit.value = UINT64_MAX;
    assert_int_equal(machine_count(m, &op, vm_event_limit_set), 1);
    vm_machine_free(m);
}

/* A limit below what is resident takes pages away at once. */
static void less_memory_means_reclaim(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(60);
    DO(m, start, .label = 1);
    vm_va at = DO(m, mmap, .tid = 1, .bytes = 12 * PAGE, .prot = RW);
    DO(m, access, .tid = 1, .va = at, .access = vm_access_store, .bytes = 12 * PAGE);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), 12);
    DO(m, setrlimit, .tid = 1, .resource = vm_resource_memory, .value = 5 * PAGE);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), 5);
    assert_int_equal(vm_counter(m, 1, vm_counter_swapped), 7);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(modes_decide_who_may_run),
        cmocka_unit_test(a_secret_file_is_not_opened), cmocka_unit_test(nobody_becomes_root),
        cmocka_unit_test(limits_refuse), cmocka_unit_test(to_truncate_is_to_write),
        cmocka_unit_test(no_limit_is_no_number), cmocka_unit_test(less_memory_means_reclaim)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
