/* SPDX-License-Identifier: MIT
 * Diagnostics and the likely fix. The list never grows past DIAGNOSTICS_MAX; `errors` counts them
 * all.
 */
#include "scenario/place.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void vm_diagnostics_release(struct vm_diagnostics *diagnostics)
{
    free(diagnostics->item);
    memset(diagnostics, 0, sizeof *diagnostics);
}

static struct vm_diagnostic *next_item(struct vm_diagnostics *diagnostics)
{
    if (diagnostics->length >= DIAGNOSTICS_MAX) {
        return NULL;
    }
    if (diagnostics->length == diagnostics->capacity) {
        size_t capacity = diagnostics->capacity ? diagnostics->capacity * 2 : 4;
        struct vm_diagnostic *item = realloc(diagnostics->item, capacity * sizeof *item);
        if (!item) {
            return NULL;
        }
        diagnostics->item = item;
        diagnostics->capacity = capacity;
    }
    return &diagnostics->item[diagnostics->length++];
}

/* A text that was cut must not end within a UTF-8 character. */
static void trim_utf8(char *text)
{
    size_t n = strlen(text), back = 0;
    while (n > 0 && back < 3 && ((unsigned char)text[n - 1] & 0xC0) == 0x80) {
        n--;
        back++;
    }
    if (n == 0) {
        return;
    }
    unsigned char lead = (unsigned char)text[n - 1];
    size_t needs = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (back < needs) {
        text[n - 1] = '\0';
    }
}

static void add(struct vm_diagnostics *diagnostics, struct place place, bool warning,
    const char *hint, const char *format, va_list values)
{
    if (!warning) {
        diagnostics->errors++;
    }
    struct vm_diagnostic *item = next_item(diagnostics);
    if (!item) {
        return;
    }
    memset(item, 0, sizeof *item);
    item->line = place.line ? place.line : 1;
    item->column = place.column ? place.column : 1;
    item->length = place.length ? place.length : 1;
    item->warning = warning;
    vsnprintf(item->message, sizeof item->message, format, values);
    snprintf(item->hint, sizeof item->hint, "%s", hint ? hint : "");
    trim_utf8(item->message);
    trim_utf8(item->hint);
}

void diagnose(struct vm_diagnostics *diagnostics, struct place place, const char *hint,
    const char *format, ...)
{
    va_list values;
    va_start(values, format);
    add(diagnostics, place, false, hint, format, values);
    va_end(values);
}

void diagnose_warning(struct vm_diagnostics *diagnostics, struct place place, const char *hint,
    const char *format, ...)
{
    va_list values;
    va_start(values, format);
    add(diagnostics, place, true, hint, format, values);
    va_end(values);
}

enum { NEAR_MAX = 24 };

/* Edits (insert, drop, change, swap of neighbours) from a to b; words longer than NEAR_MAX are far.
 */
static size_t distance(const char *a, const char *b)
{
    size_t la = strlen(a), lb = strlen(b);
    if (la > NEAR_MAX || lb > NEAR_MAX) {
        return NEAR_MAX;
    }
    size_t row[3][NEAR_MAX + 1];
    for (size_t j = 0; j <= lb; j++) {
        row[0][j] = j;
    }
    for (size_t i = 1; i <= la; i++) {
        size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < best) {
                best = before[j - 2] + 1;
            }
            now[j] = best;
        }
    }
    return row[la % 3][lb];
}

void suggestion_begin(struct suggestion *suggestion, const char *word)
{
    *suggestion = (struct suggestion){.word = word, .distance = SIZE_MAX};
}

void suggestion_offer(struct suggestion *suggestion, const char *candidate)
{
    size_t d = distance(suggestion->word, candidate);
    size_t length = strlen(suggestion->word);
    size_t near = length <= 2 ? 1 : length <= 5 ? 2 : 3;
    if (d > 0 && d <= near && d < strlen(candidate) && d < suggestion->distance) {
        suggestion->best = candidate;
        suggestion->distance = d;
    }
}

const char *suggestion_hint(
    const struct suggestion *suggestion, const char *otherwise, char out[SUGGESTION_MAX])
{
    if (suggestion->best) {
        snprintf(out, SUGGESTION_MAX, "did you mean `%s`?", suggestion->best);
    } else {
        snprintf(out, SUGGESTION_MAX, "%s", otherwise ? otherwise : "");
    }
    return out;
}

void vm_diagnostics_append(struct vm_diagnostics *diagnostics, const struct vm_diagnostics *more)
{
    for (size_t i = 0; i < more->length; i++) {
        struct vm_diagnostic *item = next_item(diagnostics);
        if (item) {
            *item = more->item[i];
        }
    }
    diagnostics->errors += more->errors;
}
