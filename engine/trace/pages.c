/* SPDX-License-Identifier: MIT
 * Format `pages`: page numbers, decimal or 0x hex, separated by blanks, commas or newlines, each
 * with an optional R or W behind it (`7W` or `7 W`); # starts a comment. Anything else ends the
 * trace. A page waits for the word after it, which may be its R or W.
 */
#include "trace/reader.h"

#include <string.h>

static void send_pending(vm_trace_reader *reader, char kind)
{
    if (reader->pending) {
        reader->pending = false;
        trace_emit_page(reader, reader->pending_vpn, kind);
    }
}

static size_t decimal(const char *text, size_t n, uint64_t *value)
{
    size_t at = 0;
    uint64_t sum = 0;
    for (; at < n && text[at] >= '0' && text[at] <= '9'; at++) {
        uint64_t digit = (uint64_t)(text[at] - '0');
        if (sum > (UINT64_MAX - digit) / 10) {
            return 0;
        }
        sum = sum * 10 + digit;
    }
    *value = sum;
    return at;
}

static bool is_mark(char c)
{
    return c == 'R' || c == 'W' || c == 'r' || c == 'w';
}

static char mark_of(char c)
{
    return c == 'w' || c == 'W' ? 'W' : 'R';
}

static void finish_word(vm_trace_reader *reader)
{
    const char *word = reader->word;
    size_t n = reader->word_n, used = 0;
    reader->word_n = 0;
    if (n == 0) {
        return;
    }
    if (n == 1 && is_mark(word[0]) && reader->pending && reader->markable) {
        send_pending(reader, mark_of(word[0]));
        return;
    }
    send_pending(reader, 'R');
    uint64_t vpn = 0;
    if (n > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X')) {
        used = trace_hex(word + 2, n - 2, &vpn);
        used += used ? 2 : 0;
    } else {
        used = decimal(word, n, &vpn);
    }
    bool marked = used > 0 && used + 1 == n && is_mark(word[used]);
    if (used == 0 || (used < n && !marked)) {
        trace_error(reader, reader->word_column, "expected a page number below 2^64", word, n);
        return;
    }
    reader->pending = true;
    reader->markable = true;
    reader->pending_vpn = vpn;
    if (marked) {
        send_pending(reader, mark_of(word[used]));
    }
}

static void separate(vm_trace_reader *reader, char c)
{
    finish_word(reader);
    if (reader->report.error) {
        return;
    }
    if (c == ',' || c == '\n') {
        reader->markable = false;
    }
    reader->comment = c != '\n' && (reader->comment || c == '#');
    if (c == '\n') {
        reader->report.lines++;
        reader->column = 0;
    }
}

static void bytes(vm_trace_reader *reader, const char *text, size_t n)
{
    for (size_t i = 0; i < n && !reader->stopped && !reader->report.error; i++, reader->column++) {
        char c = text[i];
        bool separator = c == ' ' || c == ',' || c == '\n' || c == '\t' || c == '\r' || c == '\v' ||
                         c == '\f' || c == '#';
        if (separator || reader->comment) {
            if (c == '\n' || !reader->comment) {
                separate(reader, c);
            }
            continue;
        }
        if (reader->word_n == 0) {
            reader->word_column = reader->column;
        }
        reader->word[reader->word_n++] = c;
        if (reader->word_n == sizeof reader->word) {
            trace_error(reader, reader->word_column, "expected a page number below 2^64",
                reader->word, reader->word_n);
        }
    }
}

static void end(vm_trace_reader *reader)
{
    finish_word(reader);
    if (!reader->report.error) {
        send_pending(reader, 'R');
        reader->report.lines += reader->column > 1;
    }
}

const struct vm_trace_parser vm_trace_pages = {.name = "pages", .bytes = bytes, .end = end};
