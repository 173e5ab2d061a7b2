/* SPDX-License-Identifier: MIT
 * Locks in the language: declared names and plain addresses, results, words of expect, and located
 * errors.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LOCKS                                                                                      \
    "vmscope 1\nprogram p { text 4K  data { x = 0  y = 7 } }\n"                                    \
    "mutex m\nmutex n = inherit\nsemaphore s = 1\ncondition c\nbarrier b = 2\n"                    \
    "spinlock q\nrwlock l\nA = start p\n"

static void holds(const char *text, size_t expectations)
{
    vm_run *run = run_text(text);
    assert_int_equal(vm_run_diagnostics(run)->errors, 0);
    assert_int_equal(held_all(run), expectations);
    vm_run_free(run);
}

static void names_addresses_and_results(void **state)
{
    (void)state;
    holds(LOCKS "A: lock(m)\nexpect owner(m) = A.T0\nexpect value(m) = 1\n"
                "A: T1 = create()\nA.T1: r = trylock(m)\nexpect A.T1.r = 0\n"
                "A.T1: lock(m)\nexpect waiting(m) = 1\nA: unlock(m)\n"
                "expect owner(m) = T1\nexpect owner(n) = none\nexpect waiting(m) = 0\n",
        7);
    holds(LOCKS "A: p = mmap(1 page, rw, private); lock(p + 64)\nexpect value(p + 64) = 1\n"
                "A: down(s)\nexpect value(s) = 0\nA: post(s); spin_lock(q)\nexpect value(q) = 1\n"
                "A: read_lock(l); read_lock(l)\nexpect value(l) = 2\n",
        4);
    holds(LOCKS "A: r = atomic_add(x, 3); t = atomic_load(x)\nexpect A.r = 0\nexpect A.t = 3\n"
                "A: r = compare_exchange(y, 7, 9); t = atomic_exchange(y, 4)\n"
                "A: atomic_store(x, 1)\nexpect A.r = 7\nexpect A.t = 9\nexpect *x = 1\n",
        5);
}

static void conditions_and_barriers(void **state)
{
    (void)state;
    holds(LOCKS "A: T1 = create()\nA.T1: lock(m); wait(c, m)\nexpect waits(T1) = condition\n"
                "expect owner(m) = none\nA: signal(c)\nexpect owner(m) = T1\n"
                "A.T1: wait(c, m)\nA: wake(T1)\nexpect owner(m) = T1\n",
        4);
    holds(LOCKS "A: T1 = create()\nA.T1: r = barrier_wait(b)\nexpect waiting(b) = 1\n"
                "A: t = barrier_wait(b)\nexpect A.t != 0\nexpect A.r = 0\n",
        3);
}

static void mistakes_are_located(void **state)
{
    (void)state;
    static const struct bad_text rows[] = {
        {LOCKS "A: lock(s)\n", 11, 9, "`s` is a semaphore, and this takes a mutex", "lock(m)"},
        {LOCKS "A: lock(x + 4)\n", 11, 11, "at a multiple of 8", "lock(p + 64)"},
        {LOCKS "A: lock(x + 4088)\n", 11, 11, "within one page", ""},
        {LOCKS "A: wait(c, s)\n", 11, 12, "this takes a mutex", "wait(c, m)"},
        {LOCKS "A: T1 = create()\nA: wake(T1)\n", 12, 9, "waits for no condition", "wait(c, m)"},
        {LOCKS "A: atomic_add(x)\n", 11, 4, "`atomic_add` takes 2 arguments", ""},
    };
    assert_bad_texts(rows, sizeof rows / sizeof rows[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_addresses_and_results),
        cmocka_unit_test(conditions_and_barriers), cmocka_unit_test(mistakes_are_located)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
