/* SPDX-License-Identifier: MIT
 * Writing a trace store in one pass: the text is parsed as it comes, and memory grows only with the
 * distinct pages and the system calls, both bounded.
 */
#include "trace/block.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

enum { LEVEL = 1, WHOLE = 63 /* a page size that no access crosses */ };

struct growing {
    uint8_t *bytes; /* owned */
    size_t n, room;
};

struct trace_writer {
    struct trace_summary summary;
    vm_trace_reader *reader;
    trace_put *put;
    void *ctx;
    enum trace_problem problem;
    ZSTD_CCtx *zstd;
    struct block_writer block;
    uint64_t block_before; /* references before the block */
    uint8_t *raw, *packed; /* owned */
    size_t packed_room;
    uint64_t offset, blocks;
    struct growing index, calls;
    uint64_t *page; /* owned: hash of distinct pages plus one, 0 empty; room a power of two */
    size_t page_room;
    uint64_t last_page; /* seen just now, plus one */
};

static bool fail(struct trace_writer *w, enum trace_problem problem)
{
    w->problem = w->problem ? w->problem : problem;
    return false;
}

static bool grow(struct trace_writer *w, struct growing *g, size_t more)
{
    if (g->room - g->n < more) {
        size_t room = (g->n + more) * 2;
        uint8_t *bytes = realloc(g->bytes, room);
        if (!bytes) {
            return fail(w, TRACE_MEMORY);
        }
        g->bytes = bytes;
        g->room = room;
    }
    return true;
}

