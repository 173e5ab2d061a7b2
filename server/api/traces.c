/* SPDX-License-Identifier: MIT
 * /traces: a recorded trace is streamed in, plain or gzip, checked as it comes and kept
 * uncompressed. Only the types that no form can send are taken, so that a foreign page cannot
 * upload without being asked about.
 */
#include "api/api.h"
#include "vm/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

/* Of a public server; a local one takes what the disk takes. */
#define SENT_MAX ((uint64_t)64 << 20)
#define PLAIN_MAX ((uint64_t)1 << 30)
#define REFERENCES_MAX 20000000u

struct upload {
    store_upload *file;
    vm_trace_reader *reader;
    z_stream z;
    bool compressed, inflating, ended, local;
    uint64_t sent, plain, references;
    uint32_t page_size;
    char title[API_TITLE_MAX + 1], format[16];
};

static void upload_free(void *upload_)
{
    struct upload *u = upload_;
    store_upload_abandon(u->file);
    vm_trace_reader_free(u->reader);
    if (u->inflating) {
        inflateEnd(&u->z);
    }
    free(u);
}

static bool count(void *upload_, const struct vm_trace_ref *refs, size_t n)
{
    struct upload *u = upload_;
    (void)refs;
    u->references += n;
    return u->local || u->references <= REFERENCES_MAX;
}

/* NULL: fine. */
static const char *bad_type(const http_request *r)
{
    const char *type = http_header(r, "content-type"), *coding = http_header(r, "content-encoding");
    if (!type || (strcasecmp(type, "application/octet-stream") != 0 &&
                     strcasecmp(type, "application/gzip") != 0)) {
        return "A trace is sent as application/octet-stream, or application/gzip when it is "
               "compressed.";
    }
    if (coding && strcasecmp(coding, "gzip") != 0 && strcasecmp(coding, "identity") != 0) {
        return "The only compression understood here is gzip.";
    }
    return NULL;
}

static const char *options(const http_request *r, struct upload *u, unsigned *shift)
{
    char size[16] = "4096";
    http_query(r, "page_size", size, sizeof size);
    if (!http_query(r, "format", u->format, sizeof u->format) ||
        vm_trace_format_named(u->format) < 0) {
        return "format must be pages, refs or lackey.";
    }
    if (!http_query(r, "title", u->title, sizeof u->title)) {
        strcpy(u->title, "A trace");
    }
    u->page_size = (uint32_t)strtoul(size, NULL, 10);
    for (*shift = 4; *shift <= 30 && 1u << *shift != u->page_size; (*shift)++) {
    }
    return *shift > 30 ? "page_size must be a power of two, at least 16." : NULL;
}

void api_trace_begin(http_request *r, void *api_)
{
    struct api *api = api_;
    struct upload *u = calloc(1, sizeof *u);
    unsigned shift = 12;
    if (!u) {
        api_reply_store(r, STORE_FAILED);
        return;
    }
    u->local = api->local;
    http_set_user(r, u, upload_free);
    const char *type = bad_type(r), *wrong = options(r, u, &shift);
    if (type || wrong) {
        http_problem(r, type ? 415 : 400, type ? type : wrong, NULL);
        return;
    }
    const char *coding = http_header(r, "content-encoding");
    u->compressed = (coding && strcasecmp(coding, "gzip") == 0) ||
                    strcasecmp(http_header(r, "content-type"), "application/gzip") == 0;
    u->inflating = u->compressed && inflateInit2(&u->z, 15 + 16) == Z_OK;
    enum store_status status = store_upload_new(api->store, &u->file);
    if (status == STORE_OK &&
        (u->compressed != u->inflating ||
            vm_trace_reader_new((enum vm_trace_format)vm_trace_format_named(u->format),
                (uint8_t)shift, false, count, u, &u->reader) != VM_OK)) {
        status = STORE_FAILED;
    }
    if (status != STORE_OK) {
        api_reply_store(r, status);
    }
}

static bool refuse_trace(http_request *r, const struct upload *u)
{
    const struct vm_trace_report *report = vm_trace_report(u->reader);
    if (!u->local && u->references > REFERENCES_MAX) {
        http_problem(r, 413, "A trace may have at most 20000000 references.", NULL);
    } else {
        http_problem(r, 422,
            report->first_problem[0] ? report->first_problem : "This is no trace of that format.",
            NULL);
    }
    return false;
}

