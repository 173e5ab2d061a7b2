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

static vm_history *begun_with(uint64_t tau)
{
    struct vm_config config;
    vm_history *history;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 96;
    config.slots = 512;
    config.tau = tau;
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

static vm_history *begun(void)
{
    return begun_with(1000);
}

struct checking {
    vm_history *history;
    uint64_t next, apart;
    uint64_t faults; /* seen in the last one: they only grow */
};

static void on_sample(void *ctx, uint64_t op, const uint64_t *values, uint32_t processes)
{
    struct checking *c = ctx;
    assert_int_equal(op, c->next);
    c->next += c->apart;
    for (vm_pid pid = 0; pid < processes; pid++) {
        for (unsigned kind = 0; kind < VM_SERIES; kind++) {
            uint64_t value;
            assert_int_equal(vm_history_series(c->history, op, pid, kind, &value), VM_OK);
            assert_int_equal(values[(size_t)pid * VM_SERIES + kind], value);
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

/* From the definition: distinct pages among the last tau references of each process. */
static uint64_t counted(const vm_history *history, uint64_t op, vm_pid pid, uint64_t tau)
{
    bool seen[PAGES] = {false};
    uint64_t n = 0, back = 0;
    struct vm_op at;
    for (uint64_t i = op; i > 0 && back < tau; i--) {
        assert_int_equal(vm_history_op(history, i, &at), VM_OK);
        if (at.kind == vm_op_kind_access && at.u.access.tid == pid) {
            uint64_t page = (at.u.access.va >> 12) - 16;
            n += !seen[page];
            seen[page] = true;
            back++;
        }
    }
    return n;
}

static void check_working_sets(vm_history *history, uint64_t tau)
{
    struct dice dice = {7};
    for (int i = 0; i < 40; i++) {
        uint64_t sum = 0, value, op = dice_roll(&dice, vm_history_length(history) + 1);
        for (vm_pid pid = 1; pid <= 4; pid++) {
            assert_int_equal(
                vm_history_series(history, op, pid, VM_SERIES_WORKING_SET, &value), VM_OK);
            assert_int_equal(value, counted(history, op, pid, tau));
            sum += value;
        }
        assert_int_equal(vm_history_series(history, op, 0, VM_SERIES_WORKING_SET, &value), VM_OK);
        assert_int_equal(value, sum);
    }
}

static void test_working_sets(void **unused)
{
    (void)unused;
    static const uint64_t taus[] = {1, 2, 17, 300, 1000000};
    for (size_t i = 0; i < sizeof taus / sizeof *taus; i++) {
        vm_history *history = begun_with(taus[i]), *branch;
        run(history, 6000);
        check_working_sets(history, taus[i]);
        assert_int_equal(vm_history_branch(history, 3333, &branch), VM_OK);
        run(branch, 5000);
        check(branch);
        check_working_sets(branch, taus[i]);
        vm_history_free(history);
        struct vm_op end = {.kind = vm_op_kind_exit, .u.exit = {.tid = 2}};
        assert_int_equal(vm_history_append(branch, &end), VM_OK);
        uint64_t value = 1;
        assert_int_equal(vm_history_series(branch, 5001, 2, VM_SERIES_WORKING_SET, &value), VM_OK);
        assert_int_equal(value, 0);
        vm_history_free(branch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_operation_of_a_short_run),
        cmocka_unit_test(test_thinned_in_a_long_one),
        cmocka_unit_test(test_setup_goes_on),
        cmocka_unit_test(test_working_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
