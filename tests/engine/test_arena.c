/* SPDX-License-Identifier: MIT
 * malloc in several threads: arenas and their heaps, caches, who frees what, and what is left when
 * a thread ends or forks. Figures are glibc 2.36's on x86-64.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PAGE = 4096, HEAP = 64 << 20, FIRST = 48 + 2208 };

static vm_machine *machine_running(uint32_t cpus)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 2048;
    config.kernel_frames = 1;
    config.tables_outside = true;
    config.cpus = cpus;
    vm_machine *m = NULL;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    DO(m, file, .name = 3);
    DO(m, segment, .object = 1, .kind = vm_vma_kind_text, .prot = 5, .bytes = 2 * PAGE);
    DO(m, start, .label = 4, .program = 1);
    return m;
}

static vm_tid thread_new(vm_machine *m)
{
    vm_tid tid = (vm_tid)DO(m, create, .tid = 1, .label = 5);
    DO(m, thread_start, .tid = tid);
    return tid;
}

static uint64_t mappings(const vm_machine *m)
{
    uint64_t n = 0;
    struct vm_vma_view vma = {0};
    for (vm_vpn from = 0; vm_vma_next(m, 1, from, &vma); from = vma.end) {
        n++;
    }
    return n;
}

static void a_second_thread_gets_an_arena(void **state)
{
    (void)state;
    vm_machine *m = machine_running(1);
    DO(m, malloc, .tid = 1, .bytes = 1);
    vm_tid tid = thread_new(m);
    uint64_t faults = vm_counter(m, 1, vm_counter_minor), before = mappings(m);
    vm_va p = DO(m, malloc, .tid = tid, .bytes = 1000);
    assert_int_equal(vm_counter(m, 1, vm_counter_minor) - faults, 1);
    assert_int_equal(mappings(m) - before, 2);
    assert_int_equal(p % HEAP, FIRST + 0x290 + 16);
    struct vm_vma_view vma;
    assert_true(vm_vma_at(m, 1, p / PAGE, &vma));
    assert_int_equal(vma.end - vma.start, 33); /* 132 KiB */
    assert_int_equal(vma.prot, vm_prot_bit_read | vm_prot_bit_write);
    assert_true(vm_vma_at(m, 1, vma.end, &vma));
    assert_int_equal(vma.end % (HEAP / PAGE), 0);
    assert_int_equal(vma.prot, 0);
    uint64_t word;
    assert_true(vm_value(m, 1, p - p % HEAP, &word)); /* ar_ptr */
    assert_int_equal(word, p - p % HEAP + 48);
    DO(m, malloc, .tid = tid, .bytes = 100000);
    assert_int_equal(vm_counter(m, 1, vm_counter_minor) - faults, 2); /* the top's header */
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void an_arena_outlives_its_thread(void **state)
{
    (void)state;
    vm_machine *m = machine_running(1);
    DO(m, malloc, .tid = 1, .bytes = 1);
    vm_tid one = thread_new(m);
    vm_va p = DO(m, malloc, .tid = one, .bytes = 1000);
    DO(m, store, .tid = 1, .va = p, .value = 99);
    DO(m, thread_exit, .tid = one);
    DO(m, join, .tid = 1, .thread = one);
    uint64_t value;
    assert_true(vm_value(m, 1, p, &value)); /* nobody freed it: another thread may use it */
    assert_int_equal(value, 99);
    vm_tid two = thread_new(m);
    uint64_t calls = vm_counter(m, 1, vm_counter_syscalls);
    vm_va q = DO(m, malloc, .tid = two, .bytes = 1000);
    assert_int_equal(q / HEAP, p / HEAP);
    assert_int_equal(vm_counter(m, 1, vm_counter_syscalls), calls);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void any_thread_frees_and_keeps_it_in_its_cache(void **state)
{
    (void)state;
    vm_machine *m = machine_running(1);
    DO(m, malloc, .tid = 1, .bytes = 1);
    vm_tid tid = thread_new(m);
    vm_va p = DO(m, malloc, .tid = tid, .bytes = 100);
    DO(m, free, .tid = 1, .va = p);
    assert_int_not_equal(DO(m, malloc, .tid = tid, .bytes = 100), p);
    assert_int_equal(DO(m, malloc, .tid = 1, .bytes = 100), p); /* out of the freeing one's cache */
    /* Too large for a cache: back into the arena it came from. */
    vm_va large = DO(m, malloc, .tid = tid, .bytes = 5000);
    DO(m, malloc, .tid = tid, .bytes = 2000);
    DO(m, free, .tid = 1, .va = large);
    assert_int_equal(DO(m, malloc, .tid = tid, .bytes = 5000), large);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void a_heap_grows_and_another_one_follows(void **state)
{
    (void)state;
    vm_machine *m = machine_running(1);
    vm_tid tid = thread_new(m);
    vm_va first = DO(m, malloc, .tid = tid, .bytes = 1000), p = first, last[2] = {0};
    uint64_t blocks = 0;
    while (p / HEAP == first / HEAP) {
        last[blocks % 2] = p;
        p = DO(m, malloc, .tid = tid, .bytes = 120000);
        assert_true(p);
        blocks++;
    }
    assert_in_range(blocks, HEAP / 120016, HEAP / 120016 + 1);
    assert_int_equal(p % HEAP, 48 + 16); /* a second heap has no malloc_state */
    struct vm_vma_view vma;
    assert_true(vm_vma_at(m, 1, first / PAGE, &vma));
    assert_in_range(vma.end - vma.start, HEAP / PAGE - 31, HEAP / PAGE); /* 120000 bytes missing */
    DO(m, free, .tid = tid, .va = p);
    assert_true(vm_vma_at(m, 1, p / PAGE, &vma)); /* the first one has no 128 KiB left */
    p = DO(m, malloc, .tid = tid, .bytes = 120000);
    DO(m, free, .tid = tid, .va = last[0]);
    DO(m, free, .tid = tid, .va = last[1]);
    DO(m, free, .tid = tid, .va = p); /* now it has: the second heap is unmapped */
    assert_false(vm_vma_at(m, 1, p / PAGE, &vma));
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static uint64_t arenas(vm_machine *m, uint64_t threads)
{
    uint64_t seen = 0;
    vm_va heap[40] = {0};
    DO(m, malloc, .tid = 1, .bytes = 1);
    for (uint64_t i = 0; i < threads; i++) {
        vm_va p = DO(m, malloc, .tid = thread_new(m), .bytes = 100);
        uint64_t k = 0;
        while (k < seen && heap[k] != p / HEAP) {
            k++;
        }
        heap[k] = p / HEAP;
        seen += k == seen;
    }
    assert_null(vm_check(m));
    return seen;
}

static void there_are_eight_arenas_for_each_processor(void **state)
{
    (void)state;
    vm_machine *m = machine_running(2);
    assert_int_equal(arenas(m, 20), 16); /* the main one too, which the later threads share */
    vm_machine_free(m);
    m = machine_running(1);
    assert_int_equal(arenas(m, 20), 9); /* up to eight nobody counts processors (arena_test) */
    vm_machine_free(m);
}

static void a_fork_leaves_the_other_arenas_free(void **state)
{
    (void)state;
    vm_machine *m = machine_running(1);
    DO(m, malloc, .tid = 1, .bytes = 1);
    vm_tid tid = thread_new(m);
    vm_va p = DO(m, malloc, .tid = tid, .bytes = 1000);
    vm_pid child = (vm_pid)DO(m, fork, .tid = 1, .label = 9);
    vm_tid main_thread = vm_process_task(m, child);
    DO(m, free, .tid = main_thread, .va = p); /* the child's copy */
    vm_tid other = (vm_tid)DO(m, create, .tid = main_thread, .label = 5);
    DO(m, thread_start, .tid = other);
    assert_int_equal(DO(m, malloc, .tid = other, .bytes = 1000) / HEAP, p / HEAP);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_thread_gets_an_arena),
        cmocka_unit_test(an_arena_outlives_its_thread),
        cmocka_unit_test(any_thread_frees_and_keeps_it_in_its_cache),
        cmocka_unit_test(a_heap_grows_and_another_one_follows),
        cmocka_unit_test(there_are_eight_arenas_for_each_processor),
        cmocka_unit_test(a_fork_leaves_the_other_arenas_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
