/* SPDX-License-Identifier: MIT
 * Accesses to bytes and back. Reading gives exactly what was put, and damaged bytes end it.
 */
#include "trace/block.h"

#include <stdlib.h>
#include <string.h>

static const size_t rooms[TRACE_STREAMS] = {CONTROL_MAX, NEAR_MAX, FAR_MAX, SIZES_MAX, RUNS_MAX};

size_t leb_put(uint8_t *at, uint64_t value)
{
    size_t n = 0;
    for (; value >= 0x80; value >>= 7) {
        at[n++] = (uint8_t)(value | 0x80);
    }
    at[n++] = (uint8_t)value;
    return n;
}

bool block_writer_init(struct block_writer *w)
{
    *w = (struct block_writer){0};
    for (int i = 0; i < TRACE_STREAMS; i++) {
        w->stream[i] = malloc(rooms[i]);
        if (!w->stream[i]) {
            block_writer_release(w);
            return false;
        }
    }
    return true;
}

void block_writer_release(struct block_writer *w)
{
    for (int i = 0; i < TRACE_STREAMS; i++) {
        free(w->stream[i]);
        w->stream[i] = NULL;
    }
}

static uint8_t *next(struct block_writer *w, enum trace_stream stream)
{
    return w->stream[stream] + w->n[stream];
}

static unsigned put_distance(struct block_writer *w, uint64_t distance)
{
    if (distance == 0) {
        return 0;
    }
    if (distance + 128 < 256) {
        *next(w, STREAM_NEAR) = (uint8_t)distance;
        w->n[STREAM_NEAR]++;
        return 1;
    }
    if (distance + 32768 < 65536) {
        le_put(next(w, STREAM_FAR), 2, distance);
        w->n[STREAM_FAR] += 2;
        return 2;
    }
    uint64_t zigzag = distance << 1 ^ (0 - (distance >> 63));
    w->n[STREAM_FAR] += leb_put(next(w, STREAM_FAR), zigzag);
    return 3;
}

static unsigned put_size(struct block_writer *w, uint32_t bytes)
{
    if (bytes >= 1 && bytes <= 12) {
        return bytes;
    }
    if (bytes == 16 || bytes == 32) {
        return bytes == 16 ? 13 : 14;
    }
    w->n[STREAM_SIZES] += leb_put(next(w, STREAM_SIZES), bytes);
    return 0;
}

void block_put(struct block_writer *w, char kind, uint64_t value, uint32_t bytes, uint16_t process)
{
    unsigned k = kind == 'I' ? 0 : kind == 'R' ? 1 : kind == 'W' ? 2 : 3;
    if (process != w->state.process) {
        w->n[STREAM_RUNS] += leb_put(next(w, STREAM_RUNS), w->accesses);
        w->n[STREAM_RUNS] += leb_put(next(w, STREAM_RUNS), process);
        w->state.process = process;
    }
    unsigned way = put_distance(w, value - w->state.end[k]), size = put_size(w, bytes);
    *next(w, STREAM_CONTROL) = (uint8_t)(k | way << 2 | size << 4);
    w->n[STREAM_CONTROL]++;
    w->state.end[k] = value + bytes;
    w->accesses++;
}

size_t block_pack(struct block_writer *w, uint8_t *raw)
{
    size_t at = 4;
    le_put(raw, 4, w->accesses);
    for (int i = 0; i < TRACE_STREAMS; i++) {
        le_put(raw + at, 4, w->n[i]);
        memcpy(raw + at + 4, w->stream[i], w->n[i]);
        at += 4 + w->n[i];
        w->n[i] = 0;
    }
    w->accesses = 0;
    w->state = (struct block_state){0};
    return at;
}

/* Where the next change of process lies, if there is one. */
static bool next_run(struct block_reader *r)
{
    uint64_t at = UINT32_MAX;
    if (r->next[STREAM_RUNS] < r->end[STREAM_RUNS] &&
        (!leb_get(&r->next[STREAM_RUNS], r->end[STREAM_RUNS], &at) || at < r->at ||
            at >= r->accesses)) {
        return false;
    }
    r->next_run = (uint32_t)at;
    return true;
}

bool block_run(struct block_reader *r)
{
    uint64_t process;
    if (!leb_get(&r->next[STREAM_RUNS], r->end[STREAM_RUNS], &process) ||
        process >= VM_TRACE_PROCESSES_MAX) {
        return false;
    }
    r->state.process = (uint16_t)process;
    return next_run(r) && r->next_run != r->at;
}

bool block_far(struct block_reader *r, unsigned way, uint64_t *distance)
{
    const uint8_t **at = &r->next[STREAM_FAR], *end = r->end[STREAM_FAR];
    if (way == 2) {
        if (end - *at < 2) {
            return false;
        }
        *distance = (uint64_t)(int64_t)(int16_t)(uint16_t)le_get(*at, 2);
        *at += 2;
        return true;
    }
    uint64_t zigzag;
    if (!leb_get(at, end, &zigzag)) {
        return false;
    }
    *distance = zigzag >> 1 ^ (0 - (zigzag & 1));
    return true;
}

bool block_open(struct block_reader *r, const uint8_t *raw, size_t n)
{
    *r = (struct block_reader){0};
    const uint8_t *end = raw + n;
    if (n < 4) {
        return false;
    }
    r->accesses = (uint32_t)le_get(raw, 4);
    raw += 4;
    for (int i = 0; i < TRACE_STREAMS; i++) {
        if (end - raw < 4 || le_get(raw, 4) > (uint64_t)(end - raw - 4)) {
            return false;
        }
        r->next[i] = raw + 4;
        raw = r->end[i] = raw + 4 + le_get(raw, 4);
    }
    return r->accesses <= TRACE_BLOCK &&
           r->end[STREAM_CONTROL] - r->next[STREAM_CONTROL] == (ptrdiff_t)r->accesses &&
           next_run(r);
}
