/* SPDX-License-Identifier: MIT
 * TLB shootdown: who is interrupted and who is not, how often, and that nobody keeps an old entry.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define PAGE UINT64_C(4096)
enum { RW = 3, R = 1, CPUS = 4 };

struct fixture {
    vm_machine *m;
    vm_tid thread[CPUS]; /* on processor 0, 1, 2 ... */
    vm_va x;             /* eight pages, all in memory */
};

/* A process with a thread on each of n processors; every TLB remembers the eight pages. */
static struct fixture threads_on(uint32_t n, uint32_t cpus, bool asids)
{
    struct vm_config config;
    struct fixture f = {.thread = {1}};
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.cpus = cpus;
    config.asids = asids;
    assert_int_equal(vm_machine_new(&config, &f.m), VM_OK);
    DO(f.m, start, .label = 1);
    f.x = DO(f.m, mmap, .tid = 1, .bytes = 8 * PAGE, .prot = RW);
    DO(f.m, access, .tid = 1, .va = f.x, .access = vm_access_store, .bytes = 8 * PAGE);
    for (uint32_t i = 1; i < n; i++) {
        f.thread[i] = (vm_tid)DO(f.m, create, .tid = 1, .label = i);
        DO(f.m, thread_start, .tid = f.thread[i]);
        DO(f.m, access, .tid = f.thread[i], .va = f.x, .access = vm_access_load, .bytes = 8 * PAGE);
        assert_int_equal(vm_cpu_task(f.m, i), f.thread[i]);
    }
    return f;
}

static uint64_t ipis(const struct fixture *f)
{
    assert_null(vm_check(f->m));
    return vm_counter(f->m, 0, vm_counter_ipis);
}

static void one_interrupt_a_processor(void **state)
{
    (void)state;
    for (uint32_t n = 1; n <= CPUS; n++) {
        struct fixture f = threads_on(n, CPUS, true);
        uint64_t before = ipis(&f);
        DO(f.m, munmap, .tid = 1, .va = f.x, .bytes = 3 * PAGE);
        assert_int_equal(ipis(&f) - before, n - 1);
        DO(f.m, mprotect, .tid = 1, .va = f.x + 3 * PAGE, .bytes = 2 * PAGE, .prot = R);
        assert_int_equal(ipis(&f) - before, 2 * (n - 1));
        assert_int_equal(vm_counter(f.m, 0, vm_counter_interrupts), ipis(&f));
        vm_machine_free(f.m);
    }
}

/* Linux cannot know what a TLB holds; it does know that nothing was present. */
static void pages_that_were_never_there(void **state)
{
    (void)state;
    struct fixture f = threads_on(2, 2, true);
    vm_va y = DO(f.m, mmap, .tid = 1, .bytes = 2 * PAGE, .prot = RW);
    uint64_t before = ipis(&f);
    DO(f.m, munmap, .tid = 1, .va = y, .bytes = PAGE);
    assert_int_equal(ipis(&f), before);
    DO(f.m, access, .tid = 1, .va = y + PAGE, .access = vm_access_store, .bytes = 1);
    DO(f.m, munmap, .tid = 1, .va = y + PAGE, .bytes = PAGE);
    assert_int_equal(ipis(&f), before + 1);
    vm_machine_free(f.m);
}

static void more_rights_cost_a_fault_for_nothing(void **state)
{
    (void)state;
    struct fixture f = threads_on(2, 2, true);
    DO(f.m, mprotect, .tid = 1, .va = f.x, .bytes = PAGE, .prot = R);
    DO(f.m, access, .tid = 2, .va = f.x, .access = vm_access_load, .bytes = 1);
    uint64_t before = ipis(&f), faults = vm_counter(f.m, 1, vm_counter_minor);
    DO(f.m, mprotect, .tid = 1, .va = f.x, .bytes = PAGE, .prot = RW);
    const struct vm_op store = {.kind = vm_op_kind_access,
        .u.access = {.tid = 2, .va = f.x, .access = vm_access_store, .bytes = 1}};
    assert_int_equal(machine_count(f.m, &store, vm_event_spurious_fault), 1);
    assert_int_equal(machine_count(f.m, &store, vm_event_spurious_fault), 0);
    assert_int_equal(ipis(&f), before);
    assert_int_equal(vm_counter(f.m, 1, vm_counter_minor), faults + 1);
    vm_machine_free(f.m);
}

