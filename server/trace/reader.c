/* SPDX-License-Identifier: MIT
 * A trace store opened: the file is mapped, its tail and sections are read. Whatever the bytes are,
 * nothing outside them is read.
 */
#include "trace/reader.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

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
        !trace_inside(s, t[TAIL_INDEX_AT], t[TAIL_BLOCKS] * INDEX_ENTRY) ||
        !trace_inside(s, t[TAIL_CALLS_AT], t[TAIL_CALLS_BYTES]) ||
        !trace_inside(s, t[TAIL_PAGES_AT], t[TAIL_PAGES_BYTES])) {
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
