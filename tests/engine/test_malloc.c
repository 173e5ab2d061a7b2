/* SPDX-License-Identifier: MIT
 * malloc against glibc 2.36 on Linux: the same sequences of calls cost the same faults, resident
 * pages and moves of the heap's end. The numbers were measured with a C program that made these
 * calls.
 */
#include "vm/vm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define PAGE 4096

static vm_machine *m;
static vm_va brk0;

static void apply(struct vm_op op)
{
    assert_int_equal(vm_apply(m, &op, NULL), VM_OK);
    const char *problem = vm_check(m);
    if (problem) {
        fail_msg("%s", problem);
    }
}

static void begin(void)
{
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = 4096;
    config.slots = 0;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    apply((struct vm_op){.kind = vm_op_kind_start, .u.start = {1, 0}});
    brk0 = vm_process_brk(m, 1);
}

static vm_va do_malloc(uint64_t bytes)
{
    apply((struct vm_op){.kind = vm_op_kind_malloc, .u.malloc = {1, bytes}});
    return vm_last(m)->value;
}

static vm_va do_calloc(uint64_t n, uint64_t bytes)
{
    apply((struct vm_op){.kind = vm_op_kind_calloc, .u.calloc = {1, n, bytes}});
    return vm_last(m)->value;
}

static vm_va do_realloc(vm_va va, uint64_t bytes)
{
    apply((struct vm_op){.kind = vm_op_kind_realloc, .u.realloc = {1, va, bytes}});
    return vm_last(m)->value;
}

static void do_free(vm_va va)
{
    apply((struct vm_op){.kind = vm_op_kind_free, .u.free = {1, va}});
}

static void fill(vm_va va, uint64_t bytes)
{
    apply((struct vm_op){.kind = vm_op_kind_access, .u.access = {1, va, vm_access_store, bytes}});
}

/* Since the last call of it: faults, resident pages; and where the heap ends now, in pages. */
static void expect_cost(int64_t faults, int64_t rss, int64_t heap_pages)
{
    static uint64_t faults_before, rss_before;
    static const vm_machine *of;
    if (of != m) {
        of = m;
        faults_before = rss_before = 0;
    }
    uint64_t now = vm_counter(m, 1, vm_counter_faults), pages = vm_counter(m, 1, vm_counter_rss);
    assert_int_equal(now - faults_before, faults);
    assert_int_equal(pages - rss_before, rss);
    assert_int_equal((vm_process_brk(m, 1) - brk0) / PAGE, heap_pages);
    faults_before = now;
    rss_before = pages;
}

static void an_array_is_only_promised(void **state)
{
    (void)state;
    begin();
    vm_va p = do_malloc(100000);
    expect_cost(2, 2, 33); /* the cache's page, and the one of the top's header */
    fill(p, 100000);
    expect_cost(23, 23, 33); /* of its 25 pages two are there already */
    do_free(p);
    expect_cost(0, 0, 33); /* free need not give anything back */
    vm_machine_free(m);
}

static void small_blocks(void **state)
{
    (void)state;
    begin();
    static vm_va b[1004];
    b[0] = do_malloc(1000);
    assert_int_equal(b[0] - brk0, 672);
    expect_cost(1, 1, 33);
    b[1] = do_malloc(1000);
    expect_cost(0, 0, 33);
    b[2] = do_malloc(100000);
    expect_cost(1, 1, 33);
    fill(b[2], 100000);
    expect_cost(24, 24, 33);
    b[3] = do_malloc(100000);
    expect_cost(1, 1, 82);
    do_free(b[3]);
    expect_cost(0, 0, 58);
    for (int i = 4; i < 1004; i++) {
        b[i] = do_malloc(1000);
    }
    expect_cost(245, 245, 289);
    for (int i = 1003; i >= 4; i--) {
        do_free(b[i]);
    }
    expect_cost(0, 0, 289);
    vm_machine_free(m);
}

static void large_blocks(void **state)
{
    (void)state;
    begin();
    fill(do_malloc(10), 10);
    expect_cost(1, 1, 33);
    uint64_t bytes = 64 * PAGE + (1 << 20);
    vm_va a = do_malloc(bytes);
    assert_int_equal(a % PAGE, 16);
    expect_cost(1, 1, 33);
    fill(a, bytes);
    expect_cost(320, 320, 33);
    do_free(a);
    expect_cost(0, -321, 33);
    vm_va b = do_malloc(bytes / 2);
    expect_cost(1, 1, 33 + 160);
    fill(b, bytes / 2);
    expect_cost(159, 159, 33 + 160);
    do_free(b);
    expect_cost(0, 0, 33 + 160);
    vm_machine_free(m);
}

