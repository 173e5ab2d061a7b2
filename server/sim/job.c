/* SPDX-License-Identifier: MIT
 * check, format, run, events, state, lanes.
 */
#include "sim/job.h"
#include "lab/reply.h"
#include "sim/analyse.h"
#include "wire/events_json.h"
#include "wire/json_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLICE_MS = 15, EVENTS_BYTES = 256 * 1024, EVENTS_STEPS = 1024 };

void sim_job_write(struct json *json, const struct sim_request *request)
{
    json_object(json);
    json_key_number(json, "kind", request->kind);
    json_key(json, "text");
    json_string_n(json, request->text, request->text_n);
    json_key(json, "set");
    json_array(json);
    for (size_t i = 0; i < request->set_n; i++) {
        json_string(json, request->set[i].name);
        json_string(json, request->set[i].value);
    }
    json_array_end(json);
    json_key(json, "from");
    json_big(json, request->from);
    json_key(json, "to");
    json_big(json, request->to);
    json_key_number(json, "micro", request->micro);
    json_key_number(json, "buckets", request->buckets);
    json_object_end(json);
}

static bool read_set(const json_value *array, struct lab_set *set)
{
    const json_value *name = json_first(array);
    while (name) {
        const json_value *value = json_next(name);
        if (!json_text(name) || !json_text(value) ||
            !lab_set_add(set, json_text(name), json_text(value))) {
            return false;
        }
        name = json_next(value);
    }
    return true;
}

