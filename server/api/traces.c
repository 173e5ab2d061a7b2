/* SPDX-License-Identifier: MIT
 * /traces: a recorded trace is streamed in, plain, gzip or zstd, read as it comes and kept as a
 * trace store. What was read and what was not is told, also of one that is refused. Only the types
 * that no form can send are taken, so that a foreign page cannot upload without being asked about.
 */
#include "api/api.h"
#include "trace/store.h"
#include "trace/unpack.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Of a public server; a local one takes what the disk takes. */
#define SENT_MAX ((uint64_t)64 << 20)
#define PLAIN_MAX ((uint64_t)1 << 30)
#define REFERENCES_MAX 20000000u

struct upload {
    store_upload *file;
    struct trace_unpack *unpack;
    struct trace_writer *writer;
    enum store_status status; /* of the file */
    bool local, packed;       /* packed: it said that it is compressed */
    uint64_t sent, plain, stored;
    uint32_t page_size;
    char title[API_TITLE_MAX + 1], format[16];
};

static void upload_free(void *upload_)
{
    struct upload *u = upload_;
    store_upload_abandon(u->file);
    trace_unpack_free(u->unpack);
    trace_writer_free(u->writer);
    free(u);
}

static bool put(void *upload_, const void *bytes, size_t n)
{
    struct upload *u = upload_;
    u->stored += n;
    u->status = store_upload_append(u->file, bytes, n);
    return u->status == STORE_OK;
}

static bool too_many(const struct upload *u)
{
    return !u->local && trace_writer_summary(u->writer)->references > REFERENCES_MAX;
}

static bool plain(void *upload_, const char *bytes, size_t n)
{
    struct upload *u = upload_;
    u->plain += n;
    return (u->local || u->plain <= PLAIN_MAX) && trace_writer_feed(u->writer, bytes, n) &&
           !too_many(u);
}

