/* SPDX-License-Identifier: MIT
 * hello_timeline.json: reads the events in order, gives the engine their causes and compares what
 * it makes of them. Nothing here knows the program.
 */
#include "command/truth_timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 1 << 16, SLOTS = 1 << 12, READAHEAD = 32 };

bool timeline_fail(const struct timeline *t, size_t event, const char *message)
{
    truth_complain(t->source, "type", event, 0, message);
    return false;
}

bool timeline_apply(struct timeline *t, const struct vm_op *op, struct vm_events *events,
    struct truth_outcome *outcome, uint64_t *value)
{
    *outcome = truth_apply(t->machine, op, events, value);
    return outcome->ending == TRUTH_FINE;
}

static bool begin(struct timeline *t)
{
    struct vm_config config;
    struct truth_outcome outcome;
    vm_config_preset(vm_machine_kind_x86_64, &config);
    config.frames = FRAMES;
    config.slots = SLOTS;
    config.readahead = READAHEAD;
    enum vm_status status = vm_machine_new(&config, &t->machine);
    if (status != VM_OK) {
        truth_count(t->report, TRUTH_SIGNALS, false, "timeline", 0, "build the machine", "done",
            vm_status_words(status));
        return false;
    }
    if (!timeline_files(t)) {
        return false;
    }
    uint64_t value;
    struct vm_op start = {.kind = vm_op_kind_start, .u.start = {.label = 1}};
    if (!timeline_apply(t, &start, NULL, &outcome, &value)) {
        return false;
    }
    t->pid = (vm_pid)value;
    t->tid = vm_process_task(t->machine, t->pid);
    return true;
}

/* ---- faults ---- */
static bool read_touch(const json_value *event, struct timeline_touch *out)
{
    static const struct {
        const char *name;
        enum vm_access access;
    } accesses[] = {
        {"read", vm_access_load}, {"write", vm_access_store}, {"exec", vm_access_fetch}};
    const char *access = json_text(json_get(event, "access")),
               *during = json_text(json_get(event, "during"));
    *out = (struct timeline_touch){.kernel = during && strcmp(during, "syscall") == 0};
    for (size_t i = 0; access && i < sizeof accesses / sizeof accesses[0]; i++) {
        if (strcmp(access, accesses[i].name) == 0) {
            out->access = accesses[i].access;
        }
    }
    return out->access && json_u64(json_get(event, "addr"), &out->va);
}

static bool in_execve(const json_value *event)
{
    const char *during = json_text(json_get(event, "during"));
    return during && strcmp(during, "execve") == 0;
}

/* ---- system calls ---- */
static void call_words(char *out, size_t room, const char *what)
{
    size_t n = strlen(what);
    snprintf(out, room, "%.*s%s", (int)(n > 100 ? 100 : n), what, n > 100 ? "…" : "");
}

static void run_call(
    struct timeline *t, const json_value *event, size_t index, const struct strace_call *call)
{
    char text[TRUTH_TEXT], expected[40], got[40];
    struct truth_vmas before = {0}, after = {0};
    struct truth_outcome outcome = {.ending = TRUTH_FINE};
    uint64_t value = 0;
    if (!timeline_list(t, &before)) {
        t->report->no_memory = true;
    }
    call_words(text, sizeof text, json_text(json_get(event, "what")));
    if (timeline_call(t, call, &outcome, &value)) {
        if (!timeline_list(t, &after)) {
            t->report->no_memory = true;
        }
        timeline_compare_changes(t, index, text, event, &before, &after);
        snprintf(expected, sizeof expected, "%s", call->failed ? call->error : "");
        got[0] = '\0';
        if (!call->failed) {
            snprintf(expected, sizeof expected, "0x%" PRIx64, call->result);
        }
        if (outcome.ending == TRUTH_FINE) {
            snprintf(got, sizeof got, "0x%" PRIx64, value);
        } else if (outcome.ending == TRUTH_ERRNO) {
            snprintf(got, sizeof got, "%s", vm_enum_words("errno_code", outcome.error));
            got[strcspn(got, ",")] = '\0';
        }
        truth_count(t->report, TRUTH_SIGNALS, strcmp(expected, got) == 0, "timeline", index, text,
            expected, outcome.ending == TRUTH_BROKEN ? vm_status_words(outcome.status) : got);
    }
    free(before.item);
    free(after.item);
}

