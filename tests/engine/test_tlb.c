/* SPDX-License-Identifier: MIT
 * The TLB: sets and ways, the least recently used entry gives way, tags of address spaces, flushes,
 * and entries of huge pages among those of small ones.
 */
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PAGE = 64, PART = 16 };

static vm_machine *machine_of(uint32_t sets, uint32_t ways, bool asids, enum vm_thp thp)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_custom, &config);
    config.levels = 2;
    config.level_bits[0] = config.level_bits[1] = 4;
    config.frames = 128;
    config.tlb_sets = sets;
    config.tlb_ways = ways;
    config.asids = asids;
    config.thp = thp;
    vm_machine *m;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    DO(m, start, .label = 1);
    return m;
}

static vm_va map(vm_machine *m, vm_vpn at, uint64_t pages)
{
    return DO(m, mmap, .tid = 1, .hint = at * PAGE, .bytes = pages * PAGE, .prot = 3,
        .flags = vm_map_bit_fixed);
}

/* One load; whether it hit. The page is there. */
static bool hits(vm_machine *m, vm_tid tid, vm_va va)
{
    uint64_t before = vm_counter(m, 0, vm_counter_tlb_hits);
    DO(m, access, .tid = tid, .va = va, .access = vm_access_load, .bytes = 1);
    assert_null(vm_check(m));
    return vm_counter(m, 0, vm_counter_tlb_hits) > before;
}

static void bring_in(vm_machine *m, vm_va va, uint64_t pages)
{
    DO(m, access, .tid = 1, .va = va, .access = vm_access_store, .bytes = pages * PAGE);
}

static void the_least_recently_used_gives_way(void **state)
{
    (void)state;
    vm_machine *m = machine_of(1, 2, false, vm_thp_never);
    vm_va p = map(m, 32, 3);
    bring_in(m, p, 3); /* 1 and 2 are in */
    assert_true(hits(m, 1, p + PAGE));
    assert_false(hits(m, 1, p)); /* takes the place of 2 */
    assert_true(hits(m, 1, p + PAGE));
    assert_false(hits(m, 1, p + 2 * PAGE)); /* of 0 */
    assert_true(hits(m, 1, p + PAGE));
    vm_machine_free(m);
}

static void sets_by_the_low_bits(void **state)
{
    (void)state;
    vm_machine *m = machine_of(4, 1, false, vm_thp_never);
    vm_va p = map(m, 32, 8);
    bring_in(m, p, 8);
    for (unsigned i = 4; i < 8; i++) {
        assert_true(hits(m, 1, p + i * PAGE));
    }
    assert_false(hits(m, 1, p)); /* the set of page 4 */
    assert_false(hits(m, 1, p + 4 * PAGE));
    assert_true(hits(m, 1, p + 5 * PAGE));
    vm_machine_free(m);
}

static void tags_spare_a_flush(void **state)
{
    (void)state;
    for (int asids = 0; asids < 2; asids++) {
        vm_machine *m = machine_of(1, 8, asids, vm_thp_never);
        vm_va p = map(m, 32, 1);
        bring_in(m, p, 1);
        DO(m, fork, .tid = 1, .label = 2);
        assert_false(hits(m, 1, p)); /* fork took the write bit: the entry had to go */
        assert_false(hits(m, 2, p)); /* the same page number, another space */
        assert_int_equal(hits(m, 1, p), asids);
        assert_int_equal(hits(m, 2, p), asids);
        vm_machine_free(m);
    }
}

/* munmap, mprotect and a split drop what they must, in every shape of TLB. */
static void no_stale_entry(void **state)
{
    (void)state;
    static const uint32_t shapes[][2] = {{1, 4}, {4, 4}, {16, 1}, {64, 2}};
    for (int i = 0; i < 4; i++) {
        vm_machine *m = machine_of(shapes[i][0], shapes[i][1], true, vm_thp_always);
        DO(m, sigaction, .tid = 1, .signo = vm_signo_sigsegv, .action = vm_signal_action_skip);
        vm_va p = map(m, 48, PART);
        bring_in(m, p, PART);
        assert_int_equal(vm_counter(m, 1, vm_counter_huge_faults), 1);
        for (unsigned page = 0; page < PART; page++) {
            assert_true(hits(m, 1, p + page * PAGE)); /* one entry for all */
        }
        DO(m, mprotect, .tid = 1, .va = p + 5 * PAGE, .bytes = PAGE, .prot = 1);
        assert_null(vm_check(m));
        assert_false(hits(m, 1, p + 6 * PAGE)); /* split: a small entry for itself */
        assert_true(hits(m, 1, p + 6 * PAGE));
        uint64_t signals = vm_counter(m, 1, vm_counter_signals);
        DO(m, access, .tid = 1, .va = p + 5 * PAGE, .access = vm_access_store, .bytes = 1);
        assert_int_equal(vm_counter(m, 1, vm_counter_signals) - signals, 1);
        DO(m, munmap, .tid = 1, .va = p, .bytes = PART * PAGE);
        assert_false(hits(m, 1, p + 6 * PAGE));
        assert_int_equal(vm_counter(m, 1, vm_counter_signals) - signals, 2);
        vm_machine_free(m);
    }
}

/* A huge entry and small ones of other pages share a set. */
static void huge_among_small(void **state)
{
    (void)state;
    vm_machine *m = machine_of(2, 2, false, vm_thp_always);
    vm_va huge = map(m, 48, PART), small = map(m, 72, 4);
    bring_in(m, huge, PART);
    bring_in(m, small, 4);
    assert_int_equal(vm_counter(m, 1, vm_counter_huge_faults), 1);
    hits(m, 1, huge + 9 * PAGE); /* set 48 / 16 % 2 = 1, whatever the page within */
    assert_true(hits(m, 1, huge));
    assert_true(hits(m, 1, small + 2 * PAGE)); /* set 0 */
    assert_true(hits(m, 1, huge + 15 * PAGE));
    hits(m, 1, small + PAGE);     /* set 1: the other way */
    hits(m, 1, small + 3 * PAGE); /* of small 1 and the huge one, the huge one was used earlier */
    assert_false(hits(m, 1, huge + 4 * PAGE));
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_recently_used_gives_way),
        cmocka_unit_test(sets_by_the_low_bits),
        cmocka_unit_test(tags_spare_a_flush),
        cmocka_unit_test(no_stale_entry),
        cmocka_unit_test(huge_among_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
