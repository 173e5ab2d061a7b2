/* SPDX-License-Identifier: MIT
 * execve of a timeline. The program headers are the list "segments" of the file, when it has one;
 * else they are read off the first mappings: each mapping of a file is one PT_LOAD; the file's part
 * of a writable one ends at the address that execve cleared (a touch during execve), and goes to
 * the end of the mapping when there is none; an anonymous mapping that follows it is its BSS.
 */
#include "command/truth_timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { EXEC_FAULTS = 64, FIXED_BELOW = 0x10000000 };

struct headers {
    const json_value *maps;     /* of the exec event */
    vm_va bias[TIMELINE_FILES]; /* address of each file's first page */
    bool based[TIMELINE_FILES];
    int program, interpreter; /* files; -1: none */
};

static bool read_mapping(const struct timeline *t, const json_value *v, int *file, vm_va *start,
    uint64_t *bytes, uint64_t *offset)
{
    const char *name = json_text(json_get(v, "name"));
    uint64_t pages = 0, page = 0;
    json_u64(json_get(v, "start"), start);
    json_u64(json_get(v, "pages"), &pages);
    json_u64(json_get(v, "file_off_pages"), &page);
    *file = timeline_file_named(t, name);
    *bytes = pages * TRUTH_PAGE;
    *offset = page * TRUTH_PAGE;
    return *file >= 0;
}

static uint64_t prot_of(const char *perms)
{
    return (perms[0] == 'r' ? (unsigned)vm_prot_bit_read : 0U) |
           (perms[1] == 'w' ? (unsigned)vm_prot_bit_write : 0U) |
           (perms[2] == 'x' ? (unsigned)vm_prot_bit_exec : 0U);
}

/* The program is the file of execve's path; the other one is its interpreter. */
static void find_files(struct timeline *t, const struct strace_call *call, struct headers *h)
{
    char path[TIMELINE_NAME] = "";
    strace_text(call, 0, path, sizeof path);
    h->program = h->interpreter = -1;
    for (const json_value *v = json_first(h->maps); v; v = json_next(v)) {
        vm_va start = 0;
        uint64_t bytes, offset;
        int file;
        if (!read_mapping(t, v, &file, &start, &bytes, &offset)) {
            continue;
        }
        if (!h->based[file]) {
            h->based[file] = true;
            h->bias[file] = start - offset;
        }
        bool program = timeline_same_name(path, t->file[file].name);
        int *which = program ? &h->program : &h->interpreter;
        *which = *which < 0 ? file : *which;
    }
}

/* Where execve began to clear within [start, end); end when nowhere. */
static vm_va cleared_from(const struct timeline *t, vm_va start, vm_va end)
{
    for (const json_value *v = json_first(json_get(t->root, "timeline")); v; v = json_next(v)) {
        const char *during = json_text(json_get(v, "during"));
        uint64_t va;
        if (during && strcmp(during, "execve") == 0 && json_u64(json_get(v, "addr"), &va) &&
            va >= start && va < end) {
            return va;
        }
    }
    return end;
}

static vm_va bss_end(const json_value *mapping, vm_va end)
{
    const json_value *next = json_next(mapping);
    const char *name = json_text(json_get(next, "name"));
    uint64_t start = 0, pages = 0;
    bool follows = name && strcmp(name, "anon") == 0 && json_u64(json_get(next, "start"), &start) &&
                   start == end && json_u64(json_get(next, "pages"), &pages);
    return follows ? end + pages * TRUTH_PAGE : end;
}

static bool add_segment(struct timeline *t, int file, uint64_t prot, vm_va va, uint64_t offset,
    uint64_t file_bytes, uint64_t bytes)
{
    struct truth_outcome outcome;
    uint64_t value;
    struct vm_op op = {.kind = vm_op_kind_elf_segment,
        .u.elf_segment = {.object = t->file[file].object,
            .prot = prot,
            .va = va,
            .offset = offset,
            .file_bytes = file_bytes,
            .bytes = bytes}};
    return timeline_apply(t, &op, NULL, &outcome, &value);
}