static bool take_plain(http_request *r, struct upload *u, const char *bytes, size_t n)
{
    u->plain += n;
    if (!u->local && u->plain > PLAIN_MAX) {
        http_problem(
            r, 413, "A trace may have at most 1073741824 bytes when it is unpacked.", NULL);
        return false;
    }
    enum store_status status = store_upload_append(u->file, bytes, n);
    if (status != STORE_OK) {
        api_reply_store(r, status);
        return false;
    }
    return vm_trace_feed(u->reader, bytes, n) || refuse_trace(r, u);
}

bool api_trace_part(http_request *r, void *api, const char *bytes, size_t n)
{
    struct upload *u = http_user(r);
    char out[65536];
    (void)api;
    u->sent += n;
    if (!u->local && u->sent > SENT_MAX) {
        http_problem(r, 413, "A trace may have at most 67108864 bytes as it is sent.", NULL);
        return false;
    }
    if (!u->compressed) {
        return take_plain(r, u, bytes, n);
    }
    u->z.next_in = (z_const Bytef *)bytes;
    u->z.avail_in = (uInt)n;
    while (u->z.avail_in > 0 && !u->ended) {
        u->z.next_out = (Bytef *)out;
        u->z.avail_out = sizeof out;
        int rc = inflate(&u->z, Z_NO_FLUSH);
        if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR) {
            http_problem(r, 422, "The compressed data are damaged.", NULL);
            return false;
        }
        if (!take_plain(r, u, out, sizeof out - u->z.avail_out)) {
            return false;
        }
        u->ended = rc == Z_STREAM_END;
    }
    return true;
}

static void write_trace(struct json *json, const struct store_trace *t)
{
    json_object(json);
    json_key_string(json, "id", t->id);
    json_key_string(json, "title", t->title);
    json_key_string(json, "format", t->format);
    json_key_number(json, "page_size", t->page_size);
    json_key_number(json, "bytes", (uint64_t)t->bytes);
    json_key_number(json, "references", (uint64_t)t->references);
    json_key_number(json, "torn", (uint64_t)t->torn);
    json_key_number(json, "created", (uint64_t)t->created);
    json_object_end(json);
}

static void reply_trace(
    http_request *r, unsigned code, enum store_status status, const struct store_trace *trace)
{
    struct json json = {0};
    if (status != STORE_OK) {
        api_reply_store(r, status);
        return;
    }
    write_trace(&json, trace);
    api_reply_json(r, code, &json);
}

static void on_kept(void *r, enum store_status status, const struct store_trace *trace)
{
    char location[64];
    if (status == STORE_OK) {
        snprintf(location, sizeof location, "/api/v1/traces/%s", trace->id);
        http_reply_header(r, "Location", location);
    }
    reply_trace(r, 201, status, trace);
}

void api_trace_end(http_request *r, void *api)
{
    struct upload *u = http_user(r);
    (void)api;
    if (u->compressed && !u->ended) {
        http_problem(r, 422, "The compressed data end too early.", NULL);
        return;
    }
    if (!vm_trace_end(u->reader)) {
        refuse_trace(r, u);
        return;
    }
    const struct vm_trace_report *report = vm_trace_report(u->reader);
    if (report->references == 0) {
        http_problem(r, 422, "There is no reference in the trace.", NULL);
        return;
    }
    struct store_trace trace = {.title = u->title,
        .format = u->format,
        .page_size = u->page_size,
        .references = (int64_t)report->references,
        .torn = (int64_t)report->torn};
    store_upload *file = u->file;
    u->file = NULL;
    store_upload_finish(file, &trace, on_kept, r);
}

static void on_read(void *r, enum store_status status, const struct store_trace *trace)
{
    reply_trace(r, 200, status, trace);
}

void api_trace_read(http_request *r, void *api_)
{
    struct api *api = api_;
    store_trace_read(api->store, http_param(r, 0), on_read, r);
}

static void on_list(
    void *r, enum store_status status, const struct store_trace *item, size_t n, const char *next)
{
    struct json json = {0};
    if (status != STORE_OK) {
        api_reply_store(r, status);
        return;
    }
    json_object(&json);
    json_key(&json, "traces");
    json_array(&json);
    for (size_t i = 0; i < n; i++) {
        write_trace(&json, &item[i]);
    }
    json_array_end(&json);
    json_key_string(&json, "next", next);
    json_object_end(&json);
    api_reply_json(r, 200, &json);
}

void api_traces_list(http_request *r, void *api_)
{
    struct api *api = api_;
    struct api_list list;
    if (api_list(r, &list)) {
        store_trace_list(api->store, &list.list, on_list, r);
    }
}
