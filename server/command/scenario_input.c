/* SPDX-License-Identifier: MIT
 * Texts of scenarios from files. They may be compressed; what is longer than any scenario is not
 * read.
 */
#include "command/scenario_input.h"
#include "command/input.h"

#include <stdio.h>
#include <stdlib.h>

enum { READ_MAX = 1 << 20 };

char *scenario_read(const char *path, size_t *length)
{
    char problem[INPUT_PROBLEM_MAX];
    char *text = input_all(path, READ_MAX, length, problem);
    if (!text) {
        fprintf(stderr, "%s: %s\n", input_name(path), problem);
    }
    return text;
}

void scenario_complain(const char *path, const struct vm_diagnostics *diagnostics)
{
    const char *name = input_name(path);
    for (size_t i = 0; i < diagnostics->length; i++) {
        const struct vm_diagnostic *one = &diagnostics->item[i];
        fprintf(stderr, "%s:%u:%u: %s%s%s%s%s\n", name, (unsigned)one->line, (unsigned)one->column,
            one->warning ? "warning: " : "", one->message, one->hint[0] ? " (" : "", one->hint,
            one->hint[0] ? ")" : "");
    }
}

vm_scenario *scenario_open(const char *path)
{
    size_t length = 0;
    char *text = scenario_read(path, &length);
    if (!text) {
        return NULL;
    }
    struct vm_diagnostics diagnostics = {0};
    vm_scenario *scenario = NULL;
    enum vm_status status = vm_scenario_parse(text, length, NULL, &diagnostics, &scenario);
    scenario_complain(path, &diagnostics);
    if (status != VM_OK && diagnostics.errors == 0) {
        fprintf(stderr, "%s: %s\n", path, vm_status_words(status));
    }
    vm_diagnostics_release(&diagnostics);
    free(text);
    return scenario;
}
