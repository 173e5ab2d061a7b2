/* SPDX-License-Identifier: MIT
 * Format `lackey`: what `valgrind --tool=lackey --trace-mem=yes` writes.
 *
 *   I  04016b90,3     ` L 1ffeffe7e0,8`     ` S ...`     ` M ...`
 *
 * System calls (--trace-syscalls=yes) are read by lackey_calls.c; a record that is glued to the end
 * of a call's line is read and counted. Valgrind's own lines (==pid==, --pid--, **pid**) are passed
 * over, but for `--PID-- vmscope:`, which say whose the lines after it are. What else is no record
 * is torn: counted, passed over. An access that crosses into the next page is one reference for
 * each page, ascending.
 */
#include "trace/reader.h"

#include <string.h>

enum {
    PREFIX = 3,        /* "I  ", " L " */
    ACCESS_MAX = 65536 /* bytes of one access; the widest real one saves vector registers, 11 KB */
};

/* Eight bytes, the first one lowest, whatever the host's order: compilers make it one load. */
static inline uint64_t eight(const char *text)
{
    const unsigned char *byte = (const unsigned char *)text;
    return (uint64_t)byte[0] | (uint64_t)byte[1] << 8 | (uint64_t)byte[2] << 16 |
           (uint64_t)byte[3] << 24 | (uint64_t)byte[4] << 32 | (uint64_t)byte[5] << 40 |
           (uint64_t)byte[6] << 48 | (uint64_t)byte[7] << 56;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Whether all eight are hex digits. In each byte: t is the digit's value if it is a decimal one, u
 * is 1 .. 6 if it is a letter; the additions set bit 7 of those out of range. */
static inline bool all_hex(uint64_t text)
{
    uint64_t t = text ^ EACH(0x30), u = (text | EACH(0x20)) ^ EACH(0x60);
    uint64_t no_digit = ((t & EACH(0x7f)) + EACH(0x76)) | t;
    uint64_t no_letter = ((u & EACH(0x7f)) + EACH(0x79)) | ~((u & EACH(0x7f)) + EACH(0x7f)) | u;
    return !(no_digit & no_letter & EACH(0x80));
}

/* The value of eight hex digits, the first one highest. */
static inline uint64_t hex_value(uint64_t text)
{
    uint64_t digit = (text & EACH(0x0f)) + 9 * (text >> 6 & EACH(0x01));
    digit = (digit << 4 | digit >> 8) & UINT64_C(0x00ff00ff00ff00ff);
    digit = (digit << 8 | digit >> 16) & UINT64_C(0x0000ffff0000ffff);
    return (digit << 16 | digit >> 32) & UINT64_C(0xffffffff);
}

static inline void emit_part(vm_trace_reader *reader, char kind, vm_va va, uint32_t bytes)
{
    vm_vpn vpn = va >> reader->page_shift;
    if (reader->process_bits && vpn >> VM_TRACE_VPN_BITS) {
        trace_torn(reader, 1, "an address too high for one of several processes", "", 0);
        return;
    }
    trace_emit(reader,
        (struct vm_trace_ref){vpn | reader->process_bits, va, bytes, kind, reader->process});
}

static void emit_access(vm_trace_reader *reader, char kind, vm_va va, uint32_t bytes)
{
    uint64_t page = UINT64_C(1) << reader->page_shift;
    while (bytes > 0 && !reader->stopped) {
        uint64_t here = page - (va & (page - 1));
        uint32_t part = here < bytes ? (uint32_t)here : bytes;
        emit_part(reader, kind, va, part);
        va += part;
        bytes -= part;
    }
}

static inline void access(vm_trace_reader *reader, char kind, vm_va va, uint32_t bytes)
{
    uint64_t page = UINT64_C(1) << reader->page_shift;
    if (kind == 'I' && reader->data_only) {
        return;
    }
    if ((va & (page - 1)) + bytes <= page) {
        emit_part(reader, kind == 'L' ? 'R' : kind == 'S' ? 'W' : kind, va, bytes);
    } else {
        emit_access(reader, kind == 'L' ? 'R' : kind == 'S' ? 'W' : kind, va, bytes);
    }
}

/* "I  " or " L ", " S ", " M ": the letter, else 0. */
static inline char kind_of(const char *text)
{
    if (text[0] == 'I' && text[1] == ' ' && text[2] == ' ') {
        return 'I';
    }
    bool data = text[1] == 'L' || text[1] == 'S' || text[1] == 'M';
    return text[0] == ' ' && data && text[2] == ' ' ? text[1] : '\0';
}

/* A whole record of n bytes, of any permitted form. */
static bool record(const char *text, size_t n, char *kind, vm_va *va, uint32_t *bytes)
{
    if (n < PREFIX + 3 || (*kind = kind_of(text)) == '\0') {
        return false;
    }
    size_t at = PREFIX, digits = trace_hex(text + at, n - at, va);
    at += digits;
    if (digits == 0 || at == n || text[at] != ',') {
        return false;
    }
    uint32_t size = 0;
    for (at++; at < n && text[at] >= '0' && text[at] <= '9' && size <= ACCESS_MAX; at++) {
        size = size * 10 + (uint32_t)(text[at] - '0');
    }
    *bytes = size;
    return at == n && size > 0 && size <= ACCESS_MAX && *va <= UINT64_MAX - (size - 1);
}

static bool begins(const char *text, size_t n, const char *with)
{
    size_t length = strlen(with);
    return n >= length && memcmp(text, with, length) == 0;
}

/* The record at the very end of a system call's line. A file's name that looks like one cannot: it
 * is followed by a parenthesis. */
static void glued(vm_trace_reader *reader, const char *text, size_t n)
{
    char kind;
    vm_va va;
    uint32_t bytes;
    size_t from = n > 32 ? n - 32 : 0;
    for (size_t at = from; at < n; at++) {
        if (record(text + at, n - at, &kind, &va, &bytes)) {
            reader->report.glued++;
            if (!reader->report.first_glued) {
                reader->report.first_glued = reader->report.lines + 1;
            }
            access(reader, kind, va, bytes);
            return;
        }
    }
}

static void line(vm_trace_reader *reader, const char *text, size_t n, bool cut)
{
    char kind;
    vm_va va;
    uint32_t bytes;
    if (!cut && record(text, n, &kind, &va, &bytes)) {
        access(reader, kind, va, bytes);
    } else if (begins(text, n, "SYSCALL[") || begins(text, n, " --> ")) {
        lackey_call(reader, text, n);
        if (!cut) {
            glued(reader, text, n);
        }
    } else if (n == 0 || begins(text, n, "==") || begins(text, n, "--") || begins(text, n, "**")) {
        reader->report.notes++;
        lackey_note(reader, text, n);
    } else {
        trace_torn(reader, 1, "no lackey record", text, n);
    }
}

/* Records of the usual form: 8 to 15 hex digits, a size of one to three digits, '\n'. Reads up to
 * 3 + 16 + 5 bytes ahead. */
static const char *fast(vm_trace_reader *reader, const char *at, const char *end)
{
    enum { AHEAD = 32 };
    uint64_t lines = 0;
    while (end - at >= AHEAD && !reader->stopped) {
        char kind = kind_of(at);
        uint64_t high = eight(at + PREFIX), low = eight(at + PREFIX + 8);
        /* The lowest byte that is a comma: x has zeros there. */
        uint64_t x = low ^ EACH(','), zero = (x - EACH(0x01)) & ~x & EACH(0x80);
        if (!kind || !zero || !all_hex(high)) {
            break;
        }
        vm_va va = hex_value(high);
        unsigned digits = 0;
        while (!(zero >> (8 * digits) & 0x80)) {
            digits++;
        }
        if (digits > 0) {
            uint64_t rest = low << (64 - 8 * digits) | EACH('0') >> (8 * digits);
            if (!all_hex(rest)) {
                break;
            }
            va = va << (4 * digits) | hex_value(rest);
        }
        const char *size = at + PREFIX + 8 + digits + 1;
        unsigned bytes = (unsigned)(unsigned char)size[0] - '0';
        if (bytes > 9) {
            break;
        }
        size++;
        for (int more = 0; more < 2 && *size >= '0' && *size <= '9'; more++) {
            bytes = bytes * 10 + (unsigned)(*size++ - '0');
        }
        if (*size != '\n' || bytes == 0 || (reader->process_bits && va >> VM_TRACE_VPN_BITS)) {
            break; /* those too high are reported line by line */
        }
        access(reader, kind, va, bytes);
        lines++;
        at = size + 1;
    }
    reader->report.lines += lines;
    return at;
}

const struct vm_trace_parser vm_trace_lackey = {.name = "lackey", .line = line, .fast = fast};
