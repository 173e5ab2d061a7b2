/* SPDX-License-Identifier: MIT
 * The outside of the trace parsers. Lines are parsed where they lie; only one that is cut by the
 * end of a piece is copied, and never more than TRACE_LINE_MAX bytes of it: memory does not depend
 * on the input.
 */
#include "trace/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct vm_trace_parser *const parsers[VM_TRACE_FORMATS] = {
    [VM_TRACE_PAGES] = &vm_trace_pages,
    [VM_TRACE_REFS] = &vm_trace_refs,
    [VM_TRACE_LACKEY] = &vm_trace_lackey,
};

int vm_trace_format_named(const char *name)
{
    for (int i = 0; i < VM_TRACE_FORMATS; i++) {
        if (strcmp(parsers[i]->name, name) == 0) {
            return i;
        }
    }
    return -1;
}

enum vm_status vm_trace_reader_new(enum vm_trace_format format, uint8_t page_shift, bool data_only,
    vm_trace_sink *sink, void *ctx, vm_trace_reader **out)
{
    *out = NULL;
    if ((unsigned)format >= VM_TRACE_FORMATS || page_shift > 63 || !sink) {
        return VM_INVALID;
    }
    vm_trace_reader *reader = calloc(1, sizeof(*reader));
    if (!reader) {
        return VM_NOMEM;
    }
    reader->parser = parsers[format];
    reader->page_shift = page_shift;
    reader->data_only = data_only;
    reader->sink = sink;
    reader->ctx = ctx;
    reader->column = 1;
    *out = reader;
    return VM_OK;
}

void vm_trace_reader_free(vm_trace_reader *reader)
{
    free(reader);
}

void vm_trace_reader_calls(vm_trace_reader *reader, vm_trace_calls_sink *calls, void *ctx)
{
    reader->calls = calls;
    reader->calls_ctx = ctx;
}

const char *vm_trace_call_name(enum vm_trace_call_kind kind)
{
    static const char *const names[] = {
#define TRACE_CALL(id, name, ...) name,
#include "vm/trace_calls.def"
#undef TRACE_CALL
    };
    return (unsigned)kind < vm_trace_call_kind_count ? names[kind] : NULL;
}

const struct vm_trace_report *vm_trace_report(const vm_trace_reader *reader)
{
    return &reader->report;
}

void trace_flush(vm_trace_reader *reader)
{
    size_t n = reader->batch_n;
    reader->batch_n = 0;
    if (n == 0 || reader->stopped) {
        return;
    }
    reader->report.references += n;
    reader->report.processes += reader->report.processes == 0;
    reader->stopped = !reader->sink(reader->ctx, reader->batch, n);
}

void trace_torn(
    vm_trace_reader *reader, uint64_t column, const char *problem, const char *text, size_t n)
{
    struct vm_trace_report *report = &reader->report;
    report->torn++;
    if (report->first_torn > 0) {
        return;
    }
    report->first_torn = report->lines + 1;
    report->first_column = column;
    char quoted[33];
    size_t kept = n < sizeof quoted - 1 ? n : sizeof quoted - 1;
    for (size_t i = 0; i < kept; i++) {
        quoted[i] = text[i];
        if (text[i] < ' ' || text[i] > '~') {
            quoted[i] = '?';
        }
    }
    quoted[kept] = '\0';
    snprintf(report->first_problem, sizeof report->first_problem, "%s: \"%s%s\"", problem, quoted,
        kept < n ? "..." : "");
}

void trace_error(
    vm_trace_reader *reader, uint64_t column, const char *problem, const char *text, size_t n)
{
    trace_torn(reader, column, problem, text, n);
    reader->report.error = true;
}

size_t trace_hex(const char *text, size_t n, uint64_t *value)
{
    uint64_t sum = 0;
    size_t at = 0;
    for (; at < n; at++) {
        unsigned char c = (unsigned char)text[at], low = (unsigned char)(c | 0x20);
        unsigned digit = (unsigned)c - '0';
        if (digit > 9) {
            if (low < 'a' || low > 'f') {
                break;
            }
            digit = low - 'a' + 10u;
        }
        if (at == 16) {
            return 0;
        }
        sum = sum << 4 | digit;
    }
    *value = sum;
    return at;
}

static bool going(const vm_trace_reader *reader)
{
    return !reader->stopped && !reader->report.error;
}

/* A line without its '\n'. */
static void one_line(vm_trace_reader *reader, const char *line, size_t n, bool cut)
{
    if (n > TRACE_LINE_MAX) {
        n = TRACE_LINE_MAX;
        cut = true;
    }
    if (!cut && n > 0 && line[n - 1] == '\r') {
        n--;
    }
    reader->parser->line(reader, line, n, cut);
    if (!reader->report.error) {
        reader->report.lines++;
    }
}

static void carry(vm_trace_reader *reader, const char *bytes, size_t n)
{
    size_t room = TRACE_LINE_MAX - reader->carry_n;
    if (n > room) {
        n = room;
        reader->carry_cut = true;
    }
    memcpy(reader->carry + reader->carry_n, bytes, n);
    reader->carry_n += n;
}

static void end_carry(vm_trace_reader *reader)
{
    one_line(reader, reader->carry, reader->carry_n, reader->carry_cut);
    reader->carry_n = 0;
    reader->carry_cut = false;
}

static void feed_lines(vm_trace_reader *reader, const char *at, const char *end)
{
    while (at < end && going(reader)) {
        if (reader->parser->fast && reader->carry_n == 0) {
            at = reader->parser->fast(reader, at, end);
            if (at == end || !going(reader)) {
                return;
            }
        }
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        if (!newline) {
            carry(reader, at, (size_t)(end - at));
            return;
        }
        if (reader->carry_n > 0) {
            carry(reader, at, (size_t)(newline - at));
            end_carry(reader);
        } else {
            one_line(reader, at, (size_t)(newline - at), false);
        }
        at = newline + 1;
    }
}

bool vm_trace_feed(vm_trace_reader *reader, const char *bytes, size_t n)
{
    if (!going(reader)) {
        return false;
    }
    reader->report.bytes += n;
    if (n > 0 && reader->parser->bytes) {
        reader->parser->bytes(reader, bytes, n);
    } else if (n > 0) {
        feed_lines(reader, bytes, bytes + n);
    }
    return going(reader);
}

bool vm_trace_end(vm_trace_reader *reader)
{
    if (going(reader) && reader->carry_n > 0) {
        end_carry(reader);
    }
    if (going(reader) && reader->parser->end) {
        reader->parser->end(reader);
    }
    trace_flush(reader);
    return going(reader);
}
