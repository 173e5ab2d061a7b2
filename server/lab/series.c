/* SPDX-License-Identifier: MIT
 * Figures along the run, for charts: from the history's samples where they are dense enough for
 * what is asked, else by going there. Every value is the machine's after exactly that operation.
 */
#include "lab/parts.h"

#include <stdlib.h>
#include <string.h>

enum { KINDS_MAX = 16, PIDS_MAX = 64, BUCKETS_MAX = 4096, VALUES_MAX = 65536, WALK_US = 400000 };

struct asked {
    unsigned kind[KINDS_MAX];
    size_t kinds;
    vm_pid pid[PIDS_MAX];
    size_t pids;
    uint64_t from, to, buckets;
};

/* The answer: `n` points, each with kinds * pids values. */
struct points {
    const struct asked *asked;
    uint64_t *at, *value; /* owned */
    size_t n, row;
    uint64_t tau;   /* of working sets */
    uint64_t edges; /* points asked for: edge(0) .. edge(edges - 1) */
    uint64_t edge;  /* the next one to be filled */
};

static const char *const own[] = {
    "free_frames", "used_frames", "dirty_pages", "clock", "ready", "waiting", "working_set"};

static const char *kind_name(unsigned kind)
{
    return kind < vm_counter_count ? vm_enum_name("counter", kind) : own[kind - vm_counter_count];
}

static bool kind_named(const char *word, unsigned *kind)
{
    for (unsigned i = 0; word && i < VM_SERIES; i++) {
        if (strcmp(kind_name(i), word) == 0) {
            *kind = i;
            return true;
        }
    }
    return false;
}

static bool read_asked(const struct lab_request *r, struct asked *a)
{
    const json_value *of = json_get(r->json, "of"), *pids = json_get(r->json, "pids");
    *a = (struct asked){.pids = pids ? 0 : 1};
    if (!json_is_array(of) || !json_size(of) || json_size(of) > KINDS_MAX ||
        (pids && (!json_is_array(pids) || !json_size(pids) || json_size(pids) > PIDS_MAX))) {
        return false;
    }
    for (const json_value *v = json_first(of); v; v = json_next(v)) {
        if (!kind_named(json_text(v), &a->kind[a->kinds++])) {
            return false;
        }
    }
    for (const json_value *v = json_first(pids); v; v = json_next(v)) {
        uint64_t pid;
        if (!json_u64(v, &pid) || pid >= VM_SAMPLED_PROCESSES) {
            return false;
        }
        a->pid[a->pids++] = (vm_pid)pid;
    }
    return json_u64(json_get(r->json, "from"), &a->from) &&
           json_u64(json_get(r->json, "to"), &a->to) &&
           json_u64(json_get(r->json, "buckets"), &a->buckets);
}

static uint64_t edge_at(const struct points *p, uint64_t edge)
{
    uint64_t from = p->asked->from, whole = p->asked->to - from;
    return p->edges > 1 ? from + whole * edge / (p->edges - 1) : from;
}

/* One more point, unless it is the last one again. */
static uint64_t *add(struct points *p, uint64_t at)
{
    if (!p->n || p->at[p->n - 1] != at) {
        p->at[p->n++] = at;
    }
    return p->value + (p->n - 1) * p->row;
}

static bool add_point(struct points *p, uint64_t at, vm_history *history)
{
    const struct asked *a = p->asked;
    uint64_t *value = add(p, at);
    for (size_t i = 0; i < p->row; i++, value++) {
        if (vm_history_series(history, at, a->pid[i % a->pids], a->kind[i / a->pids], value) !=
            VM_OK) {
            return false;
        }
    }
    return true;
}

/* A sample stands for every edge from it up to the next sample; so the newest one replaces. */
struct sampling {
    struct points *points;
    uint64_t apart, edges; /* edges that samples answer: not the run's end, the head does */
};
static void on_sample(void *ctx, uint64_t op, const uint64_t *values, uint32_t processes)
{
    struct sampling *s = ctx;
    struct points *p = s->points;
    bool wanted = false;
    while (p->edge < s->edges && edge_at(p, p->edge) < op + s->apart) {
        wanted = true;
        p->edge++;
    }
    if (!wanted) {
        return;
    }
    uint64_t *value = add(p, op);
    for (size_t k = 0; k < p->asked->kinds; k++) {
        for (size_t i = 0; i < p->asked->pids; i++) {
            vm_pid pid = p->asked->pid[i];
            *value++ = pid < processes ? values[(size_t)pid * VM_SERIES + p->asked->kind[k]] : 0;
        }
    }
}

