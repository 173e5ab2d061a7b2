/* SPDX-License-Identifier: MIT
 * The law over random operations, a dose that every build can take. `script/laws` gives the large
 * one.
 */
#include "support_law.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SEEDS 2000

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static void law_holds(void **state)
{
    (void)state;
    uint64_t first = from_environment("VMSCOPE_SEED", 1);
    uint64_t n = from_environment("VMSCOPE_SEEDS", SEEDS);
    for (uint64_t seed = first; seed < first + n; seed++) {
        const struct law_case law = {.seed = seed, .steps = 60, .full = true};
        struct law_result result;
        law_run(&law, &result);
        if (result.problem[0]) {
            fail_msg("seed %llu, operation %llu: %s", (unsigned long long)seed,
                (unsigned long long)result.operations, result.problem);
        }
    }
}

/* A machine can live long: invariants only. */
static void invariants_hold(void **state)
{
    (void)state;
    uint64_t operations = 0, refused = 0;
    for (uint64_t seed = 1000001; seed <= 1000060; seed++) {
        const struct law_case law = {.seed = seed, .steps = 500};
        struct law_result result;
        law_run(&law, &result);
        if (result.problem[0]) {
            fail_msg("seed %llu, operation %llu: %s", (unsigned long long)seed,
                (unsigned long long)result.operations, result.problem);
        }
        operations += result.operations;
        refused += result.refused;
    }
    assert_true(refused < operations / 2); /* they are operations, mostly, not noise */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(law_holds), cmocka_unit_test(invariants_hold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