static size_t slot_of(const uint64_t *page, size_t room, uint64_t tag)
{
    size_t at = (tag * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (room - 1);
    while (page[at] && page[at] != tag) {
        at = (at + 1) & (room - 1);
    }
    return at;
}

static bool widen(struct trace_writer *w)
{
    size_t room = w->page_room * 2;
    uint64_t *page = calloc(room, sizeof *page);
    if (!page) {
        return fail(w, TRACE_MEMORY);
    }
    for (size_t i = 0; i < w->page_room; i++) {
        if (w->page[i]) {
            page[slot_of(page, room, w->page[i])] = w->page[i];
        }
    }
    free(w->page);
    w->page = page;
    w->page_room = room;
    return true;
}

/* The page 2^64-1 has no tag: it is counted as the one below. */
static bool add_page(struct trace_writer *w, uint64_t vpn)
{
    uint64_t tag = vpn == UINT64_MAX ? vpn : vpn + 1;
    if (tag == w->last_page || !w->summary.pages_all) {
        return true;
    }
    w->last_page = tag;
    size_t at = slot_of(w->page, w->page_room, tag);
    if (w->page[at]) {
        return true;
    }
    if (w->summary.pages_n == TRACE_PAGES_MAX) {
        w->summary.pages_all = false;
        return true;
    }
    w->page[at] = tag;
    w->summary.pages_n++;
    return w->summary.pages_n * 2 < w->page_room || widen(w);
}

static bool put(struct trace_writer *w, const void *bytes, size_t n)
{
    w->offset += n;
    return w->put(w->ctx, bytes, n) || fail(w, TRACE_PUT);
}

/* *n: how long it became. */
static bool put_packed(struct trace_writer *w, const uint8_t *raw, size_t raw_n, size_t *n)
{
    size_t room = ZSTD_compressBound(raw_n);
    if (room > w->packed_room) {
        uint8_t *packed = realloc(w->packed, room);
        if (!packed) {
            return fail(w, TRACE_MEMORY);
        }
        w->packed = packed;
        w->packed_room = room;
    }
    *n = ZSTD_compress2(w->zstd, w->packed, w->packed_room, raw, raw_n);
    return ZSTD_isError(*n) ? fail(w, TRACE_MEMORY) : put(w, w->packed, *n);
}

static bool end_block(struct trace_writer *w)
{
    uint32_t accesses = w->block.accesses;
    uint64_t offset = w->offset;
    size_t n;
    if (accesses == 0) {
        return true;
    }
    if (!put_packed(w, w->raw, block_pack(&w->block, w->raw), &n) ||
        !grow(w, &w->index, INDEX_ENTRY)) {
        return false;
    }
    uint8_t *entry = w->index.bytes + w->index.n;
    le_put(entry, 8, offset);
    le_put(entry + 8, 8, w->block_before);
    le_put(entry + 16, 4, n);
    le_put(entry + 20, 4, accesses);
    w->index.n += INDEX_ENTRY;
    w->blocks++;
    w->block_before = w->summary.references;
    return true;
}

static bool lackey(const struct trace_writer *w)
{
    return w->summary.format == VM_TRACE_LACKEY;
}

static bool take_refs(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct trace_writer *w = ctx;
    uint8_t shift = w->summary.page_shift;
    for (size_t i = 0; i < n; i++) {
        uint64_t value = lackey(w) ? refs[i].va : refs[i].vpn;
        block_put(&w->block, refs[i].kind, value, refs[i].bytes, refs[i].process);
        w->summary.accesses++;
        uint64_t first = value, last = value;
        if (lackey(w)) {
            uint64_t process = (uint64_t)refs[i].process << VM_TRACE_VPN_BITS;
            first = value >> shift | process;
            last = (value + refs[i].bytes - 1) >> shift | process;
        }
        w->summary.references += last - first + 1;
        for (uint64_t page = first; page <= last && page >= first; page++) {
            if (!add_page(w, page)) {
                return false;
            }
            if (page == UINT64_MAX) {
                break;
            }
        }
        if (w->block.accesses == TRACE_BLOCK && !end_block(w)) {
            return false;
        }
    }
    return true;
}

static bool take_call(void *ctx, const struct vm_trace_call *call)
{
    struct trace_writer *w = ctx;
    struct vm_trace_call here = *call;
    here.before = w->summary.references;
    if (w->summary.calls_n == TRACE_CALLS_MAX) {
        return true; /* the report still counts it */
    }
    if (!grow(w, &w->calls, CALL_RAW_MAX)) {
        return false;
    }
    w->calls.n += call_put(w->calls.bytes + w->calls.n, &here);
    w->summary.calls_n++;
    return true;
}

struct trace_writer *trace_writer_new(
    enum vm_trace_format format, uint8_t page_shift, trace_put *put_bytes, void *ctx)
{
    struct trace_writer *w = calloc(1, sizeof *w);
    if (!w) {
        return NULL;
    }
    w->summary =
        (struct trace_summary){.format = format, .page_shift = page_shift, .pages_all = true};
    w->put = put_bytes;
    w->ctx = ctx;
    w->zstd = ZSTD_createCCtx();
    w->page_room = 1024;
    w->page = calloc(w->page_room, sizeof *w->page);
    w->raw = malloc(BLOCK_RAW_MAX);
    if (!w->zstd || !w->page || !w->raw || !block_writer_init(&w->block) ||
        vm_trace_reader_new(format, format == VM_TRACE_LACKEY ? WHOLE : 0, false, take_refs, w,
            &w->reader) != VM_OK) {
        trace_writer_free(w);
        return NULL;
    }
    ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(w->zstd, ZSTD_c_checksumFlag, 1);
    vm_trace_reader_calls(w->reader, take_call, w);
    return w;
}

void trace_writer_free(struct trace_writer *w)
{
    if (!w) {
        return;
    }
    vm_trace_reader_free(w->reader);
    block_writer_release(&w->block);
    ZSTD_freeCCtx(w->zstd);
    free(w->raw);
    free(w->packed);
    free(w->index.bytes);
    free(w->calls.bytes);
    free(w->page);
    free(w);
}

static void report(struct trace_writer *w)
{
    w->summary.report = *vm_trace_report(w->reader);
    w->summary.report.references = w->summary.references;
}

bool trace_writer_feed(struct trace_writer *w, const char *bytes, size_t n)
{
    bool fine = vm_trace_feed(w->reader, bytes, n);
    report(w);
    return fine || fail(w, TRACE_UNREADABLE);
}

static int by_number(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static bool put_pages(struct trace_writer *w, uint64_t *tail)
{
    size_t n = 0, used = 0, packed;
    for (size_t i = 0; i < w->page_room; i++) {
        if (w->page[i]) {
            w->page[n++] = w->page[i];
        }
    }
    qsort(w->page, n, sizeof *w->page, by_number);
    uint8_t *raw = malloc(n * 10 + 1);
    if (!raw) {
        return fail(w, TRACE_MEMORY);
    }
    for (size_t i = 0; i < n; i++) {
        used += leb_put(raw + used, w->page[i] - (i ? w->page[i - 1] : 1));
    }
    tail[TAIL_PAGES_AT] = w->offset;
    tail[TAIL_PAGES_RAW] = used;
    bool fine = put_packed(w, raw, used, &packed);
    tail[TAIL_PAGES_BYTES] = packed;
    free(raw);
    return fine;
}

static bool put_tail(struct trace_writer *w)
{
    uint64_t tail[TRACE_TAIL] = {0};
    uint8_t bytes[TRACE_TAIL * 8];
    const struct trace_summary *s = &w->summary;
    size_t packed;
    tail[TAIL_CALLS_AT] = w->offset;
    if (!put_packed(w, w->calls.bytes ? w->calls.bytes : bytes, w->calls.n, &packed)) {
        return false;
    }
    tail[TAIL_CALLS_BYTES] = packed;
    tail[TAIL_CALLS_RAW] = w->calls.n;
    if (!put_pages(w, tail)) {
        return false;
    }
    tail[TAIL_INDEX_AT] = w->offset;
    if (!put(w, w->index.bytes, w->index.n)) {
        return false;
    }
    tail[TAIL_FORMAT] = s->format;
    tail[TAIL_PAGE_SHIFT] = s->page_shift;
    tail[TAIL_ACCESSES] = s->accesses;
    tail[TAIL_REFERENCES] = s->references;
    tail[TAIL_BLOCKS] = w->blocks;
    tail[TAIL_CALLS] = s->calls_n;
    tail[TAIL_PAGES] = s->pages_n;
    tail[TAIL_PAGES_ALL] = s->pages_all;
    tail[TAIL_BYTES] = s->report.bytes;
    tail[TAIL_LINES] = s->report.lines;
    tail[TAIL_TORN] = s->report.torn;
    tail[TAIL_FIRST_TORN] = s->report.first_torn;
    tail[TAIL_GLUED] = s->report.glued;
    tail[TAIL_FIRST_GLUED] = s->report.first_glued;
    tail[TAIL_CALLS_READ] = s->report.calls;
    tail[TAIL_CALLS_PASSED] = s->report.calls_passed;
    tail[TAIL_NOTES] = s->report.notes;
    tail[TAIL_PROCESSES] = s->report.processes;
    tail[TAIL_MAGIC] = TRACE_MAGIC;
    for (int i = 0; i < TRACE_TAIL; i++) {
        le_put(bytes + 8 * i, 8, tail[i]);
    }
    return put(w, bytes, sizeof bytes);
}

bool trace_writer_end(struct trace_writer *w)
{
    bool fine = vm_trace_end(w->reader);
    report(w);
    if (!fine) {
        return fail(w, TRACE_UNREADABLE);
    }
    if (w->summary.accesses == 0) {
        return fail(w, TRACE_EMPTY);
    }
    return end_block(w) && put_tail(w);
}

enum trace_problem trace_writer_problem(const struct trace_writer *w)
{
    return w->problem;
}

const struct trace_summary *trace_writer_summary(const struct trace_writer *w)
{
    return &w->summary;
}
