/* SPDX-License-Identifier: MIT
 * Format `refs`: one reference a line, `K HEX`, K one of I R W M, HEX a page number without prefix.
 * Empty lines and lines that begin with # are passed over; anything else ends the trace.
 */
#include "trace/reader.h"

#include <string.h>

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static void line(vm_trace_reader *reader, const char *text, size_t n, bool cut)
{
    size_t at = 0;
    while (at < n && blank(text[at])) {
        at++;
    }
    if (at == n && !cut) {
        return;
    }
    if (at < n && text[at] == '#') {
        return;
    }
    char kind = at < n ? text[at] : '\0';
    if (kind == '\0' || !strchr("IRWM", kind)) {
        trace_error(reader, at + 1, "expected I, R, W or M and a page number", text, n);
        return;
    }
    size_t number = at + 1;
    while (number < n && blank(text[number])) {
        number++;
    }
    uint64_t vpn = 0;
    size_t digits = number > at + 1 ? trace_hex(text + number, n - number, &vpn) : 0;
    size_t rest = number + digits;
    while (rest < n && blank(text[rest])) {
        rest++;
    }
    if (digits == 0 || rest < n || cut) {
        trace_error(reader, number + 1, "expected a page number of 1 to 16 hex digits, without 0x",
            text, n);
        return;
    }
    if (kind != 'I' || !reader->data_only) {
        trace_emit_page(reader, vpn, kind);
    }
}

const struct vm_trace_parser vm_trace_refs = {.name = "refs", .line = line};
