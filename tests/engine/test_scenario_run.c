/* SPDX-License-Identifier: MIT
 * The executor: values, loops, budgets, overrides, appending, branching, notes.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void values_and_names(void **state)
{
    (void)state;
    vm_run *run = run_text(
        HEAD "param n = 3\nA: heap = mmap(4 pages, rw, private)\nA: *heap = 40; r = *heap; r = r + "
             "n - 1\n"
             "expect A.r = 42\nexpect *heap = 40\nA: *(heap + 8) = r << 1; x = 0 - 1\n"
             "expect *(heap + 8) = 84\nexpect A.x = 0xffffffffffffffff\nexpect A.x + 1 = 0\n"
             "expect (7 & 3 | 8) = 11 and 1 << 70 = 0 and 17 % 5 = 2 and not 0\n"
             "A: store(page(heap, 2))\nexpect frame(page(heap, 2)) != none\nexpect "
             "frame(page(heap, 1)) = none\n"
             "expect resident(heap) = 2\nexpect pa(heap + 8) = pa(heap) + 8\nexpect rss(A) = "
             "2\nexpect rss = 2\n"
             "A: B = fork(); r = 7\nexpect B.r = 42\nexpect A.r = 7\nexpect B.heap = A.heap\n"
             "B: old = sbrk(2 pages)\nB: store(old, 2 pages)\nexpect resident(B.old) = 2\n"
             "expect resident(B.heap) = 2\nB: munmap(heap)\nexpect resident(B, A.heap) = 0\n");
    assert_int_equal(held_all(run), 18);
    vm_run_free(run);
}

static void expectations_that_fail_say_what_was_found(void **state)
{
    (void)state;
    vm_run *run = run_text(HEAD "A: h = mmap(1 page, rw)\nA: store(h)\nexpect fault cow  # no\n"
                                "expect faults = 2\nexpect frame(h) = none\nexpect faults = 1\n");
    size_t n = 0;
    const struct vm_expectation *e = vm_run_expectations(run, &n);
    assert_int_equal(n, 4);
    assert_false(e[0].held);
    assert_string_equal(e[0].text, "expect fault cow");
    assert_string_equal(e[0].found, "it was: zero-fill fault");
    assert_int_equal(e[0].line, 6);
    assert_int_equal(e[0].position, 3);
    assert_string_equal(e[1].found, "it is 1");
    assert_non_null(strstr(e[2].found, "right none"));
    assert_true(e[3].held);
    vm_run_free(run);
}

static void loops_are_lazy(void **state)
{
    (void)state;
    vm_run *run = run_text(
        HEAD "A: h = mmap(10 pages, rw)\nrepeat i in 0..9 {\nrepeat 2 { A: store(page(h, i)) }\n}\n"
             "A: n = 3; repeat n { n = n - 1; if n = 1 { x = 5 } else { y = n } }\n"
             "A: while n < 4 { n = n + 1 }\n"
             "expect resident(h) = 10\nexpect references = 20\nexpect A.x = 5\nexpect A.n = 4\n"
             "repeat 0 { A: exit(0) }\nrepeat i in 5..4 { A: exit(0) }\nA: load(h)\n");
    assert_int_equal(held_all(run), 4);
    vm_run_free(run);
    struct vm_diagnostic d;
    static const char endless[] =
        HEAD "A: h = mmap(1 page, rw)\nrepeat 1000000000 { A: store(h) }\n";
    assert_true(first_diagnostic(endless, sizeof endless - 1, &d));
    assert_int_equal(d.line, 5);
}

static void budgets_stop_between_operations(void **state)
{
    (void)state;
    vm_scenario *scenario =
        parse_good(HEAD "A: h = mmap(8 pages, rw)\nrepeat i in 0..7 { A: store(page(h, i)) }\n");
    struct vm_diagnostics diagnostics = {0};
    vm_run *run = NULL;
    assert_int_equal(vm_run_new(scenario, NULL, 0, NULL, &diagnostics, &run), VM_OK);
    vm_scenario_free(scenario); /* the run holds it */
    assert_int_equal(vm_history_length(vm_run_history(run)), 0);
    for (uint64_t i = 1; i < 10; i++) {
        assert_int_equal(vm_run_go(run, 1), VM_RUN_MORE);
        assert_int_equal(vm_history_length(vm_run_history(run)), i);
    }
    assert_int_equal(vm_run_go(run, 5), VM_RUN_DONE);
    assert_int_equal(vm_run_go(run, 5), VM_RUN_DONE);
    assert_int_equal(vm_history_length(vm_run_history(run)), 10);
    vm_run_free(run);
}

