/* SPDX-License-Identifier: MIT
 * Reads questions. Every refusal names the member and what it may be.
 */
#include "sim/analyse_question.h"

#include "vm/describe.h"
#include "wire/json_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct sim_question *out;
    char *message;
    size_t room;
};

static bool wrong(struct reading *r, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(r->message, r->room, format, list);
    va_end(list);
    return false;
}

static bool read_policies(struct reading *r, const json_value *array)
{
    if (array && !json_is_array(array)) {
        return wrong(r, "policies must be a list of names, like [\"lru\", \"opt\"].");
    }
    for (const json_value *v = json_first(array); v; v = json_next(v)) {
        const char *name = json_text(v);
        int policy = name ? vm_policy_named(name) : -1;
        if (policy < 0) {
            return wrong(r, "There is no policy %.40s.", name ? name : "that is no word");
        }
        r->out->request.policies |= UINT64_C(1) << policy;
    }
    return true;
}

static bool add_size(struct reading *r, uint64_t frames)
{
    struct vm_analysis_request *request = &r->out->request;
    if (!frames || frames > UINT32_MAX) {
        return wrong(r, "Numbers of frames go from 1 to 4294967295.");
    }
    if (request->frames_n == QUESTION_SIZES_MAX) {
        return wrong(r, "At most %d sizes may be asked for.", QUESTION_SIZES_MAX);
    }
    r->out->sizes[request->frames_n++] = (uint32_t)frames;
    return true;
}

