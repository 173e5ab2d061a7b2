/* SPDX-License-Identifier: MIT
 * Every allocation fails once, in parsing, formatting, running, branching, appending: nothing
 * crashes, leaks or is left half done. malloc and its kin are wrapped by the linker for this
 * program.
 */
#include "support_nomem.h"
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char processes[] =
    "vmscope 1\ntitle \"t\"\nparam n = 2\nmachine x86-64 { frames 80  policy opt }\n"
    "program p { text 4K  data { c = 0 }  needs /lib/libc.so.6 }\nA = start p\nB = start cat\n"
    "A: heap = mmap(2 pages, rw, private); *heap = 1; r = *heap\nA: C = fork()\n"
    "repeat i in 0..n { C: store(page(heap, i & 1)) }\nnote \"n\"\nexpect frames(heap) >= 1\n"
    "A: refs 1 2W 1\ncompare lru, opt frames 78..79\nexpect A.r = 1\n";

/* Threads: created, in a function, waiting, driven by lines. */
static const char threads[] =
    "vmscope 1\nprogram p { text 4K  data { c = 0 } }\nmutex m\n"
    "thread f(n) { lock(m); if n > 1 { v = call f2(n - 1) }; unlock(m); x = *c + 1; return x }\n"
    "thread f2(n) { y = n; return y + 1 }\nA = start p\nA: T1 = create(f, 2); D = create()\n"
    "A.D: r = *c; v = join(T1)\nrun order T1 T1\nA: w = call f2(3); create(f, 1)\n"
    "run random seed 3\nexpect A.D.v = 1\n";

/* Many schedules, on copies of the run. */
static const char schedules[] =
    "vmscope 1\nprogram p { text 4K  data { c = 0 } }\n"
    "thread f { x = *c; *c = x + 1 }\nA = start p\nA: T1 = create(f); T2 = create(f)\n"
    "run random seeds 1..2 steps 2\nexpect sometimes *c >= 0\nrun all\nexpect always *c > 0\n";

/* What was done before the failure; false: something failed. */
static bool everything(const char *text, const char *line, size_t operations)
{
    struct vm_diagnostics diagnostics = {0};
    vm_scenario *scenario = NULL;
    vm_run *run = NULL, *branch = NULL;
    char *formed = NULL;
    bool good = vm_scenario_parse(text, strlen(text), NULL, &diagnostics, &scenario) == VM_OK;
    good = good && (formed = vm_scenario_format(scenario, NULL)) != NULL;
    const struct vm_override set = {"frames", "79"};
    good = good && vm_run_new(scenario, &set, 1, NULL, &diagnostics, &run) == VM_OK;
    while (good && vm_run_go(run, 3) == VM_RUN_MORE) {
    }
    good = good && vm_run_diagnostics(run)->errors == 0;
    if (run && vm_run_history(run)) {
        uint64_t length = vm_history_length(vm_run_history(run));
        assert_null(vm_check(vm_history_head(vm_run_history(run))));
        good = vm_run_append(run, line, strlen(line), &diagnostics) && good;
        uint64_t now = vm_history_length(vm_run_history(run));
        assert_true(now >= length && now <= length + operations);
        assert_null(vm_check(vm_history_head(vm_run_history(run))));
        good = vm_run_branch(run, now / 2, &branch) == VM_OK && good;
        good = good && vm_history_length(vm_run_history(branch)) == now / 2;
    }
    vm_run_free(branch);
    vm_run_free(run);
    vm_scenario_free(scenario);
    vm_diagnostics_release(&diagnostics);
    free(formed);
    return good;
}

static void fail_each(const char *text, const char *line, size_t operations)
{
    nomem_fail(NOMEM_COUNT);
    assert_true(everything(text, line, operations));
    size_t all = nomem_calls(), survived = 0;
    assert_true(all > 100);
    for (size_t i = 1; i <= all; i++) {
        nomem_fail(i);
        survived += everything(text, line, operations);
    }
    nomem_fail(0);
    /* Some failures cost nothing: a checkpoint not taken. Most must be told. */
    assert_true(survived < all / 2);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    fail_each(processes, "A: x = 1; store(heap)", 2);
}

static void threads_without_memory(void **state)
{
    (void)state;
    fail_each(threads, "A.D: x = 1", 2); /* its first act may come with its beginning */
}

static void searches_without_memory(void **state)
{
    (void)state;
    fail_each(schedules, "A: x = 1", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(threads_without_memory), cmocka_unit_test(searches_without_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
