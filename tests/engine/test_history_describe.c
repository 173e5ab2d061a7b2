/* SPDX-License-Identifier: MIT
 * The state inside an operation: what a reader has who folds the description before it and the
 * events up to the micro-step is what the history describes there.
 */
#include "support_fold.h"
#include "support_random.h"
#include "vm/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

/* Bytes of the step's first `micro` micro-steps. */
static size_t bytes_until(const struct vm_events *step, uint32_t micro)
{
    struct vm_event event;
    uint64_t happenings = 0;
    for (size_t at = 0, next = 0; vm_event_next(step->bytes, step->length, &next, &event);
         at = next) {
        if (!vm_event_desc(event.kind)->change && ++happenings > micro) {
            return at;
        }
    }
    return step->length;
}

static void expect_position(vm_history *history, uint64_t op, uint32_t micro)
{
    const vm_machine *machine;
    struct vm_events before = {0}, step = {0}, described = {0};
    uint64_t reached;
    assert_int_equal(vm_history_at(history, op - 1, &machine), VM_OK);
    vm_describe(machine, &before);
    assert_int_equal(
        vm_history_events(history, op - 1, op, SIZE_MAX, &step, NULL, &reached), VM_OK);
    struct fold *reader = fold_new(), *told = fold_new();
    assert_null(fold_apply(reader, before.bytes, before.length, false));
    assert_null(fold_apply(reader, step.bytes, bytes_until(&step, micro), false));
    assert_int_equal(
        vm_history_describe(history, (struct vm_position){op, micro}, &described), VM_OK);
    assert_null(fold_apply(told, described.bytes, described.length, false));
    char difference[100] = "";
    if (!fold_equal(reader, told, difference, sizeof difference)) {
        fail_msg("at %llu.%u: %s", (unsigned long long)op, micro, difference);
    }
    fold_free(reader);
    fold_free(told);
    vm_events_release(&before);
    vm_events_release(&step);
    vm_events_release(&described);
}

static void inside_an_operation(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        struct dice dice = {seed};
        struct vm_config config;
        vm_history *history;
        dice_any_machine(&dice, &config);
        assert_int_equal(vm_history_new(&config, NULL, &history), VM_OK);
        struct vm_op setup[24];
        size_t n = dice_setup(&dice, setup, 24);
        for (size_t i = 0; i < n; i++) {
            vm_history_append(history, &setup[i]);
        }
        for (int i = 0; i < 120; i++) {
            struct vm_op op = dice_op(&dice, vm_history_head(history));
            vm_history_append(history, &op);
        }
        uint64_t length = vm_history_length(history);
        assert_true(length > 0);
        for (int i = 0; i < 40; i++) {
            expect_position(
                history, 1 + dice_roll(&dice, length), (uint32_t)(1 + dice_roll(&dice, 25)));
        }
        struct vm_events events = {0};
        struct vm_position bad[] = {{length + 1, 0}, {0, 1}, {length + 1, 3}};
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(vm_history_describe(history, bad[i], &events), VM_INVALID);
        }
        vm_events_release(&events);
        vm_history_free(history);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(inside_an_operation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
