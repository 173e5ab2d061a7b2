/* SPDX-License-Identifier: MIT
 * Mutexes: what the word says, who enters the kernel, who gets it next, and whose it is in shared
 * memory; spinlocks; inherited priorities.
 */
#include "support_sync.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void without_contention_the_kernel_is_not_needed(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 1);
    uint64_t calls = vm_counter(m, 0, vm_counter_syscalls);
    uint64_t references = vm_counter(m, 0, vm_counter_references);
    DO(m, lock, .tid = T0, .va = WORDS, .name = 7);
    assert_int_equal(sync_word(m, WORDS), 1);
    assert_int_equal(sync_word(m, WORDS + 8), T0);
    assert_int_equal(sync_lock(m, WORDS).owner, T0);
    assert_int_equal(sync_lock(m, WORDS).name, 7);
    DO(m, unlock, .tid = T0, .va = WORDS);
    assert_int_equal(sync_word(m, WORDS), 0);
    assert_int_equal(sync_word(m, WORDS + 8), 0);
    assert_int_equal(sync_lock(m, WORDS).owner, 0);
    assert_int_equal(vm_counter(m, 0, vm_counter_syscalls), calls);
    assert_int_equal(vm_counter(m, 0, vm_counter_references), references + 2);
    vm_machine_free(m);
}

/* Hand-over in order of arrival; the word is 2 as long as somebody waits. */
static void who_waited_longest_gets_it(void **state)
{
    (void)state;
    for (uint32_t cpus = 1; cpus <= 4; cpus += 3) {
        vm_machine *m = sync_machine(cpus, 4);
        DO(m, lock, .tid = T0, .va = WORDS);
        DO(m, lock, .tid = T2, .va = WORDS);
        DO(m, lock, .tid = T1, .va = WORDS);
        assert_int_equal(sync_word(m, WORDS), 2);
        assert_int_equal(sync_lock(m, WORDS).waiters, 2);
        assert_true(sync_waits(m, T1) && sync_waits(m, T2));
        DO(m, unlock, .tid = T0, .va = WORDS);
        assert_int_equal(sync_word(m, WORDS + 8), T2);
        assert_int_equal(sync_word(m, WORDS), 2);
        assert_int_equal(vm_task_state_of(m, T2), vm_task_state_ready);
        DO(m, unlock, .tid = T2, .va = WORDS);
        assert_int_equal(sync_word(m, WORDS + 8), T1);
        assert_int_equal(sync_word(m, WORDS), 1);
        DO(m, unlock, .tid = T1, .va = WORDS);
        assert_int_equal(sync_word(m, WORDS), 0);
        assert_int_equal(vm_counter(m, 0, vm_counter_futex_waits), 2);
        assert_int_equal(vm_counter(m, 0, vm_counter_futex_wakes), 2);
        assert_int_equal(vm_counter(m, 0, vm_counter_contended), 2);
        vm_machine_free(m);
    }
}

static void trylock_never_waits(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 2);
    uint64_t got;
    assert_int_equal(DO(m, trylock, .tid = T0, .va = WORDS, .into = 5), 1);
    assert_int_equal(DO(m, trylock, .tid = T1, .va = WORDS, .into = 5), 0);
    assert_true(vm_register(m, T0, 5, &got) && got == 1);
    assert_true(vm_register(m, T1, 5, &got) && got == 0);
    assert_false(sync_waits(m, T1));
    vm_machine_free(m);
}

/* glibc's normal mutex does not look who unlocks. */
static void a_foreign_unlock_is_told(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 2);
    DO(m, lock, .tid = T0, .va = WORDS);
    const struct vm_op foreign = {.kind = vm_op_kind_unlock, .u.unlock = {.tid = T1, .va = WORDS}};
    assert_int_equal(machine_count(m, &foreign, vm_event_unlock_foreign), 1);
    assert_int_equal(sync_word(m, WORDS), 0);
    assert_int_equal(vm_counter(m, 0, vm_counter_foreign_unlocks), 1);
    assert_int_equal(machine_count(m, &foreign, vm_event_unlock_free), 1);
    assert_int_equal(vm_counter(m, 0, vm_counter_foreign_unlocks), 1);
    vm_machine_free(m);
}

/* The word is ordinary memory: its page may be in swap, and a program may write nonsense into it.
 */
