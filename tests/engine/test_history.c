/* SPDX-License-Identifier: MIT
 * History over random operations: any position equals running to it, any window of events equals
 * the events of the run, a branch shares nothing, and what is refused is not logged.
 */
#include "support_random.h"
#include "vm/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STEPS = 700, SEEDS = 12 };

struct run {
    struct vm_config config;
    struct vm_op setup[20], ops[STEPS];
    size_t setup_n, n;
    struct vm_events events; /* of all steps */
    size_t ends[STEPS];
    uint64_t happenings[STEPS];
};

/* The same operations on a bare machine: what the history must agree with. */
static void roll_run(struct run *run, uint64_t seed)
{
    struct dice dice = {seed};
    *run = (struct run){0};
    dice_any_machine(&dice, &run->config);
    vm_machine *m;
    assert_int_equal(vm_machine_new(&run->config, &m), VM_OK);
    struct vm_op all[20];
    size_t n = dice_setup(&dice, all, 20);
    for (size_t i = 0; i < n; i++) {
        if (vm_apply(m, &all[i], NULL) == VM_OK) {
            run->setup[run->setup_n++] = all[i];
        }
    }
    struct vm_op start = {.kind = vm_op_kind_start, .line = 3, .u.start = {.label = 1}};
    for (int tries = 0; run->n < STEPS && tries < 10 * STEPS; tries++) {
        struct vm_op op = run->n ? dice_op(&dice, m) : start;
        const struct vm_op_desc *desc = vm_op_desc(op.kind);
        op.line = (uint32_t)(dice_roll(&dice, 9) + run->n);
        if (op.kind ==
            vm_op_kind_mmap) { /* thousands of faults are `bulk`, not events to compare */
            op.u.mmap.flags &= ~(uint64_t)(vm_map_bit_populate | vm_map_bit_locked);
        }
        uint64_t before = run->events.happenings;
        if (!desc || desc->setup || vm_apply(m, &op, &run->events) != VM_OK) {
            continue;
        }
        run->ends[run->n] = run->events.length;
        run->happenings[run->n] = run->events.happenings - before;
        run->ops[run->n++] = op;
    }
    assert_true(run->n > 0);
    vm_machine_free(m);
}

static vm_history *history_of(const struct run *run, size_t checkpoint_bytes)
{
    struct vm_history_options options = {
        .checkpoint_bytes = checkpoint_bytes, .count_events = true};
    vm_history *history;
    assert_int_equal(vm_history_new(&run->config, &options, &history), VM_OK);
    for (size_t i = 0; i < run->setup_n; i++) {
        assert_int_equal(vm_history_append(history, &run->setup[i]), VM_OK);
    }
    for (size_t i = 0; i < run->n; i++) {
        assert_int_equal(vm_history_append(history, &run->ops[i]), VM_OK);
    }
    assert_int_equal(vm_history_setup(history), run->setup_n);
    assert_int_equal(vm_history_length(history), run->n);
    return history;
}

static vm_machine *machine_at(const struct run *run, size_t op)
{
    vm_machine *m;
    assert_int_equal(vm_machine_new(&run->config, &m), VM_OK);
    for (size_t i = 0; i < run->setup_n; i++) {
        assert_int_equal(vm_apply(m, &run->setup[i], NULL), VM_OK);
    }
    for (size_t i = 0; i < op; i++) {
        assert_int_equal(vm_apply(m, &run->ops[i], NULL), VM_OK);
    }
    return m;
}

static void assert_same_state(const vm_machine *a, const vm_machine *b)
{
    struct vm_events left = {0}, right = {0};
    vm_describe(a, &left);
    vm_describe(b, &right);
    assert_int_equal(left.length, right.length);
    assert_memory_equal(left.bytes, right.bytes, left.length);
    vm_events_release(&left);
    vm_events_release(&right);
}

static void check_position(const struct run *run, vm_history *history, size_t op)
{
    const vm_machine *found;
    assert_int_equal(vm_history_at(history, op, &found), VM_OK);
    assert_null(vm_check(found));
    vm_machine *want = machine_at(run, op);
    assert_same_state(found, want);
    vm_machine_free(want);
}

