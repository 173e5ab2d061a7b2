/* SPDX-License-Identifier: MIT
 * A trace as a run: the store knows which pages are touched; clusters of them become mappings of
 * their process; then every reference is one `access` operation. A trace of page numbers runs on
 * the paper machine, a lackey trace on x86-64. Its system calls are told as notes: the same pages
 * fault as in a replay, which knows no calls either.
 */
#include "lab/run.h"
#include "trace/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    GAP = 32,          /* pages between two touched ones that still share a mapping */
    MAPPINGS_MAX = 64, /* of a process */
    PROCESSES_MAX = 64,
    NAME_PROCESS = 1,
};
struct lab_trace {
    struct trace_store *store;
    struct trace_cursor *cursor;
    uint64_t n, limit; /* references run, and the most */
    bool cut;
    enum vm_status status; /* of the last operation */
    struct vm_config config;
    bool frames_given, slots_given;
    uint8_t map_flags;
    vm_history *history;
    struct vm_keys keys; /* of OPT's recording pass */
    uint32_t processes;
    vm_tid tid[PROCESSES_MAX];
    char names[2][32];
    struct vm_trace_call *calls; /* owned */
    size_t calls_n;
};

static unsigned kind_of(char kind)
{
    return kind == 'I' ? vm_access_fetch : kind == 'R' ? vm_access_load : vm_access_store;
}

static bool whole(const struct lab_trace *t)
{
    return trace_store_summary(t->store)->format != VM_TRACE_LACKEY;
}

