/* SPDX-License-Identifier: MIT
 * An analysis from question to rows. Three stages: the question is read, the trace is read and fed,
 * the analysis works on.
 */
#include "sim/analyse.h"

#include "sim/analyse_question.h"
#include "trace/store.h"
#include "vm/analysis.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024, BUDGET = 1 << 20, ROWS_AT_ONCE = 20000 };

struct sim_analysis {
    int fd;
    struct sim_question question;
    bool asked, read, ended;
    struct trace_store *store; /* of a stored trace: */
    struct trace_cursor *cursor;
    vm_trace_reader *reader; /* of plain text */
    vm_analysis *analysis;
    uint64_t references; /* fed */
    enum vm_status status;
    size_t told;
    char *chunk; /* owned */
};

struct sim_analysis *sim_analysis_new(int fd)
{
    struct sim_analysis *a = calloc(1, sizeof *a);
    if (!a || !(a->chunk = malloc(CHUNK))) {
        free(a);
        if (fd >= 0) {
            close(fd);
        }
        return NULL;
    }
    a->fd = fd;
    return a;
}

void sim_analysis_free(struct sim_analysis *a)
{
    if (!a) {
        return;
    }
    if (a->fd >= 0) {
        close(a->fd);
    }
    trace_cursor_free(a->cursor);
    trace_store_close(a->store);
    vm_trace_reader_free(a->reader);
    vm_analysis_free(a->analysis);
    sim_question_release(&a->question);
    free(a->chunk);
    free(a);
}

static bool feed(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct sim_analysis *a = ctx;
    uint64_t most = a->question.references_max;
    if (most && a->references + n > most) {
        a->status = VM_LIMIT;
        return false;
    }
    a->references += n;
    a->status = vm_analysis_feed(a->analysis, refs, n);
    return a->status == VM_OK;
}

static enum sim_code refuse(char *message, const char *why)
{
    snprintf(message, SIM_ANALYSIS_MESSAGE, "%s", why);
    return SIM_INVALID;
}

/* Stored, or plain text. */
static enum vm_status open_trace(struct sim_analysis *a)
{
    const struct sim_question *q = &a->question;
    a->store = trace_store_open(dup(a->fd));
    if (!a->store) {
        return lseek(a->fd, 0, SEEK_SET) != 0
                   ? VM_INVALID
                   : vm_trace_reader_new(
                         q->format, q->request.page_shift, q->data_only, feed, a, &a->reader);
    }
    bool addresses = trace_store_summary(a->store)->format == VM_TRACE_LACKEY;
    a->cursor = trace_cursor_new(a->store, addresses ? q->request.page_shift : 0, q->data_only);
    return a->cursor ? VM_OK : VM_NOMEM;
}

static const struct vm_trace_report *report_of(const struct sim_analysis *a)
{
    return a->store ? &trace_store_summary(a->store)->report : vm_trace_report(a->reader);
}

static enum sim_code ask(
    struct sim_analysis *a, const char *question, const struct lab_set *set, char *message)
{
    const char *problem = NULL;
    if (!sim_question_read(question, set, &a->question, message, SIM_ANALYSIS_MESSAGE)) {
        return SIM_INVALID;
    }
    if (a->fd < 0) {
        return refuse(message, "The trace cannot be read.");
    }
    enum vm_status status = vm_analysis_new(&a->question.request, &problem, &a->analysis);
    status = status == VM_OK ? open_trace(a) : status;
    a->asked = status == VM_OK;
    return status == VM_OK        ? SIM_DONE
           : status == VM_INVALID ? refuse(message, problem ? problem : "This cannot be asked.")
                                  : SIM_BUSY;
}

static enum sim_code end_reading(struct sim_analysis *a, bool unreadable, char *message)
{
    const struct vm_trace_report *report = report_of(a);
    a->read = true;
    if (unreadable) {
        return refuse(message, "The trace cannot be read.");
    }
    if (a->status == VM_LIMIT && a->question.references_max) {
        snprintf(message, SIM_ANALYSIS_MESSAGE,
            "A trace may have at most %" PRIu64 " references here.", a->question.references_max);
        return SIM_INVALID;
    }
    if (a->status != VM_OK) {
        return refuse(message, vm_status_words(a->status));
    }
    if (!a->store && report->error) {
        snprintf(message, SIM_ANALYSIS_MESSAGE, "Line %" PRIu64 ", column %" PRIu64 ": %s",
            report->first_torn, report->first_column, report->first_problem);
        return SIM_INVALID;
    }
    return a->references || !vm_analysis_wants_trace(a->question.request.kind)
               ? SIM_DONE
               : refuse(message, "There is no reference in the trace.");
}

