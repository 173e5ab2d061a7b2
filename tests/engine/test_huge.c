/* SPDX-License-Identifier: MIT
 * Transparent huge pages: when one is mapped, what the TLB gains, who splits it, and that nothing
 * is lost on the way. A small machine shows it with 16 pages; x86-64 has 512, and there the counts
 * are those of a Linux kernel (6.18: one MADV_HUGEPAGE range, fork, and both sides writing).
 */
#include "support_machine.h"
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE = 64, PART = 16 };

/* Two levels of 4 bits, so 16 pages of 64 bytes make a huge one. */
static void small_config(struct vm_config *out)
{
    vm_config_preset(vm_machine_kind_custom, out);
    out->levels = 2;
    out->level_bits[0] = out->level_bits[1] = 4;
    out->frames = 64;
    out->kernel_frames = 1;
    out->tlb_sets = 1;
    out->tlb_ways = 4;
    out->tables_outside = true;
    out->thp = vm_thp_always;
}

static vm_machine *machine_of(const struct vm_config *config)
{
    vm_machine *m;
    assert_null(vm_config_problem(config));
    assert_int_equal(vm_machine_new(config, &m), VM_OK);
    DO(m, start, .label = 1);
    DO(m, sigaction, .tid = 1, .signo = vm_signo_sigsegv, .action = vm_signal_action_skip);
    return m;
}

static vm_machine *small(void)
{
    struct vm_config config;
    small_config(&config);
    config.va_bits = 14;
    return machine_of(&config);
}

/* A private anonymous mapping at a given page; returns its address. */
static vm_va map(vm_machine *m, vm_vpn at, uint64_t pages)
{
    uint8_t shift = vm_machine_config(m)->page_shift;
    return DO(m, mmap, .tid = 1, .hint = at << shift, .bytes = pages << shift, .prot = 3,
        .flags = vm_map_bit_fixed);
}

/* Accesses pages of `tid` one by one; returns the faults. */
static uint64_t touch(vm_machine *m, vm_tid tid, vm_va va, uint64_t pages, enum vm_access access)
{
    uint64_t before = vm_counter(m, vm_task_process(m, tid), vm_counter_faults);
    uint8_t shift = vm_machine_config(m)->page_shift;
    for (uint64_t i = 0; i < pages; i++) {
        DO(m, access, .tid = tid, .va = va + (i << shift), .access = access, .bytes = 1);
        if (pages <= PART) {
            assert_null(vm_check(m));
        }
    }
    assert_null(vm_check(m));
    return vm_counter(m, vm_task_process(m, tid), vm_counter_faults) - before;
}

static uint64_t counter(const vm_machine *m, enum vm_counter which)
{
    return vm_counter(m, 0, which);
}

static void one_fault_maps_all(void **state)
{
    (void)state;
    vm_machine *m = small();
    vm_va p = map(m, 32, 40); /* [32, 48) and [48, 64) fit whole, [64, 72) does not */
    assert_int_equal(touch(m, 1, p + 5 * PAGE, 1, vm_access_store), 1);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), PART);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss_anon), PART);
    assert_int_equal(vm_counter(m, 1, vm_counter_minor), 1);
    assert_int_equal(counter(m, vm_counter_huge_faults), 1);
    assert_int_equal(touch(m, 1, p, PART, vm_access_store), 0);
    assert_int_equal(vm_tables_of(m, 1), 2); /* the root, and the table put by for a split */
    vm_pa first, last;
    assert_true(vm_translate(m, 1, p, &first) && vm_translate(m, 1, p + 15 * PAGE, &last));
    assert_int_equal(first % (PART * PAGE), 0);
    assert_int_equal(last, first + 15 * PAGE);
    assert_int_equal(touch(m, 1, p + 32 * PAGE, 8, vm_access_store), 8); /* small ones */
    assert_int_equal(counter(m, vm_counter_huge_faults), 1);
    DO(m, exit, .tid = 1);
    assert_null(vm_check(m));
    assert_int_equal(counter(m, vm_counter_tables), 0);
    vm_machine_free(m);
}

