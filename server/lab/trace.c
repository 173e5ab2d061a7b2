/* SPDX-License-Identifier: MIT
 * A trace as a run: every reference is one `access` operation, read from the store when it is
 * needed. A trace of page numbers runs on the paper machine, a lackey trace on x86-64. Its system
 * calls are told as notes: the same pages fault as in a replay, which knows no calls either.
 */
#include "lab/trace_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SLICE = 1 << 15, /* references between two looks at the clock */
    SIZES_MAX = 1 << 22,
};

static bool number(const char *text, uint64_t most, uint64_t *out)
{
    char *end;
    errno = 0;
    unsigned long long v = strtoull(text, &end, 0);
    *out = v;
    return *text >= '0' && *text <= '9' && !errno && *end == '\0' && v <= most;
}

/* NULL: fine. */
static const char *set_one(struct lab_trace *t, const char *name, const char *value)
{
    struct vm_config *c = &t->config;
    uint64_t v = 0;
    if (strcmp(name, "policy") == 0) {
        int policy = vm_policy_named(value);
        c->policy = policy >= 0 ? (enum vm_policy_kind)policy : c->policy;
        return policy >= 0 ? NULL : "there is no such policy";
    }
    if (!number(value, UINT64_MAX, &v)) {
        return "a whole number is needed";
    }
    if (strcmp(name, "frames") == 0) {
        t->frames_given = v >= 1 && v <= SIZES_MAX;
        c->frames = (uint32_t)v;
        return t->frames_given ? NULL : "1 to 4194304 are possible";
    }
    if (strcmp(name, "swap") == 0) {
        t->slots_given = v <= SIZES_MAX;
        c->slots = (uint32_t)v;
        return t->slots_given ? NULL : "0 to 4194304 are possible";
    }
    uint64_t *word = strcmp(name, "seed") == 0   ? &c->seed
                     : strcmp(name, "tick") == 0 ? &c->tick
                     : strcmp(name, "tau") == 0  ? &c->tau
                                                 : NULL;
    if (!word) {
        return "set frames, swap, policy, seed, tick or tau";
    }
    *word = v;
    return NULL;
}

static bool configure(
    struct lab_trace *t, const struct lab_set *set, struct vm_diagnostics *diagnostics)
{
    for (size_t i = 0; set && i < set->n; i++) {
        const char *name = set->item[i].name, *value = set->item[i].value;
        const char *hint = set_one(t, name, value);
        if (hint) {
            char message[160];
            snprintf(
                message, sizeof(message), "a trace cannot be run with %.40s = %.40s", name, value);
            lab_diagnostic_add(diagnostics, 0, message, hint);
            return false;
        }
    }
    return true;
}

/* The machine for a trace: its frames hold pages of the program and nothing else. */
static enum vm_status choose(struct lab_trace *t, const struct lab_set *set, struct lab_run *run)
{
    bool lackey = !trace_whole(t);
    t->limit = run->limits.trace_operations;
    t->processes = trace_store_summary(t->store)->report.processes;
    t->processes = t->processes ? t->processes : 1;
    vm_config_preset(lackey ? vm_machine_kind_x86_64 : vm_machine_kind_paper, &t->config);
    struct vm_policy_params params = vm_policy_params_default();
    t->config.seed = params.seed;
    t->config.tick = params.tick;
    t->config.tau = params.tau;
    t->config.tables_outside = true;
    t->config.kernel_frames = 0;
    t->config.limits = (struct vm_limits){
        .operations = UINT64_MAX, .pages = 1 << 21, .memory = run->limits.memory * 4};
    snprintf(t->names[LAB_NAME_PROCESS - 1], sizeof(t->names[0]), "trace");
    snprintf(t->names[LAB_NAME_PAGES - 1], sizeof(t->names[1]), "pages");
    if (!configure(t, set, &run->diagnostics)) {
        return VM_INVALID;
    }
    if (t->processes > LAB_PROCESSES_MAX) {
        lab_diagnostic_add(
            &run->diagnostics, 0, "the trace has more than 64 processes", "record fewer");
        return VM_INVALID;
    }
    return VM_OK;
}

enum vm_status lab_trace_new(int fd, const struct lab_set *set, struct lab_run *run)
{
    struct lab_trace *t = calloc(1, sizeof(*t));
    if (!t) {
        close(fd);
        return VM_NOMEM;
    }
    run->trace = t;
    t->store = trace_store_open(fd);
    if (!t->store) {
        lab_diagnostic_add(&run->diagnostics, 0,
            "the stored trace is damaged or of an older vmscope", "upload it again");
        return VM_INVALID;
    }
    enum vm_status status = choose(t, set, run);
    if (status != VM_OK) {
        return status;
    }
    t->cursor = trace_cursor_new(t->store, t->config.page_shift, false);
    t->length = t->cursor ? trace_cursor_length(t->cursor) : 0;
    t->calls = trace_store_calls(t->store);
    t->calls_n = t->calls ? (size_t)trace_store_summary(t->store)->calls_n : 0;
    if (!t->cursor) {
        return VM_NOMEM;
    }
    return trace_cursor_count(t->cursor, t->calls, t->calls_n) ? VM_OK : VM_NOMEM;
}

