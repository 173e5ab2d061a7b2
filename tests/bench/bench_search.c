/* SPDX-License-Identifier: MIT
 * A thousand schedules of the second example of the scenario language, and all interleavings of
 * another: what a person waits for.
 */
#include "bench.h"
#include "vm/scenario.h"

#include <string.h>

static const char seeds[] =
    "vmscope 1\nprogram race { text 4K  data { counter = 0 } }\nmutex m\n"
    "thread bad { r = *counter; r = r + 1; *counter = r }\n"
    "thread good(n) { repeat n { lock(m); r = *counter; r = r + 1; *counter = r; unlock(m) } }\n"
    "A = start race\nA: T1 = create(bad); T2 = create(bad)\nrun order T1 T2 T1 T1 T2 T2\n"
    "expect *counter = 1\nA: *counter = 0; T3 = create(good, 2); T4 = create(good, 2)\n"
    "run random seeds 1..1000\nexpect always *counter = 4\n";
static const char all[] =
    "vmscope 1\nprogram race { text 4K  data { counter = 0 } }\nmutex m\n"
    "thread good(n) { repeat n { lock(m); r = *counter; r = r + 1; *counter = r; unlock(m) } }\n"
    "A = start race\nA: T1 = create(good, 2); T2 = create(good, 2); T3 = create(good, 2)\n"
    "run all\nexpect always *counter = 6\n";

static double seconds(const char *text)
{
    struct vm_diagnostics diagnostics = {0};
    vm_scenario *scenario;
    vm_run *run;
    double start = bench_now();
    bench_check(vm_scenario_parse(text, strlen(text), NULL, &diagnostics, &scenario) == VM_OK &&
                    vm_run_new(scenario, NULL, 0, NULL, &diagnostics, &run) == VM_OK,
        "the scenario does not parse");
    enum vm_run_reason reason;
    do {
        reason = vm_run_go(run, 100000);
    } while (reason == VM_RUN_MORE);
    double took = bench_now() - start;
    size_t n;
    const struct vm_expectation *expectation = vm_run_expectations(run, &n);
    for (size_t i = 0; i < n; i++) {
        bench_check(expectation[i].held, "an expectation does not hold");
    }
    bench_check(reason == VM_RUN_DONE && n > 0, "the scenario does not end");
    vm_run_free(run);
    vm_scenario_free(scenario);
    vm_diagnostics_release(&diagnostics);
    return took;
}

void bench_search(const struct bench_trace *trace)
{
    (void)trace; /* a program with threads of its own */
    bench_duration("1,000 seeds of two threads", seconds(seeds) * 1000, "a second", 1000);
    bench_duration("every interleaving of three threads", seconds(all) * 1000, "a second", 1000);
}
