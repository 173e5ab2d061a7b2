/* SPDX-License-Identifier: MIT
 * The clock: its arithmetic by hand, and the law that it is the sum of what an operation's
 * micro-steps cost.
 */
#include "support_random.h"
#include "support_scarce.h"
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Prices that show in the digits of the sum what it is made of. */
static void one_fault_by_hand(void **state)
{
    (void)state;
    vm_run *run = run_text(
        "vmscope 1\n"
        "machine x86-64 { frames 64  tlb 4  cost sram 1  cost dram 10  cost tlb_hit 0  cost trap "
        "100\n"
        "  cost minor_work 1000  cost zero_fill 10000  cost syscall 100000 }\n"
        "A = start empty\nA: h = mmap(2 pages, rw, private)\n"
        "expect time = 100000\n"
        "A: store(h)\n" /* walk: one level, trap, zero-fill; walk again: four levels; the byte */
        "expect walk_reads = 5\nexpect time = 11151\n"
        "A: store(h)\n" /* the TLB knows it: only the byte is read */
        "expect time = 1\n"
        "expect clock = 111152\nexpect clock(A) = 111152\nexpect access_time = 55576\n");
    assert_int_equal(held_all(run), 7);
    vm_run_free(run);
}

/* Silberschatz, Galvin, Gagne, section 10.2.3: 200 ns for memory, 8 ms for a fault, one access of a
 * thousand faults: 8.2 microseconds. Here in one run of a thousand references. */
static void effective_access_time(void **state)
{
    (void)state;
    vm_run *run = run_text(
        "vmscope 1\n"
        "machine paper { frames 1  files on disk  cost sram 200  cost disk 8000000  cost trap 0\n"
        "  cost major_work 0  cost minor_work 0  cost syscall 0 }\n"
        "A = start empty\nA: h = mmap(1 page, rw, private)\n"
        "A: refs 7\nA: q = 1\nrepeat 999 { A: refs 7 }\n"
        "expect faults = 1\nexpect references = 1000\nexpect access_time = 8200\n");
    assert_int_equal(held_all(run), 3);
    vm_run_free(run);
}

static void media_are_prices(void **state)
{
    (void)state;
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    assert_int_equal(vm_cost_price(&config, vm_cost_swap_in), 100000000);
    config.swap_on = vm_medium_disk;
    assert_int_equal(vm_cost_price(&config, vm_cost_swap_in), UINT64_C(10000000000));
    assert_int_equal(vm_cost_price(&config, vm_cost_file_read), 100000000);
    config.swap_on = vm_medium_count;
    assert_non_null(vm_config_problem(&config));
}

struct sums {
    uint64_t picoseconds; /* of all operations so far */
    uint64_t wild;        /* of counters that moved before any happening */
};

static void add_up(const vm_machine *m, const struct vm_events *events, struct sums *sums)
{
    struct vm_event event;
    bool happened = false;
    for (size_t at = 0; vm_event_next(events->bytes, events->length, &at, &event);) {
        const struct vm_event_counter *counter = (const void *)event.word;
        happened = happened || !vm_event_desc(event.kind)->change;
        for (unsigned c = 0; event.kind == vm_event_counter && c < vm_cost_count; c++) {
            if (counter->pid || counter->counter != vm_cost_desc(c)->counter) {
                continue;
            }
            uint64_t cost = vm_cost_price(vm_machine_config(m), (enum vm_cost)c) *
                            (counter->value - counter->old_value);
            sums->picoseconds += cost;
            sums->wild += happened ? 0 : cost;
        }
    }
}

static void the_clock_is_the_sum_of_the_steps(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct dice dice = {seed};
        struct vm_config config;
        dice_any_machine(&dice, &config);
        vm_machine *m;
        assert_int_equal(vm_machine_new(&config, &m), VM_OK);
        struct vm_op setup[32];
        size_t n = dice_setup(&dice, setup, 32);
        struct sums sums = {0};
        for (size_t i = 0; i < n + 60; i++) {
            struct vm_op op = i < n ? setup[i] : dice_op(&dice, m);
            struct vm_events events = {0};
            vm_apply(m, &op, &events);
            add_up(m, &events, &sums);
            vm_events_release(&events);
            if (sums.picoseconds / 1000 != vm_clock_ns(m, 0) || sums.wild) {
                fail_msg("seed %llu, %s: a step without its price", (unsigned long long)seed,
                    vm_op_desc(op.kind)->name);
            }
        }
        vm_machine_free(m);
    }
}

static void the_description_has_the_prices(void **state)
{
    (void)state;
    struct vm_config config = scarce_config(8, 8, vm_policy_kind_fifo);
    vm_machine *m = scarce_machine(&config, 0);
    struct vm_events events = {0};
    vm_describe(m, &events);
    struct vm_event event;
    unsigned prices = 0;
    for (size_t at = 0; vm_event_next(events.bytes, events.length, &at, &event);) {
        if (event.kind == vm_event_cost) {
            const struct vm_event_cost *cost = (const void *)event.word;
            assert_int_equal(cost->picoseconds, vm_cost_price(&config, (enum vm_cost)cost->cost));
            prices++;
        }
    }
    assert_int_equal(prices, vm_cost_count);
    vm_events_release(&events);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_fault_by_hand),
        cmocka_unit_test(effective_access_time), cmocka_unit_test(media_are_prices),
        cmocka_unit_test(the_clock_is_the_sum_of_the_steps),
        cmocka_unit_test(the_description_has_the_prices)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
