/* SPDX-License-Identifier: MIT
 * Watermarks, kswapd, direct reclaim, what happens to clean, dirty and lazily freed pages, and the
 * flusher.
 */
#include "support_scarce.h"
#include "support_scenario.h"

#include "kernel/frame.h"
#include "machine/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct vm_config with_watermarks(uint32_t min, uint32_t low, uint32_t high)
{
    struct vm_config config = scarce_config(32, 64, vm_policy_kind_fifo);
    config.watermark_min = min;
    config.watermark_low = low;
    config.watermark_high = high;
    return config;
}

/* The allocation that leaves fewer than `low` wakes it; it runs when the operation has ended. */
static void kswapd_is_woken_at_low_and_works_to_high(void **state)
{
    (void)state;
    struct vm_config config = with_watermarks(2, 6, 10);
    vm_machine *m = scarce_machine(&config, 1);
    uint64_t a = scarce_map(m, 1, 64);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 26), names);
    assert_int_equal(scarce_times(names, "kswapd_woken"), 0);
    assert_int_equal(vm_free_frames(m), 6);
    scarce_names(m, scarce_store(1, a + 26 * PAGE, 1), names);
    assert_int_equal(scarce_times(names, "kswapd_woken"), 1);
    assert_non_null(strstr(names, "access_done kswapd_runs look evict "));
    assert_non_null(strstr(names, "kswapd_sleeps "));
    assert_int_equal(scarce_times(names, "evict"), 5);
    assert_int_equal(vm_free_frames(m), 10);
    assert_int_equal(vm_counter(m, 0, vm_counter_kswapd_runs), 1);
    assert_int_equal(vm_counter(m, 1, vm_counter_evictions), 0); /* nobody waited for it */
    vm_machine_free(m);
}

/* One long operation does not wait for kswapd: at min it reclaims itself. */
static void below_min_the_process_reclaims(void **state)
{
    (void)state;
    struct vm_config config = with_watermarks(2, 6, 10);
    vm_machine *m = scarce_machine(&config, 1);
    uint64_t a = scarce_map(m, 1, 64);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 40), names);
    assert_int_equal(scarce_times(names, "kswapd_woken"), 1);
    assert_int_equal(scarce_times(names, "direct_reclaim"), 10); /* 30 frames above min */
    assert_int_equal(vm_counter(m, 1, vm_counter_evictions), 10);
    assert_int_equal(vm_free_frames(m), 10);
    vm_machine_free(m);
}

/* A page table may take what a page may not. */
static void tables_dip_below_min(void **state)
{
    (void)state;
    struct vm_config config = with_watermarks(4, 4, 4);
    config.tables_outside = false;
    vm_machine *m = scarce_machine(&config, 1);
    uint64_t a = scarce_map(m, 1, 30), far = UINT64_C(0x10000000000);
    DO(m, mmap, .tid = 1, .hint = far, .bytes = PAGE, .prot = 3, .flags = vm_map_bit_fixed);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 24), names); /* and four tables: 28 */
    assert_int_equal(vm_free_frames(m), 4);
    struct vm_op op = scarce_store(1, far, 1);
    scarce_names(m, op, names); /* three tables, then a page must leave */
    const char *table = strstr(names, "table_made"), *direct = strstr(names, "direct_reclaim");
    assert_true(table && direct && table < direct);
    assert_int_equal(scarce_times(names, "direct_reclaim"), 4);
    assert_int_equal(vm_free_frames(m), 4);
    vm_machine_free(m);
}

/* kswapd stops when nothing more can be given up, and the machine goes on. */
static void kswapd_gives_up(void **state)
{
    (void)state;
    struct vm_config config = with_watermarks(0, 8, 12);
    config.slots = 1;
    vm_machine *m = scarce_machine(&config, 1);
    uint64_t a = scarce_map(m, 1, 30);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 26), names);
    assert_int_equal(scarce_times(names, "evict"), 1);
    assert_int_equal(scarce_times(names, "kswapd_sleeps"), 1);
    assert_int_equal(vm_free_frames(m), 7);
    vm_machine_free(m);
}

