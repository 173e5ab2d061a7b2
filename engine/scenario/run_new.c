/* SPDX-License-Identifier: MIT
 * Runs come and go: from a scenario and what is given from outside, and as a copy that has done
 * nothing yet. A run owns all of its arrays and holds its scenarios.
 */
#include "scenario/search.h"

#include <stdlib.h>
#include <string.h>

static char *copy_text(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    return copy ? strcpy(copy, text) : NULL;
}

static bool add_override(vm_run *run, const char *name, const char *value)
{
    struct override_copy copy = {copy_text(name), copy_text(value)};
    if (!copy.name || !copy.value) {
        free(copy.name);
        free(copy.value);
        return false;
    }
    run->override[run->overrides++] = copy;
    return true;
}

bool run_add_chunk(vm_run *run, const vm_scenario *scenario, uint64_t until)
{
    void *array = run->chunk;
    struct chunk *slot = run_grow(&array, &run->chunks, &run->chunks_capacity, sizeof *slot);
    run->chunk = array;
    if (!slot) {
        return false;
    }
    *slot = (struct chunk){.scenario = scenario_hold(scenario), .until = until};
    return true;
}

static enum vm_status new_run(const vm_scenario *scenario, size_t overrides, vm_run **out)
{
    vm_run *run = calloc(1, sizeof *run);
    if (!run) {
        return VM_NOMEM;
    }
    run->override = calloc(overrides ? overrides : 1, sizeof *run->override);
    if (!run->override || !run_add_chunk(run, scenario, UINT64_MAX)) {
        vm_run_free(run);
        return VM_NOMEM;
    }
    *out = run;
    return VM_OK;
}

enum vm_status vm_run_new(const vm_scenario *scenario, const struct vm_override *overrides,
    size_t overrides_n, const struct vm_config *defaults, struct vm_diagnostics *diagnostics,
    vm_run **out)
{
    vm_run *run = NULL;
    *out = NULL;
    size_t errors = diagnostics->errors;
    vm_scenario_check(scenario, diagnostics);
    if (diagnostics->errors > errors) {
        return VM_UNSUPPORTED;
    }
    enum vm_status status = new_run(scenario, overrides_n, &run);
    if (status != VM_OK) {
        return status;
    }
    for (size_t i = 0; i < overrides_n; i++) {
        if (!add_override(run, overrides[i].name, overrides[i].value)) {
            vm_run_free(run);
            return VM_NOMEM;
        }
    }
    if (defaults) {
        run->config.limits = defaults->limits;
        run->config.allocator = defaults->allocator;
    }
    if (!config_of(run)) {
        vm_diagnostics_append(diagnostics, &run->diagnostics);
        vm_run_free(run);
        return VM_INVALID;
    }
    *out = run;
    return VM_OK;
}

enum vm_status run_copy(const vm_run *run, bool probe, vm_run **out)
{
    vm_run *copy = NULL;
    *out = NULL;
    enum vm_status status = new_run(run->chunk[0].scenario, run->overrides, &copy);
    if (status != VM_OK) {
        return status;
    }
    copy->chunk[0].until = run->chunk[0].until;
    copy->probe = probe;
    copy->config = run->config;
    copy->random = run->config.seed;
    for (size_t i = 0; i < run->overrides; i++) {
        if (!add_override(copy, run->override[i].name, run->override[i].value)) {
            goto fail;
        }
    }
    for (size_t i = 1; i < run->chunks; i++) {
        if (!run_add_chunk(copy, run->chunk[i].scenario, run->chunk[i].until)) {
            goto fail;
        }
    }
    for (size_t i = 0; i < run->parameters; i++) { /* the bottom variables */
        void *array = copy->variable;
        struct variable *slot =
            run_grow(&array, &copy->variables, &copy->variables_capacity, sizeof *slot);
        copy->variable = array;
        if (!slot) {
            goto fail;
        }
        *slot = run->variable[i];
    }
    copy->parameters = run->parameters;
    *out = copy;
    return VM_OK;
fail:
    vm_run_free(copy);
    return VM_NOMEM;
}

void vm_run_free(vm_run *run)
{
    if (!run) {
        return;
    }
    vm_history_free(run->history);
    vm_machine_free(run->machine);
    search_free(run->search);
    for (size_t i = 0; i < run->chunks; i++) {
        vm_scenario_free(run->chunk[i].scenario);
    }
    for (size_t i = 0; i < run->overrides; i++) {
        free(run->override[i].name);
        free(run->override[i].value);
    }
    for (size_t i = 0; i < run->actors; i++) {
        free(run->actor[i].binding);
    }
    for (size_t i = 0; i < run->threads; i++) {
        thread_free(run->thread[i]);
    }
    free(run->thread);
    names_release(&run->names);
    vm_diagnostics_release(&run->diagnostics);
    free(run->future.key);
    free(run->chunk);
    free(run->override);
    free(run->actor);
    free(run->program);
    free(run->variable);
    free(run->expectation);
    free(run->note);
    free(run->naming);
    free(run->row);
    free(run);
}