static enum sim_code read_stored(struct sim_analysis *a, char *message)
{
    const struct vm_trace_ref *refs;
    size_t n;
    bool good = trace_cursor_next(a->cursor, &refs, &n);
    if (good && n && feed(a, refs, n)) {
        return SIM_DONE;
    }
    return end_reading(a, !good, message);
}

static enum sim_code read_text(struct sim_analysis *a, char *message)
{
    ssize_t n = read(a->fd, a->chunk, CHUNK);
    if (n < 0 && errno == EINTR) {
        return SIM_DONE;
    }
    if (n > 0 && vm_trace_feed(a->reader, a->chunk, (size_t)n)) {
        return SIM_DONE;
    }
    if (n == 0) {
        vm_trace_end(a->reader);
    }
    return end_reading(a, n < 0, message);
}

static enum sim_code work_some(struct sim_analysis *a, char *message)
{
    bool more = false;
    enum vm_status status = vm_analysis_work(a->analysis, BUDGET, &more);
    a->ended = !more;
    return status == VM_OK ? SIM_DONE : refuse(message, vm_status_words(status));
}

enum sim_code sim_analysis_work(struct sim_analysis *a, const char *question,
    const struct lab_set *set, unsigned ms, char message[SIM_ANALYSIS_MESSAGE])
{
    uint64_t until = lab_cpu_us() + (uint64_t)ms * 1000;
    enum sim_code code = SIM_DONE;
    do {
        code = !a->asked  ? ask(a, question, set, message)
               : !a->read ? (a->store ? read_stored : read_text)(a, message)
                          : work_some(a, message);
    } while (code == SIM_DONE && !a->ended && lab_cpu_us() < until);
    return code;
}

bool sim_analysis_ended(const struct sim_analysis *a)
{
    return a->ended && a->told + ROWS_AT_ONCE >= vm_analysis_rows(a->analysis);
}

static void end_line(struct json *json)
{
    json->comma = false;
    json_raw(json, "\n", 1);
    json->comma = false;
}

static void tell_state(struct sim_analysis *a, struct json *json)
{
    uint64_t done = 0, all = 0;
    json_object(json);
    json_key(json, "progress");
    json_object(json);
    if (a->analysis) {
        vm_analysis_progress(a->analysis, &done, &all);
    }
    json_key_number(json, "done", done);
    json_key_number(json, "all", all);
    json_object_end(json);
    json_key(json, "trace");
    json_object(json);
    if (a->asked) {
        const struct vm_trace_report *report = report_of(a);
        json_key_bool(json, "read", a->read);
        json_key_number(json, "references", a->references);
        json_key_number(json, "lines", report->lines);
        json_key_number(json, "torn", report->torn);
    }
    json_object_end(json);
    json_object_end(json);
    end_line(json);
}

static void tell_cell(struct json *json, const struct vm_cell *cell)
{
    switch (cell->kind) {
    case VM_CELL_NUMBER:
        if (cell->number >> 53) {
            json_big(json, cell->number);
        } else {
            json_number(json, cell->number);
        }
        break;
    case VM_CELL_REAL:
        json_real(json, cell->real);
        break;
    case VM_CELL_WORD:
        json_string(json, cell->word);
        break;
    }
}

void sim_analysis_tell(struct sim_analysis *a, struct json *json)
{
    tell_state(a, json);
    size_t rows = a->analysis ? vm_analysis_rows(a->analysis) : 0;
    rows = rows - a->told > ROWS_AT_ONCE ? a->told + ROWS_AT_ONCE : rows;
    size_t columns = vm_analysis_desc(a->question.request.kind)->columns_n;
    for (; a->told < rows; a->told++) {
        json_array(json);
        for (unsigned c = 0; c < columns; c++) {
            struct vm_cell cell = vm_analysis_cell(a->analysis, a->told, c);
            tell_cell(json, &cell);
        }
        json_array_end(json);
        end_line(json);
    }
}