/* Room for four pages; the file's clean page is dropped, the written one goes back to the file. */
static void clean_is_dropped_dirty_is_written(void **state)
{
    (void)state;
    vm_run *run =
        run_text("vmscope 1\nmachine x86-64 { frames 4  kernel 0  swap 8  tlb 8  policy fifo  "
                 "tables outside }\n"
                 "file /data 2 pages\nA = start empty\nA: f = mmap(2 pages, rw, shared, /data)\n"
                 "A: h = mmap(8 pages, rw, private)\n"
                 "A: load(f); store(page(f, 1)); store(h, 2 pages)\nexpect dirty_pages = 1\n"
                 "A: store(page(h, 2))\nexpect evictions = 1\nexpect writebacks = 0\n"
                 "A: store(page(h, 3))\nexpect evictions = 2\nexpect file_writes = 1\n"
                 "expect swap_outs = 0\nexpect dirty_pages = 0\n"
                 "A: store(page(h, 4))\nexpect swap_outs = 1\nexpect writebacks = 2\n"
                 "expect swap_ins = 0\n");
    assert_int_equal(held_all(run), 10);
    vm_run_free(run);
}

/* MADV_FREE's pages cost nothing; written again they are ordinary. */
static void lazily_freed_pages_are_dropped(void **state)
{
    (void)state;
    struct vm_config config = scarce_config(4, 8, vm_policy_kind_fifo);
    vm_machine *m = scarce_machine(&config, 1);
    uint64_t a = scarce_map(m, 1, 12);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 4), names);
    DO(m, madvise, .tid = 1, .va = a, .bytes = 2 * PAGE, .advice = vm_advice_free);
    scarce_names(m, scarce_store(1, a + PAGE, 1), names);
    scarce_names(m, scarce_store(1, a + 8 * PAGE, 2), names);
    assert_int_equal(scarce_times(names, "dropped_lazy"), 1);
    assert_int_equal(scarce_times(names, "swap_write"), 1);
    assert_int_equal(vm_pte_of(m, 1, a / PAGE), 0);
    assert_true(vm_pte_of(m, 1, a / PAGE + 1) & vm_pte_bit_swapped);
    vm_machine_free(m);
}

/* They may go also where there is no swap; what the others hold stays. */
static void lazily_freed_pages_need_no_swap(void **state)
{
    (void)state;
    struct vm_config config = scarce_config(4, 0, vm_policy_kind_lru);
    vm_machine *m = scarce_machine(&config, 1);
    uint64_t a = scarce_map(m, 1, 4), b;
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 4), names);
    DO(m, madvise, .tid = 1, .va = a + 2 * PAGE, .bytes = PAGE, .advice = vm_advice_free);
    b = scarce_map(m, 1, 1);
    scarce_names(m, scarce_store(1, b, 1), names);
    assert_int_equal(scarce_times(names, "dropped_lazy"), 1);
    assert_int_equal(scarce_times(names, "out_of_memory"), 0);
    assert_int_equal(vm_pte_of(m, 1, a / PAGE + 2), 0);
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), 4);
    vm_machine_free(m);
}

/* A page that MADV_PAGEOUT wrote and that the swap cache still holds leaves without a second
 * writing. */
static void the_swap_cache_is_dropped_first_hand(void **state)
{
    (void)state;
    struct vm_config config = scarce_config(4, 8, vm_policy_kind_fifo);
    vm_machine *m = scarce_machine(&config, 1);
    uint64_t a = scarce_map(m, 1, 8);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 4), names);
    DO(m, madvise, .tid = 1, .va = a, .bytes = 2 * PAGE, .advice = vm_advice_pageout);
    assert_int_equal(vm_counter(m, 0, vm_counter_swap_outs), 2);
    scarce_names(m, scarce_store(1, a + 4 * PAGE, 2), names);
    assert_int_equal(scarce_times(names, "swap_write"), 0);
    assert_int_equal(vm_counter(m, 0, vm_counter_swap_outs), 2);
    scarce_names(m, scarce_load(1, a, 1), names);
    assert_int_equal(vm_last(m)->fault, vm_fault_major);
    vm_machine_free(m);
}

