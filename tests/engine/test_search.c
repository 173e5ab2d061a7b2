/* SPDX-License-Identifier: MIT
 * Many schedules: over seeds and over all interleavings, what `always` and `sometimes` say of them,
 * and which one the timeline takes.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define RACE                                                                                       \
    "vmscope 1\nprogram race { text 4K  data { counter = 0 } }\nmutex m\n"                         \
    "thread bad { r = *counter; r = r + 1; *counter = r }\n"                                       \
    "thread good { lock(m); r = *counter; r = r + 1; *counter = r; unlock(m) }\n"                  \
    "A = start race\n"

static const struct vm_expectation *expectation(const vm_run *run, size_t i)
{
    size_t n;
    const struct vm_expectation *all = vm_run_expectations(run, &n);
    assert_true(i < n);
    return &all[i];
}

static void seeds_find_a_lost_update_and_the_timeline_shows_it(void **state)
{
    (void)state;
    vm_run *run = run_text(RACE "A: T1 = create(bad); T2 = create(bad)\n"
                                "run random seeds 1..50\nexpect always *counter = 2\n"
                                "expect sometimes *counter = 2\nexpect sometimes *counter = 3\n"
                                "expect *counter = 1\n");
    assert_false(expectation(run, 0)->held);
    assert_non_null(strstr(expectation(run, 0)->found, "first with seed "));
    assert_non_null(strstr(expectation(run, 0)->found, "of 50 seeds"));
    assert_non_null(strstr(expectation(run, 0)->found, "it is 1"));
    assert_true(expectation(run, 1)->held);
    assert_false(expectation(run, 2)->held);
    assert_string_equal(expectation(run, 2)->found, "in none of 50 seeds");
    assert_true(expectation(run, 3)->held); /* the timeline is the seed that broke it */
    vm_run_free(run);
}

static void a_mutex_holds_for_every_seed(void **state)
{
    (void)state;
    vm_run *run = run_text(RACE "A: T1 = create(good); T2 = create(good)\n"
                                "run random seeds 3..40\nexpect always *counter = 2\n"
                                "note \"between\"\nexpect always races = 0\n");
    assert_int_equal(held_all(run), 2);
    assert_string_equal(expectation(run, 0)->found, "in all 38 seeds");
    vm_run_free(run);
}

/* Three readings and writings each: 20 orders of those, of which 2 lose nothing. */
static void every_interleaving_is_seen(void **state)
{
    (void)state;
    vm_run *run = run_text(RACE "A: T1 = create(bad); T2 = create(bad)\nrun all\n"
                                "expect sometimes *counter = 1\nexpect sometimes *counter = 2\n"
                                "expect always *counter >= 1\nexpect always *counter <= 2\n"
                                "expect always races > 0\nexpect *counter = 1\n");
    assert_int_equal(held_all(run), 6);
    size_t n;
    const struct vm_note *notes = vm_run_notes(run, &n);
    assert_int_equal(n, 1);
    assert_non_null(strstr(notes[0].text, "run order A.T1 A.T"));
    /* The order that is told gives the same again. */
    char text[1200];
    snprintf(text, sizeof text,
        RACE "A: T1 = create(bad); T2 = create(bad)\n%s\n"
             "expect *counter = 1\n",
        strstr(notes[0].text, "run order"));
    vm_run *again = run_text(text);
    assert_int_equal(held_all(again), 1);
    vm_run_free(again);
    vm_run_free(run);
}

#define PETERSON(store, load)                                                                             \
    "vmscope 1\nprogram p { text 4K data { want0 = 0 want1 = 0 turn = 0 inside = 0 both = 0 } }\n"        \
    "thread p0 {\n  " store("want0", "1") "\n  " store("turn",                                            \
        "1") "\n"                                                                                         \
             "  a = " load("want1") "\n  b = " load(                                                      \
                 "turn") "\n"                                                                             \
                         "  while a = 1 and b = 1 {\n    a = " load("want1") "\n    b = " load(           \
                             "turn") "\n  }\n"                                                            \
                                     "  i = *inside\n  *inside = i + 1\n  if i != 0 { *both = 1 "         \
                                     "}\n  *inside = i\n"                                                 \
                                     "  " store("want0",                                                  \
                                         "0") "\n}\n"                                                     \
                                              "thread p1 {\n  " store("want1", "1") "\n  " store(         \
                                                  "turn",                                                 \
                                                  "0") "\n"                                               \
                                                       "  a = " load("want0") "\n  b = " load(            \
                                                           "turn") "\n"                                   \
                                                                   "  while a = 1 and b = 0 {\n  "        \
                                                                   "  a = " load(                         \
                                                                       "want0") "\n    "                  \
                                                                                "b "                      \
                                                                                "="                       \
                                                                                " " load(                 \
                                                                                    "tu"                  \
                                                                                    "r"                   \
                                                                                    "n") "\n  }\n"        \
                                                                                         "  i = "         \
                                                                                         "*inside"        \
                                                                                         "\n  "           \
                                                                                         "*inside"        \
                                                                                         " = i + "        \
                                                                                         "1\n  "          \
                                                                                         "if i "          \
                                                                                         "!= 0 { "        \
                                                                                         "*both "         \
                                                                                         "= 1 "           \
                                                                                         "}\n  "          \
                                                                                         "*inside"        \
                                                                                         " = i\n"         \
                                                                                         " "              \
                                                                                         " " store(       \
                                                                                             "wan"        \
                                                                                             "t1",        \
                                                                                             "0") "\n}\n" \
                                                                                                  "A = start p\nA: T1 = create(p0); T2 = create(p1)\nrun all\n"