static void check_window(
    const struct run *run, vm_history *history, size_t from, size_t to, size_t budget)
{
    struct vm_events events = {0};
    size_t ends[STEPS], start = from ? run->ends[from - 1] : 0;
    uint64_t reached;
    assert_int_equal(vm_history_events(history, from, to, budget, &events, ends, &reached), VM_OK);
    assert_true(reached <= to && (reached > from || from == to));
    size_t length = (reached ? run->ends[reached - 1] : 0) - start;
    assert_int_equal(events.length, length);
    if (length > 0) {
        assert_memory_equal(events.bytes, run->events.bytes + start, length);
    }
    for (size_t i = from; i < reached; i++) {
        assert_int_equal(ends[i - from], run->ends[i] - start);
    }
    if (reached < to) {
        assert_true(length >= budget);
    }
    if (reached > from + 1) {
        assert_true(ends[reached - from - 2] < budget);
    }
    vm_events_release(&events);
}

static void test_seek_and_windows(void **state)
{
    (void)state;
    static const size_t budgets[] = {1, 300000, 0}; /* nothing fits; some; all */
    struct run *run = malloc(sizeof *run);
    assert_non_null(run);
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        roll_run(run, seed);
        struct dice dice = {seed * 77};
        vm_history *history = history_of(run, budgets[seed % 3]);
        for (int i = 0; i < 25; i++) {
            check_position(run, history, dice_roll(&dice, run->n + 1));
            size_t from = dice_roll(&dice, run->n + 1);
            size_t to = from + dice_roll(&dice, run->n + 1 - from);
            check_window(
                run, history, from, to, dice_roll(&dice, 3) ? SIZE_MAX : dice_roll(&dice, 5000));
            check_position(run, history, to);
        }
        check_window(run, history, 0, run->n, SIZE_MAX);
        for (size_t i = 0; i < run->n; i++) {
            struct vm_op op;
            assert_int_equal(vm_history_op(history, i + 1, &op), VM_OK);
            assert_memory_equal(op.u.arg, run->ops[i].u.arg, sizeof op.u.arg);
            assert_int_equal(op.kind, run->ops[i].kind);
            assert_int_equal(op.line, run->ops[i].line);
            struct vm_mark mark = vm_history_mark(history, i + 1);
            assert_int_equal(mark.kind, op.kind);
            assert_int_equal(mark.micro, run->happenings[i]);
        }
        assert_int_equal(
            vm_history_events_total(history), run->events.changes + run->events.happenings);
        vm_history_free(history);
        vm_events_release(&run->events);
    }
    free(run);
}

static void test_branch(void **state)
{
    (void)state;
    struct run *run = malloc(sizeof *run);
    assert_non_null(run);
    for (uint64_t seed = 1; seed <= 6; seed++) {
        roll_run(run, seed);
        struct dice dice = {seed * 31};
        vm_history *history = history_of(run, seed % 2 ? 0 : 200000), *branch;
        size_t at = seed == 1 ? 0 : seed == 2 ? run->n : dice_roll(&dice, run->n + 1);
        assert_int_equal(vm_history_branch(history, at, &branch), VM_OK);
        assert_int_equal(vm_history_length(branch), at);
        vm_machine *want = machine_at(run, at);
        assert_same_state(vm_history_head(branch), want);
        /* The rest again on the branch; the original is gone by then. */
        check_position(run, history, run->n);
        vm_history_free(history);
        for (size_t i = at; i < run->n; i++) {
            assert_int_equal(vm_history_append(branch, &run->ops[i]), VM_OK);
        }
        check_window(run, branch, 0, run->n, SIZE_MAX);
        check_position(run, branch, at);
        check_position(run, branch, dice_roll(&dice, run->n + 1));
        vm_machine_free(want);
        vm_history_free(branch);
        vm_events_release(&run->events);
    }
    free(run);
}

/* 12,000 pages at once are more changes than an operation tells. Whoever counted them while the run
 * grew knows their number without doing it again; what comes behind is the same. */
