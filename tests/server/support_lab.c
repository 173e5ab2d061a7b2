/* SPDX-License-Identifier: MIT
 * See support_lab.h.
 */
#define _GNU_SOURCE
#include "support_lab.h"

#include "wire/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const char fork_text[] = "vmscope 1\n"
                         "machine x86-64 { frames 64  swap 32  tlb 8  policy clock  seed 1 }\n"
                         "A = start empty\n"
                         "A: heap = mmap(2 pages, rw, private)\n"
                         "A: store(heap)\n"
                         "A: B = fork()\n"
                         "B: *heap = 7\n"
                         "A: *heap = 8\n";

static void on_text(void *ctx, const char *bytes, size_t length)
{
    struct lab *lab = ctx;
    assert_true(lab->texts < 64);
    lab->text[lab->texts++] = strndup(bytes, length);
    size_t before = lab->said ? strlen(lab->said) : 0;
    lab->said = realloc(lab->said, before + length + 2);
    memcpy(lab->said + before, bytes, length);
    strcpy(lab->said + before + length, "\n");
}

static void on_binary(void *ctx, const uint8_t *bytes, size_t length)
{
    struct lab *lab = ctx;
    assert_true(length >= 4 && length <= LAB_FRAME_MAX);
    assert_int_equal(bytes[0], 1);
    assert_in_range(bytes[1], 1, 2);
    size_t kind = bytes[1], at = 3;
    while (bytes[at++] & 0x80) {
    }
    lab->bytes[kind] = realloc(lab->bytes[kind], lab->length[kind] + length);
    memcpy(lab->bytes[kind] + lab->length[kind], bytes + at, length - at);
    lab->length[kind] += length - at;
    lab->last[kind] = bytes[2];
    lab->frames++;
    lab->raw = realloc(lab->raw, lab->raw_n + length);
    memcpy(lab->raw + lab->raw_n, bytes, length);
    lab->raw_n += length;
}

void forget(struct lab *lab)
{
    for (size_t i = 0; i < lab->texts; i++) {
        free(lab->text[i]);
    }
    for (size_t k = 1; k < 3; k++) {
        free(lab->bytes[k]);
        lab->bytes[k] = NULL;
        lab->length[k] = 0;
        lab->last[k] = false;
    }
    free(lab->said);
    free(lab->raw);
    lab->said = NULL;
    lab->raw = NULL;
    lab->texts = lab->frames = lab->raw_n = 0;
}

int begin(void **state)
{
    struct lab *lab = calloc(1, sizeof(*lab));
    /* Time enough for a sanitizer on a busy machine: what is counted here are operations. */
    struct lab_limits limits = {.cpu_ms = 60000, .wall_ms = 60000};
    struct lab_out out = {lab, on_text, on_binary};
    lab->now_ms = 1000;
    lab->session = lab_session_new(&limits, &out);
    *state = lab;
    return 0;
}

int end(void **state)
{
    struct lab *lab = *state;
    forget(lab);
    lab_session_free(lab->session);
    free(lab);
    return 0;
}

uint64_t work(struct lab *lab)
{
    uint64_t wake;
    while (lab_session_work(lab->session, lab->now_ms, &wake)) {
    }
    return wake;
}

const char *tell_fd(struct lab *lab, const char *text, int fd)
{
    forget(lab);
    lab_session_tell(lab->session, text, strlen(text), fd, lab->now_ms, !lab->full);
    work(lab);
    return lab->texts ? lab->text[lab->texts - 1] : "";
}

const char *tell(struct lab *lab, const char *text)
{
    return tell_fd(lab, text, -1);
}

void expect(struct lab *lab, const char *says, const char *part)
{
    const char *heard = tell(lab, says);
    if (!strstr(heard, part)) {
        fail_msg("%s was answered %s, not %s", says, heard, part);
    }
}

const char *open_text(struct lab *lab, const char *scenario)
{
    struct json json = {0};
    json_object(&json);
    json_key_string(&json, "type", "open");
    json_key_number(&json, "id", 1);
    json_key_string(&json, "text", scenario);
    json_object_end(&json);
    const char *heard = tell(lab, json.bytes);
    assert_non_null(strstr(heard, "\"type\":\"opened\",\"id\":1"));
    json_release(&json);
    return heard;
}

uint64_t leb(const uint8_t *bytes, size_t *at)
{
    uint64_t sum = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = bytes[(*at)++];
        sum |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            return sum;
        }
    }
}
