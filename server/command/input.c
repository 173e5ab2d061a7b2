/* SPDX-License-Identifier: MIT
 * One buffer of what was read and one of what came out of the decoder; memory does not depend on
 * the file.
 */
#include "command/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { PIECE = 1 << 18, MAGIC = 4, GZIP_WINDOW = 16 + MAX_WBITS };
/* Text that is 10,000 times its compressed size, and more than this, is none. */
enum { BOMB_RATIO = 10000, BOMB_LEAST = 64 << 20 };
enum coding { PLAIN, GZIP, ZSTD };

struct input {
    int fd;
    enum coding coding;
    bool ended;   /* the file has no more bytes */
    bool between; /* no compressed stream is open: the file may end here */
    z_stream gzip;
    ZSTD_DStream *zstd;
    size_t at, length;         /* of raw: what the decoder has not seen */
    uint64_t packed, unpacked; /* bytes that the decoder took and gave */
    char raw[PIECE], out[PIECE];
};

static bool problem_is(char *problem, const char *text)
{
    snprintf(problem, INPUT_PROBLEM_MAX, "%s", text);
    return false;
}

/* Reads until `least` bytes are there, or the file ends. */
static bool fill(struct input *input, size_t least, char *problem)
{
    while (!input->ended && input->length - input->at < least) {
        if (input->at == input->length) {
            input->at = input->length = 0;
        }
        ssize_t got = read(input->fd, input->raw + input->length, PIECE - input->length);
        if (got < 0 && errno != EINTR) {
            return problem_is(problem, strerror(errno));
        }
        input->ended = got == 0;
        input->length += got > 0 ? (size_t)got : 0;
    }
    return true;
}

static bool start_decoder(struct input *input, char *problem)
{
    const unsigned char *magic = (const unsigned char *)input->raw;
    if (input->length >= 2 && magic[0] == 0x1f && magic[1] == 0x8b) {
        if (inflateInit2(&input->gzip, GZIP_WINDOW) != Z_OK) {
            return problem_is(problem, "no memory for gzip");
        }
        input->coding = GZIP;
    } else if (input->length >= MAGIC && memcmp(magic, "\x28\xb5\x2f\xfd", MAGIC) == 0) {
        input->zstd = ZSTD_createDStream();
        if (!input->zstd) {
            return problem_is(problem, "no memory for zstd");
        }
        input->coding = ZSTD;
    }
    return true;
}

bool input_open(const char *path, struct input **out, char problem[INPUT_PROBLEM_MAX])
{
    *out = NULL;
    struct input *input = malloc(sizeof(*input));
    if (!input) {
        return problem_is(problem, "no memory");
    }
    memset(input, 0, offsetof(struct input, raw));
    input->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (input->fd < 0) {
        problem_is(problem, strerror(errno));
        goto fail;
    }
    if (!fill(input, MAGIC, problem) || !start_decoder(input, problem)) {
        goto fail;
    }
    *out = input;
    return true;
fail:
    input_close(input);
    return false;
}

void input_close(struct input *input)
{
    if (!input) {
        return;
    }
    if (input->coding == GZIP) {
        inflateEnd(&input->gzip);
    }
    ZSTD_freeDStream(input->zstd);
    if (input->fd > STDIN_FILENO) {
        close(input->fd);
    }
    free(input);
}

static bool gunzip(struct input *input, size_t *n, char *problem)
{
    z_stream *gzip = &input->gzip;
    if (input->between) { /* another member may follow */
        inflateReset(gzip);
        input->between = false;
    }
    gzip->next_in = (unsigned char *)input->raw + input->at;
    gzip->avail_in = (unsigned)(input->length - input->at);
    gzip->next_out = (unsigned char *)input->out;
    gzip->avail_out = PIECE;
    int code = inflate(gzip, Z_NO_FLUSH);
    input->at = input->length - gzip->avail_in;
    *n = PIECE - gzip->avail_out;
    input->between = code == Z_STREAM_END;
    return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR ||
           problem_is(problem, "the gzip data are damaged");
}

static bool unzstd(struct input *input, size_t *n, char *problem)
{
    ZSTD_inBuffer in = {input->raw, input->length, input->at};
    ZSTD_outBuffer out = {input->out, PIECE, 0};
    size_t code = ZSTD_decompressStream(input->zstd, &out, &in);
    input->at = in.pos;
    *n = out.pos;
    input->between = code == 0;
    return !ZSTD_isError(code) || problem_is(problem, "the zstd data are damaged");
}

bool input_read(struct input *input, const char **bytes, size_t *n, char problem[INPUT_PROBLEM_MAX])
{
    *bytes = input->out;
    *n = 0;
    if (input->coding == PLAIN) {
        bool fine = fill(input, 1, problem);
        *bytes = input->raw + input->at;
        *n = input->length - input->at;
        input->at = input->length;
        return fine;
    }
    while (*n == 0) {
        if (!fill(input, 1, problem)) {
            return false;
        }
        bool drained = input->at == input->length;
        if (drained && input->between) {
            return true;
        }
        size_t from = input->at;
        bool fine = input->coding == GZIP ? gunzip(input, n, problem) : unzstd(input, n, problem);
        if (!fine) {
            return false;
        }
        input->packed += input->at - from;
        input->unpacked += *n;
        if (input->unpacked > BOMB_LEAST && input->unpacked / BOMB_RATIO > input->packed) {
            return problem_is(problem, "the data unpack to more than 10,000 times their size");
        }
        if (drained && *n == 0 && !input->between) {
            return problem_is(problem, "the compressed data end in the middle");
        }
    }
    return true;
}

char *input_all(const char *path, size_t most, size_t *length, char problem[INPUT_PROBLEM_MAX])
{
    struct input *input;
    char *text = NULL;
    size_t room = 0, n = 0;
    *length = 0;
    if (!input_open(path, &input, problem)) {
        return NULL;
    }
    const char *bytes;
    do {
        if (!input_read(input, &bytes, &n, problem)) {
            goto fail;
        }
        if (n > most - *length) {
            snprintf(problem, INPUT_PROBLEM_MAX, "longer than the limit of %zu bytes", most);
            goto fail;
        }
        if (!text || room - *length <= n) {
            room = (*length + n) * 2 + 1;
            char *bigger = realloc(text, room);
            if (!bigger) {
                problem_is(problem, "no memory");
                goto fail;
            }
            text = bigger;
        }
        memcpy(text + *length, bytes, n);
        *length += n;
    } while (n > 0);
    text[*length] = '\0';
    input_close(input);
    return text;
fail:
    input_close(input);
    free(text);
    return NULL;
}

const char *input_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "<stdin>" : path;
}
