/* SPDX-License-Identifier: MIT
 * The size of a page table against a linear one, and how empty an address space is.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void holds(const char *text, size_t expectations)
{
    vm_run *run = run_text(text);
    assert_int_equal(held_all(run), expectations);
    vm_run_free(run);
}

/* Two neighbouring pages need one table of each level. */
static void four_levels(void **state)
{
    (void)state;
    holds("vmscope 1\nmachine x86-64 { frames 64 }\nA = start empty\n"
          "expect mapped(A) = 0\n"
          "A: p = mmap(2 pages, rw, private)\n"
          "expect mapped(A) = 8K\n"
          "expect table_bytes(A) = 4K\n"
          "A: store(p)\n"
          "expect tables(A) = 4\n"
          "expect table_bytes(A) = 16K\n"
          "expect linear(A) = 8 << 36\n"
          "expect space(A) = (1 << 47) - 4K\n"
          "expect mapped(A) * 1000000000 < space(A)\n",
        8);
}

static void other_machines(void **state)
{
    (void)state;
    holds("vmscope 1\nmachine x86-32 { frames 64 }\nA = start empty\nA: p = mmap(1 page, rw)\n"
          "A: store(p)\n"
          "expect table_bytes(A) = 8K\nexpect linear(A) = 4M\nexpect space(A) = 3G\n",
        3);
    holds("vmscope 1\nmachine sv39 { frames 64 }\nA = start empty\n"
          "expect linear(A) = 8 << 27\nexpect space(A) = 256G\n",
        2);
    holds("vmscope 1\nmachine x86-64-5level { frames 64 }\nA = start empty\n"
          "A: p = mmap(1 page, rw)\nA: store(p)\n"
          "expect tables(A) = 5\nexpect walk_reads = 1 + 5\n"
          "expect linear(A) = 8 << 45\nexpect space(A) = (1 << 56) - 4K\n",
        4);
    /* OSTEP's: pages of 32 bytes, entries of one byte; CS:APP's fills no page and has four. */
    holds("vmscope 1\nmachine custom { va 15  page 32  levels 5 5 }\nA = start empty\n"
          "A: p = mmap(1 page, rw)\nA: store(p)\n"
          "expect table_bytes(A) = 64\nexpect linear(A) = 1024\nexpect space(A) = 32K\n",
        3);
    holds("vmscope 1\nmachine custom\nA = start empty\n"
          "expect table_bytes(A) = 1024\nexpect linear(A) = 1024\n",
        2);
}

static void wrong_questions(void **state)
{
    (void)state;
    struct vm_diagnostic found;
    const char *text = "vmscope 1\nA = start empty\nexpect linear = 4\n";
    assert_true(first_diagnostic(text, strlen(text), &found));
    assert_int_equal(found.line, 3);
    text = "vmscope 1\nA = start empty\nexpect mapped(4) = 4\n";
    assert_true(first_diagnostic(text, strlen(text), &found));
    assert_int_equal(found.line, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_levels),
        cmocka_unit_test(other_machines),
        cmocka_unit_test(wrong_questions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
