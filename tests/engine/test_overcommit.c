/* SPDX-License-Identifier: MIT
 * What the kernel promises: its three policies (proc_sys_vm(5), overcommit_memory), what fork and
 * shared memory are promised, and how long.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define PAGE UINT64_C(4096)
enum { R = vm_prot_bit_read, RW = R | vm_prot_bit_write };

static vm_machine *promising(enum vm_overcommit overcommit)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 100;
    config.slots = 20;
    config.tables_outside = true;
    config.overcommit = overcommit;
    vm_machine *m;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    DO(m, start, .label = 1);
    return m;
}

static uint64_t ask(vm_machine *m, uint64_t pages, uint64_t prot, uint64_t flags)
{
    return DO(m, mmap, .tid = 1, .bytes = pages * PAGE, .prot = prot, .flags = flags);
}

static void overcommit_refuses_as_its_policy_says(void **state)
{
    (void)state;
    vm_machine *m = promising(vm_overcommit_heuristic);
    assert_int_equal(ask(m, 121, RW, 0), ERRNO(enomem)); /* more than all there is */
    for (int i = 0; i < 3; i++) {                        /* each alone is possible */
        assert_true(ask(m, 120, RW, 0) != ERRNO(enomem));
    }
    assert_true(ask(m, 1000, RW, vm_map_bit_noreserve) != ERRNO(enomem));
    assert_true(ask(m, 1000, 0, 0) != ERRNO(enomem));
    vm_machine_free(m);
    m = promising(vm_overcommit_always);
    assert_true(ask(m, 1000, RW, 0) != ERRNO(enomem));
    assert_int_equal(vm_counter(m, 0, vm_counter_committed), 1000);
    vm_machine_free(m);
    m = promising(vm_overcommit_never); /* 50 % of 100 frames and 20 slots: less than 70 */
    assert_int_equal(ask(m, 70, RW, 0), ERRNO(enomem));
    assert_true(ask(m, 60, RW, 0) != ERRNO(enomem));
    assert_int_equal(ask(m, 60, RW, vm_map_bit_noreserve), ERRNO(enomem)); /* not heeded */
    assert_true(ask(m, 60, R, 0) != ERRNO(enomem));
    assert_int_equal(vm_counter(m, 0, vm_counter_committed), 60);
    vm_machine_free(m);
}

/* dup_mmap promises the child what the parent was promised, or fork fails. */
static void fork_promises_the_same_again(void **state)
{
    (void)state;
    vm_machine *m = promising(vm_overcommit_never);
    ask(m, 30, RW, 0);
    DO(m, fork, .tid = 1, .label = 2);
    assert_int_equal(vm_counter(m, 0, vm_counter_committed), 60);
    assert_int_equal(DO(m, fork, .tid = 1, .label = 3), ERRNO(enomem));
    assert_int_equal(vm_counter(m, 0, vm_counter_committed), 60);
    uint64_t left = ask(m, 5, RW, 0);
    DO(m, exit, .tid = 2);
    DO(m, madvise, .tid = 1, .va = left, .bytes = 5 * PAGE, .advice = vm_advice_dontfork);
    DO(m, fork, .tid = 1, .label = 3); /* what it does not get is no promise */
    assert_int_equal(vm_counter(m, 0, vm_counter_committed), 65);
    vm_machine_free(m);
    m = promising(vm_overcommit_heuristic);
    ask(m, 120, RW, 0);
    ask(m, 120, R, 0);
    assert_true(DO(m, fork, .tid = 1, .label = 2) != ERRNO(enomem)); /* each alone is possible */
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void shared_memory_is_promised_while_it_lives(void **state)
{
    (void)state;
    vm_machine *m = promising(vm_overcommit_never);
    uint64_t at = ask(m, 40, RW, vm_map_bit_shared);
    assert_int_equal(vm_counter(m, 0, vm_counter_committed), 40);
    assert_int_equal(ask(m, 30, RW, vm_map_bit_shared), ERRNO(enomem));
    DO(m, munmap, .tid = 1, .va = at, .bytes = 39 * PAGE);
    assert_int_equal(vm_counter(m, 0, vm_counter_committed), 40); /* the object is still there */
    DO(m, munmap, .tid = 1, .va = at, .bytes = 40 * PAGE);
    assert_int_equal(vm_counter(m, 0, vm_counter_committed), 0);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overcommit_refuses_as_its_policy_says),
        cmocka_unit_test(fork_promises_the_same_again),
        cmocka_unit_test(shared_memory_is_promised_while_it_lives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
