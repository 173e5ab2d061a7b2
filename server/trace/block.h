/* SPDX-License-Identifier: MIT
 * Accesses to bytes and back: the blocks of store.h. Private to trace/.
 */
#ifndef TRACE_BLOCK_H
#define TRACE_BLOCK_H

#include "trace/store.h"

enum { TRACE_STREAMS = 5, TRACE_KINDS = 4 };
enum trace_stream { STREAM_CONTROL, STREAM_NEAR, STREAM_FAR, STREAM_SIZES, STREAM_RUNS };
/* The most a block's streams can take. */
enum {
    CONTROL_MAX = TRACE_BLOCK,
    NEAR_MAX = TRACE_BLOCK,
    FAR_MAX = TRACE_BLOCK * 10,
    SIZES_MAX = TRACE_BLOCK * 3,
    RUNS_MAX = TRACE_BLOCK * 6,
    BLOCK_RAW_MAX = 24 + CONTROL_MAX + NEAR_MAX + FAR_MAX + SIZES_MAX + RUNS_MAX,
    INDEX_ENTRY = 24
};

/* What both sides know after each access. */
struct block_state {
    uint64_t end[TRACE_KINDS]; /* where the last access of that kind ended */
    uint16_t process;
};

struct block_writer {
    uint32_t accesses;
    struct block_state state;
    size_t n[TRACE_STREAMS];
    uint8_t *stream[TRACE_STREAMS]; /* owned, the rooms above */
};
bool block_writer_init(struct block_writer *w);
void block_writer_release(struct block_writer *w);
/* accesses < TRACE_BLOCK. value: the address, or the page number. */
void block_put(struct block_writer *w, char kind, uint64_t value, uint32_t bytes, uint16_t process);
/* All of it into `raw` (BLOCK_RAW_MAX bytes); starts anew. */
size_t block_pack(struct block_writer *w, uint8_t *raw);

struct block_reader {
    uint32_t accesses, at;
    struct block_state state;
    uint32_t next_run;
    const uint8_t *next[TRACE_STREAMS], *end[TRACE_STREAMS];
};
struct block_access {
    uint64_t value;
    uint32_t bytes;
    uint16_t process;
    uint8_t kind; /* 0 .. 3 */
};
/* `raw` must stay. False: damaged. */
bool block_open(struct block_reader *r, const uint8_t *raw, size_t n);

size_t leb_put(uint8_t *at, uint64_t value); /* at most 10 bytes */
/* False: the bytes end, or it is longer than 64 bits. */
static inline bool leb_get(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    uint64_t sum = 0;
    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        uint8_t byte = *(*at)++;
        sum |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *value = sum;
            return true;
        }
    }
    return false;
}

bool block_run(struct block_reader *r);
bool block_far(struct block_reader *r, unsigned way, uint64_t *distance);

/* False: the end (at == accesses) or damaged. */
static inline bool block_next(struct block_reader *r, struct block_access *out)
{
    static const uint8_t sizes[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 32, 0};
    if (r->at == r->accesses || (r->at == r->next_run && !block_run(r))) {
        return false;
    }
    unsigned control = *r->next[STREAM_CONTROL]++, kind = control & 3, way = control >> 2 & 3;
    uint64_t distance = 0, bytes = sizes[control >> 4];
    if (way == 1) {
        if (r->next[STREAM_NEAR] == r->end[STREAM_NEAR]) {
            return false;
        }
        distance = (uint64_t)(int64_t)(int8_t)*r->next[STREAM_NEAR]++;
    } else if (way && !block_far(r, way, &distance)) {
        return false;
    }
    if (!bytes && (!leb_get(&r->next[STREAM_SIZES], r->end[STREAM_SIZES], &bytes) || !bytes ||
                      bytes > UINT32_MAX)) {
        return false;
    }
    *out = (struct block_access){
        r->state.end[kind] + distance, (uint32_t)bytes, r->state.process, (uint8_t)kind};
    r->state.end[kind] = out->value + bytes;
    r->at++;
    return true;
}

static inline uint64_t le_get(const uint8_t *at, unsigned bytes)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < bytes; i++) {
        value |= (uint64_t)at[i] << (8 * i);
    }
    return value;
}
static inline void le_put(uint8_t *at, unsigned bytes, uint64_t value)
{
    for (unsigned i = 0; i < bytes; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

/* The tail's numbers. */
enum trace_tail {
    TAIL_FORMAT,
    TAIL_PAGE_SHIFT,
    TAIL_ACCESSES,
    TAIL_REFERENCES,
    TAIL_BLOCKS,
    TAIL_CALLS,
    TAIL_CALLS_AT,
    TAIL_CALLS_BYTES,
    TAIL_CALLS_RAW,
    TAIL_PAGES,
    TAIL_PAGES_ALL,
    TAIL_PAGES_AT,
    TAIL_PAGES_BYTES,
    TAIL_PAGES_RAW,
    TAIL_INDEX_AT,
    TAIL_BYTES,
    TAIL_LINES,
    TAIL_TORN,
    TAIL_FIRST_TORN,
    TAIL_GLUED,
    TAIL_FIRST_GLUED,
    TAIL_CALLS_READ,
    TAIL_CALLS_PASSED,
    TAIL_NOTES,
    TAIL_PROCESSES,
    TAIL_MAGIC,
    TRACE_TAIL
};
#define TRACE_MAGIC UINT64_C(0x3145434152544d56) /* "VMTRACE1" */

/* calls.c: a call as bytes. */
enum { CALL_RAW_MAX = 16 + 10 * (VM_TRACE_CALL_ARGS + 2) + VM_TRACE_NAME_MAX };
size_t call_put(uint8_t *at, const struct vm_trace_call *call);
bool call_get(const uint8_t **at, const uint8_t *end, struct vm_trace_call *call);

#endif
