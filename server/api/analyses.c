/* SPDX-License-Identifier: MIT
 * Questions about a trace: POST /traces/{id}/{analysis}, and /analyses/{analysis} for a reference
 * string that is sent along. The question itself is read by the worker (sim/analyse.h).
 */
#include "api/api.h"
#include "api/jobs.h"
#include "vm/trace.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STRING_MAX = 65536 };
#define REFERENCES_MAX "20000000" /* of a public server */

/* A question on its way to the jobs. */
struct asking {
    struct api *api;
    http_request *request;
    json_value *root;
    struct jobs_form form;
    int fd;
    char format[16], page_size[16];
};

static void asking_free(void *asking_)
{
    struct asking *asking = asking_;
    json_value_free(asking->root);
    if (asking->fd >= 0) {
        close(asking->fd);
    }
    free(asking);
}

static void submit(struct asking *asking)
{
    size_t n;
    const char *body = http_body(asking->request, &n);
    const struct sim_override set[] = {
        {"analysis", vm_analysis_desc(asking->form.kind)->name},
        {"format", asking->format},
        {"page_size", asking->page_size},
        {"references_max", asking->api->local ? "0" : REFERENCES_MAX},
    };
    const struct sim_request request = {.kind = SIM_ANALYSE,
        .text = body,
        .text_n = n,
        .set = set,
        .set_n = sizeof set / sizeof set[0],
        .fd = asking->fd};
    asking->fd = -1;
    jobs_start(asking->api->jobs, asking->request, &request, &asking->form);
}

/* "replay" is a sweep of one policy over one size, answered as one object. */
static bool find_analysis(struct asking *asking, const char *name)
{
    char csv[8] = "";
    asking->form.single = strcmp(name, "replay") == 0;
    int kind = vm_analysis_named(asking->form.single ? "sweep" : name);
    if (kind < 0) {
        http_problem(asking->request, 404,
            "There is no such analysis; the description of the API lists them.", NULL);
        return false;
    }
    asking->form.kind = (enum vm_analysis_kind)kind;
    if (http_query(asking->request, "format", csv, sizeof csv) && strcmp(csv, "csv") != 0 &&
        strcmp(csv, "json") != 0) {
        http_problem(asking->request, 400, "format must be json or csv.", NULL);
        return false;
    }
    asking->form.csv = strcmp(csv, "csv") == 0;
    return true;
}

static bool page_size(struct asking *asking, uint64_t standard)
{
    uint64_t bytes = standard;
    const json_value *value = json_get(asking->root, "page_size");
    if (value &&
        (!json_u64(value, &bytes) || bytes < 16 || bytes > 1 << 30 || (bytes & (bytes - 1)))) {
        http_problem(
            asking->request, 422, "page_size must be a power of two from 16 to 2^30.", NULL);
        return false;
    }
    snprintf(asking->page_size, sizeof asking->page_size, "%u", (unsigned)bytes);
    return true;
}

static struct asking *begin(http_request *r, struct api *api, const char *analysis)
{
    struct asking *asking = calloc(1, sizeof *asking);
    if (!asking) {
        api_reply_store(r, STORE_FAILED);
        return NULL;
    }
    *asking = (struct asking){.api = api, .request = r, .fd = -1};
    http_set_user(r, asking, asking_free);
    if (!find_analysis(asking, analysis)) {
        return NULL;
    }
    asking->root = api_object(r);
    return asking->root ? asking : NULL;
}

static void on_trace(void *asking_, enum store_status status, const struct store_trace *trace)
{
    struct asking *asking = asking_;
    char path[4400];
    if (status != STORE_OK) {
        api_reply_store(asking->request, status);
        return;
    }
    snprintf(asking->format, sizeof asking->format, "%s", trace->format);
    if (!page_size(asking, trace->page_size)) {
        return;
    }
    if (store_trace_path(asking->api->store, trace->id, path, sizeof path)) {
        asking->fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    if (asking->fd < 0) {
        api_reply_store(asking->request, STORE_NOT_FOUND);
        return;
    }
    submit(asking);
}

void api_trace_analyse(http_request *r, void *api_)
{
    struct api *api = api_;
    struct asking *asking = begin(r, api, http_param(r, 1));
    if (asking) {
        store_trace_read(api->store, http_param(r, 0), on_trace, asking);
    }
}

void api_analyse(http_request *r, void *api_)
{
    struct asking *asking = begin(r, api_, http_param(r, 0));
    if (!asking) {
        return;
    }
    const char *text = json_text(json_get(asking->root, "text")),
               *format = json_text(json_get(asking->root, "format"));
    format = format ? format : "pages";
    text = text || vm_analysis_wants_trace(asking->form.kind) ? text : "";
    size_t n = text ? strlen(text) : 0;
    if (!text || n > STRING_MAX || vm_trace_format_named(format) < 0) {
        http_problem(r, 422,
            !text            ? "text must be a reference string, like \"7 0 1 2 0\"."
            : n > STRING_MAX ? "A text may have at most 65536 bytes; upload longer ones."
                             : "format must be pages, refs or lackey.",
            NULL);
        return;
    }
    snprintf(asking->format, sizeof asking->format, "%s", format);
    asking->fd = memfd_create("trace", MFD_CLOEXEC);
    if (!page_size(asking, 4096)) {
        return;
    }
    if (asking->fd < 0 || write(asking->fd, text, n) != (ssize_t)n ||
        lseek(asking->fd, 0, SEEK_SET) != 0) {
        api_reply_store(r, STORE_FAILED);
        return;
    }
    submit(asking);
}

void api_job_read(http_request *r, void *api_)
{
    struct api *api = api_;
    uint64_t from = 0;
    char format[8] = "";
    http_query(r, "format", format, sizeof format);
    if (api_number(r, "from", &from)) {
        jobs_read(api->jobs, r, http_param(r, 0), from, strcmp(format, "csv") == 0);
    }
}

void api_job_cancel(http_request *r, void *api_)
{
    struct api *api = api_;
    jobs_cancel(api->jobs, r, http_param(r, 0));
}