static bool segments_of_maps(struct timeline *t, const struct headers *h)
{
    for (const json_value *v = json_first(h->maps); v; v = json_next(v)) {
        vm_va start = 0;
        uint64_t bytes, offset;
        int file;
        if (!read_mapping(t, v, &file, &start, &bytes, &offset)) {
            continue;
        }
        uint64_t prot = prot_of(json_text(json_get(v, "perms")));
        vm_va end = start + bytes, bss = prot & vm_prot_bit_write ? bss_end(v, end) : end;
        uint64_t file_bytes = cleared_from(t, start, end) - start;
        vm_va linked = start - (h->bias[file] < FIXED_BELOW ? 0 : h->bias[file]);
        if (!add_segment(t, file, prot, linked, offset, file_bytes, bss - start)) {
            return false;
        }
    }
    return true;
}

static bool segments_of_list(struct timeline *t, const json_value *list, size_t index)
{
    for (const json_value *v = json_first(list); v; v = json_next(v)) {
        const char *name = json_text(json_get(v, "file")), *perms = json_text(json_get(v, "perms"));
        uint64_t va, offset, file_bytes, bytes;
        int file = name ? timeline_file_named(t, name) : -1;
        if (file < 0 || !perms || strlen(perms) < 3 || !json_u64(json_get(v, "va"), &va) ||
            !json_u64(json_get(v, "offset"), &offset) ||
            !json_u64(json_get(v, "file_bytes"), &file_bytes) ||
            !json_u64(json_get(v, "bytes"), &bytes)) {
            return timeline_fail(t, index,
                "a segment has the \"file\" that a mapping names, \"perms\", and \"va\", "
                "\"offset\", \"file_bytes\", \"bytes\" as its program header has them");
        }
        if (!add_segment(t, file, prot_of(perms), va, offset, file_bytes, bytes)) {
            return timeline_fail(t, index, "the engine refuses a segment");
        }
    }
    return true;
}

static bool link_files(struct timeline *t, const struct headers *h)
{
    struct truth_outcome outcome;
    uint64_t value;
    bool fixed = h->bias[h->program] < FIXED_BELOW, alone = h->interpreter < 0;
    enum vm_link_kind kind = fixed   ? alone ? vm_link_kind_static_fixed : vm_link_kind_fixed
                             : alone ? vm_link_kind_static_pie
                                     : vm_link_kind_pie;
    struct vm_op op = {
        .kind = vm_op_kind_link, .u.link = {.object = t->file[h->program].object, .kind = kind}};
    struct vm_op loader = {.kind = vm_op_kind_interpreter,
        .u.interpreter = {.object = t->file[h->program].object,
            .interpreter = alone ? 0 : t->file[h->interpreter].object}};
    return timeline_apply(t, &op, NULL, &outcome, &value) &&
           (alone || timeline_apply(t, &loader, NULL, &outcome, &value));
}

/* argv as execve was given it: ["./hello", "-v"], packed; what does not fit is left out. */
static void pack_arguments(const struct strace_call *call, struct vm_op *op)
{
    uint8_t text[128];
    const char *at = call->n > 1 ? call->argument[1] : "";
    while ((at = strchr(at, '"')) != NULL) {
        const char *end = strchr(at + 1, '"');
        size_t n = end ? (size_t)(end - at) : sizeof text;
        if (op->u.execve.bytes + n > sizeof text) {
            break;
        }
        memcpy(text + op->u.execve.bytes, at + 1, n - 1);
        text[op->u.execve.bytes + n - 1] = '\0';
        op->u.execve.bytes += n;
        op->u.execve.argc++;
        at = end + 1;
    }
    uint64_t *word = &op->u.execve.w0;
    for (size_t i = 0; i < op->u.execve.bytes; i++) {
        word[i / 8] |= (uint64_t)text[i] << (8 * (i % 8));
    }
}

/* ---- the faults of execve itself ---- */
struct exec_fault {
    vm_vpn vpn;
    uint64_t kind;
};

/* Those the kernel took on mappings of files, in order; the stack it fills without a trap. */
static size_t exec_faults(
    const struct timeline *t, const struct vm_events *events, struct exec_fault *out)
{
    size_t n = 0, offset = 0;
    struct vm_event event;
    struct vm_vma_view vma;
    while (n < EXEC_FAULTS && vm_event_next(events->bytes, events->length, &offset, &event)) {
        struct vm_event_fault fault;
        if (event.kind != vm_event_fault) {
            continue;
        }
        memcpy(&fault, event.word, sizeof fault);
        if (vm_vma_at(t->machine, t->pid, fault.vpn, &vma) && vma.kind != vm_vma_kind_stack) {
            out[n++] = (struct exec_fault){fault.vpn, fault.kind};
        }
    }
    return n;
}