static struct vm_op op_of(const struct lab_trace *t, const struct vm_trace_ref *ref)
{
    struct vm_op op = {.kind = vm_op_kind_access};
    op.u.access.tid = t->tid[ref->process];
    op.u.access.va = whole(t) ? ref->vpn << t->config.page_shift : ref->va;
    op.u.access.access = kind_of(ref->kind);
    op.u.access.bytes = ref->bytes;
    return op;
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

/* The machine for a trace of that many pages. */
static enum vm_status choose(struct lab_trace *t, const struct lab_set *set, struct lab_run *run)
{
    bool lackey = !whole(t);
    t->limit = run->limits.trace_operations;
    t->processes = trace_store_summary(t->store)->report.processes;
    t->processes = t->processes ? t->processes : 1;
    vm_config_preset(lackey ? vm_machine_kind_x86_64 : vm_machine_kind_paper, &t->config);
    t->map_flags = (uint8_t)(vm_map_bit_fixed | (lackey ? 0 : vm_map_bit_pages));
    t->config.limits =
        (struct vm_limits){.operations = t->limit + (MAPPINGS_MAX + 1) * PROCESSES_MAX,
            .pages = 1 << 20,
            .memory = run->limits.memory * 4};
    snprintf(t->names[0], sizeof(t->names[0]), "trace");
    snprintf(t->names[1], sizeof(t->names[1]), "pages");
    return configure(t, set, &run->diagnostics) ? VM_OK : VM_INVALID;
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
    if (t->processes > PROCESSES_MAX) {
        lab_diagnostic_add(
            &run->diagnostics, 0, "the trace has more than 64 processes", "record fewer");
        return VM_INVALID;
    }
    t->cursor = trace_cursor_new(t->store, t->config.page_shift, false);
    t->calls = trace_store_calls(t->store);
    t->calls_n = t->calls ? (size_t)trace_store_summary(t->store)->calls_n : 0;
    return t->cursor ? VM_OK : VM_NOMEM;
}

void lab_trace_free(struct lab_trace *t)
{
    if (!t) {
        return;
    }
    trace_cursor_free(t->cursor);
    trace_store_close(t->store);
    vm_history_free(t->history);
    free(t->keys.key);
    free(t->calls);
    free(t);
}

static bool end_with(struct lab_run *run, enum lab_reason reason, const char *message)
{
    run->reason = reason;
    snprintf(run->message, sizeof(run->message), "%s", message);
    return false;
}

/* Of `n` ascending pages: mappings, fewer than MAPPINGS_MAX. */
static enum vm_status map_clusters(struct lab_trace *t, vm_tid tid, const uint64_t *page, size_t n)
{
    unsigned own = trace_store_summary(t->store)->page_shift, here = t->config.page_shift;
    uint64_t gap = GAP, spread = !whole(t) && own > here ? UINT64_C(1) << (own - here) : 1;
    size_t clusters;
    do { /* wider gaps until there are few enough */
        clusters = n ? 1 : 0;
        for (size_t i = 1; i < n; i++) {
            clusters += page[i] - page[i - 1] > gap;
        }
        gap = clusters > MAPPINGS_MAX ? gap * 2 : gap;
    } while (clusters > MAPPINGS_MAX);
    for (size_t i = 0; i < n;) {
        size_t last = i;
        while (last + 1 < n && page[last + 1] - page[last] <= gap) {
            last++;
        }
        struct vm_op op = {.kind = vm_op_kind_mmap};
        op.u.mmap.tid = tid;
        op.u.mmap.hint = page[i] << t->config.page_shift;
        op.u.mmap.bytes = (page[last] - page[i] + spread) << t->config.page_shift;
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

/* Pages of the trace's own size become pages of the machine. */
static bool machine_pages(const struct lab_trace *t, uint64_t *page, size_t n)
{
    unsigned own = trace_store_summary(t->store)->page_shift, here = t->config.page_shift;
    for (size_t i = 0; i < n; i++) {
        vm_vpn process = page[i] >> VM_TRACE_VPN_BITS << VM_TRACE_VPN_BITS;
        if (!whole(t)) {
            vm_vpn vpn = page[i] ^ process;
            page[i] = process | (own > here ? vpn << (own - here) : vpn >> (here - own));
        } else {
            process = 0;
        }
        if ((page[i] ^ process) >> (t->config.va_bits - here)) {
            return false;
        }
    }
    return true;
}

static enum vm_status start_processes(struct lab_trace *t, const uint64_t *page, size_t n)
{
    size_t at = 0;
    for (uint32_t p = 0; p < t->processes; p++) {
        struct vm_op start = {.kind = vm_op_kind_start};
        start.u.start.label = NAME_PROCESS;
        enum vm_status status = vm_history_append(t->history, &start);
        if (status != VM_OK) {
            return status;
        }
        t->tid[p] = vm_process_task(vm_history_head(t->history), p + 1);
        size_t from = at;
        while (at < n && (whole(t) || page[at] >> VM_TRACE_VPN_BITS == p)) {
            at++;
        }
        vm_vpn bits = whole(t) ? 0 : (vm_vpn)p << VM_TRACE_VPN_BITS;
        uint64_t *own = malloc((at - from + 1) * sizeof *own);
        for (size_t i = from; own && i < at; i++) {
            own[i - from] = page[i] ^ bits;
        }
        status = own ? map_clusters(t, t->tid[p], own, at - from) : VM_NOMEM;
        free(own);
        if (status != VM_OK) {
            return status;
        }
    }
    return VM_OK;
}

static void choose_sizes(struct lab_trace *t, size_t n)
{
    if (!t->frames_given) {
        uint64_t frames = n + n / 8 + 64 + (t->config.tables_outside ? 0 : n / 64 + 256);
        t->config.frames = (uint32_t)(frames < 1 << 20 ? frames : 1 << 20);
    }
    if (!t->slots_given) {
        t->config.slots = (uint32_t)(n < 1 << 22 ? n : 1 << 22);
    }
}

/* The machine is made, large enough if nobody said how large. */
static bool begin(struct lab_run *run)
{
    struct lab_trace *t = run->trace;
    size_t n = (size_t)trace_store_summary(t->store)->pages_n;
    uint64_t *page = trace_store_pages(t->store);
    bool fits = page && machine_pages(t, page, n);
    choose_sizes(t, n);
    const char *problem = !trace_store_summary(t->store)->pages_all
                              ? "the trace touches more than 2,097,152 pages"
                          : !page ? "the stored trace is damaged, or no memory is left"
                          : !fits ? "an address of the trace lies outside the machine's"
                                  : vm_config_problem(&t->config);
    struct vm_history_options options = {.count_events = true};
    if (problem) {
        lab_diagnostic_add(&run->diagnostics, 0, problem, "");
    } else if (vm_history_new(&t->config, &options, &t->history) != VM_OK) {
        problem = "no memory left for a machine of this size";
    } else if (start_processes(t, page, n) != VM_OK) {
        problem = "the pages of this trace cannot be mapped";
    }
    free(page);
    if (problem) {
        return end_with(run, LAB_ERROR, problem);
    }
    run->history = t->history;
    if (t->config.policy == vm_policy_kind_opt) {
        vm_record_keys(vm_history_head_mutable(t->history), &t->keys);
    }
    return true;
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
    const struct vm_trace_ref *refs;
    size_t n;
    if (!trace_cursor_next(t->cursor, &refs, &n)) {
        return end_with(run, LAB_ERROR, "the stored trace is damaged");
    }
    for (size_t i = 0; i < n; i++, t->n++) {
        if (t->n == t->limit) {
            t->cut = true;
            return finish(run);
        }
        struct vm_op op = op_of(t, &refs[i]);
        t->status = vm_history_append(t->history, &op);
        if (t->status != VM_OK) {
            return end_with(
                run, t->status == VM_LIMIT ? LAB_LIMIT : LAB_ERROR, vm_status_words(t->status));
        }
    }
    return n > 0 || finish(run);
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

bool lab_trace_note(
    const struct lab_trace *t, size_t i, struct vm_position *position, char *text, size_t room)
{
    if (i >= t->calls_n || t->calls[i].before > t->n) {
        return false;
    }
    const struct vm_trace_call *c = &t->calls[i];
    uint64_t setup = vm_history_length(t->history) - t->n;
    *position = (struct vm_position){setup + c->before, 0};
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