static void overrides_change_machine_and_params(void **state)
{
    (void)state;
    static const char text[] =
        "vmscope 1\nparam n = 2\nmachine paper { frames 3 }\nA = start empty\n"
        "repeat n { A: refs 1 2 3 4 1 2 5 1 2 3 4 5 }\n";
    const struct vm_override set[] = {
        {"n", "1"}, {"frames", "0x4"}, {"policy", "lru"}, {"seed", "1K"}};
    vm_run *run = run_with(text, set, 4, 1000);
    const vm_machine *machine = vm_history_head(vm_run_history(run));
    assert_int_equal(vm_counter(machine, 0, vm_counter_faults), 8);
    assert_int_equal(vm_machine_config(machine)->seed, 1024);
    vm_run_free(run);
    static const struct vm_override bad[] = {{"framse", "4"}, {"frames", "many"},
        {"policy", "best"}, {"n", "x"}, {"tlb", "4y"}, {"frames", ""}};
    static const char *const answers[] = {"nothing here is called `framse`",
        "`frames` is not a number", "no policy `best`", "given for `n`", "`tlb` is not understood",
        "`frames` is not a number"};
    vm_scenario *scenario = parse_good(text);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct vm_diagnostics diagnostics = {0};
        assert_int_equal(vm_run_new(scenario, &bad[i], 1, NULL, &diagnostics, &run), VM_INVALID);
        assert_null(run);
        assert_non_null(strstr(diagnostics.item[0].message, answers[i]));
        vm_diagnostics_release(&diagnostics);
    }
    vm_scenario_free(scenario);
}

static bool append(vm_run *run, const char *line, struct vm_diagnostics *diagnostics)
{
    return vm_run_append(run, line, strlen(line), diagnostics);
}

static uint64_t length_of(vm_run *run)
{
    return vm_history_length(vm_run_history(run));
}

static void appending_runs_or_changes_nothing(void **state)
{
    (void)state;
    struct vm_diagnostics diagnostics = {0};
    vm_run *run = run_text(HEAD "A: h = mmap(3 pages, rw)\n");
    const vm_history *history = vm_run_history(run);
    assert_true(append(run, "A: *h = 5; r = *h", &diagnostics));
    assert_true(append(run, "A: B = fork()", &diagnostics));
    assert_true(append(run, "expect B.r = 5", &diagnostics));
    assert_int_equal(diagnostics.length, 0);
    assert_int_equal(length_of(run), 5);
    assert_int_equal(held_all(run), 1);
    static const char *const bad[] = {"A: stoer(h)", "C: store(h)", "A: store(haep)", "A: store(",
        "A: store(h); store(haep)", "repeat 3 { A: x = 1; y = z }", "A: create(t)", "machine paper",
        "A: x = 1 / 0"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(append(run, bad[i], &diagnostics));
        assert_true(diagnostics.errors > 0);
        assert_int_equal(diagnostics.item[0].line, 8);
        vm_diagnostics_release(&diagnostics);
        assert_int_equal(length_of(run), 5);
        assert_int_equal(vm_run_diagnostics(run)->errors, 0);
        assert_ptr_equal(vm_run_history(run), history);
    }
    assert_true(append(run, "B: store(h)", &diagnostics));
    assert_true(append(run, "C = start cat", &diagnostics));
    assert_true(append(run, "C: exec(text)", &diagnostics));
    assert_true(append(run, "expect fault major", &diagnostics));
    assert_int_equal(held_all(run), 2);
    vm_run_free(run);
}

