/* SPDX-License-Identifier: MIT
 * A trace as a run: a first pass reads all references and which pages they touch; clusters of
 * touched pages become mappings of one process; then every reference is one `access` operation. A
 * trace of page numbers runs on the paper machine, a lackey trace on x86-64.
 */
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
#define KIND_SHIFT                                                                                 \
    62 /* a reference: kind in the top 2 bits, bytes - 1 in 6 bits below, address in 56 */
#define BYTES_SHIFT 56

struct lab_trace {
    int fd;
    vm_trace_reader *reader;
    uint64_t *refs; /* owned */
    size_t n, capacity, limit;
    uint64_t *pages; /* owned: a set of page numbers + 1, open addressing */
    size_t pages_n, pages_room;
    bool reading, cut, failed;
    struct vm_config config;
    bool frames_given, slots_given;
    uint8_t map_flags;
    vm_history *history;
    struct vm_keys keys; /* of OPT's recording pass */
    size_t next;         /* reference to be run */
    vm_tid tid;
    char names[2][32];
};

static bool grow_pages(struct lab_trace *t)
{
    size_t room = t->pages_room ? t->pages_room * 2 : 4096;
    uint64_t *pages = calloc(room, sizeof(*pages));
    if (!pages) {
        return false;
    }
    for (size_t i = 0; i < t->pages_room; i++) {
        size_t at = (size_t)(t->pages[i] * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (room - 1);
        while (t->pages[i] && pages[at]) {
            at = (at + 1) & (room - 1);
        }
        if (t->pages[i]) {
            pages[at] = t->pages[i];
        }
    }
    free(t->pages);
    t->pages = pages;
    t->pages_room = room;
    return true;
}

static bool touch(struct lab_trace *t, uint64_t vpn)
{
    if (t->pages_n * 2 >= t->pages_room && !grow_pages(t)) {
        return false;
    }
    size_t at = (size_t)((vpn + 1) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (t->pages_room - 1);
    while (t->pages[at]) {
        if (t->pages[at] == vpn + 1) {
            return true;
        }
        at = (at + 1) & (t->pages_room - 1);
    }
    t->pages[at] = vpn + 1;
    t->pages_n++;
    return true;
}

static unsigned kind_of(char kind)
{
    return kind == 'I' ? vm_access_fetch : kind == 'R' ? vm_access_load : vm_access_store;
}

static bool take(void *ctx, const struct vm_trace_ref *refs, size_t n)
{
    struct lab_trace *t = ctx;
    for (size_t i = 0; i < n; i++) {
        if (t->n == t->limit) {
            t->cut = true;
            return false;
        }
        if (t->n == t->capacity) {
            size_t capacity = t->capacity ? t->capacity * 2 : 65536;
            uint64_t *room = realloc(t->refs, capacity * sizeof(*room));
            if (!room) {
                t->failed = true;
                return false;
            }
            t->refs = room;
            t->capacity = capacity;
        }
        uint64_t bytes = refs[i].bytes < 1 ? 1 : refs[i].bytes > 64 ? 64 : refs[i].bytes;
        if (refs[i].va >> t->config.va_bits || !touch(t, refs[i].va >> t->config.page_shift)) {
            t->failed = true;
            return false;
        }
        t->refs[t->n++] =
            (uint64_t)kind_of(refs[i].kind) << KIND_SHIFT | (bytes - 1) << BYTES_SHIFT | refs[i].va;
    }
    return true;
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
    t->reading = true;
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
    return vm_trace_reader_new(
        (enum vm_trace_format)kind, t->config.page_shift, false, take, t, &t->reader);
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
    free(t->refs);
    free(t->pages);
    free(t->keys.key);
    free(t);
}

static bool end_with(struct lab_run *run, enum lab_reason reason, const char *message)
{
    run->reason = reason;
    snprintf(run->message, sizeof(run->message), "%s", message);
    return false;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Sorted touched pages. The set is used up. */
static size_t sort_pages(struct lab_trace *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->pages_room; i++) {
        if (t->pages[i]) {
            t->pages[n++] = t->pages[i] - 1;
        }
    }
    qsort(t->pages, n, sizeof(*t->pages), by_number);
    return n;
}

static enum vm_status map_clusters(struct lab_trace *t, size_t n)
{
    uint64_t gap = GAP;
    size_t clusters;
    do { /* wider gaps until there are few enough */
        clusters = n ? 1 : 0;
        for (size_t i = 1; i < n; i++) {
            clusters += t->pages[i] - t->pages[i - 1] > gap;
        }
        gap = clusters > MAPPINGS_MAX ? gap * 2 : gap;
    } while (clusters > MAPPINGS_MAX);
    for (size_t i = 0; i < n;) {
        size_t last = i;
        while (last + 1 < n && t->pages[last + 1] - t->pages[last] <= gap) {
            last++;
        }
        struct vm_op op = {.kind = vm_op_kind_mmap};
        op.u.mmap.tid = t->tid;
        op.u.mmap.hint = t->pages[i] << t->config.page_shift;
        op.u.mmap.bytes = (t->pages[last] - t->pages[i] + 1) << t->config.page_shift;
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
    size_t n = sort_pages(t);
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

static bool read_some(struct lab_run *run)
{
    struct lab_trace *t = run->trace;
    char chunk[CHUNK];
    ssize_t n = read(t->fd, chunk, sizeof(chunk));
    bool more = n > 0 && vm_trace_feed(t->reader, chunk, (size_t)n);
    if (more) {
        return true;
    }
    if (n == 0) {
        vm_trace_end(t->reader);
    }
    const struct vm_trace_report *report = vm_trace_report(t->reader);
    t->reading = false;
    if (t->failed) {
        return end_with(run, LAB_ERROR,
            "an address of the trace lies outside the machine's, or no memory is left");
    }
    if (n < 0 || report->error) {
        lab_diagnostic_add(&run->diagnostics, (uint32_t)report->first_torn,
            n < 0 ? "the trace cannot be read" : report->first_problem, "");
        return end_with(run, LAB_ERROR, report->first_problem);
    }
    if (t->n == 0) {
        lab_diagnostic_add(
            &run->diagnostics, 0, "the trace has no references", "is its format right?");
        return end_with(run, LAB_ERROR, "the trace has no references");
    }
    return begin(run);
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
    free(t->refs);
    t->refs = NULL;
    run->reason = LAB_DONE;
    if (t->cut) {
        char message[160];
        snprintf(
            message, sizeof(message), "only the first %zu references are run, a limit", t->limit);
        end_with(run, LAB_LIMIT, message);
    }
    return false;
}

static bool run_some(struct lab_run *run)
{
    struct lab_trace *t = run->trace;
    for (size_t end = t->next + 256; t->next < t->n && t->next < end; t->next++) {
        uint64_t ref = t->refs[t->next];
        struct vm_op op = {.kind = vm_op_kind_access, .line = 0};
        op.u.access.tid = t->tid;
        op.u.access.va = ref & ((UINT64_C(1) << BYTES_SHIFT) - 1);
        op.u.access.access = ref >> KIND_SHIFT;
        op.u.access.bytes = (ref >> BYTES_SHIFT & 63) + 1;
        enum vm_status status = vm_history_append(t->history, &op);
        if (status != VM_OK) {
            return end_with(
                run, status == VM_LIMIT ? LAB_LIMIT : LAB_ERROR, vm_status_words(status));
        }
    }
    return t->next < t->n || finish(run);
}

bool lab_trace_work(struct lab_run *run, uint64_t until_us)
{
    uint64_t from = lab_cpu_us(), now = from;
    bool more = true;
    while (more && now < until_us) {
        more = run->trace->reading ? read_some(run) : run_some(run);
        now = lab_cpu_us();
    }
    run->cpu_us += now - from;
    if (more && run->cpu_us / 1000 > run->limits.trace_cpu_ms) {
        return end_with(
            run, LAB_TIME, "the trace is longer than what may be computed; its beginning is shown");
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