static void the_word_is_memory(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 2);
    DO(m, lock, .tid = T0, .va = WORDS);
    DO(m, madvise, .tid = T0, .va = WORDS, .bytes = 4096, .advice = vm_advice_pageout);
    uint64_t faults = vm_counter(m, 1, vm_counter_faults);
    DO(m, unlock, .tid = T0, .va = WORDS);
    assert_int_equal(vm_counter(m, 1, vm_counter_faults), faults + 1);
    DO(m, store, .tid = T0, .va = WORDS, .value = 99);
    DO(m, lock, .tid = T1, .va = WORDS);
    assert_true(sync_waits(m, T1));
    DO(m, store, .tid = T0, .va = WORDS, .value = 1); /* it forgets that T1 waits */
    DO(m, unlock, .tid = T0, .va = WORDS);
    assert_true(sync_waits(m, T1));
    const struct vm_op crooked = {.kind = vm_op_kind_lock, .u.lock = {.tid = T0, .va = WORDS + 4}};
    assert_int_equal(vm_apply(m, &crooked, NULL), VM_INVALID);
    const struct vm_op across = {
        .kind = vm_op_kind_lock, .u.lock = {.tid = T0, .va = WORDS + 4096 - 8}};
    assert_int_equal(vm_apply(m, &across, NULL), VM_INVALID);
    vm_machine_free(m);
}

/* Two processes map one object at different places. */
static void processes_meet_in_shared_memory(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(2, 1);
    const vm_va here = 0x20000000, there = 0x30000000;
    DO(m, start, .label = 2);
    vm_tid other = vm_process_task(m, 2);
    for (int i = 0; i < 2; i++) {
        vm_tid tid = i ? other : T0;
        uint64_t fd = DO(m, shm_open, .tid = tid, .name = 9,
            .flags = vm_open_bit_read | vm_open_bit_write | vm_open_bit_create, .bytes = 8192);
        DO(m, mmap, .tid = tid, .hint = i ? there : here, .bytes = 4096, .prot = 3,
            .flags = vm_map_bit_shared, .offset = 0, .fd = fd + 1);
    }
    DO(m, lock, .tid = T0, .va = here + 32);
    DO(m, lock, .tid = other, .va = there + 32);
    assert_true(sync_waits(m, other));
    assert_int_equal(sync_lock(m, here + 32).waiters, 1);
    DO(m, unlock, .tid = T0, .va = here + 32);
    assert_false(sync_waits(m, other));
    struct vm_lock_view lock;
    assert_true(vm_lock_at(m, 2, there + 32, &lock));
    assert_int_equal(lock.owner, other);
    DO(m, exit, .tid = other);
    assert_int_equal(sync_lock(m, here + 32).owner, other); /* who died with it keeps it */
    vm_machine_free(m);
}

/* The same address in another address space is another mutex. */
static void a_fork_copies_the_word(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 1);
    vm_pid child = (vm_pid)DO(m, fork, .tid = T0, .label = 2);
    vm_tid tid = vm_process_task(m, child);
    DO(m, lock, .tid = T0, .va = WORDS);
    DO(m, lock, .tid = tid, .va = WORDS);
    assert_false(sync_waits(m, tid));
    struct vm_lock_view lock;
    assert_true(vm_lock_at(m, child, WORDS, &lock));
    assert_int_equal(lock.owner, tid);
    assert_int_equal(sync_lock(m, WORDS).owner, T0);
    vm_machine_free(m);
}

static void a_lock_goes_with_its_page(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(1, 2);
    struct vm_lock_view lock;
    DO(m, lock, .tid = T0, .va = WORDS);
    DO(m, lock, .tid = T1, .va = WORDS);
    DO(m, munmap, .tid = T0, .va = WORDS, .bytes = 4096);
    assert_true(vm_lock_at(m, 1, WORDS, &lock)); /* somebody sleeps there for ever */
    DO(m, exit, .tid = T0);
    assert_false(vm_lock_at(m, 1, WORDS, &lock));
    vm_machine_free(m);
}

static void a_spinlock_keeps_its_thread_busy(void **state)
{
    (void)state;
    vm_machine *m = sync_machine(2, 2);
    assert_int_equal(DO(m, spin_lock, .tid = T0, .va = WORDS), 1);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(DO(m, spin_lock, .tid = T1, .va = WORDS), 0);
        assert_false(sync_waits(m, T1));
    }
    DO(m, spin_unlock, .tid = T0, .va = WORDS);
    assert_int_equal(DO(m, spin_lock, .tid = T1, .va = WORDS), 1);
    assert_int_equal(sync_lock(m, WORDS).owner, T1);
    assert_int_equal(vm_counter(m, 0, vm_counter_spins), 3);
    assert_int_equal(vm_counter(m, 0, vm_counter_futex_waits), 0);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_contention_the_kernel_is_not_needed),
        cmocka_unit_test(who_waited_longest_gets_it), cmocka_unit_test(trylock_never_waits),
        cmocka_unit_test(a_foreign_unlock_is_told), cmocka_unit_test(the_word_is_memory),
        cmocka_unit_test(processes_meet_in_shared_memory), cmocka_unit_test(a_fork_copies_the_word),
        cmocka_unit_test(a_lock_goes_with_its_page),
        cmocka_unit_test(a_spinlock_keeps_its_thread_busy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