static void compare_faults(struct timeline *t, const struct vm_events *events)
{
    struct exec_fault fault[EXEC_FAULTS];
    size_t n = exec_faults(t, events, fault), i = 0, index = 0;
    for (const json_value *v = json_first(json_get(t->root, "timeline")); v;
         v = json_next(v), index++) {
        const char *during = json_text(json_get(v, "during")),
                   *effect = json_text(json_get(v, "effect"));
        uint64_t va = 0;
        if (!during || strcmp(during, "execve") != 0) {
            continue;
        }
        json_u64(json_get(v, "addr"), &va);
        char text[64], expected[TRUTH_TEXT], got[TRUTH_TEXT] = "no fault";
        snprintf(text, sizeof text, "execve writes 0x%" PRIx64, va);
        snprintf(expected, sizeof expected, "page 0x%" PRIx64 ": %s", va / TRUTH_PAGE,
            effect ? effect : "?");
        if (i < n) {
            /* a page of a private mapping that may be written to is a copy */
            bool copied = vm_pte_of(t->machine, t->pid, fault[i].vpn) & vm_pte_bit_writable;
            snprintf(got, sizeof got, "page 0x%" PRIx64 ": %s", fault[i].vpn,
                !effect  ? "?"
                : copied ? "COW: private copy of file page (first touch is a write)"
                         : vm_enum_words("fault", fault[i].kind));
        }
        i++;
        truth_count(t->report, TRUTH_FAULTS, strcmp(expected, got) == 0, "timeline", index, text,
            expected, got);
    }
    if (n > i) {
        char more[40];
        snprintf(more, sizeof more, "%zu more", n - i);
        truth_count(
            t->report, TRUTH_FAULTS, false, "timeline", 0, "execve", "no more faults", more);
    }
}

static void compare_exec(struct timeline *t, const json_value *event, size_t index,
    const char *what, const struct vm_events *events)
{
    struct truth_vmas want = {0}, got = {0};
    char text[TRUTH_TEXT];
    snprintf(text, sizeof text, "%.120s", what);
    if (!timeline_read_vmas(json_get(event, "vmas"), &want) || !timeline_list(t, &got)) {
        t->report->no_memory = true;
    }
    timeline_compare_lists(t, index, text, &want, &got);
    compare_faults(t, events);
    timeline_compare_number(t, TRUTH_RSS, index, "execve: rss_anon", json_get(event, "rss_anon"),
        vm_counter(t->machine, t->pid, vm_counter_rss_anon));
    timeline_compare_number(t, TRUTH_RSS, index, "execve: rss_file", json_get(event, "rss_file"),
        vm_counter(t->machine, t->pid, vm_counter_rss_file));
    free(want.item);
    free(got.item);
}

bool timeline_exec(struct timeline *t, const json_value *event, size_t index)
{
    const char *what = json_text(json_get(event, "what"));
    const json_value *list = json_get(t->root, "segments");
    struct headers h = {.maps = json_get(event, "vmas")};
    struct strace_call call;
    strace_parse(what, &call);
    find_files(t, &call, &h);
    if (h.program < 0) {
        return timeline_fail(t, index, "no mapping has the name of the program of execve");
    }
    if (!(list ? segments_of_list(t, list, index) : segments_of_maps(t, &h)) ||
        !link_files(t, &h)) {
        truth_count(t->report, TRUTH_SIGNALS, false, "timeline", index, "load the program", "done",
            "the engine refuses its segments");
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_execve,
        .u.execve = {.tid = t->tid, .program = t->file[h.program].object}};
    struct vm_events events = {0};
    struct truth_outcome outcome;
    uint64_t value;
    pack_arguments(&call, &op);
    bool good = timeline_apply(t, &op, &events, &outcome, &value);
    if (good) {
        compare_exec(t, event, index, what, &events);
    } else {
        truth_count(t->report, TRUTH_SIGNALS, false, "timeline", index, "execve", "done",
            outcome.ending == TRUTH_BROKEN ? vm_status_words(outcome.status) : "it fails");
    }
    t->report->no_memory = t->report->no_memory || events.failed;
    vm_events_release(&events);
    return good;
}
