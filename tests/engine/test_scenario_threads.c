/* SPDX-License-Identifier: MIT
 * Threads in the language: bodies, calls, schedules, names, and that a run with threads stops,
 * branches and goes on anywhere.
 */
#include "support_scenario.h"

#include "scenario/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RACE                                                                                       \
    "vmscope 1\nprogram race { text 4K  data { counter = 0; flag = 0 } }\n"                        \
    "thread bad { r = *counter; r = r + 1; *counter = r }\n"                                       \
    "thread inc(n) { repeat n { r = *counter; r = r + 1; *counter = r } }\n"                       \
    "thread fact(n) { if n < 2 { return 1 }; r = call fact(n - 1); return r * n }\n"               \
    "thread wait_flag { while *flag = 0 { }; x = *flag }\n"                                        \
    "A = start race\n"

/* Each text runs to its end and everything it expects holds. */
static const char *const texts[] = {
    /* an update is lost, and the end of a body is the end of the thread, without a unit */
    RACE
    "A: T1 = create(bad); T2 = create(bad)\nrun order T1 T2 T1 T1 T2 T2\n"
    "expect *counter = 1\nexpect done(T1) = 1\nexpect state(A.T2) = exited\nexpect units = 6\n",
    /* one after the other: none is lost */
    RACE "A: T1 = create(inc, 5); T2 = create(inc, 5)\nrun rr 15\nexpect *counter = 10\n"
         "expect threads(A) = 1\n",
    /* whoever runs longer than the other's round loses its update */
    RACE "A: T1 = create(inc, 2); T2 = create(inc, 2)\nrun\nexpect *counter = 2\n",
    /* steps stop a run in the middle, and another goes on */
    RACE "A: T1 = create(inc, 2)\nrun rr 1 steps 4\nexpect *counter = 1\nexpect units = 4\n"
         "expect A.T1.r = 1\nrun\nexpect *counter = 2\nexpect units = 2\nexpect T1.r = 2\n",
    /* functions: recursion, values, the caller's names come back */
    RACE "A: T1 = create(fact, 5)\nrun\nA: v = join(T1); w = call fact(3); u = call fact(w)\n"
         "expect A.v = 120\nexpect A.w = 6\nexpect A.u = 720\n",
    RACE "A: n = 4; v = call fact(n)\nexpect A.v = 24\nexpect A.n = 4\n",
    /* a condition that reads memory takes a turn for each reading */
    RACE "A: T1 = create(wait_flag)\nrun order T1 T1 T1\nexpect done(T1) = 0\nA: *flag = 3\n"
         "run order T1 T1\nexpect A.T1.x = 3\nexpect done(T1) = 1\n",
    /* reading in expressions: from left to right, until the answer is known */
    RACE "thread t { if *flag = 1 and *counter = 7 { *flag = 9 }; y = *counter + *flag; *counter = "
         "*flag }\nA: T1 = create(t)\nrun order T1\nexpect done(T1) = 0\nrun\nexpect A.T1.y = 0\n",
    /* threads that lines drive, with registers of their own and the names of the process */
    RACE "A: D = create()\nA.D: r = *counter; *counter = r + 4; p = malloc(8)\nA: r = 9; *p = r\n"
         "expect *counter = 4\nexpect A.r = 9\nexpect A.D.r = 0\nexpect *(A.p) = 9\n",
    /* loop counters are no registers and need no turn */
    RACE "thread sum { s = 0; repeat i in 1..4 { s = s + i }; return s }\nA: T1 = create(sum)\n"
         "run\nA: v = join(T1)\nexpect A.v = 10\n",
    /* names: none given, the number is one; after its end a name may be given again */
    RACE "A: create(bad); create(inc, 1)\nrun rr 10\nexpect done(A.T2) = 1\nexpect *counter = 2\n"
         "A: T = create(bad)\nrun\nA: T = create(bad)\nrun\nexpect *counter = 4\n",
    /* join waits, and whoever waits goes on when it is over */
    RACE "thread both { c = create(fact, 3); v = join(c); *counter = v }\nA: T1 = create(both)\n"
         "run\nexpect *counter = 6\n",
    RACE "A: T1 = create(fact, 4); v = join(T1)\nexpect waits(A.T0) = join\nexpect blocked(A) = 1\n"
         "run\nexpect A.v = 24\n",
    /* thread_exit ends the thread in the middle of a function, and lines end theirs with it */
    RACE "thread out(n) { thread_exit(n + 1) }\nthread t { call out(4); *counter = 9 }\n"
         "A: T1 = create(t); D = create()\nrun\nA.D: r = 7; thread_exit(r)\n"
         "A: v = join(T1); w = join(D)\nexpect A.v = 5\nexpect A.w = 7\nexpect *counter = 0\n"
         "expect A.D.r = 7\n",
    /* chance: the same seed, the same run */
    RACE "A: T1 = create(inc, 9); T2 = create(inc, 9)\nrun random seed 3\nexpect *counter < 18\n"
         "expect *counter >= 2\n",
    /* a child has the names of the process and of the thread that forked */
    RACE "A: p = mmap(1 page, rw, private); D = create()\nA.D: r = 5; B = fork()\nB: *p = r\n"
         "expect *(B.p) = 5\nexpect threads(B) = 1\n",
    /* declared locks lie behind the variables, with their first values */
    "vmscope 1\nmutex m\nsemaphore s = 2\nbarrier b = 3\nprogram p { text 4K  data { x = 1 } }\n"
    "program q { text 4K  bss 4K }\nA = start p\nB = start q\nC = start cat\n"
    "expect A.m = A.x + 16\nexpect A.b = A.m + 32\nexpect *(A.s) = 2\nexpect *(B.b + 8) = 3\n"
    "expect *(C.s) = 2\nexpect B.m = B.data\n",
};

