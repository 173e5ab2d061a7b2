/* SPDX-License-Identifier: MIT
 * Samples along a run: each is what the machine at its operation says, however long the run is;
 * a branch has those of its part.
 */
#include "support_random.h"
#include "vm/history.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PAGES = 40, LONG = 20000 };

static void run(vm_history *history, size_t operations)
{
    struct dice dice = {42};
    vm_tid tids = 1;
    for (size_t i = vm_history_length(history); i < operations; i++) {
        struct vm_op op = {.kind = vm_op_kind_access,
            .u.access = {(vm_tid)(1 + dice_roll(&dice, tids)),
                (UINT64_C(16) + dice_roll(&dice, PAGES)) << 12, vm_access_store, 1}};
        if (tids < 4 && i % 1000 == 999) {
            op = (struct vm_op){.kind = vm_op_kind_fork, .u.fork = {.tid = 1, .label = 1}};
            tids++;
        }
        assert_int_equal(vm_history_append(history, &op), VM_OK);
    }
}

static vm_history *begun(void)
{
    struct vm_config config;
    vm_history *history;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 96;
    config.slots = 512;
    assert_int_equal(vm_history_new(&config, NULL, &history), VM_OK);
    struct vm_op start = {.kind = vm_op_kind_start, .u.start = {.label = 1}};
    struct vm_op map = {.kind = vm_op_kind_mmap,
        .u.mmap = {.tid = 1,
            .hint = UINT64_C(16) << 12,
            .bytes = (uint64_t)PAGES << 12,
            .prot = vm_prot_bit_read | vm_prot_bit_write,
            .flags = vm_map_bit_fixed}};
    assert_int_equal(vm_history_append(history, &start), VM_OK);
    assert_int_equal(vm_history_append(history, &map), VM_OK);
    return history;
}

struct checking {
    vm_history *history;
    uint64_t next, apart;
    uint64_t faults; /* seen in the last one: they only grow */
};

static void on_sample(void *ctx, uint64_t op, const uint64_t *values, uint32_t processes)
{
    struct checking *c = ctx;
    const vm_machine *m;
    assert_int_equal(op, c->next);
    c->next += c->apart;
    assert_int_equal(vm_history_at(c->history, op, &m), VM_OK);
    for (vm_pid pid = 0; pid < processes; pid++) {
        for (unsigned kind = 0; kind < VM_SERIES; kind++) {
            assert_int_equal(values[(size_t)pid * VM_SERIES + kind], vm_series_value(m, pid, kind));
        }
    }
    assert_true(values[vm_counter_faults] >= c->faults);
    c->faults = values[vm_counter_faults];
}

static void check(vm_history *history)
{
    struct checking c = {.history = history, .apart = vm_history_samples_apart(history)};
    assert_int_equal(vm_history_samples(history, on_sample, &c), VM_OK);
    assert_true(c.next >= vm_history_length(history));
    assert_true(c.next < vm_history_length(history) + c.apart || c.apart == 0);
}

static void test_every_operation_of_a_short_run(void **unused)
{
    (void)unused;
    vm_history *history = begun();
    assert_int_equal(vm_history_samples_apart(history), 1);
    run(history, 1500);
    assert_int_equal(vm_history_samples_apart(history), 1);
    check(history);
    vm_history_free(history);
}

static void test_thinned_in_a_long_one(void **unused)
{
    (void)unused;
    vm_history *history = begun(), *branch;
    run(history, LONG);
    assert_int_equal(vm_history_samples_apart(history), 8); /* 20000 / 4096, a power of two */
    check(history);
    assert_int_equal(vm_history_branch(history, 7777, &branch), VM_OK);
    vm_history_free(history);
    run(branch, 9000);
    check(branch);
    vm_history_free(branch);
}

/* A first step that fails leaves the setup open; what was sampled then is not the start. */
static void test_setup_goes_on(void **unused)
{
    (void)unused;
    struct vm_config config;
    vm_history *history;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    assert_int_equal(vm_history_new(&config, NULL, &history), VM_OK);
    struct vm_op nobody = {.kind = vm_op_kind_access, .u.access = {9, 0, vm_access_load, 1}};
    assert_int_not_equal(vm_history_append(history, &nobody), VM_OK);
    struct vm_op start = {.kind = vm_op_kind_start, .u.start = {.label = 1}};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(vm_history_append(history, &start), VM_OK);
    }
    check(history);
    vm_history_free(history);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_operation_of_a_short_run),
        cmocka_unit_test(test_thinned_in_a_long_one),
        cmocka_unit_test(test_setup_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
