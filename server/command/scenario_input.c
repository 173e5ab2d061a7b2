/* SPDX-License-Identifier: MIT
 * Texts of scenarios from files. At most a little more is read than a scenario may have.
 */
#include "command/scenario_input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { READ_MAX = 1 << 20 };

char *scenario_read(const char *path, size_t *length)
{
    bool in = strcmp(path, "-") == 0;
    FILE *file = in ? stdin : fopen(path, "rb");
    char *text = file ? malloc(READ_MAX + 1) : NULL;
    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return NULL;
    }
    size_t n = text ? fread(text, 1, READ_MAX, file) : 0;
    bool bad = !text || ferror(file);
    int why = errno;
    if (!in) {
        fclose(file);
    }
    if (bad) {
        fprintf(stderr, "%s: %s\n", path, strerror(text ? why : ENOMEM));
        free(text);
        return NULL;
    }
    text[n] = '\0';
    *length = n;
    return text;
}

void scenario_complain(const char *path, const struct vm_diagnostics *diagnostics)
{
    const char *name = strcmp(path, "-") == 0 ? "<stdin>" : path;
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