static void a_branch_knows_what_was_known_then(void **state)
{
    (void)state;
    struct vm_diagnostics diagnostics = {0};
    vm_run *run = run_text(HEAD
        "A: h = mmap(3 pages, rw)\nA: x = 1\nexpect A.x = 1\nA: x = 2\nA: store(h)\nA: x = 3\n");
    vm_run *branch = NULL;
    assert_int_equal(vm_run_branch(run, 99, &branch), VM_INVALID);
    assert_null(branch);
    assert_int_equal(vm_run_branch(run, 3, &branch), VM_OK);
    assert_int_equal(length_of(branch), 3);
    assert_int_equal(held_all(branch), 1);
    assert_true(append(branch, "A: y = x + 10; store(h)", &diagnostics));
    assert_true(append(branch, "expect A.y = 11; expect resident(h) = 1", &diagnostics));
    assert_int_equal(held_all(branch), 3);
    size_t n = 0;
    assert_int_equal(
        vm_run_expectations(branch, &n)[2].line, 8); /* six lines kept, and two appended */
    vm_run *twig = NULL;
    assert_int_equal(vm_run_branch(branch, 4, &twig), VM_OK);
    assert_int_equal(length_of(twig), 4);
    assert_true(append(twig, "expect A.y = 11 and resident(h) = 0 and A.x = 1", &diagnostics));
    assert_int_equal(held_all(twig), 2); /* one of the first text, one of its own */
    assert_int_equal(diagnostics.length, 0);
    assert_int_equal(length_of(run), 6);
    vm_run_free(twig);
    vm_run_free(branch);
    vm_run_free(run);
}

static void a_run_that_failed_can_go_on(void **state)
{
    (void)state;
    struct vm_diagnostics diagnostics = {0};
    vm_run *run =
        run_with(HEAD "A: h = mmap(1 page, rw)\nA: store(haep)\nA: x = 9\n", NULL, 0, 1000);
    assert_int_equal(vm_run_diagnostics(run)->errors, 1);
    assert_true(append(run, "A: store(h); x = 1", &diagnostics));
    vm_run *branch = NULL;
    assert_int_equal(vm_run_branch(run, 4, &branch), VM_OK);
    assert_int_equal(length_of(branch), 4);
    assert_true(append(branch, "expect A.x = 1", &diagnostics));
    assert_int_equal(held_all(branch), 1);
    vm_run_free(branch);
    vm_run_free(run);
}

static void random_draws_from_the_seed(void **state)
{
    (void)state;
    static const char text[] =
        "vmscope 1\nmachine x86-64 { seed 5 }\nA = start empty\n"
        "repeat 100 { A: x = random(3..9); s = x }\nexpect A.x >= 3 and A.x <= 9\n";
    uint64_t value[3];
    static const struct vm_override other[] = {{"seed", "6"}};
    bool differs = false;
    for (size_t i = 0; i < 3; i++) {
        vm_run *run = run_with(text, other, i == 2, 1000);
        held_all(run);
        uint64_t *slot = &value[i];
        struct vm_op op;
        *slot = 0;
        for (uint64_t k = 2; k <= length_of(run); k += 2) {
            assert_int_equal(vm_history_op(vm_run_history(run), k, &op), VM_OK);
            *slot = *slot * 31 + op.u.set.value;
        }
        vm_run_free(run);
    }
    differs = value[0] != value[2];
    assert_int_equal(value[0], value[1]);
    assert_true(differs);
}

