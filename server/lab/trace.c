/* SPDX-License-Identifier: MIT
 * A trace as a run: a first pass reads all references and which pages they touch; clusters of
 * touched pages become mappings of one process; then every reference is one `access` operation. A
 * trace of page numbers runs on the paper machine, a lackey trace on x86-64.
 */
#include "lab/pages.h"
#include "lab/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    GAP = 32, /* pages between two touched ones that still share a mapping */
    MAPPINGS_MAX = 64,
    CHUNK = 65536,
    NAME_PROCESS = 1,
};
struct lab_trace {
    int fd;
    vm_trace_reader *reader;
    uint64_t n, limit;      /* references of this pass, and the most */
    struct lab_pages pages; /* touched */
    bool scanning, cut, failed;
    enum vm_status status; /* of the last operation */
    enum vm_trace_format format;
    struct vm_config config;
    bool frames_given, slots_given;
    uint8_t map_flags;
    vm_history *history;
    struct vm_keys keys; /* of OPT's recording pass */
    vm_tid tid;
    char names[2][32];
};

static unsigned kind_of(char kind)
{
    return kind == 'I' ? vm_access_fetch : kind == 'R' ? vm_access_load : vm_access_store;
}

/* The first pass. */
static bool scan(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct lab_trace *t = ctx;
    for (size_t i = 0; i < n; i++) {
        if (t->n == t->limit) {
            t->cut = true;
            return false;
        }
        t->n++;
        if (refs[i].va >> t->config.va_bits ||
            !lab_pages_add(&t->pages, refs[i].va >> t->config.page_shift)) {
            t->failed = true;
            return false;
        }
    }
    return true;
}

/* The second pass. */
static bool apply(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct lab_trace *t = ctx;
    for (size_t i = 0; i < n && t->n < t->limit; i++, t->n++) {
        struct vm_op op = {.kind = vm_op_kind_access};
        op.u.access.tid = t->tid;
        op.u.access.va = refs[i].va;
        op.u.access.access = kind_of(refs[i].kind);
        op.u.access.bytes = refs[i].bytes ? refs[i].bytes : 1;
        t->status = vm_history_append(t->history, &op);
        if (t->status != VM_OK) {
            return false;
        }
    }
    return t->n < t->limit;
}

static bool number(const char *text, uint64_t most, uint64_t *out)
{
    char *end;
    errno = 0;
    unsigned long long v = strtoull(text, &end, 0);
    *out = v;
    return *text >= '0' && *text <= '9' && !errno && *end == '\0' && v <= most;
}

static bool configure(
    struct lab_trace *t, const struct lab_set *set, struct vm_diagnostics *diagnostics)
{
    for (size_t i = 0; set && i < set->n; i++) {
        const char *name = set->item[i].name, *value = set->item[i].value;
        uint64_t v = 0;
        bool good = true;
        if (strcmp(name, "policy") == 0) {
            int policy = vm_policy_named(value);
            good = policy >= 0;
            t->config.policy = good ? (enum vm_policy_kind)policy : t->config.policy;
        } else if (strcmp(name, "frames") == 0) {
            good = number(value, 1 << 22, &v) && v;
            t->config.frames = (uint32_t)v;
            t->frames_given = true;
        } else if (strcmp(name, "swap") == 0) {
            good = number(value, 1 << 22, &v);
            t->config.slots = (uint32_t)v;
            t->slots_given = true;
        } else if (strcmp(name, "seed") == 0) {
            good = number(value, UINT64_MAX, &v);
            t->config.seed = v;
        } else {
            good = false;
        }
        if (!good) {
            char message[160];
            snprintf(
                message, sizeof(message), "a trace cannot be run with %.40s = %.40s", name, value);
            lab_diagnostic_add(diagnostics, 0, message, "set frames, swap, policy or seed");
            return false;
        }
    }
    return true;
}

