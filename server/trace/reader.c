/* SPDX-License-Identifier: MIT
 * Reading a trace store: the file is mapped, a cursor holds one unpacked block. Whatever the bytes
 * are, nothing outside them is read; a checksum in each block tells damage.
 */
#include "trace/block.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

struct trace_store {
    const uint8_t *bytes; /* mapped */
    size_t n;
    uint64_t tail[TRACE_TAIL];
    const uint8_t *index;
    struct trace_summary summary;
};

struct trace_cursor {
    const struct trace_store *store;
    uint8_t shift;
    bool data_only, whole; /* whole: values are page numbers */
    uint64_t block;        /* the next one to be unpacked */
    struct block_reader at;
    uint8_t *raw;             /* owned */
    uint64_t skip;            /* references to pass over */
    struct block_access rest; /* what is left of an access that was cut by the end of a batch */
    struct vm_trace_ref batch[TRACE_BATCH_MAX];
};

static bool inside(const struct trace_store *s, uint64_t at, uint64_t n)
{
    return at <= s->n && n <= s->n - at;
}

static bool read_tail(struct trace_store *s)
{
    size_t tail = TRACE_TAIL * 8;
    if (s->n < tail) {
        return false;
    }
    const uint64_t *t = s->tail;
    for (int i = 0; i < TRACE_TAIL; i++) {
        s->tail[i] = le_get(s->bytes + s->n - tail + 8 * (size_t)i, 8);
    }
    if (t[TAIL_MAGIC] != TRACE_MAGIC || t[TAIL_FORMAT] >= VM_TRACE_FORMATS ||
        t[TAIL_PAGE_SHIFT] > 63 || t[TAIL_BLOCKS] > s->n ||
        t[TAIL_ACCESSES] > t[TAIL_BLOCKS] * TRACE_BLOCK || t[TAIL_PAGES] > TRACE_PAGES_MAX ||
        t[TAIL_CALLS] > TRACE_CALLS_MAX ||
        !inside(s, t[TAIL_INDEX_AT], t[TAIL_BLOCKS] * INDEX_ENTRY) ||
        !inside(s, t[TAIL_CALLS_AT], t[TAIL_CALLS_BYTES]) ||
        !inside(s, t[TAIL_PAGES_AT], t[TAIL_PAGES_BYTES])) {
        return false;
    }
    s->index = s->bytes + t[TAIL_INDEX_AT];
    s->summary = (struct trace_summary){.format = (enum vm_trace_format)t[TAIL_FORMAT],
        .page_shift = (uint8_t)t[TAIL_PAGE_SHIFT],
        .pages_all = t[TAIL_PAGES_ALL],
        .accesses = t[TAIL_ACCESSES],
        .references = t[TAIL_REFERENCES],
        .pages_n = t[TAIL_PAGES],
        .calls_n = t[TAIL_CALLS],
        .report = {.bytes = t[TAIL_BYTES],
            .lines = t[TAIL_LINES],
            .references = t[TAIL_REFERENCES],
            .torn = t[TAIL_TORN],
            .first_torn = t[TAIL_FIRST_TORN],
            .glued = t[TAIL_GLUED],
            .first_glued = t[TAIL_FIRST_GLUED],
            .calls = t[TAIL_CALLS_READ],
            .calls_passed = t[TAIL_CALLS_PASSED],
            .notes = t[TAIL_NOTES],
            .processes = (uint32_t)t[TAIL_PROCESSES]}};
    return true;
}