/* The same program on every machine: addresses differ, what it computes does not. */
static void every_machine_runs(void **state)
{
    (void)state;
    static const char *const machines[] = {"paper", "x86-64", "x86-64-5level", "x86-32", "sv39",
        "custom { va 20  page 256  levels 6 6  frames 40  kernel 4 }",
        "x86-64 { aslr  asids  tlb 4x4 }", "x86-32 { tables outside  frames 30 }"};
    static const char rest[] =
        "A = start cat\nA: exec(text); load(libc.data); store(sp); h = sbrk(3 pages); store(h, 3 "
        "pages)\n"
        "expect A.heap = A.h and resident(A.h) <= 3\nA: x = mmap(3 pages, rw, private); *x = 5\n"
        "A: refs 900 901W 902\nA: B = fork()\nB: *x = 6\nexpect *A.x = 5\nexpect *B.x = 6\n"
        "A: s = mmap(2 pages, rw, stack)\nB: exit(3)\nA: wait(B); exit(0)\nexpect frames(A) = 0\n";
    for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
        char text[1024];
        snprintf(text, sizeof text, "vmscope 1\nmachine %s\n%s", machines[i], rest);
        vm_run *run = run_text(text);
        assert_int_equal(held_all(run), 4);
        assert_null(vm_check(vm_history_head(vm_run_history(run))));
        vm_run_free(run);
    }
}

static void files_and_a_change_of_policy(void **state)
{
    (void)state;
    vm_run *run =
        run_text("vmscope 1\nmachine x86-64 { frames 64  swap 8  policy opt }\nfile /data 3 pages\n"
                 "A = start empty\nA: m = mmap(3 pages, rw, shared, /data)\nA: store(m, 3 pages)\n"
                 "expect cached(/data) = 3\nA: f = mmap(1 page, r, private, /data, offset 1 page)\n"
                 "A: load(f)\nexpect fault minor\nexpect frame(f) = frame(page(m, 1))\n"
                 "A: past = mmap(1 page, r, private, /data, offset 4 pages)\n"
                 "A: sigaction(SIGBUS, skip)\nA: load(past)\nexpect fault bus\n"
                 "A: refs 1 2 3 4 5\nset policy clock\nA: big = mmap(100 pages, rw, noreserve)\n"
                 "A: store(big, 40 pages)\nexpect evictions > 0\n");
    assert_int_equal(held_all(run), 5);
    vm_run_free(run);
}

static void notes_have_positions(void **state)
{
    (void)state;
    vm_run *run =
        run_text(HEAD "note \"a\"\nA: h = mmap(1 page, rw)\nnote at trap \"b\"\nask fault \"c\"\n"
                      "A: store(h)\nbookmark \"d\"\nsection \"e\"\n");
    size_t n = 0;
    const struct vm_note *note = vm_run_notes(run, &n);
    static const int kinds[] = {
        VM_NOTE_TEXT, VM_NOTE_TEXT, VM_NOTE_ASK, VM_NOTE_BOOKMARK, VM_NOTE_SECTION};
    static const uint64_t positions[] = {1, 2, 2, 3, 3};
    static const char *const at[] = {"", "trap", "fault", "", ""};
    assert_int_equal(n, 5);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(note[i].kind, kinds[i]);
        assert_int_equal(note[i].position, positions[i]);
        assert_string_equal(note[i].at, at[i]);
        assert_int_equal(note[i].text[0], 'a' + (int)i);
    }
    assert_string_equal(vm_run_name(run, 1), "A");
    assert_null(vm_run_name(run, 0));
    assert_null(vm_run_name(run, vm_run_names(run) + 1));
    vm_run_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_names),
        cmocka_unit_test(expectations_that_fail_say_what_was_found),
        cmocka_unit_test(loops_are_lazy),
        cmocka_unit_test(budgets_stop_between_operations),
        cmocka_unit_test(overrides_change_machine_and_params),
        cmocka_unit_test(appending_runs_or_changes_nothing),
        cmocka_unit_test(a_branch_knows_what_was_known_then),
        cmocka_unit_test(a_run_that_failed_can_go_on),
        cmocka_unit_test(random_draws_from_the_seed),
        cmocka_unit_test(every_machine_runs),
        cmocka_unit_test(files_and_a_change_of_policy),
        cmocka_unit_test(notes_have_positions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