static void finish(struct timeline *t, const json_value *event, size_t index)
{
    struct truth_vmas want = {0}, got = {0};
    timeline_compare_number(t, TRUTH_RSS, index, "exit: rss_anon", json_get(event, "rss_anon"),
        vm_counter(t->machine, t->pid, vm_counter_rss_anon));
    timeline_compare_number(t, TRUTH_RSS, index, "exit: rss_file", json_get(event, "rss_file"),
        vm_counter(t->machine, t->pid, vm_counter_rss_file));
    /* VmPTE counts every level but the root */
    uint64_t tables = vm_tables_of(t->machine, t->pid);
    timeline_compare_number(t, TRUTH_FACTS, index, "exit: page tables", json_get(event, "pt_pages"),
        tables ? tables - 1 : 0);
    if (!timeline_read_vmas(json_get(event, "vmas"), &want) || !timeline_list(t, &got)) {
        t->report->no_memory = true;
    }
    timeline_compare_lists(t, index, "mappings at exit", &want, &got);
    free(want.item);
    free(got.item);
}

static bool run_event(struct timeline *t, const json_value *event, size_t index)
{
    const char *type = json_text(json_get(event, "type"));
    struct timeline_touch touch;
    struct strace_call call;
    if (strcmp(type, "exec") == 0) {
        return timeline_exec(t, event, index);
    }
    if (strcmp(type, "fault") == 0 && !in_execve(event)) {
        read_touch(event, &touch);
        timeline_touch(t, event, index, &touch);
    } else if (strcmp(type, "syscall") == 0) {
        strace_parse(json_text(json_get(event, "what")), &call);
        run_call(t, event, index, &call);
    } else if (strcmp(type, "exit") == 0) {
        finish(t, event, index);
    }
    return true;
}

/* ---- the file ---- */
static bool check_event(const struct timeline *t, const json_value *event, size_t n)
{
    static const char *const types[] = {"exec", "fault", "syscall", "syscall_return", "exit"};
    const char *type = json_text(json_get(event, "type")),
               *what = json_text(json_get(event, "what"));
    struct timeline_touch touch;
    struct strace_call call;
    struct truth_vmas list = {0};
    bool known = false;
    for (size_t i = 0; type && i < sizeof types / sizeof types[0]; i++) {
        known = known || strcmp(type, types[i]) == 0;
    }
    if (!known) {
        return timeline_fail(
            t, n, "an event has a \"type\": exec, fault, syscall, syscall_return or exit");
    }
    if (strcmp(type, "fault") == 0 && !read_touch(event, &touch)) {
        return timeline_fail(
            t, n, "a fault has an \"addr\" (\"0x…\") and an \"access\": read, write or exec");
    }
    if ((strcmp(type, "syscall") == 0 || strcmp(type, "exec") == 0) &&
        (!what || !strace_parse(what, &call))) {
        return timeline_fail(t, n, "a call has \"what\": name(arguments) = result, as strace does");
    }
    static const char *const lists[] = {"vmas", "vma_removed", "vma_added"};
    bool good = true;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0] && good; i++) {
        good = timeline_read_vmas(json_get(event, lists[i]), &list);
        list.n = 0;
    }
    free(list.item);
    return good || timeline_fail(t, n,
                       "a mapping has \"start\", \"pages\", \"perms\", \"file_off_pages\" and a "
                       "\"name\"");
}

bool truth_timeline(
    const struct truth_file *file, const json_value *root, struct truth_report *report)
{
    struct timeline t = {.source = file, .root = root, .report = report};
    const json_value *events = json_get(root, "timeline"), *first = json_first(events);
    const char *type = json_text(json_get(first, "type"));
    size_t n = 0;
    for (const json_value *v = first; v; v = json_next(v)) {
        if (!check_event(&t, v, n++)) {
            return false;
        }
    }
    if (!type || strcmp(type, "exec") != 0) {
        return timeline_fail(&t, 0, "a timeline begins with an exec");
    }
    bool good = begin(&t);
    n = 0;
    for (const json_value *v = first; v && good; v = json_next(v)) {
        good = run_event(&t, v, n++);
    }
    vm_machine_free(t.machine);
    return good || report->misses;
}
