/* SPDX-License-Identifier: MIT
 * A place in a trace store: a cursor holds one unpacked block, whose checksum tells damage. At a
 * page size that is not the store's own it counts references itself.
 */
#include "trace/reader.h"

#include <stdlib.h>
#include <zstd.h>

struct trace_cursor {
    const struct trace_store *store;
    uint8_t shift;
    bool data_only, whole; /* whole: values are page numbers */
    uint64_t block;        /* the next one to be unpacked */
    struct block_reader at;
    uint8_t *raw;  /* owned */
    uint64_t skip; /* references to pass over */
    /* References before each block, as the index has them but at another page size: before[0 ..
     * known] are counted. NULL: nobody asked, or the index knows. Owned. */
    uint64_t *before, known;
    struct block_access rest; /* what is left of an access that was cut by the end of a batch */
    struct vm_trace_ref batch[TRACE_BATCH_MAX];
};

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
        free(c->before);
    }
    free(c);
}

static const uint8_t *entry_of(const struct trace_store *s, uint64_t block)
{
    return s->index + block * INDEX_ENTRY;
}

static bool unpack(struct trace_cursor *c)
{
    const struct trace_store *s = c->store;
    const uint8_t *entry = entry_of(s, c->block++);
    uint64_t offset = le_get(entry, 8), n = le_get(entry + 16, 4);
    if (!trace_inside(s, offset, n)) {
        return false;
    }
    size_t raw = ZSTD_decompress(c->raw, BLOCK_RAW_MAX, s->bytes + offset, n);
    return !ZSTD_isError(raw) && block_open(&c->at, c->raw, raw) &&
           c->at.accesses == le_get(entry + 20, 4);
}

/* References of an access. */
static uint64_t parts(const struct block_access *access, uint8_t shift)
{
    uint64_t page = UINT64_C(1) << shift;
    return ((access->value & (page - 1)) + access->bytes + page - 1) >> shift;
}

/* The blocks before the one that holds reference n are counted. */
static bool count_to(struct trace_cursor *c, uint64_t n)
{
    uint64_t blocks = c->store->tail[TAIL_BLOCKS];
    if (!c->before) {
        c->before = calloc(blocks + 1, sizeof *c->before);
    }
    while (c->before && c->known < blocks && c->before[c->known] <= n) {
        uint64_t sum = c->before[c->known];
        struct block_access access;
        c->block = c->known;
        if (!unpack(c)) {
            return false;
        }
        while (block_next(&c->at, &access)) {
            sum += parts(&access, c->shift);
        }
        if (c->at.at < c->at.accesses) {
            return false;
        }
        c->before[++c->known] = sum;
    }
    return c->before != NULL;
}

static bool index_knows(const struct trace_cursor *c)
{
    return c->whole || c->shift == c->store->summary.page_shift;
}

static uint64_t before(const struct trace_cursor *c, uint64_t block)
{
    return c->before ? c->before[block] : le_get(entry_of(c->store, block) + 8, 8);
}

bool trace_cursor_seek(struct trace_cursor *c, uint64_t n)
{
    if (!index_knows(c) && !count_to(c, n)) {
        return false;
    }
    uint64_t low = 0, high = c->before ? c->known : c->store->tail[TAIL_BLOCKS];
    while (low < high) { /* the last block with at most n references before it */
        uint64_t middle = low + (high - low) / 2;
        if (before(c, middle) <= n) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    c->block = low ? low - 1 : 0;
    c->skip = low ? n - before(c, c->block) : n;
    c->at.at = c->at.accesses = 0;
    c->rest.bytes = 0;
    return n <= (c->before ? c->before[c->known] : c->store->summary.references);
}

uint64_t trace_cursor_length(struct trace_cursor *c)
{
    if (index_knows(c)) {
        return c->store->summary.references;
    }
    return count_to(c, UINT64_MAX) ? c->before[c->known] : 0;
}

bool trace_cursor_count(struct trace_cursor *c, struct vm_trace_call *calls, size_t n)
{
    const struct trace_store *s = c->store;
    uint64_t own = 0, here = 0;
    struct block_access access;
    size_t i = 0;
    if (index_knows(c)) {
        return true;
    }
    for (c->block = 0; i < n && c->block < s->tail[TAIL_BLOCKS];) {
        if (!unpack(c)) {
            return false;
        }
        while (i < n && block_next(&c->at, &access)) {
            for (; i < n && calls[i].before <= own; i++) {
                calls[i].before = here;
            }
            own += parts(&access, s->summary.page_shift);
            here += parts(&access, c->shift);
        }
    }
    for (; i < n; i++) {
        calls[i].before = here;
    }
    return true;
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