#define PLAIN_STORE(word, value) "*" word " = " value
#define PLAIN_LOAD(word) "*" word
#define ATOMIC_STORE(word, value) "atomic_store(" word ", " value ")"
#define ATOMIC_LOAD(word) "atomic_load(" word ")"

/* Threads that wait in loops: states come again, so the search ends. */
static void petersons_algorithm_excludes_in_every_interleaving(void **state)
{
    (void)state;
    vm_run *run = run_text(PETERSON(PLAIN_STORE, PLAIN_LOAD) "expect always *both = 0\n"
                                                             "expect always *inside = 0\n"
                                                             "expect always deadlocks = 0\n"
                                                             "expect races > 0\n");
    assert_int_equal(held_all(run), 4);
    vm_run_free(run);
    run = run_text(PETERSON(ATOMIC_STORE, ATOMIC_LOAD) "expect always *both = 0\n"
                                                       "expect always races = 0\n");
    assert_int_equal(held_all(run), 2);
    vm_run_free(run);
}

static void a_deadlock_is_an_end(void **state)
{
    (void)state;
    vm_run *run = run_text("vmscope 1\nprogram p { text 4K data { x = 0 } }\nmutex a\nmutex b\n"
                           "thread one { lock(a); lock(b); unlock(b); unlock(a) }\n"
                           "thread two { lock(b); lock(a); unlock(a); unlock(b) }\n"
                           "A = start p\nA: T1 = create(one); T2 = create(two)\nrun all\n"
                           "expect sometimes deadlocks = 1\nexpect sometimes deadlocks = 0\n"
                           "expect deadlocks = 1\n");
    assert_int_equal(held_all(run), 3);
    vm_run_free(run);
}

/* More states than anybody can wait for: that is said, and nothing is claimed. */
static void what_was_not_seen_is_not_claimed(void **state)
{
    (void)state;
    vm_run *run = run_text("vmscope 1\nprogram p { text 4K data { x = 0 } }\n"
                           "thread f { r = 0; repeat 500 { r = r + 1 } }\n"
                           "A = start p\nA: T1 = create(f)\nrun all\nexpect always *x = 0\n");
    assert_false(expectation(run, 0)->held);
    assert_non_null(strstr(expectation(run, 0)->found, "not known"));
    assert_int_equal(vm_run_diagnostics(run)->length, 1);
    assert_true(vm_run_diagnostics(run)->item[0].warning);
    vm_run_free(run);
}

static void mistakes_have_places(void **state)
{
    (void)state;
    struct vm_diagnostic one;
    const char *alone = RACE "expect always *counter = 0\n";
    assert_true(first_diagnostic(alone, strlen(alone), &one));
    assert_int_equal(one.line, 7);
    assert_non_null(strstr(one.message, "stands directly behind"));
    const char *steps = RACE "A: T1 = create(bad)\nrun all steps nobody\n";
    assert_true(first_diagnostic(steps, strlen(steps), &one));
    assert_int_equal(one.line, 8);
    assert_int_equal(one.column, 15);
    const char *backwards = RACE "A: T1 = create(bad)\nrun random seeds 9..1\n";
    assert_true(first_diagnostic(backwards, strlen(backwards), &one));
    assert_int_equal(one.line, 8);
}