static void who_gets_one(void **state)
{
    (void)state;
    for (int thp = 0; thp < vm_thp_count; thp++) {
        for (int advice = 0; advice < 3; advice++) {
            struct vm_config config;
            small_config(&config);
            config.thp = (enum vm_thp)thp;
            vm_machine *m = machine_of(&config);
            vm_va p = map(m, 32, PART);
            if (advice) {
                DO(m, madvise, .tid = 1, .va = p, .bytes = PART * PAGE,
                    .advice = advice == 1 ? vm_advice_hugepage : vm_advice_nohugepage);
            }
            bool want = advice != 2 && (thp == vm_thp_always || (thp == vm_thp_madvise && advice));
            touch(m, 1, p, 1, vm_access_store);
            assert_int_equal(vm_counter(m, 1, vm_counter_rss), want ? PART : 1);
            vm_machine_free(m);
        }
    }
}

/* One entry of the TLB answers for all pages; a walk reads one level less. */
static void the_tlb_reaches_further(void **state)
{
    (void)state;
    struct vm_config config;
    small_config(&config);
    config.tlb_ways = 1;
    for (int huge = 0; huge < 2; huge++) {
        config.thp = huge ? vm_thp_always : vm_thp_never;
        vm_machine *m = machine_of(&config);
        vm_va p = map(m, 32, PART);
        touch(m, 1, p, PART, vm_access_store);
        uint64_t misses = counter(m, vm_counter_tlb_misses);
        uint64_t reads = counter(m, vm_counter_walk_reads), walks = counter(m, vm_counter_walks);
        touch(m, 1, p, PART, vm_access_load);
        assert_int_equal(counter(m, vm_counter_tlb_misses) - misses, huge ? 0 : PART);
        assert_int_equal(counter(m, vm_counter_walk_reads) - reads, huge ? 0 : 2 * PART);
        assert_int_equal(counter(m, vm_counter_walks) - walks, huge ? 0 : PART);
        vm_machine_free(m);
    }
}

/* A read maps zeros, which cost nothing; the first write takes frames for all. */
static void zeros_first(void **state)
{
    (void)state;
    vm_machine *m = small();
    vm_va p = map(m, 32, PART);
    assert_int_equal(touch(m, 1, p, PART, vm_access_load), 1);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), 0);
    assert_int_equal(touch(m, 1, p + 3 * PAGE, 1, vm_access_store), 1);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), PART);
    assert_int_equal(touch(m, 1, p, PART, vm_access_store), 0);
    DO(m, munmap, .tid = 1, .va = p, .bytes = 8 * PAGE);
    assert_null(vm_check(m));
    vm_va q = map(m, 64, PART);
    touch(m, 1, q, 1, vm_access_load);
    DO(m, munmap, .tid = 1, .va = q, .bytes = PAGE); /* splits the zeros */
    assert_null(vm_check(m));
    assert_int_equal(touch(m, 1, q + PAGE, 3, vm_access_store), 3);
    assert_int_equal(counter(m, vm_counter_huge_splits), 2);
    vm_machine_free(m);
}

/* Values lie in frames, and a split moves none. */
static void splits(void **state)
{
    (void)state;
    for (int how = 0; how < 5; how++) {
        vm_machine *m = small();
        vm_va p = map(m, 32, PART);
        for (uint64_t i = 0; i < PART; i++) {
            DO(m, store, .tid = 1, .va = p + i * PAGE, .value = 100 + i);
        }
        vm_va part = p + 4 * PAGE;
        switch (how) {
        case 0:
            DO(m, munmap, .tid = 1, .va = part, .bytes = 2 * PAGE);
            break;
        case 1:
            DO(m, mprotect, .tid = 1, .va = part, .bytes = 2 * PAGE, .prot = 1);
            break;
        case 2:
            DO(m, madvise, .tid = 1, .va = part, .bytes = 2 * PAGE, .advice = vm_advice_dontneed);
            break;
        case 3:
            DO(m, mprotect, .tid = 1, .va = p, .bytes = PART * PAGE, .prot = 1);
            break;
        default:
            DO(m, madvise, .tid = 1, .va = p, .bytes = PART * PAGE, .advice = vm_advice_dontneed);
        }
        assert_null(vm_check(m));
        assert_int_equal(counter(m, vm_counter_huge_splits), how < 3);
        uint64_t left = how == 4 ? 0 : how == 0 || how == 2 ? PART - 2 : PART;
        assert_int_equal(vm_counter(m, 1, vm_counter_rss), left);
        for (uint64_t i = 0; i < PART; i++) {
            bool gone = how == 4 || ((how == 0 || how == 2) && (i == 4 || i == 5));
            uint64_t value = 0;
            bool mapped = vm_value(m, 1, p + i * PAGE, &value);
            assert_int_equal(value, gone ? 0 : 100 + i);
            assert_int_equal(mapped, how != 0 || !gone);
        }
        static const uint64_t faults[] = {2, 0, 2, 0, 1}; /* of the hole, of untouched pages */
        assert_int_equal(touch(m, 1, p, PART, vm_access_load), faults[how]);
        vm_machine_free(m);
    }
}