static void texts_run(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        vm_run *run = run_text(texts[i]);
        if (vm_run_diagnostics(run)->errors > 0) {
            print_error("text %zu: %s\n", i, vm_run_diagnostics(run)->item[0].message);
        }
        assert_int_equal(vm_run_diagnostics(run)->errors, 0);
        assert_true(held_all(run) > 0);
        vm_run_free(run);
    }
}

static const struct bad_text errors[] = {
    {RACE "A.T1: x = 1\n", 8, 1, "there is no thread `T1`", "create"},
    {RACE "A: T1 = create(bad)\nA.T2: x = 1\n", 9, 1, "there is no thread `T2`", "`T1`"},
    {RACE "A: T1 = create(bda)\n", 8, 16, "there is no body `bda`", "`bad`"},
    {RACE "A: T1 = create(inc)\n", 8, 9, "`inc` takes 1 argument, found 0", "parameters"},
    {RACE "A: T1 = create(bad)\nA.T1: x = 1\n", 9, 7, "A.T1 is in the middle of its body `bad`",
        "run"},
    {RACE "A: T1 = create(bad)\nrun order T1 T1 T1 T1\n", 9, 20, "A.T1 has ended", ""},
    {RACE "A: T1 = create(bad)\nrun order T2\n", 9, 11, "there is no thread `T2`", "`T1`"},
    {RACE "A: T1 = create()\nrun order T1\n", 9, 11, "A.T1 has no body", "A.T1: "},
    {RACE "thread j { join(D) }\nA: D = create(); T1 = create(j)\nrun order T1 T1\n", 10, 14,
        "A.T1 waits for a thread to end, A.D", "go on first"},
    {RACE "A: D = create(); join(D)\nA: x = 1\n", 9, 4, "A is waiting for a thread to end, A.D",
        ""},
    {RACE "A: T1 = create(bad); T1 = create(bad)\n", 8, 27, "A has a thread `T1` already",
        "another name"},
    {RACE "A: r = 1; T1 = create(t)\nrun\nthread t { x = r }\n", 10, 16, "A.T1 has no name `r`",
        "hand it over"},
    {RACE "run rr 0\n", 8, 8, "at least one statement", ""},
    {RACE "run rnd\n", 8, 5, "found `rnd`", "run rr 2"},
    {RACE "run order\n", 8, 10, "the threads in their order", ""},
    {RACE "thread w { counter = counter + 1 }\n", 8, 12, "`counter` lies in memory", "*name = "},
    {RACE "A: D = create()\nA.D: return\n", 9, 6, "in no function", "thread_exit(5)"},
    {RACE "run\n", 8, 1, "no thread has anything left to do", "create"},
    {RACE "thread bad { }\n", 8, 8, "`bad` is declared twice", ""},
    {RACE "A: x = call main()\n", 8, 13, "`main` has no body", ""},
    {RACE "thread loop { while 1 { } }\nA: T1 = create(loop)\nrun\n", 8, 15, "goes round too often",
        ""},
    {RACE "thread deep(n) { call deep(n + 1) }\nA: call deep(1)\n", 8, 18, "limit", ""},
    {RACE "expect state(A.T7) = ready\n", 8, 14, "there is no thread `T7`", ""},
    {RACE "thread u { x = *(counter + 1) }\nA: T1 = create(u)\nrun\n", 8, 26, "no multiple of 8",
        ""},
    {HEAD "mutex m\nA: x = m\n", 5, 8, "A has no name `m`", "lock(p + 64)"},
    {HEAD "mutex m = 3\nB = start cat\n", 4, 11, "a mutex has no first value", "inherit"},
    {HEAD "barrier b\nB = start cat\n", 4, 9, "needs the number of threads", "barrier b = 3"},
    {HEAD "mutex m\nspinlock m\nB = start cat\n", 5, 10, "`m` is declared twice", ""},
};