/* 8 | 1-64 | 1-1000:10 */
static bool read_range(struct reading *r, const char **at)
{
    uint64_t part[3] = {0, 0, 1};
    const char marks[] = "-:";
    unsigned n = 0;
    for (;; n++) {
        char *end;
        if (**at < '0' || **at > '9') {
            return wrong(r, "frames must be like \"8,16\", \"1-64\" or \"1-1000:10\".");
        }
        part[n] = strtoull(*at, &end, 10);
        *at = end;
        if (n == 2 || **at != marks[n]) {
            break;
        }
        (*at)++;
    }
    part[1] = n == 0 ? part[0] : part[1];
    if (part[0] > part[1] || !part[2]) {
        return wrong(r, "A range of frames goes upwards, in steps of at least 1.");
    }
    uint64_t last = part[0];
    for (uint64_t f = part[0]; f <= part[1]; f += part[2]) {
        last = f;
        if (!add_size(r, f) || f > UINT64_MAX - part[2]) {
            return false;
        }
    }
    return last == part[1] || add_size(r, part[1]); /* both ends belong to it */
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static void in_order(struct vm_analysis_request *request, uint32_t *sizes)
{
    size_t kept = 0;
    qsort(sizes, request->frames_n, sizeof *sizes, by_number);
    for (size_t i = 0; i < request->frames_n; i++) {
        if (!kept || sizes[kept - 1] != sizes[i]) {
            sizes[kept++] = sizes[i];
        }
    }
    request->frames_n = kept;
    request->frames = kept ? sizes : NULL;
}

static bool read_frames(struct reading *r, const json_value *value)
{
    uint64_t number;
    const char *text = json_text(value);
    if (json_is_array(value)) {
        for (const json_value *v = json_first(value); v; v = json_next(v)) {
            if (!json_u64(v, &number)) {
                return wrong(r, "frames must be a list of whole numbers.");
            }
            if (!add_size(r, number)) {
                return false;
            }
        }
    } else if (text) {
        for (bool more = *text != '\0'; more; text++) {
            if (!read_range(r, &text)) {
                return false;
            }
            more = *text == ',';
            if (*text && !more) {
                return wrong(r, "frames must be like \"8,16\", \"1-64\" or \"1-1000:10\".");
            }
        }
    } else if (json_u64(value, &number)) {
        return add_size(r, number);
    } else if (value) {
        return wrong(r, "frames must be a text like \"1-64\" or a list of numbers.");
    }
    return true;
}

static bool read_parameters(struct reading *r, const json_value *set)
{
    struct vm_policy_params *params = &r->out->request.params;
    const struct {
        const char *name;
        uint64_t *value;
        uint64_t least;
    } known[] = {{"seed", &params->seed, 0}, {"tick", &params->tick, 1}, {"tau", &params->tau, 1}};
    for (const json_value *v = json_first(set); v; v = json_next(v)) {
        size_t k = 0;
        while (k < 3 && (!json_name(v) || strcmp(known[k].name, json_name(v)) != 0)) {
            k++;
        }
        uint64_t number;
        if (k == 3 || !json_u64(v, &number) || number < known[k].least) {
            return wrong(r, "set knows seed, tick and tau, whole numbers; tick and tau from 1.");
        }
        *known[k].value = number;
    }
    return true;
}

/* Whole nanoseconds; kept as picoseconds. */
static bool read_prices(struct reading *r, const json_value *prices)
{
    struct vm_analysis_request *request = &r->out->request;
    const struct {
        const char *name;
        uint64_t *ps;
    } known[] = {{"access", &request->access_ps}, {"fault", &request->fault_ps},
        {"writeback", &request->writeback_ps}};
    if (prices && !json_is_object(prices)) {
        return wrong(r, "prices must be an object, like {\"fault\": 8000000}.");
    }
    for (const json_value *v = json_first(prices); v; v = json_next(v)) {
        size_t k = 0;
        while (k < 3 && strcmp(known[k].name, json_name(v)) != 0) {
            k++;
        }
        uint64_t ns;
        if (k == 3 || !json_u64(v, &ns) || ns < 1 || ns > UINT64_MAX / 1000) {
            return wrong(r, "prices knows access, fault and writeback, whole nanoseconds from 1.");
        }
        *known[k].ps = ns * 1000;
    }
    return true;
}

static bool read_members(struct reading *r, const json_value *root)
{
    static const char *const known[] = {"policies", "frames", "points", "only", "set", "prices",
        "page_size", "text", "format", "title"};
    for (const json_value *v = json_first(root); v; v = json_next(v)) {
        size_t k = 0;
        while (k < sizeof known / sizeof known[0] && strcmp(known[k], json_name(v)) != 0) {
            k++;
        }
        if (k == sizeof known / sizeof known[0]) {
            return wrong(r,
                "There is no member %.40s; policies, frames, points, only, set, prices.",
                json_name(v));
        }
    }
    const char *only = json_text(json_get(root, "only"));
    if (json_get(root, "only") && (!only || strcmp(only, "data") != 0)) {
        return wrong(r, "only knows only \"data\": it leaves out instruction fetches.");
    }
    r->out->data_only = only != NULL;
    uint64_t points = 0;
    if (json_get(root, "points") &&
        (!json_u64(json_get(root, "points"), &points) || points < 2 || points > 100000)) {
        return wrong(r, "points must be a whole number from 2 to 100000.");
    }
    r->out->request.points = (uint32_t)points;
    return read_policies(r, json_get(root, "policies")) &&
           read_frames(r, json_get(root, "frames")) && read_parameters(r, json_get(root, "set")) &&
           read_prices(r, json_get(root, "prices"));
}

/* What the caller knows of the trace, checked where it came from. */
static bool read_known(struct reading *r, const struct lab_set *set)
{
    int kind = -1, format = -1;
    for (size_t i = 0; i < set->n; i++) {
        const char *name = set->item[i].name, *value = set->item[i].value;
        if (strcmp(name, "analysis") == 0) {
            kind = vm_analysis_named(value);
        } else if (strcmp(name, "format") == 0) {
            format = vm_trace_format_named(value);
        } else if (strcmp(name, "page_size") == 0) {
            for (uint64_t bytes = strtoull(value, NULL, 10); bytes > 1; bytes >>= 1) {
                r->out->request.page_shift++;
            }
        } else if (strcmp(name, "references_max") == 0) {
            r->out->references_max = strtoull(value, NULL, 10);
        }
    }
    if (kind < 0 || format < 0) {
        return wrong(r, kind < 0 ? "There is no analysis of that name."
                                 : "The trace's format is not known: pages, refs or lackey.");
    }
    r->out->request.kind = (enum vm_analysis_kind)kind;
    r->out->format = (enum vm_trace_format)format;
    return true;
}

bool sim_question_read(const char *json, const struct lab_set *set, struct sim_question *out,
    char *message, size_t room)
{
    struct reading r = {out, message, room};
    struct json_error error;
    struct json_limits limits = {.bytes = 8 << 20, .keys = 100000};
    *out = (struct sim_question){.request = {.params = vm_policy_params_default()}};
    out->sizes = malloc(QUESTION_SIZES_MAX * sizeof *out->sizes);
    json_value *root = json_parse(json, strlen(json), &limits, &error);
    bool good = out->sizes && json_is_object(root) && read_known(&r, set) && read_members(&r, root);
    if (good) {
        in_order(&out->request, out->sizes);
    } else if (!message[0]) {
        wrong(&r, "The question must be a JSON object.");
    }
    json_value_free(root);
    return good;
}

void sim_question_release(struct sim_question *question)
{
    free(question->sizes);
    question->sizes = NULL;
}
