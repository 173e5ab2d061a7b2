/* SPDX-License-Identifier: MIT
 * Room first: whichever allocation of an operation fails, the machine is as it was before; and no
 * status other than the failure's own comes of it.
 */
#include "support_random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct meter {
    size_t until_failure; /* 0: the next call fails; SIZE_MAX: never */
    size_t held;
};

static void *resize(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    struct meter *meter = ctx;
    if (new_size && meter->until_failure != SIZE_MAX) {
        if (!meter->until_failure) {
            return NULL;
        }
        meter->until_failure--;
    }
    meter->held += new_size - old_size;
    if (!new_size) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, new_size);
}

static void expect_same(const struct vm_events *before, const vm_machine *m)
{
    struct vm_events now = {0};
    vm_describe(m, &now);
    assert_int_equal(now.length, before->length);
    assert_memory_equal(now.bytes, before->bytes, now.length);
    assert_null(vm_check(m));
    vm_events_release(&now);
}

/* On a clone, whose arrays have no room to spare, the first, second, third … allocation fails until
 * the operation goes through; then the original takes it too. */
static size_t apply_against_failures(vm_machine *m, struct meter *meter, const struct vm_op *op)
{
    vm_machine *tight;
    assert_int_equal(vm_clone(m, &tight), VM_OK);
    struct vm_events before = {0};
    vm_describe(m, &before);
    size_t failures = 0;
    enum vm_status status;
    for (;; failures++) {
        meter->until_failure = failures;
        status = vm_apply(tight, op, NULL);
        meter->until_failure = SIZE_MAX;
        if (status != VM_NOMEM) {
            break;
        }
        expect_same(&before, tight);
    }
    assert_int_equal(vm_apply(m, op, NULL), status);
    vm_events_clear(&before);
    vm_describe(m, &before);
    expect_same(&before, tight); /* no failure was swallowed on the way */
    vm_events_release(&before);
    vm_machine_free(tight);
    return failures;
}

static void failures_change_nothing(void **state)
{
    (void)state;
    size_t failures = 0;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct meter meter = {SIZE_MAX, 0};
        struct dice dice = {seed};
        struct vm_config config;
        dice_any_machine(&dice, &config);
        config.allocator = (struct vm_allocator){resize, &meter};
        vm_machine *m;
        assert_int_equal(vm_machine_new(&config, &m), VM_OK);
        struct vm_op setup[32];
        size_t n = dice_setup(&dice, setup, 32);
        for (size_t i = 0; i < n; i++) {
            failures += apply_against_failures(m, &meter, &setup[i]);
        }
        for (size_t i = 0; i < 80; i++) {
            struct vm_op op = dice_op(&dice, m);
            failures += apply_against_failures(m, &meter, &op);
        }
        vm_machine *copy;
        meter.until_failure = 3;
        assert_int_equal(vm_clone(m, &copy), VM_NOMEM);
        meter.until_failure = SIZE_MAX;
        vm_machine_free(m);
        assert_int_equal(meter.held, 0);
    }
    assert_true(failures > 1000);
}

static void machine_new_fails_cleanly(void **state)
{
    (void)state;
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    for (size_t i = 0;; i++) {
        struct meter meter = {i, 0};
        config.allocator = (struct vm_allocator){resize, &meter};
        vm_machine *m;
        enum vm_status status = vm_machine_new(&config, &m);
        vm_machine_free(m);
        assert_int_equal(meter.held, 0);
        if (status == VM_OK) {
            assert_true(i > 5);
            return;
        }
        assert_int_equal(status, VM_NOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_change_nothing), cmocka_unit_test(machine_new_fails_cleanly)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