static void errors_have_places(void **state)
{
    (void)state;
    assert_bad_texts(errors, sizeof errors / sizeof errors[0]);
}

static void same_operations(vm_run *a, vm_run *b, uint64_t n)
{
    for (uint64_t i = 1; i <= n; i++) {
        struct vm_op x = {0}, y = {0};
        assert_int_equal(vm_history_op(vm_run_history(a), i, &x), VM_OK);
        assert_int_equal(vm_history_op(vm_run_history(b), i, &y), VM_OK);
        assert_memory_equal(&x, &y, sizeof x);
    }
}

/* A branch anywhere has the same past, and goes on to the same end when it is told to run. */
static void branches_go_on(void **state)
{
    (void)state;
    static const char text[] =
        RACE "A: T1 = create(inc, 2); T2 = create(fact, 3)\nrun random seed 4\n";
    static const char line[] = "run rr 2";
    vm_run *whole = run_text(text);
    uint64_t n = vm_history_length(vm_run_history(whole));
    assert_true(n > 15);
    for (uint64_t at = 3; at <= n; at++) {
        vm_run *branch = NULL;
        struct vm_diagnostics diagnostics = {0};
        assert_int_equal(vm_run_branch(whole, at, &branch), VM_OK);
        same_operations(whole, branch, at);
        assert_true(vm_run_append(branch, line, strlen(line), &diagnostics));
        static const char check[] = "expect done(T1) = 1";
        bool known = at >= 4;
        if (known) {
            assert_true(vm_run_append(branch, check, strlen(check), &diagnostics));
            assert_int_equal(held_all(branch), 1);
        }
        vm_diagnostics_release(&diagnostics);
        vm_run_free(branch);
    }
    vm_run_free(whole);
}

/* However small the budget of a call, the operations are the same. */
static void stops_between_operations(void **state)
{
    (void)state;
    vm_scenario *scenario = parse_good(texts[4]);
    struct vm_diagnostics diagnostics = {0};
    vm_run *slow = NULL, *fast = run_text(texts[4]);
    assert_int_equal(vm_run_new(scenario, NULL, 0, NULL, &diagnostics, &slow), VM_OK);
    while (vm_run_go(slow, 1) == VM_RUN_MORE) {
    }
    uint64_t n = vm_history_length(vm_run_history(fast));
    assert_int_equal(vm_history_length(vm_run_history(slow)), n);
    same_operations(fast, slow, n);
    assert_true(held_all(slow) > 0);
    vm_run_free(slow);
    vm_run_free(fast);
    vm_diagnostics_release(&diagnostics);
    vm_scenario_free(scenario);
}

/* A line that fails leaves nothing behind, and the next one goes on. */
static void lines_of_threads(void **state)
{
    (void)state;
    vm_run *run = run_text(RACE "A: T1 = create(bad)\n");
    struct vm_diagnostics diagnostics = {0};
    static const char *const good[] = {"A: D = create()", "A.D: x = *counter", "run order T1",
        "A.D: *counter = x + 5", "run", "expect *counter = 1", "expect threads(A) = 2"};
    static const char *const bad[] = {"run order T1 T1 T1 T1", "A.D: y = nothing", "A.E: x = 1"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint64_t before = vm_history_length(vm_run_history(run));
        for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
            assert_false(vm_run_append(run, bad[k], strlen(bad[k]), &diagnostics));
            assert_int_equal(vm_history_length(vm_run_history(run)), before);
        }
        vm_diagnostics_release(&diagnostics);
        assert_true(vm_run_append(run, good[i], strlen(good[i]), &diagnostics));
        vm_diagnostics_release(&diagnostics);
    }
    assert_int_equal(held_all(run), 2);
    vm_run_free(run);
}

