/* SPDX-License-Identifier: MIT
 * Figures of a stretch of a run by hand, and the working set against counting in a list; what is no
 * such word has a place and a hint.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PRICES                                                                                     \
    "cost tlb_hit 0  cost sram 10  cost dram 0  cost trap 0  cost minor_work 0  cost major_work "  \
    "0  cost zero_fill 0  cost eviction 0  cost syscall 0  cost tlb_drop 0  cost switch 0  cost "  \
    "space_switch 0  cost byte_copy 0"

/* Files on a disk of 1000 ns; a reference is 10. */
static void a_section_by_hand(void **state)
{
    (void)state;
    vm_run *run = run_text(
        "vmscope 1\n"
        "machine custom { frames 32  files on disk  cost disk 1000  " PRICES " }\nfile /f 8 pages\n"
        "A = start empty\nB = start empty\n"
        "A: x = mmap(8 pages, r, shared, /f)\nB: y = mmap(4 pages, rw, private)\n"
        "expect eat = 0\nexpect fault_rate = 0\nexpect efficiency = 100\n"
        "expect cpu_utilisation = 100\n"
        "A: load(x)\n" /* 10 and 1000 */
        "expect eat = 1010\nexpect fault_rate = 1000\nexpect efficiency = 0\n"
        "section \"two\"\n"
        "expect eat = 0\n"
        "repeat 50 { A: load(x) }\nrepeat 50 { B: store(y) }\n" /* one fault */
        "expect eat = 10\nexpect eat(A) = 10\nexpect fault_rate = 10\n"
        "expect fault_rate(A) = 0\nexpect fault_rate(B) = 20\n"
        "expect efficiency(A) = 100\n"
        "section \"three\"\n"
        "A: load(page(x, 1)); load(page(x, 2))\nrepeat 100 { B: load(y) }\n"
        /* A waits 2000 of 2020, B computes 1000 meanwhile */
        "expect efficiency(A) = 0\nexpect efficiency(B) = 100\n"
        "expect efficiency = 33\nexpect cpu_utilisation = 50\n"
        "expect eat = 29\n");
    assert_int_equal(held_all(run), 19);
    vm_run_free(run);
}

/* Three processes that compute 100 ns and wait 300: a disk serves one at a time, 900 ns in all; an
 * SSD all, so that 400 are enough. DRAM is the processor's own time. */
static void waits_overlap_on_some_media(void **state)
{
    (void)state;
    static const char *const on[] = {"disk", "ssd", "network", "tape", "dram"};
    static const unsigned expected[] = {33, 75, 75, 33, 100};
    for (size_t i = 0; i < 5; i++) {
        char text[2000];
        snprintf(text, sizeof text,
            "vmscope 1\nmachine custom { frames 32  files on %s  cost %s 300  " PRICES " }\n"
            "file /f 8 pages\nA = start empty\nB = start empty\nC = start empty\n"
            "A: x = mmap(3 pages, r, shared, /f)\nB: x = mmap(3 pages, r, shared, /f)\n"
            "C: x = mmap(3 pages, r, shared, /f)\nsection \"now\"\n"
            "repeat 10 { A: load(x) }\nrepeat 10 { B: load(page(x, 1)) }\n"
            "repeat 10 { C: load(page(x, 2)) }\nexpect cpu_utilisation = %u\n",
            on[i], on[i], expected[i]);
        vm_run *run = run_text(text);
        assert_int_equal(held_all(run), 1);
        vm_run_free(run);
    }
}

/* Silberschatz, section 10.6.2, figure 10.22: {1,2,5,6,7} and {3,4} with a window of 10. */
static void working_set_of_the_book(void **state)
{
    (void)state;
    vm_run *run = run_text("vmscope 1\nmachine paper { frames 9  policy fifo  tau 10 }\n"
                           "A = start empty\nB = start empty\nexpect working_set(A) = 0\n"
                           "A: refs 2 6 1 5 7 7 7 7 5 1\nexpect working_set(A) = 5\n"
                           "B: refs 8 8 9\n"
                           "A: refs 6 2 3 4 1 2 3 4 4 4 3 4 3 4 4 4\n"
                           "expect working_set(A) = 2\nexpect working_set(A, 11) = 3\n"
                           "expect working_set(A, 1) = 1\nexpect working_set(A, 0) = 0\n"
                           "expect working_set(A, 1000) = 7\nexpect working_set(B) = 2\n");
    assert_int_equal(held_all(run), 8);
    vm_run_free(run);
}

/* Under `ws` the resident pages are the working set; under others it is the same one. */
static void working_set_whatever_the_policy(void **state)
{
    (void)state;
    static const char *const policies[] = {"ws", "lru", "mglru", "opt", "random"};
    for (size_t i = 0; i < 5; i++) {
        char text[1200];
        snprintf(text, sizeof text,
            "vmscope 1\nmachine x86-64 { frames 40  swap 64  policy %s  tau 25  seed 4  tables "
            "outside }\nA = start empty\nA: x = mmap(30 pages, rw, private)\n"
            "repeat 400 { A: store(page(x, random(0..7) * random(0..4))) }\n"
            "%s\nexpect working_set(A) >= 8\nexpect working_set(A, 400) <= 25\n",
            policies[i], i == 0 ? "expect working_set(A) = resident(x)" : "");
        vm_run *run = run_text(text);
        assert_int_equal(held_all(run), i == 0 ? 3 : 2);
        vm_run_free(run);
    }
}

static void bad_words_have_a_place(void **state)
{
    (void)state;
    static const char *const lines[] = {"expect eat(C) = 1", "expect cpu_utilisation(A) = 1",
        "expect working_set = 1", "expect working_set(A, 1, 2) = 1", "expect eat(A, A) = 1",
        "expect fault_rates = 1"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char text[300];
        snprintf(text, sizeof text, HEAD "%s\n", lines[i]);
        struct vm_diagnostic found;
        assert_true(first_diagnostic(text, strlen(text), &found));
        assert_int_equal(found.line, 4);
        assert_true(found.column >= 8);
        assert_true(found.hint[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_section_by_hand),
        cmocka_unit_test(waits_overlap_on_some_media),
        cmocka_unit_test(working_set_of_the_book),
        cmocka_unit_test(working_set_whatever_the_policy),
        cmocka_unit_test(bad_words_have_a_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
