/* SPDX-License-Identifier: MIT
 * The shipped beginnings. `03-fork.vms` is the template fork; its title is the scenario's, its
 * first comment says what it is.
 */
#include "embedded.h"
#include "store.h"

#include <stdio.h>
#include <string.h>

/* What stands on the first line that begins with `mark`, up to `end`. */
static void line_after(const char *text, const char *mark, char end, char *out, size_t room)
{
    const char *line = text;
    while (line && strncmp(line, mark, strlen(mark)) != 0) {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    const char *from = line ? line + strlen(mark) : "";
    size_t n = 0;
    while (from[n] && from[n] != end && from[n] != '\n') {
        n++;
    }
    snprintf(out, room, "%.*s", (int)n, from);
}

bool store_template(size_t i, struct store_template *out)
{
    for (size_t k = 0; k <= i; k++) {
        if (!db_templates[k].name) {
            return false;
        }
    }
    const struct embedded_file *file = &db_templates[i];
    const char *name = strchr(file->name, '-') + 1;
    *out = (struct store_template){.text = (const char *)file->bytes, .text_length = file->n};
    snprintf(out->id, sizeof out->id, "%.*s", (int)(strlen(name) - strlen(".vms")), name);
    line_after(out->text, "title \"", '"', out->title, sizeof out->title);
    line_after(out->text, "# ", '\n', out->about, sizeof out->about);
    return true;
}
