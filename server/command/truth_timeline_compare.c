/* SPDX-License-Identifier: MIT
 * Mappings, numbers and faults of a timeline against the engine's.
 */
#include "command/truth_timeline.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LISTED = 4096 };

/* Mappings in order of address, files with their own names. */
bool timeline_list(const struct timeline *t, struct truth_vmas *out)
{
    struct vm_vma_view vma;
    bool after_vvar = false;
    out->n = 0;
    for (vm_vpn at = 0; vm_vma_next(t->machine, t->pid, at, &vma); at = vma.end) {
        struct truth_vma item = truth_vma_of(t->machine, &vma);
        item.offset = strcmp(item.name, "<file>") == 0 ? vma.offset : 0;
        for (size_t i = 0; i < t->files && item.name[0] == '<'; i++) {
            if (t->file[i].object == vma.object) {
                const char *slash = strrchr(t->file[i].name, '/');
                snprintf(item.name, sizeof item.name, "%.23s", slash ? slash + 1 : t->file[i].name);
            }
        }
        if (vma.kind == vm_vma_kind_vvar && after_vvar) { /* Linux names the clocks' pages apart */
            snprintf(item.name, sizeof item.name, "[vvar_vclock]");
        }
        after_vvar = vma.kind == vm_vma_kind_vvar;
        if (!truth_vmas_add(out, &item)) {
            return false;
        }
    }
    return true;
}

/* [vsyscall] is no mapping of the process: every process shows it. */
bool timeline_read_vmas(const json_value *list, struct truth_vmas *out)
{
    for (const json_value *v = json_first(list); v; v = json_next(v)) {
        const char *name = json_text(json_get(v, "name")), *perms = json_text(json_get(v, "perms"));
        struct truth_vma item = {.from = TRUTH_AT_SCRIPT};
        uint64_t start;
        if (!name || !perms || strlen(perms) != 4 || !json_u64(json_get(v, "start"), &start) ||
            !json_u64(json_get(v, "pages"), &item.pages)) {
            return false;
        }
        json_u64(json_get(v, "file_off_pages"), &item.offset);
        item.at = (int64_t)(start / TRUTH_PAGE);
        memcpy(item.perms, perms, 5);
        snprintf(item.name, sizeof item.name, "%.23s", name);
        if (strcmp(name, "[vsyscall]") != 0 && !truth_vmas_add(out, &item)) {
            return false;
        }
    }
    return true;
}

static void write_list(
    char *text, const struct truth_vmas *list, const struct truth_vmas *other, const char *sign)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < list->n && n < LISTED; i++) {
        const struct truth_vma *vma = &list->item[i];
        const char *name = vma->name;
        if (other && i < other->n && timeline_same_name(name, other->item[i].name)) {
            name = other->item[i].name; /* libc for libc.so.6 */
        }
        n += (size_t)snprintf(text + n, LISTED - n, "%s%s0x%" PRIx64 ":%" PRIu64 ":%s:%s@%" PRIu64,
            n ? " " : "", sign, (uint64_t)vma->at * TRUTH_PAGE, vma->pages, vma->perms, name,
            vma->offset);
    }
}

static void count_lists(
    struct timeline *t, size_t index, const char *text, const char *expected, const char *got)
{
    truth_count(t->report, TRUTH_VMAS, strcmp(expected, got) == 0, "timeline", index, text,
        expected[0] ? expected : "no change", got[0] ? got : "no change");
}

void timeline_compare_lists(struct timeline *t, size_t index, const char *text,
    const struct truth_vmas *want, const struct truth_vmas *got)
{
    char expected[LISTED] = "", found[LISTED] = "";
    write_list(expected, want, NULL, "");
    write_list(found, got, want, "");
    count_lists(t, index, text, expected, found);
}

void timeline_compare_changes(struct timeline *t, size_t index, const char *text,
    const json_value *event, const struct truth_vmas *before, const struct truth_vmas *after)
{
    char expected[LISTED] = "", found[LISTED] = "";
    struct truth_vmas removed = {0}, added = {0}, want_removed = {0}, want_added = {0};
    if (!timeline_read_vmas(json_get(event, "vma_removed"), &want_removed) ||
        !timeline_read_vmas(json_get(event, "vma_added"), &want_added) ||
        !truth_vmas_minus(before, after, &removed) || !truth_vmas_minus(after, before, &added)) {
        t->report->no_memory = true;
    }
    write_list(expected, &want_removed, NULL, "-");
    write_list(expected, &want_added, NULL, "+");
    write_list(found, &removed, &want_removed, "-");
    write_list(found, &added, &want_added, "+");
    count_lists(t, index, text, expected, found);
    free(removed.item);
    free(added.item);
    free(want_removed.item);
    free(want_added.item);
}

void timeline_compare_number(struct timeline *t, enum truth_group group, size_t index,
    const char *text, const json_value *want, uint64_t got)
{
    uint64_t value;
    char expected[24], found[24];
    if (!json_u64(want, &value)) {
        return; /* not measured */
    }
    snprintf(expected, sizeof expected, "%" PRIu64, value);
    snprintf(found, sizeof found, "%" PRIu64, got);
    truth_count(t->report, group, value == got, "timeline", index, text, expected, found);
}
