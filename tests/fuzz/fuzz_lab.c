/* SPDX-License-Identifier: MIT
 * libFuzzer: any lines as messages of a lab connection on which a run is open. Each gets an answer,
 * and every answer is JSON.
 */
#include "lab/session.h"
#include "wire/json_read.h"

#include <stdlib.h>
#include <string.h>

static const char run[] =
    "{\"type\":\"open\",\"text\":\"vmscope 1\\nmachine x86-64 { frames 24  swap 8  tlb 4  cpus 2 "
    "}\\n"
    "A = start empty\\nA: heap = mmap(6 pages, rw, private)\\nA: store(heap, 6 pages)\\n"
    "A: B = fork()\\nB: *heap = 7\\nA: *heap = 8\\n\"}";

static void on_text(void *ctx, const char *bytes, size_t length)
{
    struct json_limits limits = {.bytes = 1 << 24, .keys = 1 << 20};
    struct json_error error;
    json_value *json = json_parse(bytes, length, &limits, &error);
    if (!json || !json_text(json_get(json, "type"))) {
        abort();
    }
    json_value_free(json);
    ++*(size_t *)ctx;
}

static void on_binary(void *ctx, const uint8_t *bytes, size_t length)
{
    (void)ctx;
    if (length < 4 || bytes[0] != 1) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lab_limits limits = {.operations = 1000, .cpu_ms = 50, .wall_ms = 200};
    size_t answers = 0;
    struct lab_out out = {&answers, on_text, on_binary};
    struct lab_session *session = lab_session_new(&limits, &out);
    uint64_t now = 1000, wake;
    lab_session_tell(session, run, sizeof run - 1, -1, now, true);
    for (size_t at = 0; session && at <= size;) {
        const uint8_t *end = at < size ? memchr(data + at, '\n', size - at) : NULL;
        size_t n = end ? (size_t)(end - data) - at : size - at;
        for (int turn = 0; turn < 1000 && lab_session_work(session, now, &wake); turn++) {
        }
        lab_session_tell(session, n ? (const char *)data + at : "", n, -1, now += 40, true);
        at += n + 1;
    }
    if (session && !answers) {
        abort();
    }
    lab_session_free(session);
    return 0;
}
