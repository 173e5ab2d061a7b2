/* SPDX-License-Identifier: MIT
 * System calls as strace writes them. Arguments are cut at commas outside of strings, braces,
 * brackets and comments.
 */
#include "command/truth_strace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the argument that begins at `at` ends. */
static const char *argument_end(const char *at)
{
    int depth = 0;
    bool quoted = false;
    for (; *at; at++) {
        if (*at == '\\' && at[1]) {
            at++;
        } else if (*at == '"') {
            quoted = !quoted;
        } else if (quoted) {
            continue;
        } else if (strchr("([{", *at)) {
            depth++;
        } else if (strchr(")]}", *at)) {
            if (depth-- == 0) {
                return at;
            }
        } else if (*at == ',' && depth == 0) {
            return at;
        }
    }
    return at;
}

bool strace_parse(const char *text, struct strace_call *out)
{
    *out = (struct strace_call){.n = 0};
    const char *open = strchr(text, '(');
    if (!open || open == text || (size_t)(open - text) >= sizeof out->name) {
        return false;
    }
    memcpy(out->name, text, (size_t)(open - text));
    const char *at = open + 1;
    while (*at && *at != ')' && out->n < STRACE_ARGUMENTS) {
        at += strspn(at, " ");
        const char *end = argument_end(at);
        snprintf(out->argument[out->n++], STRACE_WORD, "%.*s", (int)(end - at), at);
        at = *end == ',' ? end + 1 : end;
    }
    const char *result = strstr(at, ") = ");
    if (!result) {
        return false;
    }
    result += 4;
    out->failed = result[0] == '-';
    if (out->failed) {
        const char *error = strchr(result, ' ');
        snprintf(out->error, sizeof out->error, "%.*s", error ? (int)strcspn(error + 1, " ") : 0,
            error ? error + 1 : "");
    } else {
        out->result = strtoull(result, NULL, 0);
    }
    return true;
}

uint64_t strace_number(const struct strace_call *call, size_t argument)
{
    return argument < call->n ? strtoull(call->argument[argument], NULL, 0) : 0;
}

bool strace_text(const struct strace_call *call, size_t argument, char *out, size_t room)
{
    const char *text = argument < call->n ? call->argument[argument] : "";
    const char *end = text[0] == '"' ? strchr(text + 1, '"') : NULL;
    if (!end || (size_t)(end - text) > room) {
        return false;
    }
    memcpy(out, text + 1, (size_t)(end - text - 1));
    out[end - text - 1] = '\0';
    return true;
}

bool strace_word(const struct strace_call *call, size_t argument, const char *word)
{
    const char *at = argument < call->n ? call->argument[argument] : "";
    size_t n = strlen(word);
    for (; *at; at += strcspn(at, "|") + (at[strcspn(at, "|")] == '|')) {
        if (strcspn(at, "|") == n && memcmp(at, word, n) == 0) {
            return true;
        }
    }
    return false;
}

uint64_t strace_size(const char *text)
{
    const char *size = strstr(text, "st_size=");
    return size ? strtoull(size + strlen("st_size="), NULL, 10) : 0;
}