/* A branch replays the search and takes the same schedule. */
static void a_branch_finds_the_same(void **state)
{
    (void)state;
    vm_run *run = run_text(RACE "A: T1 = create(bad); T2 = create(bad)\n"
                                "run random seeds 1..20\nexpect always *counter = 2\n");
    uint64_t length = vm_history_length(vm_run_history(run));
    vm_run *branch;
    assert_int_equal(vm_run_branch(run, length - 2, &branch), VM_OK);
    assert_int_equal(vm_history_length(vm_run_history(branch)), length - 2);
    for (uint64_t n = 1; n <= length - 2; n++) {
        struct vm_op a, b;
        assert_int_equal(vm_history_op(vm_run_history(run), n, &a), VM_OK);
        assert_int_equal(vm_history_op(vm_run_history(branch), n, &b), VM_OK);
        assert_memory_equal(&a.u, &b.u, sizeof a.u);
    }
    vm_run_free(branch);
    vm_run_free(run);
}

/* What a state is made of: each of these has two outcomes, and the states before the last step
 * differ in one thing only. */
static void two_outcomes(const char *text)
{
    vm_run *run = run_text(text);
    assert_int_equal(held_all(run), 2);
    vm_run_free(run);
}

static void rights_belong_to_a_state(void **state)
{
    (void)state;
    two_outcomes("vmscope 1\nprogram p { text 4K data { a = 0 } }\nsemaphore s = 0\n"
                 "thread one(p) { mprotect(p, 4K, r); post(s) }\n"
                 "thread two(p) { mprotect(p, 4K, rw); post(s) }\n"
                 "thread last(p) { down(s); down(s); *p = 1 }\n"
                 "A = start p\nA: p = mmap(4K, rw); *p = 7; sigaction(SIGSEGV, skip)\n"
                 "A: T1 = create(one, p); T2 = create(two, p); T3 = create(last, p)\nrun all\n"
                 "expect sometimes *A.p = 1\nexpect sometimes *A.p = 7\n");
}
static void the_order_of_free_chunks_belongs_to_a_state(void **state)
{
    (void)state;
    two_outcomes("vmscope 1\nprogram p { text 4K data { a = 0 b = 0 first = 0 } }\n"
                 "semaphore s = 0\nsemaphore t = 0\n"
                 "thread one { down(t); v = *a; free(v); post(s) }\n"
                 "thread two { down(t); v = *b; free(v); post(s) }\n"
                 "thread last {\n p = malloc(3000)\n x = malloc(100)\n q = malloc(3000)\n"
                 " y = malloc(100)\n *a = p\n *b = q\n post(t); post(t); down(s); down(s)\n"
                 " n = malloc(3000)\n if n = p { *first = 1 }\n}\n"
                 "A = start p\nA: T3 = create(last); T1 = create(one); T2 = create(two)\n"
                 "run all\nexpect sometimes *first = 1\nexpect sometimes *first = 0\n");
}

/* An expectation about what programs cannot see makes it a part of the state. */
static void what_is_asked_belongs_to_a_state(void **state)
{
    (void)state;
    two_outcomes(RACE "A: T1 = create(good); T2 = create(good)\nrun all\n"
                      "expect sometimes contended = 0\nexpect sometimes contended = 1\n");
    two_outcomes(RACE "A: T1 = create(good); T2 = create(good)\nrun all\n"
                      "expect sometimes voluntary(A.T2) = 0\n"
                      "expect sometimes voluntary(A.T2) = 1\n");
}

/* What did not hold is told in the words of the text, not in numbers of an enum. */
static void what_is_found_has_names(void **state)
{
    (void)state;
    vm_run *run = run_text(RACE "A: T1 = create(good)\nrun all\nexpect always *counter = 1\n"
                                "A: T2 = create(); T3 = create()\nA.T3: lock(m)\n"
                                "expect state(T1) = waiting\nexpect owner(m) = T2\n"
                                "expect waits(T2) = mutex\nA: T4 = create(twice)\nrun\n"
                                "thread twice { lock(k); lock(k) }\nmutex k\n");
    assert_string_equal(expectation(run, 0)->found, "in the only end");
    assert_string_equal(expectation(run, 1)->found, "it is exited");
    assert_string_equal(expectation(run, 2)->found, "it is A.T3");
    assert_string_equal(expectation(run, 3)->found, "it is none");
    assert_int_equal(vm_run_diagnostics(run)->length, 1);
    assert_non_null(strstr(vm_run_diagnostics(run)->item[0].hint, "a deadlock of one"));
    vm_run_free(run);
}

static vm_run *begin(const char *text, uint64_t memory)
{
    struct vm_config config;
    struct vm_diagnostics diagnostics = {0};
    vm_scenario *scenario = parse_good(text);
    vm_run *run = NULL;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.limits.memory = memory;
    assert_int_equal(vm_run_new(scenario, NULL, 0, &config, &diagnostics, &run), VM_OK);
    vm_scenario_free(scenario);
    vm_diagnostics_release(&diagnostics);
    return run;
}