/* Free memory that does not lie in a row. */
static void falls_back(void **state)
{
    (void)state;
    struct vm_config config;
    small_config(&config);
    config.frames = 24;
    config.kernel_frames = 0;
    vm_machine *m = machine_of(&config);
    vm_va small_one = map(m, 16, 1), p = map(m, 32, PART), q = map(m, 48, PART);
    touch(m, 1, small_one, 1, vm_access_store); /* frame 0: of 24 no aligned 16 are left */
    const struct vm_op op = {
        .kind = vm_op_kind_access, .u.access = {1, p, vm_access_store, .bytes = 1}};
    assert_int_equal(machine_count(m, &op, vm_event_huge_fallback), 1);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), 2);
    assert_int_equal(touch(m, 1, p, PART, vm_access_store), PART - 1);
    DO(m, munmap, .tid = 1, .va = small_one, .bytes = PAGE);
    DO(m, munmap, .tid = 1, .va = p, .bytes = PART * PAGE);
    assert_int_equal(touch(m, 1, q, PART, vm_access_store), 1);
    vm_machine_free(m);
}

/* When memory is short a page of it is given up: the page is split first. */
static void reclaim_splits(void **state)
{
    (void)state;
    struct vm_config config;
    small_config(&config);
    config.frames = 33;
    config.slots = 64;
    config.policy = vm_policy_kind_fifo;
    vm_machine *m = machine_of(&config);
    vm_va p = map(m, 32, PART), q = map(m, 64, 30);
    for (uint64_t i = 0; i < PART; i++) {
        DO(m, store, .tid = 1, .va = p + i * PAGE, .value = 7 + i);
    }
    assert_int_equal(counter(m, vm_counter_huge_faults), 1);
    touch(m, 1, q, 30, vm_access_store);
    assert_int_equal(counter(m, vm_counter_huge_splits) > 0, 1);
    assert_int_equal(counter(m, vm_counter_evictions) > 0, 1);
    for (uint64_t i = 0; i < PART; i++) {
        uint64_t value;
        assert_true(vm_value(m, 1, p + i * PAGE, &value));
        assert_int_equal(value, 7 + i);
    }
    touch(m, 1, p, PART, vm_access_load);
    vm_machine_free(m);
}

/* As the kernel did it, step by step: faults of the process, and of its child. */
static void forked_and_written(void **state)
{
    (void)state;
    enum { ALL = 512 };
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 4096;
    config.thp = vm_thp_madvise;
    vm_machine *m = machine_of(&config);
    vm_va a = map(m, UINT64_C(0x7fff00000), 2 * ALL);
    DO(m, madvise, .tid = 1, .va = a, .bytes = ALL * 4096, .advice = vm_advice_hugepage);
    assert_int_equal(touch(m, 1, a, 1, vm_access_store), 1);
    assert_int_equal(touch(m, 1, a, ALL, vm_access_store), 0);
    assert_int_equal(touch(m, 1, a + ALL * 4096, ALL, vm_access_store), ALL);
    DO(m, fork, .tid = 1, .label = 2);
    assert_null(vm_check(m));
    assert_int_equal(vm_counter(m, 2, vm_counter_rss), 2 * ALL);
    assert_int_equal(touch(m, 2, a, ALL, vm_access_load), 0);
    assert_int_equal(touch(m, 2, a, 1, vm_access_store), 1);
    vm_pa mine, its;
    assert_true(vm_translate(m, 1, a + 4096, &mine) && vm_translate(m, 2, a + 4096, &its));
    assert_int_equal(mine, its); /* only the page written to was copied */
    assert_int_equal(counter(m, vm_counter_huge_splits), 1);
    assert_int_equal(touch(m, 2, a, ALL, vm_access_store), ALL - 1);
    DO(m, exit, .tid = 2);
    assert_int_equal(touch(m, 1, a, ALL, vm_access_store), 1);
    assert_int_equal(counter(m, vm_counter_huge_splits), 1);
    DO(m, madvise, .tid = 1, .va = a, .bytes = ALL * 4096, .advice = vm_advice_dontneed);
    assert_null(vm_check(m));
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), ALL);
    vm_machine_free(m);
}