struct sim_job *sim_job_read(uint64_t channel, const char *bytes, size_t length, int fd)
{
    struct json_limits limits = {.bytes = 8 << 20};
    struct json_error error;
    json_value *json = json_parse(bytes, length, &limits, &error);
    struct sim_job *job = calloc(1, sizeof(*job));
    uint64_t kind, micro;
    if (!json || !job || !json_u64(json_get(json, "kind"), &kind) || kind >= SIM_KINDS ||
        !json_text(json_get(json, "text")) || !json_u64(json_get(json, "from"), &job->from) ||
        !json_u64(json_get(json, "to"), &job->to) || !json_u64(json_get(json, "micro"), &micro) ||
        !json_u64(json_get(json, "buckets"), &job->buckets) ||
        !read_set(json_get(json, "set"), &job->set) ||
        !(job->text = strdup(json_text(json_get(json, "text"))))) {
        sim_job_free(job);
        job = NULL;
    } else {
        job->channel = channel;
        job->kind = (enum sim_kind)kind;
        job->micro = (uint32_t)micro;
        if (job->kind == SIM_ANALYSE) {
            job->analysis = sim_analysis_new(fd);
            fd = -1;
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    json_value_free(json);
    return job;
}

void sim_job_free(struct sim_job *job)
{
    if (job) {
        lab_run_free(job->run);
        sim_analysis_free(job->analysis);
        lab_set_release(&job->set);
        free(job->text);
        free(job);
    }
}

static enum sim_code invalid(struct json *json, const char *message)
{
    json_clear(json);
    json_object(json);
    json_key_string(json, "message", message);
    json_object_end(json);
    return SIM_INVALID;
}

/* What parses may still not run: words of later parts, names that nobody has, mappings that
 * overlap. The first steps show it, while somebody types; a run that is only long is no mistake. */
static void try_a_little(const vm_scenario *scenario, struct vm_diagnostics *diagnostics)
{
    enum { STEPS = 2000, OPERATIONS = 20000 };
    struct vm_config config;
    vm_run *run = NULL;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.limits.operations = OPERATIONS;
    config.limits.memory = 32u << 20;
    if (vm_run_new(scenario, NULL, 0, &config, diagnostics, &run) == VM_OK &&
        vm_run_go(run, STEPS) != VM_RUN_LIMIT) {
        vm_diagnostics_append(diagnostics, vm_run_diagnostics(run));
    }
    vm_run_free(run);
}

/* check tries a little, format runs nothing. */
static enum sim_code parse_only(const struct sim_job *job, struct json *json)
{
    struct vm_diagnostics diagnostics = {0};
    vm_scenario *scenario = NULL;
    size_t length = 0;
    enum sim_code code = SIM_DONE;
    bool good =
        vm_scenario_parse(job->text, strlen(job->text), NULL, &diagnostics, &scenario) == VM_OK;
    json_object(json);
    if (job->kind == SIM_CHECK) {
        if (good) {
            try_a_little(scenario, &diagnostics);
        }
        json_key_bool(json, "ok", good && diagnostics.errors == 0);
    } else if (good) {
        char *text = vm_scenario_format(scenario, &length);
        json_key(json, "text");
        json_string_n(json, text ? text : "", length);
        free(text);
    } else {
        code = SIM_REFUSED;
    }
    json_key(json, "diagnostics");
    lab_json_diagnostics(json, &diagnostics, NULL, NULL);
    json_object_end(json);
    vm_scenario_free(scenario);
    vm_diagnostics_release(&diagnostics);
    return code;
}

static enum sim_code tell_run(struct sim_job *job, struct json *json)
{
    json_object(json);
    lab_json_run(json, job->run);
    lab_json_counters(json, job->run);
    json_key_bool(json, "held", lab_run_held(job->run));
    json_object_end(json);
    return SIM_DONE;
}

static enum sim_code tell_events(struct sim_job *job, struct json *json)
{
    struct lab_run *run = job->run;
    uint64_t length = vm_history_length(run->history), reached = job->from;
    struct vm_events events = {0};
    if (job->from > job->to || job->to > length) {
        return invalid(json, "0 <= from <= to <= operations");
    }
    uint64_t to = job->to - job->from > EVENTS_STEPS ? job->from + EVENTS_STEPS : job->to;
    size_t *ends = calloc(EVENTS_STEPS, sizeof(*ends));
    bool good = ends && (to == job->from || vm_history_events(run->history, job->from, to,
                                                EVENTS_BYTES, &events, ends, &reached) == VM_OK);
    json_object(json);
    json_key_number(json, "from", job->from);
    json_key_number(json, "to", job->to);
    json_key_number(json, "reached", reached);
    json_key(json, "steps");
    json_array(json);
    for (uint64_t n = job->from; good && n < reached; n++) {
        struct vm_op op;
        size_t begin = n == job->from ? 0 : ends[n - job->from - 1], end = ends[n - job->from];
        good = vm_history_op(run->history, n + 1, &op) == VM_OK;
        wire_op_json_open(json, &op, lab_run_name, run);
        json_key_number(json, "position", n + 1);
        json_key(json, "events");
        wire_events_json(
            json, events.bytes ? events.bytes + begin : NULL, end - begin, lab_run_name, run);
        json_object_end(json);
    }
    json_array_end(json);
    json_object_end(json);
    vm_events_release(&events);
    free(ends);
    return good ? SIM_DONE : SIM_LOST;
}

/* Rows by kind: {"frame": [{"frame": 3, "kind": "anon", …}], …}. A described row has old values 0.
 */
static void put_state(struct json *json, const struct vm_events *events, struct lab_run *run)
{
    json_key(json, "state");
    json_object(json);
    for (unsigned kind = 0; kind < vm_event_count && vm_event_desc(kind)->change; kind++) {
        struct vm_event event;
        json_key(json, vm_event_desc(kind)->name);
        json_array(json);
        for (size_t at = 0; vm_event_next(events->bytes, events->length, &at, &event);) {
            if (event.kind == kind) {
                wire_row_json(json, &event, lab_run_name, run);
            }
        }
        json_array_end(json);
    }
    json_object_end(json);
}

static enum sim_code tell_state(struct sim_job *job, struct json *json)
{
    struct lab_run *run = job->run;
    struct vm_events events = {0};
    struct vm_position at = {job->to, job->micro};
    char position[40];
    enum vm_status status = vm_history_describe(run->history, at, &events);
    if (status != VM_OK) {
        vm_events_release(&events);
        return status == VM_INVALID ? invalid(json, "the position lies behind the end of the run")
                                    : SIM_LOST;
    }
    lab_position_text(at, position);
    json_object(json);
    json_key_string(json, "position", position);
    put_state(json, &events, run);
    json_object_end(json);
    vm_events_release(&events);
    return SIM_DONE;
}

static enum sim_code tell_lanes(struct sim_job *job, struct json *json)
{
    json_object(json);
    if (!lab_json_lanes(json, job->run, job->from, job->to, job->buckets)) {
        return invalid(json, "0 <= from <= to <= operations, and 1 to 4096 buckets");
    }
    json_object_end(json);
    return SIM_DONE;
}

static enum sim_code answer(struct sim_job *job, struct json *json)
{
    static enum sim_code (*const tell[SIM_KINDS])(struct sim_job *, struct json *) = {
        [SIM_RUN] = tell_run,
        [SIM_EVENTS] = tell_events,
        [SIM_STATE] = tell_state,
        [SIM_LANES] = tell_lanes};
    if (!job->run->history) {
        json_object(json);
        json_key(json, "diagnostics");
        lab_json_diagnostics(json, &job->run->diagnostics,
            job->run->run ? vm_run_diagnostics(job->run->run) : NULL, NULL);
        json_object_end(json);
        return SIM_REFUSED;
    }
    return tell[job->kind](job, json);
}

/* The answer to an analysis is in lines already. */
static bool analyse(struct sim_job *job, struct json *json, enum sim_code *code)
{
    char message[SIM_ANALYSIS_MESSAGE] = "";
    if (!job->analysis) {
        *code = SIM_BUSY;
        return true;
    }
    *code = sim_analysis_work(job->analysis, job->text, &job->set, SLICE_MS, message);
    if (*code != SIM_DONE) {
        *code = message[0] ? invalid(json, message) : SIM_BUSY;
        return true;
    }
    if (!sim_analysis_ended(job->analysis)) {
        return false;
    }
    sim_analysis_tell(job->analysis, json);
    return true;
}

bool sim_job_part(struct sim_job *job, struct json *json)
{
    enum { PART_MS = 200 };
    uint64_t now = lab_now_ms();
    if (job->kind != SIM_ANALYSE || now - job->told_ms < PART_MS) {
        return false;
    }
    job->told_ms = now;
    sim_analysis_tell(job->analysis, json);
    return true;
}

bool sim_job_work(
    struct sim_job *job, const struct lab_limits *limits, struct json *json, enum sim_code *code)
{
    if (job->kind == SIM_CHECK || job->kind == SIM_FORMAT) {
        *code = parse_only(job, json);
        return true;
    }
    if (job->kind == SIM_ANALYSE) {
        return analyse(job, json, code);
    }
    if (!job->run) {
        if (lab_run_new(job->text, strlen(job->text), &job->set, limits, &job->run) != VM_OK) {
            *code = invalid(json, "no memory left for another run");
            *code = SIM_BUSY;
            return true;
        }
        return false;
    }
    if (lab_run_work(job->run, SLICE_MS)) {
        return false;
    }
    *code = answer(job, json);
    return true;
}