static void test_bulk(void **state)
{
    (void)state;
    vm_history *both[2];
    enum { PAGES = 12000, LOADS = 2, N = 2 + LOADS };
    for (int counted = 0; counted < 2; counted++) {
        struct vm_config config;
        vm_config_preset(vm_machine_kind_x86_64, &config);
        config.frames = 2 * PAGES;
        struct vm_history_options options = {.count_events = counted};
        assert_int_equal(vm_history_new(&config, &options, &both[counted]), VM_OK);
        struct vm_op op = {.kind = vm_op_kind_start, .u.start = {.label = 1}};
        assert_int_equal(vm_history_append(both[counted], &op), VM_OK);
        op = (struct vm_op){.kind = vm_op_kind_mmap,
            .u.mmap = {.tid = 1,
                .hint = UINT64_C(1) << 30,
                .bytes = PAGES * UINT64_C(4096),
                .prot = vm_prot_bit_read,
                .flags = vm_map_bit_fixed | vm_map_bit_populate}};
        assert_int_equal(vm_history_append(both[counted], &op), VM_OK);
        for (vm_va i = 0; i < LOADS; i++) {
            op = (struct vm_op){.kind = vm_op_kind_access,
                .u.access = {1, (UINT64_C(1) << 30) + i * 4096, vm_access_load, 1}};
            assert_int_equal(vm_history_append(both[counted], &op), VM_OK);
        }
    }
    assert_true(vm_history_mark(both[1], 2).flags & VM_MARK_BULK);
    for (uint64_t from = 0; from < N; from++) {
        for (uint64_t to = from + 1; to <= N; to++) {
            struct vm_events one = {0}, two = {0};
            uint64_t reached;
            assert_int_equal(
                vm_history_events(both[0], from, to, SIZE_MAX, &one, NULL, &reached), VM_OK);
            assert_int_equal(
                vm_history_events(both[1], from, to, SIZE_MAX, &two, NULL, &reached), VM_OK);
            assert_int_equal(reached, to);
            assert_int_equal(one.length, two.length);
            assert_memory_equal(one.bytes, two.bytes, one.length);
            assert_true(one.length < 100000);
            vm_events_release(&one);
            vm_events_release(&two);
        }
    }
    vm_history_free(both[0]);
    vm_history_free(both[1]);
}

static void test_refused(void **state)
{
    (void)state;
    struct run *run = malloc(sizeof *run);
    assert_non_null(run);
    roll_run(run, 5);
    vm_history *history = history_of(run, 0), *none;
    struct vm_op bad = {
        .kind = vm_op_kind_access, .u.access = {.tid = 999, .va = 4096, .access = 1, .bytes = 1}};
    assert_int_not_equal(vm_history_append(history, &bad), VM_OK);
    bad.kind = 60000;
    assert_int_not_equal(vm_history_append(history, &bad), VM_OK);
    assert_int_equal(vm_history_length(history), run->n);
    check_position(run, history, run->n);
    const vm_machine *machine;
    struct vm_events events = {0};
    uint64_t reached;
    assert_int_equal(vm_history_at(history, run->n + 1, &machine), VM_INVALID);
    assert_int_equal(
        vm_history_events(history, 0, run->n + 1, 9, &events, NULL, &reached), VM_INVALID);
    assert_int_equal(vm_history_events(history, 2, 1, 9, &events, NULL, &reached), VM_INVALID);
    assert_int_equal(vm_history_op(history, 0, &bad), VM_INVALID);
    assert_int_equal(vm_history_op(history, run->n + 1, &bad), VM_INVALID);
    assert_int_equal(vm_history_branch(history, run->n + 1, &none), VM_INVALID);
    assert_null(none);
    run->config.frames = 0;
    assert_int_not_equal(vm_history_new(&run->config, NULL, &none), VM_OK);
    assert_null(none);
    vm_history_free(history);
    vm_events_release(&run->events);
    free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seek_and_windows),
        cmocka_unit_test(test_branch),
        cmocka_unit_test(test_bulk),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