struct trace_store *trace_store_open(int fd)
{
    struct trace_store *s = calloc(1, sizeof *s);
    struct stat stat;
    void *bytes = MAP_FAILED;
    if (s && fstat(fd, &stat) == 0 && stat.st_size > 0) {
        s->n = (size_t)stat.st_size;
        bytes = mmap(NULL, s->n, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    close(fd);
    if (bytes == MAP_FAILED) {
        free(s);
        return NULL;
    }
    s->bytes = bytes;
    if (!read_tail(s)) {
        trace_store_close(s);
        return NULL;
    }
    return s;
}

void trace_store_close(struct trace_store *s)
{
    if (s) {
        munmap((void *)(uintptr_t)s->bytes, s->n);
        free(s);
    }
}

const struct trace_summary *trace_store_summary(const struct trace_store *s)
{
    return &s->summary;
}

/* A section unpacked, for free(). */
static uint8_t *section(const struct trace_store *s, enum trace_tail at, size_t *n)
{
    const uint64_t *t = s->tail;
    uint64_t raw = t[at + 2]; /* AT, BYTES, RAW stand together */
    uint8_t *bytes = raw <= (uint64_t)CALL_RAW_MAX * TRACE_CALLS_MAX ? malloc(raw + 1) : NULL;
    *n = bytes ? ZSTD_decompress(bytes, raw, s->bytes + t[at], t[at + 1]) : 0;
    if (bytes && *n != raw) {
        free(bytes);
        bytes = NULL;
    }
    return bytes;
}

uint64_t *trace_store_pages(const struct trace_store *s)
{
    size_t n;
    uint8_t *raw = section(s, TAIL_PAGES_AT, &n);
    uint64_t *page = raw ? malloc((s->summary.pages_n + 1) * sizeof *page) : NULL, last = 0;
    const uint8_t *at = raw;
    for (size_t i = 0; page && i < s->summary.pages_n; i++) {
        uint64_t distance;
        if (!leb_get(&at, raw + n, &distance)) {
            free(page);
            page = NULL;
            break;
        }
        page[i] = last += distance;
    }
    free(raw);
    return page;
}

struct vm_trace_call *trace_store_calls(const struct trace_store *s)
{
    size_t n;
    uint8_t *raw = section(s, TAIL_CALLS_AT, &n);
    struct vm_trace_call *call = raw ? malloc((s->summary.calls_n + 1) * sizeof *call) : NULL;
    const uint8_t *at = raw;
    for (size_t i = 0; call && i < s->summary.calls_n; i++) {
        if (!call_get(&at, raw + n, &call[i])) {
            free(call);
            call = NULL;
        }
    }
    free(raw);
    return call;
}

struct trace_cursor *trace_cursor_new(
    const struct trace_store *store, uint8_t page_shift, bool data_only)
{
    struct trace_cursor *c = calloc(1, sizeof *c);
    if (!c) {
        return NULL;
    }
    c->store = store;
    c->whole = store->summary.format != VM_TRACE_LACKEY;
    c->shift = page_shift && !c->whole ? page_shift : store->summary.page_shift;
    c->data_only = data_only;
    c->raw = malloc(BLOCK_RAW_MAX);
    if (!c->raw) {
        trace_cursor_free(c);
        return NULL;
    }
    return c;
}

void trace_cursor_free(struct trace_cursor *c)
{
    if (c) {
        free(c->raw);
    }
    free(c);
}

static const uint8_t *entry_of(const struct trace_store *s, uint64_t block)
{
    return s->index + block * INDEX_ENTRY;
}

bool trace_cursor_seek(struct trace_cursor *c, uint64_t n)
{
    uint64_t low = 0, high = c->store->tail[TAIL_BLOCKS];
    while (low < high) { /* the last block with at most n references before it */
        uint64_t middle = low + (high - low) / 2;
        if (le_get(entry_of(c->store, middle) + 8, 8) <= n) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    c->block = low ? low - 1 : 0;
    c->skip = low ? n - le_get(entry_of(c->store, c->block) + 8, 8) : n;
    c->at.at = c->at.accesses = 0;
    c->rest.bytes = 0;
    return n == 0 || n <= c->store->summary.references;
}

static bool unpack(struct trace_cursor *c)
{
    const struct trace_store *s = c->store;
    const uint8_t *entry = entry_of(s, c->block++);
    uint64_t offset = le_get(entry, 8), n = le_get(entry + 16, 4);
    if (!inside(s, offset, n)) {
        return false;
    }
    size_t raw = ZSTD_decompress(c->raw, BLOCK_RAW_MAX, s->bytes + offset, n);
    return !ZSTD_isError(raw) && block_open(&c->at, c->raw, raw) &&
           c->at.accesses == le_get(entry + 20, 4);
}

/* The access's part within its first page; the rest stays in *access. */
static inline struct vm_trace_ref cut(const struct trace_cursor *c, struct block_access *access)
{
    static const char kinds[] = "IRWM";
    char kind = kinds[access->kind];
    if (c->whole) {
        uint64_t vpn = access->value;
        access->bytes = 0;
        return (struct vm_trace_ref){vpn, vpn << c->shift, 1, kind, 0};
    }
    uint64_t page = UINT64_C(1) << c->shift, here = page - (access->value & (page - 1));
    uint32_t bytes = here < access->bytes ? (uint32_t)here : access->bytes;
    struct vm_trace_ref ref = {
        .va = access->value, .bytes = bytes, .kind = kind, .process = access->process};
    ref.vpn = vm_trace_page(&ref, c->shift);
    access->value += bytes;
    access->bytes -= bytes;
    return ref;
}

bool trace_cursor_next(struct trace_cursor *c, const struct vm_trace_ref **refs, size_t *n)
{
    size_t length = 0;
    *refs = c->batch;
    *n = 0;
    while (length < TRACE_BATCH_MAX) {
        if (!c->rest.bytes && !block_next(&c->at, &c->rest)) {
            if (c->at.at < c->at.accesses) {
                return false;
            }
            if (c->block == c->store->tail[TAIL_BLOCKS] || length > TRACE_BATCH_MAX / 2) {
                break;
            }
            if (!unpack(c)) {
                return false;
            }
            continue;
        }
        if (c->data_only && c->rest.kind == 0 && !c->skip) {
            c->rest.bytes = 0;
            continue;
        }
        struct vm_trace_ref ref = cut(c, &c->rest);
        c->batch[length] = ref;
        if (c->skip) {
            c->skip--;
        } else {
            length++;
        }
    }
    *n = length;
    return true;
}