void lab_trace_free(struct lab_trace *t)
{
    if (!t) {
        return;
    }
    trace_cursor_free(t->cursor);
    trace_store_close(t->store);
    vm_history_free(t->history);
    free(t->calls);
    free(t);
}

static bool end_with(struct lab_run *run, enum lab_reason reason, const char *message)
{
    run->reason = reason;
    snprintf(run->message, sizeof(run->message), "%s", message);
    return false;
}

static bool begin(struct lab_run *run)
{
    struct lab_trace *t = run->trace;
    uint64_t room = run->limits.trace_memory / 2;
    if (t->config.policy == vm_policy_kind_opt && t->limit > room / sizeof(uint32_t)) {
        t->limit = room / sizeof(uint32_t); /* it knows the next use of every reference */
    }
    const char *problem = trace_start(t, (size_t)room);
    if (problem) {
        lab_diagnostic_add(&run->diagnostics, 0, problem, "");
        return end_with(run, LAB_ERROR, problem);
    }
    struct vm_log_source source = trace_source(t);
    t->first = vm_history_length(t->history);
    if (vm_history_source(t->history, &source) != VM_OK) {
        return end_with(run, LAB_ERROR, "no memory left");
    }
    run->history = t->history;
    return true;
}

static uint64_t done(const struct lab_trace *t)
{
    return vm_history_length(t->history) - t->first;
}

static bool run_some(struct lab_run *run)
{
    struct lab_trace *t = run->trace;
    uint64_t before = done(t);
    enum vm_status status = vm_history_run(t->history, SLICE);
    if (status != VM_OK) {
        return end_with(run, status == VM_LIMIT ? LAB_LIMIT : LAB_ERROR, vm_status_words(status));
    }
    if (done(t) > before) {
        return true;
    }
    run->reason = LAB_DONE;
    if (t->length > t->limit) {
        char message[160];
        snprintf(message, sizeof(message), "only the first %llu references are run, a limit",
            (unsigned long long)t->limit);
        return end_with(run, LAB_LIMIT, message);
    }
    return false;
}

bool lab_trace_work(struct lab_run *run, uint64_t until_us)
{
    uint64_t from = lab_cpu_us(), now = from;
    bool more = true;
    while (more && now < until_us) {
        more = run->history ? run_some(run) : begin(run);
        now = lab_cpu_us();
    }
    run->cpu_us += now - from;
    if (more && run->cpu_us / 1000 > run->limits.trace_cpu_ms) {
        return end_with(
            run, LAB_TIME, "the trace is longer than what may be computed; its beginning is shown");
    }
    if (more && run->history && vm_history_memory(run->history) > run->limits.trace_memory) {
        return end_with(run, LAB_LIMIT,
            "the trace needs more memory than a run may hold; its beginning is shown");
    }
    return more;
}

const char *lab_trace_name(const struct lab_trace *trace, uint32_t name)
{
    return name >= 1 && name <= 2 ? trace->names[name - 1] : NULL;
}

uint32_t lab_trace_names(const struct lab_trace *trace)
{
    (void)trace;
    return 2;
}

/* What a recording is, and what it cannot tell. */
static void introduce(const struct lab_trace *t, char *text, size_t room)
{
    const struct vm_trace_report *report = &trace_store_summary(t->store)->report;
    snprintf(text, room,
        "A recording: %llu references, %u process%s, %llu system calls; passed over were %llu torn "
        "records and %llu lines of calls that are not understood. It cannot tell what the kernel "
        "itself touched (the buffer of a read), in which order processes and threads took turns, "
        "and what ran between fork and exec. Here every page comes from the disk at its first "
        "touch.",
        (unsigned long long)t->length, t->processes, t->processes > 1 ? "es" : "",
        (unsigned long long)report->calls, (unsigned long long)report->torn,
        (unsigned long long)report->calls_passed);
}

bool lab_trace_note(
    const struct lab_trace *t, size_t i, struct vm_position *position, char *text, size_t room)
{
    if (!trace_whole(t) && i-- == 0) {
        *position = (struct vm_position){t->first, 0};
        introduce(t, text, room);
        return true;
    }
    if (i >= t->calls_n || t->calls[i].before > done(t)) {
        return false;
    }
    const struct vm_trace_call *c = &t->calls[i];
    *position = (struct vm_position){t->first + c->before, 0};
    int n = snprintf(text, room, "%s", vm_trace_call_name(c->kind));
    unsigned shown = c->kind == vm_trace_call_map    ? 2
                     : c->kind == vm_trace_call_brk  ? 1
                     : c->kind == vm_trace_call_mmap ? 4
                                                     : 3;
    for (unsigned k = 0; k < shown; k++) {
        n += snprintf(
            text + n, room - (size_t)n, k ? ", 0x%llx" : "(0x%llx", (unsigned long long)c->arg[k]);
    }
    if (c->kind == vm_trace_call_map) {
        snprintf(text + n, room - (size_t)n, ") %s", c->name);
    } else {
        snprintf(text + n, room - (size_t)n, ") = %s0x%llx", c->failed ? "error " : "",
            (unsigned long long)c->result);
    }
    return true;
}
