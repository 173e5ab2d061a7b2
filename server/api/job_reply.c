/* SPDX-License-Identifier: MIT
 * A job as JSON or CSV.
 */
#include "api/job.h"

#include "wire/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_words[] = {"running", "done", "failed", "cancelled"};

static void put_columns(struct json *json, const struct vm_analysis_desc *desc)
{
    json_key(json, "columns");
    json_array(json);
    for (size_t c = 0; c < desc->columns_n; c++) {
        json_object(json);
        json_key_string(json, "name", desc->columns[c].name);
        json_key_string(json, "title", desc->columns[c].title);
        json_key_string(json, "unit", desc->columns[c].unit);
        json_object_end(json);
    }
    json_array_end(json);
}

static void put_rows(struct json *json, const struct job *job, size_t from)
{
    json_key(json, "rows");
    json_array(json);
    for (size_t i = from; i < job->rows_n; i++) {
        json_raw(json, job->rows + job->row_at[i], job->row_at[i + 1] - job->row_at[i]);
    }
    json_array_end(json);
}

static void put_job(struct json *json, const struct job *job, size_t from)
{
    const struct vm_analysis_desc *desc = vm_analysis_desc(job->form.kind);
    from = from < job->rows_n ? from : job->rows_n;
    json_object(json);
    json_key_string(json, "id", job->id);
    json_key_string(json, "analysis", desc->name);
    json_key_string(json, "state", state_words[job->state]);
    json_key_bool(json, "done", job->state == JOB_DONE);
    if (job->message[0]) {
        json_key_string(json, "message", job->message);
    }
    put_columns(json, desc);
    json_key_number(json, "from", from);
    put_rows(json, job, from);
    if (job->head) { /* {"progress": …, "trace": …}: its members join the others */
        json_raw(json, job->head + 1, strlen(job->head) - 2);
    }
    json_object_end(json);
}

/* The one row as an object; the columns name its members. */
static void put_single(struct json *json, const struct job *job)
{
    const struct vm_analysis_desc *desc = vm_analysis_desc(job->form.kind);
    const char *at = job->rows + 1, *end = job->rows + job->row_at[1] - 1;
    json_object(json);
    for (size_t c = 0; c < desc->columns_n && at < end; c++) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        comma = comma ? comma : end;
        json_key(json, desc->columns[c].name);
        json_raw(json, at, (size_t)(comma - at));
        at = comma + 1;
    }
    json_object_end(json);
}

/* No value holds a comma or a quote: a row in brackets is nearly one of CSV. */
static char *csv_of(const struct job *job, size_t from, size_t *length)
{
    const struct vm_analysis_desc *desc = vm_analysis_desc(job->form.kind);
    from = from < job->rows_n ? from : job->rows_n;
    size_t room = 64 * desc->columns_n + job->rows_bytes + job->rows_n + 1, n = 0;
    char *text = malloc(room);
    for (size_t c = 0; text && c < desc->columns_n; c++) {
        n += (size_t)snprintf(text + n, room - n, "%s%s", c ? "," : "", desc->columns[c].name);
    }
    for (size_t i = from; text && i < job->rows_n; i++) {
        text[n++] = '\n';
        for (size_t at = job->row_at[i] + 1; at + 1 < job->row_at[i + 1]; at++) {
            if (job->rows[at] != '"') {
                text[n++] = job->rows[at];
            }
        }
    }
    if (text) {
        text[n++] = '\n';
    }
    *length = n;
    return text;
}

void job_reply_failed(http_request *r, const struct job *job)
{
    unsigned status = job->state == JOB_CANCELLED ? 410
                      : job->code == SIM_INVALID  ? 422
                      : job->code == SIM_LOST     ? 500
                                                  : 503;
    http_problem(r, status, job->message, NULL);
}

void job_reply(http_request *r, const struct job *job, unsigned status, size_t from, bool csv)
{
    struct json json = {0};
    size_t n = 0;
    if (csv) {
        char *text = csv_of(job, from, &n);
        if (text) {
            http_reply(r, status, "text/csv; charset=utf-8", text, n);
        } else {
            http_problem(r, 503, "No memory is left for the answer.", NULL);
        }
        return;
    }
    if (job->form.single && job->state == JOB_DONE && job->rows_n == 1) {
        put_single(&json, job);
    } else {
        put_job(&json, job, from);
    }
    char *body = json_take(&json, &n);
    if (body) {
        http_reply(r, status, "application/json; charset=utf-8", body, n);
    } else {
        http_problem(r, 503, "No memory is left for the answer.", NULL);
    }
}
