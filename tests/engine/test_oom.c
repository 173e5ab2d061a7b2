/* SPDX-License-Identifier: MIT
 * The out-of-memory killer: who is chosen, who goes on, and that a chosen process is not taken
 * apart while its operation runs.
 */
#include "support_scarce.h"
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NO_SWAP "vmscope 1\nmachine x86-64 { frames 40  swap 0  kernel 4  tlb 8  seed 1 }\n"

/* A holds 20 pages, B asks for the frame that is not there: A scores more and dies, B goes on. */
static void the_largest_dies_not_the_one_that_asks(void **state)
{
    (void)state;
    vm_run *run = run_text(NO_SWAP "A = start empty\nB = start empty\n"
                                   "A: a = mmap(30 pages, rw, private)\n"
                                   "B: b = mmap(30 pages, rw, private)\n"
                                   "A: store(a, 20 pages)\nB: store(b, 6 pages)\n"
                                   "expect oom_kills = 0\n"
                                   "B: store(page(b, 6), 6 pages)\n"
                                   "expect oom_kills(A) = 1\nexpect oom_kills(B) = 0\n"
                                   "expect rss(A) = 0\nexpect rss(B) = 12\n"
                                   "expect resident(b) = 12\n");
    assert_int_equal(held_all(run), 6);
    vm_run_free(run);
}

/* Swap counts: what is in swap comes free with the process, too. */
static void swapped_pages_count(void **state)
{
    (void)state;
    struct vm_config config = scarce_config(20, 12, vm_policy_kind_fifo);
    vm_machine *m = scarce_machine(&config, 2);
    uint64_t a = scarce_map(m, 1, 32), b = scarce_map(m, 2, 32);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 20), names);
    scarce_names(m, scarce_store(2, b, 11), names);            /* A's first eleven leave */
    scarce_names(m, scarce_store(1, a + 30 * PAGE, 1), names); /* the last slot */
    assert_int_equal(vm_counter(m, 1, vm_counter_rss), 9);
    assert_int_equal(vm_counter(m, 2, vm_counter_rss), 11);
    scarce_names(m, scarce_store(2, b + 30 * PAGE, 1), names);
    assert_non_null(strstr(names, "oom_score oom_score out_of_memory exited "));
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie);
    assert_int_equal(vm_process_state_of(m, 2), vm_process_state_alive);
    assert_int_equal(vm_last(m)->fault, vm_fault_zero);
    vm_machine_free(m);
}

/* Alone it dies itself, at the end of its operation. */
static void the_only_process_dies(void **state)
{
    (void)state;
    vm_run *run = run_text(NO_SWAP "A = start empty\nA: a = mmap(40 pages, rw, private)\n"
                                   "A: store(a, 40 pages)\nexpect fault oom\n"
                                   "expect oom_kills(A) = 1\nexpect frames(A) = 0\n");
    assert_int_equal(held_all(run), 3);
    vm_run_free(run);
}

/* Killed while it writes: the memory file that only it held goes too, longer than it ever got. */
static void a_writer_dies_with_its_file(void **state)
{
    (void)state;
    vm_run *run =
        run_text(NO_SWAP "A = start empty\nA: a = mmap(30 pages, rw, private)\n"
                         "A: f = memfd_create(\"f\", 5 pages)\n"
                         "A: store(a, 20 pages); write(f, a, 20 pages)\nexpect oom_kills(A) = 1\n"
                         "expect frames(A) = 0\n"
                         "B = start empty\nB: b = mmap(4 pages, rw, private)\n"
                         "B: g = memfd_create(\"g\", 2 pages)\n"
                         "B: write(g, b, 3 pages)\nexpect oom_kills(B) = 0\n");
    assert_int_equal(held_all(run), 3);
    vm_run_free(run);
}

/* Killed in the middle of a message, whose queue has no name and no other descriptor: the call gets
 * to its end before the queue goes. */
static void a_queue_outlasts_the_call(void **state)
{
    (void)state;
    for (uint64_t spare = 0; spare <= 3; spare++) {
        struct vm_config config = scarce_config(26, 0, vm_policy_kind_fifo);
        vm_machine *m = scarce_machine(&config, 1);
        uint64_t a = scarce_map(m, 1, 26), end = a;
        uint64_t q = DO(m, mq_open, .tid = 1, .name = 3,
            .flags = vm_open_bit_read | vm_open_bit_write | vm_open_bit_create, .messages = 2,
            .bytes = 2 * PAGE);
        DO(m, mq_unlink, .tid = 1, .name = 3);
        DO(m, mq_send, .tid = 1, .fd = q, .va = a, .bytes = 8);
        for (; vm_free_frames(m) > spare; end += PAGE) {
            DO(m, store, .tid = 1, .va = end, .value = 1);
        }
        struct vm_op call = {.kind = vm_op_kind_mq_send,
            .u.mq_send = {.tid = 1, .fd = q, .va = end, .bytes = 2 * PAGE}};
        if (!spare) {
            call = (struct vm_op){.kind = vm_op_kind_mq_receive,
                .u.mq_receive = {.tid = 1, .fd = q, .va = end, .bytes = 2 * PAGE}};
        }
        char names[NAMES_MAX];
        scarce_names(m, call, names);
        assert_int_equal(scarce_times(names, "out_of_memory"), 1);
        assert_int_equal(scarce_times(names, "channel_freed"), 1);
        assert_int_equal(vm_free_frames(m), 26);
        vm_machine_free(m);
    }
}

