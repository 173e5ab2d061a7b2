/* SPDX-License-Identifier: MIT
 * Streams may follow each other in one file, as gzip and zstd allow.
 */
#include "trace/unpack.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { MAGIC = 4, OUT = 1 << 16, GZIP_WINDOW = 16 + MAX_WBITS, WINDOW_LOG_MAX = 25 };
enum coding { UNKNOWN, PLAIN, GZIP, ZSTD };

struct trace_unpack {
    trace_plain *plain;
    void *ctx;
    enum coding coding;
    bool between; /* no compressed stream is open: the input may end here */
    z_stream gzip;
    ZSTD_DStream *zstd;
    uint64_t taken, given; /* bytes in and out */
    char head[MAGIC];
    size_t head_n;
    char out[OUT];
};

struct trace_unpack *trace_unpack_new(trace_plain *plain, void *ctx)
{
    struct trace_unpack *u = malloc(sizeof *u);
    if (u) {
        memset(u, 0, offsetof(struct trace_unpack, out));
        u->plain = plain;
        u->ctx = ctx;
    }
    return u;
}

void trace_unpack_free(struct trace_unpack *u)
{
    if (!u) {
        return;
    }
    if (u->coding == GZIP) {
        inflateEnd(&u->gzip);
    }
    ZSTD_freeDStream(u->zstd);
    free(u);
}

const char *trace_unpack_name(const struct trace_unpack *u)
{
    return u->coding == GZIP ? "gzip" : u->coding == ZSTD ? "zstd" : "";
}

static bool choose(struct trace_unpack *u)
{
    const unsigned char *magic = (const unsigned char *)u->head;
    u->coding = PLAIN;
    if (u->head_n >= 2 && magic[0] == 0x1f && magic[1] == 0x8b) {
        if (inflateInit2(&u->gzip, GZIP_WINDOW) != Z_OK) {
            return false;
        }
        u->coding = GZIP;
    } else if (u->head_n == MAGIC && memcmp(magic, "\x28\xb5\x2f\xfd", MAGIC) == 0) {
        u->zstd = ZSTD_createDStream();
        if (!u->zstd) {
            return false;
        }
        ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
        u->coding = ZSTD;
    }
    return true;
}

static enum trace_unpacked hand_on(struct trace_unpack *u, size_t n)
{
    enum { ALWAYS = 64 << 20 };
    u->given += n;
    if (u->given > ALWAYS && u->given / UNPACK_RATIO > u->taken) {
        return UNPACK_BOMB;
    }
    return n == 0 || u->plain(u->ctx, u->out, n) ? UNPACK_FINE : UNPACK_STOPPED;
}

static enum trace_unpacked gunzip(struct trace_unpack *u, const char *bytes, size_t n)
{
    z_stream *z = &u->gzip;
    enum trace_unpacked got = UNPACK_FINE;
    int code = Z_OK;
    z->next_in = (z_const Bytef *)bytes;
    z->avail_in = (uInt)n;
    do {
        if (u->between) {
            inflateReset(z);
            u->between = false;
        }
        z->next_out = (Bytef *)u->out;
        z->avail_out = OUT;
        code = inflate(z, Z_NO_FLUSH);
        got = hand_on(u, OUT - z->avail_out);
        u->between = code == Z_STREAM_END;
        if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
            return UNPACK_DAMAGED;
        }
    } while (got == UNPACK_FINE && code != Z_BUF_ERROR && (z->avail_in || z->avail_out == 0));
    return got;
}

static enum trace_unpacked unzstd(struct trace_unpack *u, const char *bytes, size_t n)
{
    ZSTD_inBuffer in = {bytes, n, 0};
    ZSTD_outBuffer out = {u->out, OUT, 0};
    enum trace_unpacked got = UNPACK_FINE;
    do {
        out.pos = 0;
        size_t code = ZSTD_decompressStream(u->zstd, &out, &in);
        if (ZSTD_isError(code)) {
            return ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge
                       ? UNPACK_WINDOW
                       : UNPACK_DAMAGED;
        }
        u->between = code == 0;
        got = hand_on(u, out.pos);
    } while (got == UNPACK_FINE && (in.pos < in.size || out.pos == OUT));
    return got;
}

static enum trace_unpacked pass(struct trace_unpack *u, const char *bytes, size_t n)
{
    if (n == 0) {
        return UNPACK_FINE;
    }
    if (u->coding == PLAIN) {
        return u->plain(u->ctx, bytes, n) ? UNPACK_FINE : UNPACK_STOPPED;
    }
    return u->coding == GZIP ? gunzip(u, bytes, n) : unzstd(u, bytes, n);
}

/* The first bytes are known, or there are no more. */
static enum trace_unpacked begin(struct trace_unpack *u)
{
    return choose(u) ? pass(u, u->head, u->head_n) : UNPACK_MEMORY;
}

enum trace_unpacked trace_unpack_feed(struct trace_unpack *u, const char *bytes, size_t n)
{
    enum { PIECE = 1 << 12 }; /* small: what comes out is weighed against what was taken so far */
    while (u->coding == UNKNOWN && n > 0) {
        u->head[u->head_n++] = *bytes++;
        u->taken++;
        n--;
        if (u->head_n == MAGIC) {
            enum trace_unpacked got = begin(u);
            if (got != UNPACK_FINE) {
                return got;
            }
        }
    }
    enum trace_unpacked got = UNPACK_FINE;
    while (n > 0 && got == UNPACK_FINE) {
        size_t part = n < PIECE ? n : PIECE;
        u->taken += part;
        got = pass(u, bytes, part);
        bytes += part;
        n -= part;
    }
    return got;
}

enum trace_unpacked trace_unpack_end(struct trace_unpack *u)
{
    enum trace_unpacked got = u->coding == UNKNOWN ? begin(u) : UNPACK_FINE;
    bool open = (u->coding == GZIP || u->coding == ZSTD) && !u->between;
    return got == UNPACK_FINE && open ? UNPACK_DAMAGED : got;
}
