/* SPDX-License-Identifier: MIT
 * What the parsers of trace formats share: lines across pieces of input, batches out, the report.
 * Invariant: what is read does not depend on how the input was cut into pieces.
 */
#ifndef TRACE_READER_H
#define TRACE_READER_H

#include "vm/trace.h"

enum {
    TRACE_LINE_MAX = 4096, /* bytes; of a longer line only these are seen */
    TRACE_BATCH = 1024,
    TRACE_UNFINISHED = 8, /* calls of a lackey log that wait for their result at once */
};

/* A call whose result stands on a later line. */
struct trace_unfinished {
    bool used;
    uint64_t pid;
    struct vm_trace_call call;
};

/* A format is a parser of lines, or one of bytes. */
struct vm_trace_parser {
    const char *name;
    /* One line without its end. `cut`: it was longer than `n`. */
    void (*line)(vm_trace_reader *reader, const char *line, size_t n, bool cut);
    /* Optional: reads whole lines of the usual form, counts them, and returns where it stopped: at
     * the beginning of a line. */
    const char *(*fast)(vm_trace_reader *reader, const char *at, const char *end);
    /* Instead of the two above. */
    void (*bytes)(vm_trace_reader *reader, const char *bytes, size_t n);
    void (*end)(vm_trace_reader *reader); /* optional */
};

struct vm_trace_reader {
    const struct vm_trace_parser *parser;
    uint8_t page_shift;
    bool data_only, stopped;
    vm_trace_sink *sink;
    void *ctx;
    vm_trace_calls_sink *calls; /* may be NULL */
    void *calls_ctx;
    struct vm_trace_report report;
    /* lackey: the process that runs, its bits of a page number, and whose pids they are */
    uint16_t process;
    vm_vpn process_bits;
    size_t pids_n;
    uint32_t pids[VM_TRACE_PROCESSES_MAX];
    struct trace_unfinished unfinished[TRACE_UNFINISHED], *newest;
    size_t unfinished_next;
    size_t batch_n;
    struct vm_trace_ref batch[TRACE_BATCH];
    char carry[TRACE_LINE_MAX]; /* the beginning of a line whose end has not come */
    size_t carry_n;
    bool carry_cut;
    /* the format of bytes: a word, and the page that may still get its R or W */
    char word[32];
    size_t word_n;
    uint64_t column, word_column;
    bool comment, pending, markable;
    vm_vpn pending_vpn;
};

extern const struct vm_trace_parser vm_trace_pages, vm_trace_refs, vm_trace_lackey;

void trace_flush(vm_trace_reader *reader);
/* lackey_calls.c: a line that begins with "SYSCALL[" or " --> ". */
void lackey_call(vm_trace_reader *reader, const char *text, size_t n);
/* A line of Valgrind or of `vmscope record`: --PID-- vmscope: ... */
void lackey_note(vm_trace_reader *reader, const char *text, size_t n);
/* A record that cannot be read; the text is quoted in the report of the first one. `column` from 1.
 */
void trace_torn(
    vm_trace_reader *reader, uint64_t column, const char *problem, const char *text, size_t n);
/* The same, and the trace ends here. */
void trace_error(
    vm_trace_reader *reader, uint64_t column, const char *problem, const char *text, size_t n);
/* Up to 16 digits; the digits used, 0 when there is none or too many. */
size_t trace_hex(const char *text, size_t n, uint64_t *value);

static inline void trace_emit(vm_trace_reader *reader, struct vm_trace_ref ref)
{
    reader->batch[reader->batch_n++] = ref;
    if (reader->batch_n == TRACE_BATCH) {
        trace_flush(reader);
    }
}

/* For pages and refs. */
static inline void trace_emit_page(vm_trace_reader *reader, vm_vpn vpn, char kind)
{
    trace_emit(reader, (struct vm_trace_ref){
                           .vpn = vpn, .va = vpn << reader->page_shift, .bytes = 1, .kind = kind});
}

#endif
