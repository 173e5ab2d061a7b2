/* SPDX-License-Identifier: MIT
 * `compare`, its cells in expectations, and what a policy goes by.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void compare_agrees_with_the_books(void **state)
{
    (void)state;
    static const unsigned fifo[] = {20, 15, 15, 10, 9, 6, 6}, lru[] = {20, 17, 12, 8, 7, 6, 6},
                          opt[] = {20, 13, 9, 8, 7, 6, 6};
    vm_run *run = run_text("vmscope 1\nmachine paper { frames 3  policy opt }\nA = start empty\n"
                           "A: refs 7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1\nexpect faults = 9\n"
                           "compare fifo, lru, opt frames 1..7\nexpect evictions(opt, 3) = 6\n");
    assert_int_equal(held_all(run), 2);
    size_t n = 0;
    const struct vm_compare_row *row = vm_run_compare(run, &n);
    assert_int_equal(n, 21);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(row[i].faults, fifo[i]);
        assert_int_equal(row[7 + i].faults, lru[i]);
        assert_int_equal(row[14 + i].faults, opt[i]);
    }
    /* The log alone gives the same run: operations carry numbers, not names. */
    vm_history *branch = NULL;
    assert_int_equal(vm_history_branch(vm_run_history(run), 10, &branch), VM_OK);
    vm_history_free(branch);
    vm_run_free(run);
}

static void a_comparison_can_be_interrupted(void **state)
{
    (void)state;
    vm_scenario *scenario =
        parse_good("vmscope 1\nmachine paper\nA = start empty\nA: refs 1 2 3 4\n"
                   "compare fifo, lru frames 1..50\n");
    struct vm_diagnostics diagnostics = {0};
    vm_run *run = NULL;
    assert_int_equal(vm_run_new(scenario, NULL, 0, NULL, &diagnostics, &run), VM_OK);
    size_t turns = 0, n = 0;
    while (vm_run_go(run, 8) == VM_RUN_MORE) {
        turns++;
    }
    vm_run_compare(run, &n);
    assert_int_equal(n, 100);
    assert_true(turns > 20);
    vm_run_free(run);
    vm_scenario_free(scenario);
}

static void cells_of_policies_with_any_name(void **state)
{
    (void)state;
    vm_run *run = run_text("vmscope 1\nmachine paper { frames 4 }\nA = start empty\n"
                           "A: refs 1 2 3 4 1 2 5 1 2 3 4 5\n"
                           "compare lfu-perfect, 2q, clock-enhanced, lru frames 4\n"
                           "expect faults(lfu-perfect, 4) = 8\n"
                           "expect faults(2q, 4) = evictions(2q, 4) + 4\n"
                           "expect writebacks(clock-enhanced, 4) = 0\n"
                           "expect faults(lru, 4)-faults(lfu-perfect,4) = 0\n");
    assert_int_equal(held_all(run), 4);
    vm_run_free(run);
}

/* A policy's name with a dash or a digit in front is one word in a cell of `compare`, a difference
 * elsewhere. */
static void cells_of_policies_with_odd_names(void **state)
{
    (void)state;
    static const char text[] = "vmscope 1\nmachine paper { frames 4  policy 2q }\n"
                               "A = start empty\nlru = start empty\nA: refs 1 2 3 4 1 2 5\n"
                               "compare 2q, lfu-fifo, linux-lists frames 4..5\n"
                               "expect faults(2q, 4) = 5\nexpect faults(lfu-fifo, 5) = 5\n"
                               "expect evictions(linux-lists, 4) = 1\n"
                               "expect writebacks(2q, 2 * 2) = 0\nexpect faults(lru) = 0\n"
                               "expect faults(A) - faults(lru) = 5\n";
    vm_run *run = run_text(text);
    assert_int_equal(held_all(run), 6);
    vm_run_free(run);
    vm_scenario *scenario = parse_good(text);
    size_t length;
    char *again = vm_scenario_format(scenario, &length);
    assert_string_equal(again, text);
    free(again);
    vm_scenario_free(scenario);
    struct vm_diagnostic found;
    static const char none[] = HEAD "compare lru frames 64\nexpect faults(lfu-fifo, 4) = 1\n";
    assert_true(first_diagnostic(none, sizeof none - 1, &found));
    assert_int_equal(found.line, 5);
    assert_non_null(strstr(found.message, "lfu-fifo"));
}

/* What a policy goes by can be asked, also where the names of its words are those of another. */
static void a_policys_words_can_be_asked(void **state)
{
    (void)state;
    vm_run *run = run_text("vmscope 1\nmachine paper { frames 3  policy clock }\nA = start empty\n"
                           "A: refs 7 0 1 2\n"
                           "expect policy_word(hand) = 1\n"
                           "expect policy_word(referenced, 0) = 1\n"
                           "expect policy_word(referenced, 1 + 1) = 0\n"
                           "expect policy_word(referenced, frame(0x2000)) = 1\n"
                           "set policy lfu\n"
                           "expect policy_word(count, frame(0x2000)) = 1\n"
                           "A: refs 2 2\n"
                           "expect policy_word(count, frame(0x2000)) = 3\n"
                           "set policy sieve\n"
                           "expect policy_page(queue, 2) = 2\n"
                           "expect policy_page(queue, 3) = none\n"
                           "expect policy_page(hand) = none\n"
                           "A: refs 5\n"
                           "expect policy_page(queue, 0) = 5\n");
    assert_int_equal(held_all(run), 10);
    vm_run_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compare_agrees_with_the_books),
        cmocka_unit_test(a_comparison_can_be_interrupted),
        cmocka_unit_test(cells_of_policies_with_any_name),
        cmocka_unit_test(cells_of_policies_with_odd_names),
        cmocka_unit_test(a_policys_words_can_be_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