/* Of equals the youngest dies. */
static void the_youngest_of_equals(void **state)
{
    (void)state;
    vm_run *run = run_text(NO_SWAP "A = start empty\nB = start empty\nC = start empty\n"
                                   "A: a = mmap(30 pages, rw, private)\n"
                                   "B: b = mmap(30 pages, rw, private)\n"
                                   "A: store(a, 9 pages)\nB: store(b, 9 pages)\n"
                                   "C: c = mmap(30 pages, rw, private)\n"
                                   "C: store(c, 8 pages)\n"
                                   "expect oom_kills(B) = 1\nexpect rss(A) = 9\n"
                                   "expect rss(C) = 8\n");
    assert_int_equal(held_all(run), 3);
    vm_run_free(run);
}

/* A fork that finds no frame for the child's tables: the child is not yet a candidate, the parent
 * is in the middle of its call and dies when that has returned. */
static void the_parent_dies_after_its_fork(void **state)
{
    (void)state;
    struct vm_config config = scarce_config(12, 0, vm_policy_kind_clock);
    config.tables_outside = false;
    vm_machine *m = scarce_machine(&config, 1);
    uint64_t a = scarce_map(m, 1, 8);
    char names[NAMES_MAX];
    scarce_names(m, scarce_store(1, a, 8), names);
    assert_int_equal(vm_free_frames(m), 0);
    scarce_names(m, (struct vm_op){.kind = vm_op_kind_fork, .u.fork = {1, 2}}, names);
    const char *chosen = strstr(names, "out_of_memory"), *failed = strstr(names, "call_failed");
    assert_true(chosen && failed && chosen < failed);
    assert_non_null(strstr(failed, "exited"));
    assert_int_equal(vm_process_state_of(m, 1), vm_process_state_zombie);
    assert_int_equal(vm_last(m)->fault, vm_fault_oom);
    assert_int_equal(vm_free_frames(m), 12);
    vm_machine_free(m);
}

/* A page is put into the last free frame. The tables that it needs do not take that frame again;
 * and where nothing can be evicted, the process that gets the page dies, but not under their feet.
 */
static void a_given_page_outlasts_its_tables(void **state)
{
    (void)state;
    const struct {
        uint32_t slots;
        bool locked, lives;
    } cases[] = {{30, false, true}, {30, true, false}, {0, false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct vm_config config = scarce_config(30, cases[i].slots, vm_policy_kind_lru);
        config.tables_outside = false;
        vm_machine *m = scarce_machine(&config, 1);
        uint64_t a = scarce_map(m, 1, 28), end = a;
        for (; vm_free_frames(m) > 1; end += PAGE) {
            DO(m, store, .tid = 1, .va = end, .value = 1);
        }
        if (cases[i].locked) {
            DO(m, mlock, .tid = 1, .va = a, .bytes = end - a);
        }
        const struct vm_op given = {.kind = vm_op_kind_preset_map,
            .u.preset_map = {.tid = 1, .vpn = 0x8880000, .frame = 29, .prot = 3}};
        char names[NAMES_MAX];
        scarce_names(m, given, names);
        assert_int_equal(scarce_times(names, "out_of_memory"), !cases[i].lives);
        assert_int_equal(vm_process_state_of(m, 1) == vm_process_state_alive, cases[i].lives);
        assert_int_equal(vm_resident(m, 1, 0x8880000, 0x8880001), cases[i].lives);
        vm_machine_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_largest_dies_not_the_one_that_asks),
        cmocka_unit_test(swapped_pages_count), cmocka_unit_test(the_only_process_dies),
        cmocka_unit_test(a_writer_dies_with_its_file), cmocka_unit_test(a_queue_outlasts_the_call),
        cmocka_unit_test(the_youngest_of_equals), cmocka_unit_test(the_parent_dies_after_its_fork),
        cmocka_unit_test(a_given_page_outlasts_its_tables)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