/* A thread without an end: whoever runs it gets to look at the clock within one seed, and within
 * one turn that does nothing at all. */
static void a_search_can_be_interrupted(void **state)
{
    static const char *const texts[] = {RACE "A: T1 = create(bad)\nrun random seeds 1..9\n",
        RACE "A: T1 = create(bad); T2 = create(bad)\nrun all\n",
        "vmscope 1\nthread w { while 1 { yield() } }\nA = start cat\nA: T1 = create(w)\n"
        "run random seeds 1..9\n",
        "vmscope 1\nthread w { while 1 { } }\nA = start cat\nA: T1 = create(w)\n"
        "run random seeds 1..9\n",
        "vmscope 1\nthread w { while 1 { } }\nA = start cat\nA: T1 = create(w); T2 = create(w)\n"
        "run all\n"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        vm_run *run = begin(texts[i], 0);
        unsigned calls = 0;
        while (calls < 200 && vm_run_go(run, 16) == VM_RUN_MORE) {
            calls++;
        }
        assert_true(i < 2 ? calls > 1 && calls < 200 : calls == 200);
        vm_run_free(run);
    }
}

static void copies_of_a_search_have_a_limit(void **state)
{
    (void)state;
    vm_run *run = begin("vmscope 1\nmachine x86-64 { frames 4096 }\n"
                        "program p { text 4K  data { x = 0 } }\n"
                        "thread w { repeat 200 { r = *x; *x = r + 1 } }\nA = start p\n"
                        "A: T1 = create(w); T2 = create(w)\nrun all\n",
        4u << 20);
    enum vm_run_reason reason;
    do {
        reason = vm_run_go(run, 4096);
    } while (reason == VM_RUN_MORE);
    assert_int_equal(reason, VM_RUN_LIMIT);
    const struct vm_diagnostic *one = &vm_run_diagnostics(run)->item[0];
    assert_int_equal(one->line, 7);
    assert_non_null(strstr(one->message, "more than 4 MiB"));
    vm_run_free(run);
}

static bool after(void *context)
{
    unsigned *left = context;
    *left -= *left > 0;
    return *left == 0;
}

/* A line that takes too long is refused where it stands, and has changed nothing. */
static void lines_are_watched(void **state)
{
    static const char *const lines[] = {"run random seeds 1..1000", "run all", "run"};
    (void)state;
    vm_run *run = run_text("vmscope 1\nthread w { while 1 { yield() } }\nA = start cat\n"
                           "A: T1 = create(w); T2 = create(w)\n");
    uint64_t length = vm_history_length(vm_run_history(run));
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct vm_diagnostics diagnostics = {0};
        unsigned left = 5;
        vm_run_watch(run, after, &left);
        assert_false(vm_run_append(run, lines[i], strlen(lines[i]), &diagnostics));
        assert_int_equal(left, 0);
        assert_int_equal(diagnostics.errors, 1);
        assert_non_null(strstr(diagnostics.item[0].message, "longer than the host allows"));
        vm_diagnostics_release(&diagnostics);
        assert_int_equal(vm_history_length(vm_run_history(run)), length);
    }
    unsigned none = 1;
    vm_run *branch = NULL;
    vm_run_watch(run, after, &none);
    assert_int_equal(vm_run_branch(run, 1, &branch), VM_LIMIT);
    assert_null(branch);
    vm_run_watch(run, NULL, NULL);
    struct vm_diagnostics diagnostics = {0};
    assert_true(vm_run_append(run, "run steps 4", 11, &diagnostics));
    assert_int_equal(diagnostics.errors, 0);
    assert_true(vm_history_length(vm_run_history(run)) > length);
    vm_diagnostics_release(&diagnostics);
    vm_run_free(run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seeds_find_a_lost_update_and_the_timeline_shows_it),
        cmocka_unit_test(a_mutex_holds_for_every_seed),
        cmocka_unit_test(every_interleaving_is_seen),
        cmocka_unit_test(petersons_algorithm_excludes_in_every_interleaving),
        cmocka_unit_test(a_deadlock_is_an_end),
        cmocka_unit_test(what_was_not_seen_is_not_claimed),
        cmocka_unit_test(mistakes_have_places),
        cmocka_unit_test(a_branch_finds_the_same),
        cmocka_unit_test(rights_belong_to_a_state),
        cmocka_unit_test(the_order_of_free_chunks_belongs_to_a_state),
        cmocka_unit_test(what_is_asked_belongs_to_a_state),
        cmocka_unit_test(what_is_found_has_names),
        cmocka_unit_test(a_search_can_be_interrupted),
        cmocka_unit_test(copies_of_a_search_have_a_limit),
        cmocka_unit_test(lines_are_watched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