enum vm_status lab_trace_new(
    int fd, const char *format, const struct lab_set *set, struct lab_run *run)
{
    int kind = vm_trace_format_named(format);
    struct lab_trace *t = calloc(1, sizeof(*t));
    if (!t || kind < 0) {
        free(t);
        close(fd);
        lab_diagnostic_add(&run->diagnostics, 0, "the trace's format is not known", "");
        return t ? VM_INVALID : VM_NOMEM;
    }
    run->trace = t;
    t->fd = fd;
    t->scanning = true;
    t->format = (enum vm_trace_format)kind;
    t->limit = run->limits.trace_operations;
    vm_config_preset(
        kind == VM_TRACE_LACKEY ? vm_machine_kind_x86_64 : vm_machine_kind_paper, &t->config);
    t->map_flags = (uint8_t)(vm_map_bit_fixed | (kind == VM_TRACE_LACKEY ? 0 : vm_map_bit_pages));
    t->config.limits = (struct vm_limits){.operations = t->limit + MAPPINGS_MAX + 1,
        .pages = 1 << 20,
        .memory = run->limits.memory * 4};
    snprintf(t->names[0], sizeof(t->names[0]), "trace");
    snprintf(t->names[1], sizeof(t->names[1]), "pages");
    if (!configure(t, set, &run->diagnostics)) {
        return VM_INVALID;
    }
    return vm_trace_reader_new(t->format, t->config.page_shift, false, scan, t, &t->reader);
}

void lab_trace_free(struct lab_trace *t)
{
    if (!t) {
        return;
    }
    if (t->fd >= 0) {
        close(t->fd);
    }
    vm_trace_reader_free(t->reader);
    vm_history_free(t->history);
    lab_pages_release(&t->pages);
    free(t->keys.key);
    free(t);
}

static bool end_with(struct lab_run *run, enum lab_reason reason, const char *message)
{
    run->reason = reason;
    snprintf(run->message, sizeof(run->message), "%s", message);
    return false;
}

static enum vm_status map_clusters(struct lab_trace *t, size_t n)
{
    uint64_t gap = GAP;
    size_t clusters;
    do { /* wider gaps until there are few enough */
        clusters = n ? 1 : 0;
        for (size_t i = 1; i < n; i++) {
            clusters += t->pages.page[i] - t->pages.page[i - 1] > gap;
        }
        gap = clusters > MAPPINGS_MAX ? gap * 2 : gap;
    } while (clusters > MAPPINGS_MAX);
    for (size_t i = 0; i < n;) {
        size_t last = i;
        while (last + 1 < n && t->pages.page[last + 1] - t->pages.page[last] <= gap) {
            last++;
        }
        struct vm_op op = {.kind = vm_op_kind_mmap};
        op.u.mmap.tid = t->tid;
        op.u.mmap.hint = t->pages.page[i] << t->config.page_shift;
        op.u.mmap.bytes = (t->pages.page[last] - t->pages.page[i] + 1) << t->config.page_shift;
        op.u.mmap.prot = vm_prot_bit_read | vm_prot_bit_write | vm_prot_bit_exec;
        op.u.mmap.flags = t->map_flags;
        op.u.mmap.name = 2;
        enum vm_status status = vm_history_append(t->history, &op);
        if (status != VM_OK) {
            return status;
        }
        if ((int64_t)vm_last(vm_history_head(t->history))->value < 0) {
            return VM_INVALID;
        }
        i = last + 1;
    }
    return VM_OK;
}

