/* SPDX-License-Identifier: MIT
 * The trace store: references indexed and compressed, so that reading from reference n on costs one
 * block. Written in one pass while a trace is uploaded or recorded, then never changed.
 *
 * A file is blocks of 65,536 accesses (the last one may be shorter), three sections and a tail, all
 * numbers little-endian:
 *
 *   block      zstd of: u32 accesses, then five streams, each a u32 of its bytes and these:
 *                control  a byte an access: bits 0-1 its kind (I R W M), 2-3 how its address is
 *                         written, 4-7 its size: 1 .. 12, 13 means 16, 14 means 32, 0: see `sizes`
 *                near     addresses of way 1: a signed byte
 *                far      addresses of ways 2 and 3: two bytes signed; LEB128 zigzag
 *                sizes    LEB128
 *                runs     LEB128 pairs: from which access of the block on, which process runs
 *              Way 0: where the previous access of that kind ended; else the distance from there.
 *              A block begins with zeros.
 *   calls      zstd of the system calls and mappings, a record each (calls.c)
 *   pages      zstd of the distinct pages at the trace's page size, ascending, as LEB128 distances
 *   index      for each block u64 offset, u64 references before it, u32 bytes, u32 accesses
 *   tail       TRACE_TAIL u64 (enum trace_tail), the last one the magic "VMTRACE1"
 *
 * An access is what was recorded: address and bytes of lackey, a page number of the other formats.
 * References are accesses cut at page ends. `before` counts them at the trace's own page size.
 */
#ifndef TRACE_STORE_H
#define TRACE_STORE_H

#include "vm/trace.h"

enum { TRACE_BLOCK = 65536, TRACE_BATCH_MAX = 4096, TRACE_PAGES_MAX = 1 << 21 };
#define TRACE_CALLS_MAX 1000000u

struct trace_summary {
    enum vm_trace_format format;
    uint8_t page_shift; /* the trace's own */
    bool pages_all;     /* distinct pages are all counted; else there are more than pages_n */
    uint64_t accesses, references, pages_n, calls_n; /* calls_n: kept, at most TRACE_CALLS_MAX */
    struct vm_trace_report report;                   /* references: as above */
};

/* Writing. `put` gets the file's bytes in order; false: it cannot take more. */
typedef bool trace_put(void *ctx, const void *bytes, size_t n);
struct trace_writer;
struct trace_writer *trace_writer_new(
    enum vm_trace_format format, uint8_t page_shift, trace_put *put, void *ctx);
void trace_writer_free(struct trace_writer *writer); /* NULL is fine */
/* Plain text of the trace. False: see trace_writer_problem. */
bool trace_writer_feed(struct trace_writer *writer, const char *bytes, size_t n);
bool trace_writer_end(struct trace_writer *writer);
enum trace_problem { TRACE_FINE, TRACE_UNREADABLE, TRACE_EMPTY, TRACE_PUT, TRACE_MEMORY };
enum trace_problem trace_writer_problem(const struct trace_writer *writer);
/* So far; complete after trace_writer_end. */
const struct trace_summary *trace_writer_summary(const struct trace_writer *writer);

/* Reading. */
struct trace_store;
/* Takes fd. NULL: it is no trace store, damaged, or memory is short. */
struct trace_store *trace_store_open(int fd);
void trace_store_close(struct trace_store *store); /* NULL is fine */
const struct trace_summary *trace_store_summary(const struct trace_store *store);
/* Distinct pages, ascending, for free(); summary->pages_n of them. NULL: damaged, no memory. */
uint64_t *trace_store_pages(const struct trace_store *store);
/* Calls in order, for free(); summary->calls_n of them. */
struct vm_trace_call *trace_store_calls(const struct trace_store *store);

/* A place in a trace. page_shift 0: the trace's own; pages and refs have no other. */
struct trace_cursor;
struct trace_cursor *trace_cursor_new(
    const struct trace_store *store, uint8_t page_shift, bool data_only);
void trace_cursor_free(struct trace_cursor *cursor); /* NULL is fine */
/* The next read begins with reference n (from 0), one block is unpacked. Counts references at the
 * cursor's page size, instruction fetches included; where that is not the trace's own, the first
 * time all blocks before are counted. */
bool trace_cursor_seek(struct trace_cursor *cursor, uint64_t n);
/* Its references, instruction fetches included; 0: damaged, or no memory. The cursor's place is
 * lost where they must be counted: seek next. */
uint64_t trace_cursor_length(struct trace_cursor *cursor);
/* Makes `before` of calls, in their order, count references as the cursor does. False: damaged. The
 * cursor's place is lost. */
bool trace_cursor_count(struct trace_cursor *cursor, struct vm_trace_call *calls, size_t n);
/* References, valid until the next call. *n = 0: the end. False: the file is damaged. */
bool trace_cursor_next(struct trace_cursor *cursor, const struct vm_trace_ref **refs, size_t *n);

#endif
