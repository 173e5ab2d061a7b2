/* SPDX-License-Identifier: MIT
 * The race detector, asked by operations: who races, who is ordered, and what it costs when nobody
 * can race.
 */
#include "race/state.h"
#include "support_machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PAGE UINT64_C(4096)
enum { RW = vm_prot_bit_read | vm_prot_bit_write };

/* A process with two threads besides its main one: 2 and 3. */
static vm_va three_threads(vm_machine *m)
{
    DO(m, start, .label = 1);
    vm_va at = DO(m, mmap, .tid = 1, .hint = 0x10000000, .bytes = 16 * PAGE, .prot = RW);
    DO(m, store, .tid = 1, .va = at, .value = 1); /* before there are others: no matter */
    assert_int_equal(DO(m, create, .tid = 1, .label = 2, .stack = 4 * PAGE), 2);
    assert_int_equal(DO(m, create, .tid = 1, .label = 3, .stack = 4 * PAGE), 3);
    return at;
}

static void store_at(vm_machine *m, vm_tid tid, vm_va va, uint32_t line)
{
    machine_do(m,
        &(const struct vm_op){.kind = vm_op_kind_store, .line = line, .u.store = {tid, va, line}});
}

static void load_at(vm_machine *m, vm_tid tid, vm_va va, uint32_t line)
{
    machine_do(
        m, &(const struct vm_op){.kind = vm_op_kind_load, .line = line, .u.load = {tid, va, 9}});
}

static uint64_t races(const vm_machine *m)
{
    return vm_counter(m, 0, vm_counter_races);
}

static void both_sides_of_a_race_are_named(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    vm_va at = three_threads(m);
    load_at(m, 2, at, 5);
    load_at(m, 3, at, 15);
    assert_int_equal(races(m), 0);
    const struct vm_op store = {.kind = vm_op_kind_store, .line = 6, .u.store = {2, at, 7}};
    assert_int_equal(machine_count(m, &store, vm_event_race), 1); /* not with its own reading */
    assert_int_equal(races(m), 1);
    struct vm_race_view race;
    assert_true(vm_race_at(m, 0, &race));
    assert_int_equal(race.va, at);
    assert_int_equal(race.pid, 1);
    assert_int_equal(race.side[0].tid, 3);
    assert_int_equal(race.side[0].access, vm_access_load);
    assert_int_equal(race.side[0].line, 15);
    assert_int_equal(race.side[1].tid, 2);
    assert_int_equal(race.side[1].access, vm_access_store);
    assert_int_equal(race.side[1].line, 6);
    assert_false(vm_race_at(m, 1, &race));
    store_at(m, 3, at, 16);
    assert_int_equal(races(m), 2);
    store_at(m, 2, at, 6); /* the same two places once more, the other way round */
    store_at(m, 3, at, 16);
    assert_int_equal(races(m), 2);
    vm_machine_free(m);
}

static void create_and_join_order(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    vm_va at = three_threads(m);
    store_at(m, 1, at + 8, 3);
    assert_int_equal(DO(m, create, .tid = 1, .label = 4, .stack = 4 * PAGE), 4);
    load_at(m, 4, at + 8, 4);
    store_at(m, 4, at + 16, 5);
    DO(m, thread_exit, .tid = 4, .value = 1);
    DO(m, join, .tid = 1, .thread = 4);
    store_at(m, 1, at + 16, 6);
    store_at(m, 1, at + 8, 7);
    assert_int_equal(races(m), 0);
    load_at(m, 2, at + 8, 8); /* created before that was written */
    assert_int_equal(races(m), 1);
    vm_machine_free(m);
}