/* While the child still maps other parts of it, the page is not the parent's alone. */
static void part_of_it_is_still_shared(void **state)
{
    (void)state;
    vm_machine *m = small();
    vm_va p = map(m, 32, PART);
    touch(m, 1, p, 1, vm_access_store);
    DO(m, fork, .tid = 1, .label = 2);
    assert_int_equal(touch(m, 2, p, 1, vm_access_store), 1);
    assert_int_equal(touch(m, 1, p, 1, vm_access_store), 1);
    assert_int_equal(vm_counter(m, 1, vm_counter_copies), 1);
    assert_int_equal(counter(m, vm_counter_huge_splits), 2);
    vm_machine_free(m);
}

static void the_deposit_takes_a_frame(void **state)
{
    (void)state;
    struct vm_config config;
    small_config(&config);
    config.tables_outside = false;
    config.frames = 35;
    vm_machine *m = machine_of(&config); /* frames 0: zero page, 1: root */
    vm_va p = map(m, 32, PART);
    touch(m, 1, p, PART, vm_access_store);
    vm_pa pa;
    assert_true(vm_translate(m, 1, p, &pa));
    assert_int_equal(pa, PART * PAGE);
    assert_int_equal(vm_frames_owned(m, 1), PART + 2);
    DO(m, munmap, .tid = 1, .va = p + PAGE, .bytes = PAGE);
    assert_int_equal(vm_frames_owned(m, 1), PART - 1 + 2);
    DO(m, munmap, .tid = 1, .va = p, .bytes = PART * PAGE);
    assert_null(vm_check(m));
    assert_int_equal(vm_frames_owned(m, 1), 1);
    vm_machine_free(m);
}

static void a_scenario_sees_it(void **state)
{
    (void)state;
    vm_run *run = run_text("vmscope 1\n"
                           "machine x86-64 { frames 2048  thp madvise }\n"
                           "A = start empty\n"
                           "A: p = mmap(512 pages, rw, private)\n"
                           "A: madvise(p, 512 pages, hugepage)\n"
                           "A: store(p)\n"
                           "expect minor = 1\n"
                           "expect rss(A) = 512\n"
                           "expect entry(p, huge) = 1\n"
                           "expect huge_faults = 1\n"
                           "A: munmap(p + 4K, 1 page)\n"
                           "expect huge_splits = 1\n"
                           "expect rss(A) = 511\n"
                           "expect entry(p, huge) = 0\n");
    assert_int_equal(held_all(run), 7);
    vm_run_free(run);
    struct vm_diagnostic found;
    const char *text = "vmscope 1\nmachine x86-64 { thp sometimes }\n";
    assert_true(first_diagnostic(text, strlen(text), &found));
    assert_int_equal(found.line, 2);
    text = "vmscope 1\nmachine custom { thp always }\n"; /* one level */
    assert_true(first_diagnostic(text, strlen(text), &found));
    assert_int_equal(found.line, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_fault_maps_all),
        cmocka_unit_test(who_gets_one),
        cmocka_unit_test(the_tlb_reaches_further),
        cmocka_unit_test(zeros_first),
        cmocka_unit_test(splits),
        cmocka_unit_test(falls_back),
        cmocka_unit_test(reclaim_splits),
        cmocka_unit_test(forked_and_written),
        cmocka_unit_test(part_of_it_is_still_shared),
        cmocka_unit_test(the_deposit_takes_a_frame),
        cmocka_unit_test(a_scenario_sees_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
