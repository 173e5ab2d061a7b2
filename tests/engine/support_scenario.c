/* SPDX-License-Identifier: MIT
 * Helpers of the scenario tests.
 */
#include "support_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { OPERATIONS = 20000 };

vm_scenario *parse_good(const char *text)
{
    struct vm_diagnostics diagnostics = {0};
    vm_scenario *scenario = NULL;
    enum vm_status status = vm_scenario_parse(text, strlen(text), NULL, &diagnostics, &scenario);
    if (status != VM_OK) {
        print_error("%u:%u: %s\n%s\n", diagnostics.length ? diagnostics.item[0].line : 0,
            diagnostics.length ? diagnostics.item[0].column : 0,
            diagnostics.length ? diagnostics.item[0].message : "", text);
    }
    assert_int_equal(status, VM_OK);
    vm_diagnostics_release(&diagnostics);
    return scenario;
}

vm_run *run_with(
    const char *text, const struct vm_override *overrides, size_t n, uint64_t operations)
{
    vm_scenario *scenario = parse_good(text);
    struct vm_diagnostics diagnostics = {0};
    struct vm_config config;
    vm_run *run = NULL;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.limits.operations = operations;
    enum vm_status status = vm_run_new(scenario, overrides, n, &config, &diagnostics, &run);
    if (status != VM_OK && diagnostics.length) {
        print_error("%s\n", diagnostics.item[0].message);
    }
    assert_int_equal(status, VM_OK);
    while (vm_run_go(run, 100) == VM_RUN_MORE) {
    }
    vm_diagnostics_release(&diagnostics);
    vm_scenario_free(scenario);
    return run;
}

vm_run *run_text(const char *text)
{
    vm_run *run = run_with(text, NULL, 0, OPERATIONS);
    const struct vm_diagnostics *diagnostics = vm_run_diagnostics(run);
    if (diagnostics->errors) {
        print_error("%u:%u: %s\n", diagnostics->item[0].line, diagnostics->item[0].column,
            diagnostics->item[0].message);
    }
    assert_int_equal(diagnostics->errors, 0);
    return run;
}

size_t held_all(const vm_run *run)
{
    size_t n = 0;
    const struct vm_expectation *expectation = vm_run_expectations(run, &n);
    for (size_t i = 0; i < n; i++) {
        if (!expectation[i].held) {
            fail_msg(
                "line %u: %s: %s", expectation[i].line, expectation[i].text, expectation[i].found);
        }
    }
    return n;
}

static bool take_first(const struct vm_diagnostics *diagnostics, struct vm_diagnostic *out)
{
    if (diagnostics->length == 0) {
        return false;
    }
    *out = diagnostics->item[0];
    return true;
}

bool first_diagnostic(const char *text, size_t length, struct vm_diagnostic *out)
{
    struct vm_diagnostics diagnostics = {0};
    struct vm_config config;
    vm_scenario *scenario = NULL;
    vm_run *run = NULL;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.limits.operations = OPERATIONS;
    config.limits.memory = UINT64_C(64) << 20;
    bool found = false;
    if (vm_scenario_parse(text, length, NULL, &diagnostics, &scenario) == VM_OK &&
        vm_run_new(scenario, NULL, 0, &config, &diagnostics, &run) == VM_OK) {
        while (vm_run_go(run, 1000) == VM_RUN_MORE) {
        }
        found = take_first(vm_run_diagnostics(run), out);
    } else {
        found = take_first(&diagnostics, out);
        assert_true(found); /* a refusal always says why */
    }
    vm_run_free(run);
    vm_scenario_free(scenario);
    vm_diagnostics_release(&diagnostics);
    return found;
}

static bool is_as_told(const struct bad_text *row, const struct vm_diagnostic *found)
{
    if (!row->line) {
        return strstr(found->message, row->message) != NULL;
    }
    bool hinted = row->hint ? found->hint[0] && strstr(found->hint, row->hint) : !found->hint[0];
    return found->line == row->line && found->column == row->column && found->length > 0 &&
           strstr(found->message, row->message) && hinted;
}

void assert_bad_texts(const struct bad_text *row, size_t n)
{
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) {
        struct vm_diagnostic found = {0};
        if (!first_diagnostic(row[i].text, strlen(row[i].text), &found) ||
            !is_as_told(&row[i], &found)) {
            print_error("row %zu: %u:%u: %s (%s)\n  wanted %u:%u: %s (%s)\n%s\n", i, found.line,
                found.column, found.message, found.hint, row[i].line, row[i].column, row[i].message,
                row[i].hint ? row[i].hint : "", row[i].text);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

char *read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        fail_msg("cannot open %s", path);
        return NULL;
    }
    char *text = malloc(70000);
    assert_non_null(text);
    *length = fread(text, 1, 69999, file);
    text[*length] = '\0';
    fclose(file);
    return text;
}