static void a_release_comes_before_the_acquire(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    vm_va at = three_threads(m);
    struct race_key lock = race_word(m, 2, at + 64);
    store_at(m, 2, at, 3);
    race_release(m, 2, lock);
    store_at(m, 2, at + 8, 4); /* after it */
    race_acquire(m, 3, lock);
    store_at(m, 3, at, 5);
    assert_int_equal(races(m), 0);
    store_at(m, 3, at + 8, 6);
    assert_int_equal(races(m), 1);
    race_acquire(m, 1, race_word(m, 1, at + 72)); /* another word orders nothing */
    load_at(m, 1, at, 7);
    assert_int_equal(races(m), 2);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void indivisible_operations_order_and_do_not_race_with_each_other(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    vm_va at = three_threads(m), flag = at + 64;
    store_at(m, 2, at, 3);
    race_atomic(m, 2, flag, vm_atomic_store);
    race_atomic(m, 3, flag, vm_atomic_load);
    load_at(m, 3, at, 4);
    race_atomic(m, 3, flag, vm_atomic_exchange);
    race_atomic(m, 1, flag, vm_atomic_store); /* no acquire: it does not know of line 3 */
    assert_int_equal(races(m), 0);
    store_at(m, 1, at, 5);
    assert_int_equal(races(m), 2); /* with the store and with the load */
    load_at(m, 2, flag, 6);        /* plain against indivisible */
    assert_int_equal(races(m), 3);
    assert_null(vm_check(m));
    vm_machine_free(m);
}

static void shared_memory_meets_at_different_addresses(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    DO(m, start, .label = 1);
    vm_va p = DO(m, mmap, .tid = 1, .bytes = 4 * PAGE, .prot = RW, .flags = vm_map_bit_shared);
    vm_pid child = (vm_pid)DO(m, fork, .tid = 1, .label = 2);
    vm_tid other = vm_process_task(m, child);
    vm_va q = DO(m, mremap, .tid = other, .va = p, .old_bytes = 4 * PAGE, .new_bytes = 4 * PAGE,
        .flags = vm_mremap_bit_maymove | vm_mremap_bit_fixed, .new_va = 0x20000000);
    assert_true(q != p);
    store_at(m, 1, p + PAGE, 3);
    assert_int_equal(races(m), 0);
    load_at(m, other, q + PAGE, 4);
    assert_int_equal(races(m), 1);
    store_at(m, other, q + 2 * PAGE, 5);
    DO(m, exit, .tid = other);
    DO(m, wait, .tid = 1, .child = child);
    load_at(m, 1, p + 2 * PAGE, 6); /* the wait came in between */
    assert_int_equal(races(m), 1);
    vm_machine_free(m);
}

static void private_memory_of_two_processes_is_two_memories(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    vm_va at = three_threads(m);
    vm_pid child = (vm_pid)DO(m, fork, .tid = 1, .label = 2);
    store_at(m, vm_process_task(m, child), at, 4);
    store_at(m, 2, at, 5);
    store_at(m, vm_process_task(m, child), at, 6);
    assert_int_equal(races(m), 0);
    vm_machine_free(m);
}

static void memory_mapped_anew_has_no_past(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    vm_va at = three_threads(m);
    store_at(m, 2, at, 3);
    DO(m, munmap, .tid = 3, .va = at, .bytes = PAGE);
    assert_int_equal(DO(m, mmap, .tid = 3, .hint = at, .bytes = PAGE, .prot = RW), at);
    store_at(m, 3, at, 4);
    assert_int_equal(races(m), 0);
    vm_machine_free(m);
}

static void one_thread_costs_nothing(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    DO(m, start, .label = 1);
    vm_va at = DO(m, mmap, .tid = 1, .bytes = 16 * PAGE, .prot = RW);
    for (uint32_t i = 0; i < 500; i++) {
        store_at(m, 1, at + 8 * i, i);
    }
    assert_true(m->race_cells_n <= 1);
    assert_int_equal(m->race_places_n, 0);
    vm_machine_free(m);
}

static void it_can_be_turned_off(void **state)
{
    (void)state;
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.races = false;
    vm_machine *m;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    vm_va at = three_threads(m);
    store_at(m, 2, at, 1);
    store_at(m, 3, at, 2);
    assert_int_equal(races(m), 0);
    assert_int_equal(m->race_clocks_n, 0);
    vm_machine_free(m);
}

/* More words than it remembers: the oldest are forgotten, the last ones are not. */
static void its_memory_is_bounded(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    vm_va at = three_threads(m);
    struct race_key key = race_word(m, 2, at + 15 * PAGE);
    race_release(m, 2, key);
    for (uint32_t i = 0; i < 2 * RACE_CELLS_MAX; i++) {
        const struct vm_op op = {
            .kind = vm_op_kind_store, .line = 3, .u.store = {2, at + 8 * (i % 7168), 1}};
        assert_int_equal(vm_apply(m, &op, NULL), VM_OK);
    }
    assert_null(vm_check(m));
    assert_true(m->race_cells_n <= RACE_CELLS_MAX + 1);
    assert_int_not_equal(race_cell_find(m, key), 0); /* what orders stays */
    store_at(m, 3, at + 8 * ((2 * RACE_CELLS_MAX - 1) % 7168), 4);
    assert_int_equal(races(m), 1);
    for (uint32_t i = 0; i < RACE_ROWS_MAX + 100; i++) { /* keys that order, without end */
        assert_int_equal(race_begin(m, 0), VM_OK);
        race_release(m, 2, race_thing(RACE_OBJECT, i + 1));
    }
    assert_null(vm_check(m));
    assert_true(m->race_rows_used <= RACE_ROWS_MAX);
    race_acquire(m, 3, race_thing(RACE_OBJECT, 1)); /* given up, but what it knew is not lost */
    store_at(m, 3, at + 8 * 100, 5);
    assert_int_equal(races(m), 1);
    vm_machine_free(m);
}

/* Places are given again when their threads have ended, and nobody is mistaken for another. */
static void more_threads_than_places(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(400);
    vm_va at = three_threads(m);
    for (uint32_t i = 0; i < 2 * RACE_PLACES_MAX; i++) {
        vm_tid tid = (vm_tid)DO(m, create, .tid = 1, .label = 4, .stack = 4 * PAGE);
        store_at(m, tid, at + 8 * (i % 8), 3); /* ordered by create and join */
        DO(m, thread_exit, .tid = tid);
        DO(m, join, .tid = 1, .thread = tid);
    }
    assert_int_equal(races(m), 0);
    store_at(m, 2, at, 4);
    assert_int_equal(races(m), 1);
    vm_machine_free(m);
}

/* What the kernel does to a program's memory is done by who called it. */
static void buffers_of_read_and_write_race_too(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    vm_va at = three_threads(m);
    uint64_t ends = DO(m, pipe, .tid = 1), read = ends & UINT32_MAX, write = ends >> 32;
    DO(m, write, .tid = 1, .fd = write, .va = at, .bytes = 16);
    store_at(m, 2, at + 64, 5);
    DO(m, read, .tid = 3, .fd = read, .va = at + 60, .bytes = 4); /* no whole word */
    assert_int_equal(races(m), 0);
    DO(m, read, .tid = 3, .fd = read, .va = at + 64, .bytes = 8);
    assert_int_equal(races(m), 1);
    machine_do(m, &(const struct vm_op){.kind = vm_op_kind_copy,
                      .line = 9,
                      .u.copy = {.tid = 2, .to = at + 128, .from = at + 256, .bytes = 4096}});
    load_at(m, 3, at + 128, 10);
    assert_int_equal(races(m), 2);
    vm_machine_free(m);
}

/* The reader may write where the writer has read or written before: the pipe orders them. */
static void a_pipe_orders_the_buffers(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(200);
    vm_va at = three_threads(m);
    uint64_t ends = DO(m, pipe, .tid = 1), read = ends & UINT32_MAX, write = ends >> 32;
    store_at(m, 2, at, 5);
    DO(m, write, .tid = 2, .fd = write, .va = at, .bytes = 8);
    DO(m, read, .tid = 3, .fd = read, .va = at, .bytes = 8);
    DO(m, read, .tid = 3, .fd = read, .va = at + 8, .bytes = 8); /* waits */
    store_at(m, 2, at + 8, 6);
    DO(m, write, .tid = 2, .fd = write, .va = at + 8, .bytes = 8);
    load_at(m, 3, at + 8, 7);
    assert_int_equal(races(m), 0);
    vm_machine_free(m);
}

static void a_store_races_with_as_many_as_have_read(void **state)
{
    (void)state;
    vm_machine *m = machine_x86(400);
    vm_va at = three_threads(m);
    enum { READERS = 40 };
    for (uint32_t i = 0; i < READERS; i++) {
        vm_tid tid = (vm_tid)DO(m, create, .tid = 1, .label = 4 + i, .stack = 4 * PAGE);
        load_at(m, tid, at, 100 + i);
    }
    store_at(m, 2, at, 7);
    assert_int_equal(races(m), READERS);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_sides_of_a_race_are_named),
        cmocka_unit_test(create_and_join_order),
        cmocka_unit_test(a_release_comes_before_the_acquire),
        cmocka_unit_test(indivisible_operations_order_and_do_not_race_with_each_other),
        cmocka_unit_test(shared_memory_meets_at_different_addresses),
        cmocka_unit_test(private_memory_of_two_processes_is_two_memories),
        cmocka_unit_test(memory_mapped_anew_has_no_past),
        cmocka_unit_test(one_thread_costs_nothing), cmocka_unit_test(it_can_be_turned_off),
        cmocka_unit_test(its_memory_is_bounded), cmocka_unit_test(more_threads_than_places),
        cmocka_unit_test(buffers_of_read_and_write_race_too),
        cmocka_unit_test(a_pipe_orders_the_buffers),
        cmocka_unit_test(a_store_races_with_as_many_as_have_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
