/* SPDX-License-Identifier: MIT
 * The law over random operations: folding all changes from nothing gives the described state after
 * every step, undoing them gives nothing, every invariant holds, a replay gives the same bytes, a
 * run without events ends in the same state, and a clone goes on like the original.
 */
#include "support_fold.h"
#include "support_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STEPS 60

struct law {
    uint64_t seed;
    vm_machine *loud, *quiet;
    struct vm_events events;
    struct fold *fold;
    struct vm_op ops[STEPS + 40];
    size_t ends[STEPS + 40], n;
};

static void expect_state(
    struct law *law, const vm_machine *m, const struct fold *fold, const char *what)
{
    struct vm_events described = {0};
    vm_describe(m, &described);
    struct fold *fresh = fold_new();
    char difference[100];
    const char *problem = fold_apply(fresh, described.bytes, described.length, false);
    if (problem || !fold_equal(fresh, fold, difference, sizeof difference)) {
        fail_msg("seed %llu step %zu: %s: %s", (unsigned long long)law->seed, law->n, what,
            problem ? problem : difference);
    }
    fold_free(fresh);
    vm_events_release(&described);
}

static void step(struct law *law, const struct vm_op *op)
{
    size_t before = law->events.length;
    enum vm_status status = vm_apply(law->loud, op, &law->events);
    assert_int_equal(status, vm_apply(law->quiet, op, NULL));
    if (status != VM_OK && law->events.length != before) {
        fail_msg("seed %llu: a refused operation left events", (unsigned long long)law->seed);
    }
    const char *problem =
        fold_apply(law->fold, law->events.bytes + before, law->events.length - before, false);
    if (!problem) {
        problem = vm_check(law->loud);
    }
    if (problem) {
        fail_msg("seed %llu step %zu op %s: %s", (unsigned long long)law->seed, law->n,
            vm_op_desc(op->kind) ? vm_op_desc(op->kind)->name : "?", problem);
    }
    if (status == VM_OK) {
        law->ends[law->n] = law->events.length;
        law->ops[law->n++] = *op;
    }
}

static void replay(struct law *law, const struct vm_config *config)
{
    vm_machine *again, *clone = NULL;
    assert_int_equal(vm_machine_new(config, &again), VM_OK);
    struct vm_events events = {0};
    for (size_t i = 0; i < law->n; i++) {
        if (i == law->n / 2) {
            assert_int_equal(vm_clone(again, &clone), VM_OK);
            vm_machine_free(again);
            again = clone;
        }
        assert_int_equal(vm_apply(again, &law->ops[i], &events), VM_OK);
        assert_int_equal(events.length, law->ends[i]);
    }
    assert_int_equal(events.length, law->events.length);
    if (events.length) {
        assert_memory_equal(events.bytes, law->events.bytes, events.length);
    }
    vm_events_release(&events);
    vm_machine_free(again);
}

static void one(uint64_t seed)
{
    struct law law = {.seed = seed, .fold = fold_new()};
    struct dice dice = {seed};
    struct vm_config config;
    dice_machine(&dice, &config);
    assert_int_equal(vm_machine_new(&config, &law.loud), VM_OK);
    assert_int_equal(vm_machine_new(&config, &law.quiet), VM_OK);
    struct vm_events start = {0};
    vm_describe(law.loud, &start);
    assert_null(fold_apply(law.fold, start.bytes, start.length, false));
    struct vm_op setup[32];
    size_t n = dice_setup(&dice, setup, 32);
    for (size_t i = 0; i < n; i++) {
        step(&law, &setup[i]);
    }
    struct vm_op first[] = {{.kind = vm_op_kind_start, .u.start = {1, 3}},
        {.kind = vm_op_kind_sigaction, .u.sigaction = {1, vm_signo_sigsegv, vm_signal_action_skip}},
        {.kind = vm_op_kind_sigaction, .u.sigaction = {1, vm_signo_sigbus, vm_signal_action_skip}}};
    for (size_t i = 0; i < 3; i++) {
        step(&law, &first[i]);
    }
    for (size_t i = 0; i < STEPS; i++) {
        struct vm_op op = dice_op(&dice, law.loud);
        step(&law, &op);
        if (i % 16 == 0) {
            expect_state(&law, law.loud, law.fold, "fold and description differ");
        }
    }
    expect_state(&law, law.loud, law.fold, "fold and description differ");
    expect_state(&law, law.quiet, law.fold, "the fast path ends elsewhere");
    replay(&law, &config);
    assert_null(fold_apply(law.fold, law.events.bytes, law.events.length, true));
    assert_null(fold_apply(law.fold, start.bytes, start.length, true));
    assert_int_equal(fold_rows(law.fold), 0);
    fold_free(law.fold);
    vm_events_release(&start);
    vm_events_release(&law.events);
    vm_machine_free(law.loud);
    vm_machine_free(law.quiet);
}

static void law_holds(void **state)
{
    (void)state;
    const char *from = getenv("VMSCOPE_SEED"), *many = getenv("VMSCOPE_SEEDS");
    uint64_t first = from ? strtoull(from, NULL, 10) : 1;
    uint64_t n = many ? strtoull(many, NULL, 10) : 10000;
    for (uint64_t seed = first; seed < first + n; seed++) {
        one(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(law_holds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
