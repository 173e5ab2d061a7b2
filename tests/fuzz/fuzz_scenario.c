/* SPDX-License-Identifier: MIT
 * libFuzzer target: any bytes as a scenario. What parses is formatted (twice the same), checked and
 * run for a little while, branched and appended to; the machine's invariants hold at the end.
 */
#include "vm/scenario.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool fact)
{
    if (!fact) {
        abort();
    }
}

static void try_format(const vm_scenario *scenario)
{
    struct vm_diagnostics diagnostics = {0};
    vm_scenario *again = NULL;
    size_t length = 0, second = 0;
    char *once = vm_scenario_format(scenario, &length);
    expect(once && vm_scenario_parse(once, length, NULL, &diagnostics, &again) == VM_OK);
    char *twice = vm_scenario_format(again, &second);
    expect(twice && length == second && memcmp(once, twice, length) == 0);
    vm_scenario_free(again);
    vm_diagnostics_release(&diagnostics);
    free(once);
    free(twice);
}

static void try_run(const vm_scenario *scenario)
{
    struct vm_diagnostics diagnostics = {0};
    struct vm_config config;
    vm_run *run = NULL, *branch = NULL;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.limits = (struct vm_limits){.operations = 300,
        .pages = 4096,
        .processes = 20,
        .vmas = 500,
        .memory = UINT64_C(64) << 20};
    if (vm_run_new(scenario, NULL, 0, &config, &diagnostics, &run) == VM_OK) {
        while (vm_run_go(run, 50) == VM_RUN_MORE) {
        }
        vm_history *history = vm_run_history(run);
        expect(!history || vm_check(vm_history_head(history)) == NULL);
        uint64_t length = history ? vm_history_length(history) : 0;
        if (history && vm_run_branch(run, length / 2, &branch) == VM_OK) {
            expect(vm_history_length(vm_run_history(branch)) == length / 2);
            static const char line[] = "A: x = 1; store(heap); y = x";
            vm_run_append(branch, line, sizeof line - 1, &diagnostics);
            vm_run_append(branch, "run rr 2", 8, &diagnostics);
            expect(vm_check(vm_history_head(vm_run_history(branch))) == NULL);
        }
    }
    vm_run_free(branch);
    vm_run_free(run);
    vm_diagnostics_release(&diagnostics);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vm_diagnostics diagnostics = {0};
    vm_scenario *scenario = NULL;
    enum vm_status status =
        vm_scenario_parse((const char *)data, size, NULL, &diagnostics, &scenario);
    expect(
        (status == VM_OK) == (diagnostics.errors == 0) && (status == VM_OK) == (scenario != NULL));
    if (scenario) {
        try_format(scenario);
        try_run(scenario);
    }
    vm_scenario_free(scenario);
    vm_diagnostics_release(&diagnostics);
    return 0;
}