/* Where the variable lies at the end, and its value. */
static vm_va counter_of(vm_run *run, uint64_t *value)
{
    const char *const part[1] = {"counter"};
    struct value found;
    assert_true(lookup_in(run, actor_named(run, "A"), part, 1, &found));
    assert_true(vm_value(run_machine(run), 1, found.number, value));
    return found.number;
}

static void finish_copy(vm_run *copy)
{
    while (vm_run_go(copy, 1000) == VM_RUN_MORE) {
    }
    assert_int_equal(vm_run_diagnostics(copy)->errors, 0);
}

/* A copy made anywhere comes to the same end, and leaves no trace where it came from. */
static void copies_in_the_middle(void **state)
{
    (void)state;
    static const char text[] =
        RACE "A: T1 = create(inc, 2); T2 = create(fact, 3)\nrun random seed 4\nA: v = join(T2)\n";
    vm_scenario *scenario = parse_good(text);
    struct vm_diagnostics diagnostics = {0};
    vm_run *run = NULL, *copy = NULL, *again = NULL;
    uint64_t counter = 0, expected = 0;
    assert_int_equal(vm_run_new(scenario, NULL, 0, NULL, &diagnostics, &run), VM_OK);
    vm_run *whole = run_text(text);
    const uint64_t all = whole->operations;
    vm_va va = counter_of(whole, &expected);
    vm_run_go(run, 1);
    do {
        assert_int_equal(run_clone(run, &copy), VM_OK);
        assert_int_equal(run_clone(copy, &again), VM_OK);
        finish_copy(copy);
        vm_run_free(copy);
        finish_copy(again);
        assert_int_equal(again->operations, all);
        assert_true(vm_value(again->machine, 1, va, &counter));
        assert_int_equal(counter, expected);
        assert_null(vm_check(again->machine));
        vm_run_free(again);
        vm_run_go(run, 1);
    } while (run->operations < all);
    vm_run_free(whole);
    vm_run_free(run);
    vm_diagnostics_release(&diagnostics);
    vm_scenario_free(scenario);
}

/* All that are left wait: a warning names them. */
static void waiting_at_the_end(void **state)
{
    (void)state;
    vm_run *run = run_text(RACE
        "thread j { join(D) }\nA: D = create(); T1 = create(j)\nrun\nexpect blocked(T1) = 1\n");
    const struct vm_diagnostics *said = vm_run_diagnostics(run);
    assert_int_equal(said->length, 1);
    assert_true(said->item[0].warning);
    assert_non_null(strstr(said->item[0].message, "A.T1 waits for a thread to end, A.D"));
    assert_int_equal(held_all(run), 1);
    vm_run_free(run);
}

/* Each waits for what the other one holds: found, named, and no error. */
static void a_deadlock_is_told(void **state)
{
    (void)state;
    vm_run *run = run_text("vmscope 1\nmutex a\nmutex b\nthread x { lock(a); lock(b) }\n"
                           "thread y { lock(b); lock(a) }\nA = start cat\n"
                           "A: T1 = create(x); T2 = create(y)\nrun\nexpect deadlocks = 1\n");
    const struct vm_diagnostics *said = vm_run_diagnostics(run);
    assert_int_equal(said->length, 1);
    assert_non_null(strstr(said->item[0].message, "A.T1 waits for a mutex, b; A.T2 waits for a "
                                                  "mutex, a"));
    assert_non_null(strstr(said->item[0].hint, "a deadlock"));
    assert_int_equal(held_all(run), 1);
    vm_run_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_run),
        cmocka_unit_test(errors_have_places),
        cmocka_unit_test(branches_go_on),
        cmocka_unit_test(stops_between_operations),
        cmocka_unit_test(lines_of_threads),
        cmocka_unit_test(waiting_at_the_end),
        cmocka_unit_test(a_deadlock_is_told),
        cmocka_unit_test(copies_in_the_middle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