static bool by_samples(struct points *p, vm_history *history)
{
    bool ends = p->asked->to == vm_history_length(history);
    struct sampling s = {p, vm_history_samples_apart(history), p->edges - ends};
    p->n = 0;
    p->edge = 0;
    if (vm_history_samples(history, on_sample, &s) != VM_OK) {
        return false;
    }
    return !ends || add_point(p, p->asked->to, history);
}

/* False: it takes too long, or no memory. */
static bool by_walking(struct points *p, vm_history *history)
{
    uint64_t until = lab_cpu_us() + WALK_US;
    for (uint64_t e = 0; e < p->edges; e++) {
        if (lab_cpu_us() > until || !add_point(p, edge_at(p, e), history)) {
            return false;
        }
    }
    return true;
}

/* Samples too far apart for this, but few enough operations to go there. */
static bool walks(const struct asked *a, const vm_history *history)
{
    uint64_t apart = vm_history_samples_apart(history), whole = a->to - a->from;
    return apart > 1 && whole / apart < a->buckets && whole < (uint64_t)1 << 24;
}

static bool fill(struct points *p, vm_history *history)
{
    uint64_t whole = p->asked->to - p->asked->from;
    p->edges = (whole < p->asked->buckets ? whole : p->asked->buckets) + 1;
    p->row = p->asked->kinds * p->asked->pids;
    /* one more: the head stands behind the last sample */
    p->at = calloc((size_t)p->edges + 1, sizeof *p->at);
    p->value = calloc(((size_t)p->edges + 1) * p->row, sizeof *p->value);
    if (!p->at || !p->value) {
        return false;
    }
    return (walks(p->asked, history) && by_walking(p, history)) || by_samples(p, history);
}

static void put_values(struct json *json, const struct points *p, size_t column)
{
    json_array(json);
    for (size_t i = 0; i < p->n; i++) {
        json_number(json, p->value[i * p->row + column] & ((UINT64_C(1) << 53) - 1));
    }
    json_array_end(json);
}

static void put(struct json *json, const struct points *p)
{
    const struct asked *a = p->asked;
    json_key_number(json, "from", a->from);
    json_key_number(json, "to", a->to);
    json_key_number(json, "tau", p->tau & ((UINT64_C(1) << 53) - 1));
    json_key(json, "at");
    json_array(json);
    for (size_t i = 0; i < p->n; i++) {
        json_number(json, p->at[i]);
    }
    json_array_end(json);
    json_key(json, "series");
    json_array(json);
    for (size_t c = 0; c < p->row; c++) {
        json_object(json);
        json_key_string(json, "of", kind_name(a->kind[c / a->pids]));
        json_key_number(json, "pid", a->pid[c % a->pids]);
        json_key(json, "values");
        put_values(json, p, c);
        json_object_end(json);
    }
    json_array_end(json);
}

void lab_series(struct lab_session *s, const struct lab_request *r)
{
    struct asked a;
    if (!read_asked(r, &a)) {
        lab_error(s, r, "field",
            "`of` lists 1 to 16 words of enum counter or free_frames, used_frames, dirty_pages, "
            "clock, ready, waiting, working_set; `pids` 1 to 64 processes below 64; `from`, `to` "
            "and `buckets` "
            "whole numbers");
        return;
    }
    if (a.from > a.to || a.to > lab_run_end(s->run) || a.buckets < 1 || a.buckets > BUCKETS_MAX ||
        (a.buckets + 1) * a.kinds * a.pids > VALUES_MAX) {
        lab_error(s, r, "range",
            "0 <= from <= to <= operations, 1 to 4096 buckets, and at most 65536 values");
        return;
    }
    struct points p = {
        .asked = &a, .tau = vm_machine_config(vm_history_head(s->run->history))->tau};
    struct json json = {0};
    if (fill(&p, s->run->history)) {
        lab_begin(&json, "series", r->has_id, r->id);
        put(&json, &p);
        lab_say(s, &json);
    } else {
        lab_error(s, r, "memory", "no memory left for the figures of this run");
    }
    free(p.at);
    free(p.value);
}