static void fork_and_the_copy(void **state)
{
    (void)state;
    struct fixture f = threads_on(3, CPUS, true);
    uint64_t before = ipis(&f);
    DO(f.m, fork, .tid = 1, .label = 9);
    assert_int_equal(ipis(&f) - before, 2);
    DO(f.m, access, .tid = 2, .va = f.x, .access = vm_access_load, .bytes = 1);
    DO(f.m, store, .tid = 1, .va = f.x, .value = 7);
    assert_int_equal(ipis(&f) - before, 4);
    DO(f.m, load, .tid = 2, .va = f.x, .name = 1);
    assert_int_equal(vm_last(f.m)->value, 7); /* not what the child still has */
    vm_machine_free(f.m);
}

/* Tagged entries may stay behind where the process no longer runs: they go, nobody is interrupted.
 */
static void who_has_moved_on_is_left_alone(void **state)
{
    (void)state;
    for (int asids = 0; asids < 2; asids++) {
        struct fixture f = threads_on(2, 2, asids);
        DO(f.m, start, .label = 8);
        vm_tid other = vm_last(f.m)->tid;
        DO(f.m, setaffinity, .tid = other, .thread = other, .cpus = 2);
        DO(f.m, set, .tid = other, .name = 1, .value = 1);
        assert_int_equal(vm_cpu_task(f.m, 1), other);
        DO(f.m, set, .tid = 1, .name = 1, .value = 1);
        uint64_t before = ipis(&f), drops = vm_counter(f.m, 0, vm_counter_tlb_drops);
        const struct vm_op unmap = {
            .kind = vm_op_kind_munmap, .u.munmap = {.tid = 1, .va = f.x, .bytes = 2 * PAGE}};
        size_t told = machine_count(f.m, &unmap, vm_event_tlb_drop_absent);
        assert_int_equal(told, asids ? 2 : 0); /* untagged, the switch emptied that TLB */
        assert_int_equal(ipis(&f), before);
        assert_in_range(vm_counter(f.m, 0, vm_counter_tlb_drops) - drops, 0, 2);
        vm_machine_free(f.m);
    }
}

static void a_file_is_written_back(void **state)
{
    (void)state;
    struct fixture f = threads_on(2, 2, true);
    uint64_t file = DO(f.m, file, .name = 3, .bytes = 2 * PAGE);
    vm_va y = DO(f.m, mmap, .tid = 1, .bytes = 2 * PAGE, .prot = RW, .flags = vm_map_bit_shared,
        .object = file);
    DO(f.m, store, .tid = 2, .va = y, .value = 5);
    uint64_t before = ipis(&f), faults = vm_counter(f.m, 1, vm_counter_minor);
    DO(f.m, msync, .tid = 1, .va = y, .bytes = 2 * PAGE, .flags = vm_msync_bit_sync);
    assert_int_equal(ipis(&f), before + 1);
    DO(f.m, store, .tid = 2, .va = y, .value = 6); /* so this write is noticed again */
    assert_int_equal(vm_counter(f.m, 1, vm_counter_minor), faults + 1);
    vm_machine_free(f.m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_interrupt_a_processor),
        cmocka_unit_test(pages_that_were_never_there),
        cmocka_unit_test(more_rights_cost_a_fault_for_nothing), cmocka_unit_test(fork_and_the_copy),
        cmocka_unit_test(who_has_moved_on_is_left_alone), cmocka_unit_test(a_file_is_written_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