static void clearing(void **state)
{
    (void)state;
    begin();
    vm_va p = do_malloc(5000);
    do_malloc(10); /* keeps p away from the top */
    apply((struct vm_op){.kind = vm_op_kind_store, .u.store = {1, p + 4000, 7}});
    uint64_t value;
    assert_true(vm_value(m, 1, p + 4000, &value));
    assert_int_equal(value, 7);
    do_free(p);
    assert_int_equal(do_calloc(50, 100), p); /* the same block, cleared */
    assert_true(vm_value(m, 1, p + 4000, &value));
    assert_int_equal(value, 0);
    assert_int_equal(do_calloc(UINT64_MAX / 2, 3), (uint64_t)-vm_errno_code_enomem);
    assert_int_equal(do_malloc(UINT64_C(1) << 60), (uint64_t)-vm_errno_code_enomem);
    vm_machine_free(m);
}

static void resizing(void **state)
{
    (void)state;
    begin();
    vm_va p = do_malloc(100);
    assert_int_equal(do_realloc(p, 3000), p); /* into the top */
    apply((struct vm_op){.kind = vm_op_kind_store, .u.store = {1, p + 2000, 5}});
    vm_va fence = do_malloc(24);
    vm_va q = do_realloc(p, 9000); /* no room: it moves, with what it holds */
    assert_true(q > fence);
    uint64_t value;
    assert_true(vm_value(m, 1, q + 2000, &value));
    assert_int_equal(value, 5);
    assert_int_equal(do_malloc(2900), p); /* the old place is free again */
    assert_int_equal(do_realloc(q, 40), q);
    assert_int_equal(do_realloc(q, 0), 0);
    assert_true(do_realloc(0, 20) != 0);
    vm_machine_free(m);
}

static void misuse_ends_the_process(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        begin();
        vm_va p = do_malloc(100);
        do_free(0); /* allowed */
        if (i == 0) {
            do_free(p);
        }
        do_free(i == 0 ? p : i == 1 ? p + 8 : p + 16); /* twice; inside; no block */
        assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie);
        vm_machine_free(m);
    }
}

static void a_child_has_a_heap_of_its_own(void **state)
{
    (void)state;
    begin();
    vm_va p = do_malloc(100);
    apply((struct vm_op){.kind = vm_op_kind_fork, .u.fork = {1, 2}});
    do_free(p);
    apply((struct vm_op){.kind = vm_op_kind_malloc, .u.malloc = {2, 100}});
    assert_true(vm_last(m)->value > p); /* the child's p is still in use */
    apply((struct vm_op){.kind = vm_op_kind_free, .u.free = {2, p}});
    assert_int_equal(do_malloc(100), p);
    vm_machine_free(m);
}

/* Somebody else moves the end of the heap: the old top is left behind, both parts go on. */
static void a_foreign_sbrk(void **state)
{
    (void)state;
    begin();
    vm_va p = do_malloc(100);
    vm_va brk = vm_process_brk(m, 1);
    apply((struct vm_op){.kind = vm_op_kind_brk, .u.brk = {1, brk + 3 * PAGE}});
    vm_va big = do_malloc(120000), more = do_malloc(100000);
    assert_true(big > p && big < brk);
    assert_true(more >= brk + 3 * PAGE);
    apply((struct vm_op){.kind = vm_op_kind_brk, .u.brk = {1, brk0 + PAGE}});
    do_malloc(130000); /* "break adjusted to free malloc space" */
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie);
    vm_machine_free(m);
}

/* A block of petabytes, on the machine that has room for it: giving it back takes no longer than
 * any. */
static void a_block_of_petabytes(void **state)
{
    (void)state;
    struct vm_config config;
    vm_config_preset(vm_machine_kind_x86_64_5level, &config);
    config.overcommit = vm_overcommit_always;
    assert_int_equal(vm_machine_new(&config, &m), VM_OK);
    apply((struct vm_op){.kind = vm_op_kind_start, .u.start = {1, 0}});
    brk0 = vm_process_brk(m, 1);
    vm_va p = do_malloc(UINT64_C(1) << 54);
    assert_int_equal(p & (PAGE - 1), 16);
    do_free(p);
    vm_machine_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_array_is_only_promised),
        cmocka_unit_test(small_blocks), cmocka_unit_test(large_blocks), cmocka_unit_test(clearing),
        cmocka_unit_test(resizing), cmocka_unit_test(misuse_ends_the_process),
        cmocka_unit_test(a_child_has_a_heap_of_its_own), cmocka_unit_test(a_foreign_sbrk),
        cmocka_unit_test(a_block_of_petabytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
