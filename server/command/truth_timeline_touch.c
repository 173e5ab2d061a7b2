/* SPDX-License-Identifier: MIT
 * One touch of an address, and what the engine made of it: whether it faulted, of which kind, and
 * what the page was before and is now. The effect is read off the state, not off the engine's
 * words.
 */
#include "command/truth_timeline.h"

#include <inttypes.h>
#include <string.h>

enum { SAID = 200 };

/* What is seen of a page before and after a touch. */
struct seen {
    bool present, zero;
    uint64_t faults, minor, major, anon, file;
};

static struct seen look(const struct timeline *t, vm_va va)
{
    struct seen seen = {.present = false};
    vm_pa pa = 0;
    uint64_t kernel = vm_machine_config(t->machine)->kernel_frames;
    seen.present = vm_translate(t->machine, t->pid, va, &pa);
    seen.zero = seen.present && pa / TRUTH_PAGE + 1 == kernel;
    seen.faults = vm_counter(t->machine, t->pid, vm_counter_faults);
    seen.minor = vm_counter(t->machine, t->pid, vm_counter_minor);
    seen.major = vm_counter(t->machine, t->pid, vm_counter_major);
    seen.anon = vm_counter(t->machine, t->pid, vm_counter_rss_anon);
    seen.file = vm_counter(t->machine, t->pid, vm_counter_rss_file);
    return seen;
}

static const char *effect_of(const struct timeline *t, const struct vm_vma_view *vma,
    const struct seen *before, const struct seen *after)
{
    uint32_t name = 0;
    uint64_t bytes = 0;
    bool file = vma->object &&
                vm_object_kind_of(t->machine, vma->object, &name, &bytes) == vm_object_kind_file;
    bool private_page = after->anon > before->anon;
    if (!after->present) {
        return "no page";
    }
    if (vma->kind == vm_vma_kind_vdso || vma->kind == vm_vma_kind_vvar) {
        return "kernel-provided page mapped";
    }
    if (file && private_page) {
        return before->present ? "COW: private copy of file page (was mapped read-only)"
                               : "COW: private copy of file page (first touch is a write)";
    }
    if (file) {
        return after->file > before->file ? "map page-cache page(s), fault-around up to 16"
                                          : "a file page's rights changed";
    }
    if (before->present) {
        return before->zero && private_page ? "write after zero page" : "copied or reused";
    }
    return after->zero ? "zero page mapped" : private_page ? "zero-filled new frame" : "other";
}

/* "minor write, not-present, hello rw-p page 1: zero-filled new frame" */
static void say(char *out, const char *kind, const char *access, const char *cause, const char *vma,
    uint64_t page, const char *effect)
{
    snprintf(
        out, SAID, "%s %s, %s, %s page %" PRIu64 ": %s", kind, access, cause, vma, page, effect);
}

static const char *text_or(const json_value *event, const char *key, const char *other)
{
    const char *text = json_text(json_get(event, key));
    return text ? text : other;
}

/* "hello rw-p": with the timeline's name for the file where it is the same file. */
static void mapping_words(
    const struct timeline *t, const struct vm_vma_view *vma, const char *want, char *out)
{
    struct truth_vma written = truth_vma_of(t->machine, vma);
    char name[32];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(want, " "), want);
    const char *shown = written.name;
    for (size_t i = 0; i < t->files && written.name[0] == '<'; i++) {
        if (t->file[i].object == vma->object) {
            shown = timeline_same_name(t->file[i].name, name) ? name : t->file[i].name;
        }
    }
    snprintf(out, TIMELINE_NAME + 8, "%s %s", shown, written.perms);
}

/* The kernel copies one byte on behalf of write(2) or read(2). */
static struct truth_outcome kernel_touch(
    struct timeline *t, const struct timeline_touch *touch, uint64_t *value)
{
    struct truth_outcome outcome = {.ending = TRUTH_FINE};
    bool in = touch->access == vm_access_store;
    if (!t->scratch_open) {
        struct vm_op open = {.kind = vm_op_kind_open,
            .u.open = {.tid = t->tid,
                .object = t->scratch,
                .flags = vm_open_bit_read | vm_open_bit_write}};
        if (!timeline_apply(t, &open, NULL, &outcome, &t->scratch_fd)) {
            return outcome;
        }
        t->scratch_open = true;
    }
    struct vm_op op = {.kind = in ? vm_op_kind_read : vm_op_kind_write};
    if (in) {
        op.u.read = (struct vm_op_read){t->tid, t->scratch_fd, touch->va, 1};
    } else {
        op.u.write = (struct vm_op_write){t->tid, t->scratch_fd, touch->va, 1};
    }
    timeline_apply(t, &op, NULL, &outcome, value);
    return outcome;
}

static struct truth_outcome perform(struct timeline *t, const struct timeline_touch *touch)
{
    struct truth_outcome outcome;
    uint64_t value;
    if (touch->kernel) {
        return kernel_touch(t, touch, &value);
    }
    struct vm_op op = {.kind = vm_op_kind_access,
        .u.access = {.tid = t->tid, .va = touch->va, .access = touch->access, .bytes = 1}};
    timeline_apply(t, &op, NULL, &outcome, &value);
    return outcome;
}

void timeline_touch(
    struct timeline *t, const json_value *event, size_t index, const struct timeline_touch *touch)
{
    char text[TRUTH_TEXT], expected[SAID], got[SAID], mapping[TIMELINE_NAME + 8];
    uint64_t page = 0;
    json_u64(json_get(event, "page_in_vma"), &page);
    const char *want = text_or(event, "vma", "?"), *access = text_or(event, "access", "?");
    say(expected, text_or(event, "kind", "minor"), access, text_or(event, "cause", "not-present"),
        want, page, text_or(event, "effect", "?"));
    struct seen before = look(t, touch->va);
    struct truth_outcome outcome = perform(t, touch);
    struct seen after = look(t, touch->va);
    struct vm_vma_view vma;
    if (outcome.ending == TRUTH_BROKEN) {
        snprintf(got, sizeof got, "the engine refuses: %s", vm_status_words(outcome.status));
    } else if (after.faults == before.faults) {
        snprintf(got, sizeof got, "no fault");
    } else if (!vm_vma_at(t->machine, t->pid, touch->va / TRUTH_PAGE, &vma)) {
        snprintf(got, sizeof got, "a signal: nothing is mapped there");
    } else {
        mapping_words(t, &vma, want, mapping);
        const char *kind = after.major > before.major   ? "major"
                           : after.minor > before.minor ? "minor"
                                                        : "a signal's";
        say(got, kind, access, before.present ? "protection" : "not-present", mapping,
            touch->va / TRUTH_PAGE - vma.start,
            json_get(event, "effect") ? effect_of(t, &vma, &before, &after) : "?");
    }
    snprintf(text, sizeof text, "%s 0x%" PRIx64, access, touch->va);
    truth_count(t->report, TRUTH_FAULTS, strcmp(expected, got) == 0, "timeline", index, text,
        expected, got);
}