/* All references are known: the machine is made, large enough if nobody said how large. */
static bool begin(struct lab_run *run)
{
    struct lab_trace *t = run->trace;
    size_t n = lab_pages_sort(&t->pages);
    if (!t->frames_given) {
        uint64_t frames = n + n / 8 + 64 + (t->config.tables_outside ? 0 : n / 64 + 256);
        t->config.frames = (uint32_t)(frames < 1 << 20 ? frames : 1 << 20);
    }
    if (!t->slots_given) {
        t->config.slots = (uint32_t)(n < 1 << 22 ? n : 1 << 22);
    }
    const char *problem = vm_config_problem(&t->config);
    if (problem) {
        lab_diagnostic_add(&run->diagnostics, 0, problem, "");
        return end_with(run, LAB_ERROR, problem);
    }
    struct vm_history_options options = {.count_events = true};
    struct vm_op start = {.kind = vm_op_kind_start};
    start.u.start.label = NAME_PROCESS;
    if (vm_history_new(&t->config, &options, &t->history) != VM_OK ||
        vm_history_append(t->history, &start) != VM_OK) {
        return end_with(run, LAB_ERROR, "no memory left for a machine of this size");
    }
    run->history = t->history;
    t->tid = vm_process_task(vm_history_head(t->history), 1);
    if (map_clusters(t, n) != VM_OK) {
        return end_with(run, LAB_ERROR, "the pages of this trace cannot be mapped");
    }
    if (t->config.policy == vm_policy_kind_opt) {
        vm_record_keys(vm_history_head_mutable(t->history), &t->keys);
    }
    return true;
}

/* A chunk for the reader of this pass. True: there may be more. */
static bool feed(struct lab_trace *t, bool *unreadable)
{
    char chunk[CHUNK];
    ssize_t n = read(t->fd, chunk, sizeof(chunk));
    *unreadable = n < 0;
    if (n == 0) {
        vm_trace_end(t->reader);
    }
    return n > 0 && vm_trace_feed(t->reader, chunk, (size_t)n);
}

static bool scan_some(struct lab_run *run)
{
    struct lab_trace *t = run->trace;
    bool unreadable;
    if (feed(t, &unreadable)) {
        return true;
    }
    const struct vm_trace_report *report = vm_trace_report(t->reader);
    t->scanning = false;
    if (t->failed) {
        return end_with(run, LAB_ERROR,
            "an address of the trace lies outside the machine's, or no memory is left");
    }
    if (unreadable || report->error) {
        const char *problem = unreadable ? "the trace cannot be read" : report->first_problem;
        lab_diagnostic_add(&run->diagnostics, (uint32_t)report->first_torn, problem, "");
        return end_with(run, LAB_ERROR, problem);
    }
    if (t->n == 0) {
        lab_diagnostic_add(
            &run->diagnostics, 0, "the trace has no references", "is its format right?");
        return end_with(run, LAB_ERROR, "the trace has no references");
    }
    vm_trace_reader_free(t->reader);
    t->reader = NULL;
    if (!begin(run)) {
        return false;
    }
    t->limit = t->n;
    t->n = 0;
    return (lseek(t->fd, 0, SEEK_SET) == 0 && vm_trace_reader_new(t->format, t->config.page_shift,
                                                  false, apply, t, &t->reader) == VM_OK) ||
           end_with(run, LAB_ERROR, "the trace cannot be read a second time");
}

static bool finish(struct lab_run *run)
{
    struct lab_trace *t = run->trace;
    if (t->config.policy == vm_policy_kind_opt) {
        vm_record_keys(vm_history_head_mutable(t->history), NULL);
        if (t->keys.failed || vm_history_with_future(t->history, &t->keys) != VM_OK) {
            return end_with(run, LAB_ERROR, "no memory left for OPT's knowledge of the future");
        }
    }
    run->reason = LAB_DONE;
    if (t->cut) {
        char message[160];
        snprintf(message, sizeof(message), "only the first %llu references are run, a limit",
            (unsigned long long)t->limit);
        end_with(run, LAB_LIMIT, message);
    }
    return false;
}

static bool run_some(struct lab_run *run)
{
    struct lab_trace *t = run->trace;
    bool unreadable;
    if (feed(t, &unreadable)) {
        return true;
    }
    if (t->status != VM_OK) {
        return end_with(
            run, t->status == VM_LIMIT ? LAB_LIMIT : LAB_ERROR, vm_status_words(t->status));
    }
    return finish(run);
}

bool lab_trace_work(struct lab_run *run, uint64_t until_us)
{
    uint64_t from = lab_cpu_us(), now = from;
    bool more = true;
    while (more && now < until_us) {
        more = run->trace->scanning ? scan_some(run) : run_some(run);
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