/* NULL: fine. */
static const char *bad_type(const http_request *r)
{
    static const char *const types[] = {
        "application/octet-stream", "application/gzip", "application/zstd"};
    const char *type = http_header(r, "content-type"), *coding = http_header(r, "content-encoding");
    bool known = false;
    for (size_t i = 0; type && i < sizeof types / sizeof *types; i++) {
        known = known || strcasecmp(type, types[i]) == 0;
    }
    if (!known) {
        return "A trace is sent as application/octet-stream, or application/gzip or "
               "application/zstd when it is compressed.";
    }
    if (coding && strcasecmp(coding, "gzip") != 0 && strcasecmp(coding, "zstd") != 0 &&
        strcasecmp(coding, "identity") != 0) {
        return "The compressions understood here are gzip and zstd.";
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

static bool says_packed(const http_request *r)
{
    const char *coding = http_header(r, "content-encoding");
    return strcasecmp(http_header(r, "content-type"), "application/octet-stream") != 0 ||
           (coding && strcasecmp(coding, "identity") != 0);
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
    u->packed = says_packed(r);
    enum store_status status = store_upload_new(api->store, &u->file);
    if (status == STORE_OK) {
        u->unpack = trace_unpack_new(plain, u);
        u->writer = trace_writer_new(
            (enum vm_trace_format)vm_trace_format_named(u->format), (uint8_t)shift, put, u);
        status = u->unpack && u->writer ? STORE_OK : STORE_FAILED;
    }
    if (status != STORE_OK) {
        api_reply_store(r, status);
    }
}

/* What was read and what was not. */
static void write_report(struct json *json, const struct upload *u)
{
    const struct trace_summary *s = trace_writer_summary(u->writer);
    const struct vm_trace_report *report = &s->report;
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {{"lines", report->lines}, {"accesses", s->accesses},
        {"processes", report->processes}, {"distinct_pages", s->pages_n}, {"calls", report->calls},
        {"calls_passed", report->calls_passed}, {"notes", report->notes}, {"glued", report->glued},
        {"first_glued", report->first_glued}, {"torn", report->torn},
        {"first_torn", report->first_torn}, {"first_column", report->first_column},
        {"stored_bytes", u->stored}};
    json_object(json);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_key_number(json, rows[i].name, rows[i].value);
    }
    json_key_bool(json, "distinct_pages_all", s->pages_all);
    json_key_string(json, "problem", report->first_problem);
    json_key_string(json, "compression", trace_unpack_name(u->unpack));
    json_object_end(json);
}

/* Refuses, and says how far it was read. */
static void refuse(http_request *r, const struct upload *u, unsigned code, const char *why)
{
    const struct vm_trace_report *report = &trace_writer_summary(u->writer)->report;
    struct json json = {0};
    char detail[512];
    snprintf(detail, sizeof detail,
        "%s Read until then: %" PRIu64 " bytes%s, %" PRIu64 " lines, %" PRIu64 " references.", why,
        report->bytes, *trace_unpack_name(u->unpack) ? " unpacked" : "", report->lines,
        report->references);
    write_report(&json, u);
    char *members = NULL;
    if (!json.failed) {
        members = malloc(json.length + 16);
    }
    if (members) {
        snprintf(members, json.length + 16, "\"report\":%.*s", (int)json.length, json.bytes);
    }
    http_problem(r, code, detail, members);
    free(members);
    json_release(&json);
}

static void refuse_text(http_request *r, const struct upload *u)
{
    const struct vm_trace_report *report = &trace_writer_summary(u->writer)->report;
    char why[300];
    if (too_many(u)) {
        refuse(r, u, 413, "A trace may have at most 20000000 references.");
    } else if (!u->local && u->plain > PLAIN_MAX) {
        refuse(r, u, 413, "A trace may have at most 1073741824 bytes when it is unpacked.");
    } else if (trace_writer_problem(u->writer) == TRACE_UNREADABLE && report->first_problem[0]) {
        snprintf(why, sizeof why, "Line %" PRIu64 ", column %" PRIu64 ": %s.", report->first_torn,
            report->first_column, report->first_problem);
        refuse(r, u, 422, why);
    } else if (report->torn) {
        snprintf(why, sizeof why,
            "There is no reference in the trace; is the format right? Line %" PRIu64 ": %s.",
            report->first_torn, report->first_problem);
        refuse(r, u, 422, why);
    } else if (trace_writer_problem(u->writer) == TRACE_EMPTY) {
        refuse(r, u, 422, "There is no reference in the trace.");
    } else {
        api_reply_store(r, u->status != STORE_OK ? u->status : STORE_FAILED);
    }
}

static bool unpacked(http_request *r, const struct upload *u, enum trace_unpacked got, bool end)
{
    if (got == UNPACK_STOPPED) {
        refuse_text(r, u);
    } else if (got == UNPACK_MEMORY) {
        api_reply_store(r, STORE_FAILED);
    } else if (got == UNPACK_BOMB) {
        refuse(r, u, 422, "The compressed data unpack to more than 10,000 times their size.");
    } else if (got == UNPACK_WINDOW) {
        refuse(
            r, u, 422, "The zstd data need more than 32 MiB to unpack; compress without --long.");
    } else if (got == UNPACK_DAMAGED) {
        refuse(r, u, 422,
            end ? "The compressed data end too early." : "The compressed data are damaged.");
    }
    return got == UNPACK_FINE;
}

bool api_trace_part(http_request *r, void *api, const char *bytes, size_t n)
{
    struct upload *u = http_user(r);
    (void)api;
    u->sent += n;
    if (!u->local && u->sent > SENT_MAX) {
        refuse(r, u, 413, "A trace may have at most 67108864 bytes as it is sent.");
        return false;
    }
    return unpacked(r, u, trace_unpack_feed(u->unpack, bytes, n), false);
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
    json_key(json, "report");
    json_raw(json, t->report, strlen(t->report));
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
    struct json json = {0};
    (void)api;
    if (!unpacked(r, u, trace_unpack_end(u->unpack), true)) {
        return;
    }
    if (u->packed && !*trace_unpack_name(u->unpack)) {
        refuse(r, u, 422, "The bytes are neither gzip nor zstd.");
        return;
    }
    if (!trace_writer_end(u->writer) || too_many(u)) {
        refuse_text(r, u);
        return;
    }
    const struct trace_summary *summary = trace_writer_summary(u->writer);
    write_report(&json, u);
    struct store_trace trace = {.title = u->title,
        .format = u->format,
        .page_size = u->page_size,
        .bytes = (int64_t)summary->report.bytes,
        .references = (int64_t)summary->references,
        .torn = (int64_t)summary->report.torn,
        .report = json.failed ? NULL : json.bytes};
    store_upload *file = u->file;
    u->file = NULL;
    store_upload_finish(file, &trace, on_kept, r);
    json_release(&json);
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
