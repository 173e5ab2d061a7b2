/* SPDX-License-Identifier: MIT
 * Two tables of Tanenbaum and Bos, chapter 3: the counters of aging, and who leaves by NRU, FIFO,
 * LRU and second chance. On the full machine, whose pages are in the frames of the same order.
 */
#include "machine/world.h"
#include "policy/clock.h"
#include "policy/policy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { TASK = 1, PAGES = 8 };

static vm_machine *machine(enum vm_policy_kind policy, uint32_t frames, uint64_t tick)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_paper, &config);
    config.policy = policy;
    config.frames = frames;
    config.tick = tick;
    vm_machine *m;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    struct vm_op start = {.kind = vm_op_kind_start, .u.start = {.label = 1}};
    struct vm_op map = {.kind = vm_op_kind_mmap,
        .u.mmap = {.tid = TASK,
            .bytes = (uint64_t)PAGES << config.page_shift,
            .prot = vm_prot_bit_read | vm_prot_bit_write,
            .flags = vm_map_bit_pages | vm_map_bit_fixed}};
    assert_int_equal(vm_apply(m, &start, NULL), VM_OK);
    assert_int_equal(vm_apply(m, &map, NULL), VM_OK);
    return m;
}

static void reference(vm_machine *m, vm_vpn page, enum vm_access access)
{
    struct vm_op op = {
        .kind = vm_op_kind_access, .u.access = {TASK, page << m->config.page_shift, access, 1}};
    assert_int_equal(vm_apply(m, &op, NULL), VM_OK);
    assert_null(vm_check(m));
}

/* Six pages and a seventh that passes the time; its own use is of no interest. */
static void test_aging(void **state)
{
    (void)state;
    enum { OBSERVED = 6, OTHER = OBSERVED, TICK = 7, TICKS = 5, FORGET = 9 };
    static const char *const used[TICKS] = {"101011", "110010", "110101", "100010", "011000"};
    static const uint8_t counter[OBSERVED] = {0x78, 0xB0, 0x88, 0x20, 0x58, 0x28};
    vm_machine *m = machine(vm_policy_kind_aging, OBSERVED + 1, TICK);
    for (vm_vpn page = 0; page <= OTHER; page++) {
        reference(m, page, vm_access_load);
    }
    for (int i = 1; i < FORGET * TICK; i++) { /* until nothing is left of the loading */
        reference(m, OTHER, vm_access_load);
    }
    while (m->clock % TICK) {
        reference(m, OTHER, vm_access_load);
    }
    for (int tick = 0; tick < TICKS; tick++) {
        for (vm_vpn page = 0; page < OBSERVED; page++) {
            assert_true(tick || !policy_word(m, 0, (uint32_t)page));
            reference(m, used[tick][page] == '1' ? page : OTHER, vm_access_load);
        }
        reference(m, OTHER, vm_access_load);
    }
    for (uint32_t page = 0; page < OBSERVED; page++) {
        assert_int_equal(policy_word(m, 0, page), counter[page]);
    }
    vm_machine_free(m);
}

static void at_time(vm_machine *m, uint64_t time, vm_vpn page, enum vm_access access)
{
    m->clock = time - 1;
    reference(m, page, access);
}

/* Loaded at 126, 230, 140, 110; last used at 280, 265, 270, 285; the tick is at 270; 1 and 3 dirty.
 */
static vm_vpn who_leaves(enum vm_policy_kind policy)
{
    vm_machine *m = machine(policy, 4, 270);
    at_time(m, 110, 3, vm_access_store);
    at_time(m, 126, 0, vm_access_load);
    at_time(m, 140, 2, vm_access_load);
    at_time(m, 230, 1, vm_access_store);
    at_time(m, 265, 1, vm_access_load);
    at_time(m, 270, 2, vm_access_load);
    if (policy == vm_policy_kind_clock) { /* the table's R bits: cleared by somebody's timer */
        for (vm_frame f = 0; f < 4; f++) {
            clock_clear(m, f);
        }
    }
    at_time(m, 280, 0, vm_access_load);
    at_time(m, 285, 3, vm_access_load);
    at_time(m, 290, 5, vm_access_load);
    vm_vpn gone = 0 + 1 + 2 + 3 + 5;
    for (vm_frame f = 0; f < 4; f++) {
        gone -= m->frames[f].index;
    }
    vm_machine_free(m);
    return gone;
}

static void test_who_leaves(void **state)
{
    (void)state;
    assert_int_equal(who_leaves(vm_policy_kind_nru), 2);
    assert_int_equal(who_leaves(vm_policy_kind_fifo), 3);
    assert_int_equal(who_leaves(vm_policy_kind_lru), 1);
    assert_int_equal(who_leaves(vm_policy_kind_clock), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aging), cmocka_unit_test(test_who_leaves)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
