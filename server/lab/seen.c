/* SPDX-License-Identifier: MIT
 * What of a run may be told: all of it, or, while somebody is to predict, what comes before the
 * open question. lab_run_end is where every answer about operations ends; the rest of this file
 * cuts what is told of the text.
 */
#include "lab/run.h"

#include <stdlib.h>
#include <string.h>

uint64_t lab_run_end(const struct lab_run *run)
{
    uint64_t length = run->history ? vm_history_length(run->history) : 0;
    return run->horizon < length ? run->horizon : length;
}

bool lab_run_cut(const struct lab_run *run)
{
    return run->history && run->horizon < vm_history_length(run->history);
}

void lab_run_hide(struct lab_run *run, uint64_t from)
{
    if (from < run->lines_to) { /* back: count the lines anew */
        run->lines_to = 0;
        run->line = 0;
    }
    run->horizon = from;
}

void lab_run_show(struct lab_run *run)
{
    lab_run_hide(run, UINT64_MAX);
    run->lines_to = 0;
    run->line = 0;
}

/* The last line that the operations up to the horizon come from. */
static uint32_t done_line(struct lab_run *run)
{
    uint64_t end = lab_run_end(run);
    struct vm_op op;
    while (!run->trace && run->lines_to < end) {
        if (vm_history_op(run->history, ++run->lines_to, &op) == VM_OK && op.line > run->line) {
            run->line = op.line;
        }
    }
    return run->line;
}

/* The line of the operation that is asked about: the question is about it. */
static uint32_t asked_line(struct lab_run *run)
{
    struct vm_op op;
    uint32_t done = done_line(run);
    bool there = !run->trace && vm_history_op(run->history, lab_run_end(run) + 1, &op) == VM_OK;
    return there && op.line > done ? op.line : done;
}

uint32_t lab_seen_names(const struct lab_run *run)
{
    return lab_run_cut(run) && run->run ? vm_run_names_at(run->run, lab_run_end(run) + 1)
                                        : lab_run_names(run);
}

/* Notes and headings stand before what they are about, so those at the horizon are about what
 * comes; only the question itself is not. */
bool lab_seen_note(const struct lab_run *run, const struct vm_note *note)
{
    return !lab_run_cut(run) || note->position < run->horizon ||
           (note->kind == VM_NOTE_ASK && note->position == run->horizon);
}

bool lab_seen_expectation(const struct lab_run *run, const struct vm_expectation *expectation)
{
    return !lab_run_cut(run) || expectation->position <= run->horizon;
}

bool lab_seen_line(struct lab_run *run, uint32_t line)
{
    return !lab_run_cut(run) || line <= done_line(run);
}

/* A line that notes or expectations were made by, none of which may be told. */
struct remarks {
    uint8_t *line; /* owned: bit 0 made something, bit 1 something that may be told */
    uint32_t lines;
};

static void remark(struct remarks *r, uint32_t line, bool told)
{
    if (line <= r->lines) {
        r->line[line] |= (uint8_t)(told ? 3 : 1);
    }
}

static bool remarks_of(const struct lab_run *run, uint32_t lines, struct remarks *r)
{
    size_t n = 0;
    r->lines = lines;
    r->line = calloc(1, (size_t)lines + 1);
    const struct vm_note *note = run->run ? vm_run_notes(run->run, &n) : NULL;
    for (size_t i = 0; r->line && i < n; i++) {
        remark(r, note[i].line, lab_seen_note(run, &note[i]));
    }
    n = 0;
    const struct vm_expectation *e = run->run ? vm_run_expectations(run->run, &n) : NULL;
    for (size_t i = 0; r->line && i < n; i++) {
        remark(r, e[i].line, lab_seen_expectation(run, &e[i]));
    }
    return r->line != NULL;
}

/* Bytes of a line before its comment. */
static size_t without_comment(const char *text, size_t length)
{
    bool quoted = false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\\' && quoted) {
            i++;
        } else if (text[i] == '"') {
            quoted = !quoted;
        } else if (text[i] == '#' && !quoted) {
            return i;
        }
    }
    return length;
}

char *lab_seen_text(struct lab_run *run, size_t *length)
{
    struct remarks remarks = {0};
    uint32_t done = done_line(run), last = asked_line(run), line = 0;
    char *text = malloc(run->text_n + 1);
    *length = 0;
    if (!text || !remarks_of(run, last, &remarks)) {
        free(text);
        return NULL;
    }
    for (size_t at = 0; at < run->text_n && ++line <= last;) {
        const char *from = run->text + at, *end = memchr(from, '\n', run->text_n - at);
        size_t n = end ? (size_t)(end - from) : run->text_n - at;
        size_t told = remarks.line[line] == 1 ? 0 : line > done ? without_comment(from, n) : n;
        memcpy(text + *length, from, told);
        *length += told;
        text[(*length)++] = '\n';
        at += n + (end != NULL);
    }
    free(remarks.line);
    return text;
}