static void locked_and_pinned_pages_stay(void **state)
{
    (void)state;
    for (unsigned policy = 0; policy < vm_policy_kind_count; policy++) {
        uint32_t least = vm_policy_desc(policy)->least_frames, frames = least < 4 ? 4 : least;
        struct vm_config config = scarce_config(frames, 8 * frames, (enum vm_policy_kind)policy);
        vm_machine *m = scarce_machine(&config, 1);
        uint64_t a = scarce_map(m, 1, 4 * frames);
        char names[NAMES_MAX];
        scarce_names(m, scarce_store(1, a, frames), names);
        const struct vm_op lock = {.kind = vm_op_kind_mlock, .u.mlock = {1, a, PAGE}};
        scarce_names(m, lock, names);
        frame_set_flags(m, 2, m->frames[2].flags | vm_frame_bit_pinned);
        for (int round = 0; round < 3; round++) {
            scarce_names(m, scarce_store(1, a + frames * PAGE, 3 * frames), names);
        }
        vm_pa pa;
        assert_true(vm_translate(m, 1, a, &pa) && pa == 0);
        assert_true(vm_translate(m, 1, a + 2 * PAGE, &pa) && pa == 2 * PAGE);
        vm_machine_free(m);
    }
}

/* More than two dirty pages: the flusher cleans them; a page written again is dirty again. */
static void the_flusher_cleans_what_is_too_much(void **state)
{
    (void)state;
    vm_run *run = run_text(
        "vmscope 1\nmachine x86-64 { frames 64  dirty 2  seed 1 }\nfile /data 6 pages\n"
        "A = start empty\nA: f = mmap(6 pages, rw, shared, /data)\n"
        "A: *f = 1; *(page(f, 1)) = 2\nexpect dirty_pages = 2\nexpect file_writes = 0\n"
        "A: *(page(f, 2)) = 3\nexpect dirty_pages = 0\nexpect file_writes = 3\n"
        "expect resident(f) >= 3\nexpect evictions = 0\n"
        "A: *f = 9\nexpect dirty_pages = 1\nexpect *f = 9\n"
        "A: munmap(f)\nA: g = mmap(6 pages, r, shared, /data)\nA: r = *g\nexpect A.r = 9\n");
    assert_int_equal(held_all(run), 9);
    vm_run_free(run);
}

/* While shared memory is mapped its object has no place in swap: it is written when it leaves.
 * Private memory is written ahead. */
static void wsclock_writes_ahead_what_is_private(void **state)
{
    (void)state;
    for (int shared = 0; shared <= 1; shared++) {
        struct vm_config config = scarce_config(8, 64, vm_policy_kind_wsclock);
        config.tau = 2;
        vm_machine *m = scarce_machine(&config, 1);
        uint64_t at = DO(m, mmap, .tid = 1, .bytes = 14 * PAGE, .prot = 3,
            .flags = shared ? vm_map_bit_shared : 0, .name = 1);
        char names[NAMES_MAX];
        uint64_t ahead = 0;
        for (uint64_t round = 0; round < 14; round++) {
            scarce_names(m, scarce_store(1, at + round % 2 * 7 * PAGE, 7), names);
            ahead += scarce_times(names, "swap_write") > scarce_times(names, "evict");
            scarce_names(m, scarce_store(1, at + round * PAGE, 1), names);
        }
        assert_true(vm_counter(m, 1, vm_counter_evictions) > 0);
        assert_int_equal(ahead > 0, !shared);
        vm_machine_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(kswapd_is_woken_at_low_and_works_to_high),
        cmocka_unit_test(below_min_the_process_reclaims), cmocka_unit_test(tables_dip_below_min),
        cmocka_unit_test(kswapd_gives_up), cmocka_unit_test(clean_is_dropped_dirty_is_written),
        cmocka_unit_test(lazily_freed_pages_are_dropped),
        cmocka_unit_test(lazily_freed_pages_need_no_swap),
        cmocka_unit_test(the_swap_cache_is_dropped_first_hand),
        cmocka_unit_test(locked_and_pinned_pages_stay),
        cmocka_unit_test(the_flusher_cleans_what_is_too_much),
        cmocka_unit_test(wsclock_writes_ahead_what_is_private)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
