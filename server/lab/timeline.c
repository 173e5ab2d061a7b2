/* SPDX-License-Identifier: MIT
 * Where something happens next, or happened before. The marks answer; only a happening by its name,
 * a page or a frame needs the events.
 */
#include "lab/timeline.h"

#include "vm/describe.h"

#include <string.h>

/* Words that are no row of a table. */
static const struct {
    const char *word;
    struct lab_find find;
} words[] = {
    {"any", {.any = true}},
    {"fault", {.faults = true}},
    {"switch", {.switches = true}},
    {"evict", {.flags = VM_MARK_EVICT}},
    {"disk", {.flags = VM_MARK_DISK}},
    {"copy", {.flags = VM_MARK_COPY}},
    {"signal", {.flags = VM_MARK_SIGNAL}},
};

static int op_named(const char *word)
{
    const struct vm_op_desc *desc;
    for (unsigned kind = 0; (desc = vm_op_desc(kind)) != NULL; kind++) {
        if (strcmp(desc->name, word) == 0) {
            return (int)kind;
        }
    }
    return -1;
}

static int happening_named(const char *word)
{
    const struct vm_event_desc *desc;
    for (unsigned kind = 0; (desc = vm_event_desc(kind)) != NULL; kind++) {
        if (!desc->change && strcmp(desc->name, word) == 0) {
            return (int)kind;
        }
    }
    return -1;
}

bool lab_find_kind(const char *kind, struct lab_find *find)
{
    *find = (struct lab_find){0};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(kind, words[i].word) == 0) {
            *find = words[i].find;
            find->fault = find->op = find->happening = -1;
            return true;
        }
    }
    find->fault = vm_enum_named("fault", kind);
    find->op = op_named(kind);
    find->happening = find->op < 0 ? happening_named(kind) : -1;
    if (find->fault > 0) {
        find->op = find->happening = -1;
    }
    return find->fault > 0 || find->op >= 0 || find->happening >= 0;
}

static bool by_events(const struct lab_find *find)
{
    return find->has_page || find->has_frame || find->happening >= 0;
}

/* An operation without a mark of its own may be it. */
static bool hits_fit(const struct lab_find *find)
{
    return (find->any && by_events(find)) || find->happening >= 0 || find->op == vm_op_kind_access;
}

static bool mark_fits(const struct lab_find *find, const vm_history *history, uint64_t n)
{
    struct vm_mark mark = vm_history_mark(history, n);
    if (find->has_tid && mark.tid != find->tid) {
        return false;
    }
    if (find->happening >= 0) {
        return true;
    }
    if (find->any) {
        return by_events(find) || mark.fault || mark.flags;
    }
    if (find->switches) {
        return n > 1 && mark.tid != vm_history_mark(history, n - 1).tid;
    }
    if (find->op >= 0) {
        return mark.kind == find->op;
    }
    return find->faults       ? mark.fault > 0
           : find->fault >= 0 ? mark.fault == find->fault
                              : (mark.flags & find->flags) != 0;
}

static bool names(const struct vm_event_desc *desc, const struct vm_event *event, const char *type,
    uint64_t value)
{
    size_t word = 0;
    for (size_t i = 0; i < desc->fields_n; i++) {
        size_t copies_n = desc->change && i >= desc->keys_n ? 2 : 1;
        for (size_t k = 0; k < copies_n; k++, word++) {
            if (event->word[word] == value && strcmp(desc->fields[i].type, type) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* The operation's events name what is sought; *micro: where the happening is, the first from
 * `after` on or the last before `before`; 0 when none was sought. */
static bool events_fit(const struct lab_find *find, const uint8_t *bytes, size_t length,
    uint32_t after, uint32_t before, bool last, uint32_t *micro)
{
    bool page = !find->has_page, frame = !find->has_frame, told = find->happening < 0;
    struct vm_event event;
    uint32_t now = 0;
    *micro = 0;
    for (size_t at = 0; vm_event_next(bytes, length, &at, &event);) {
        const struct vm_event_desc *desc = vm_event_desc(event.kind);
        now += !desc->change;
        page = page || names(desc, &event, "vpn", find->page);
        frame = frame || names(desc, &event, "frame", find->frame);
        if ((int)event.kind == find->happening && now > after && now < before && (!told || last)) {
            told = true;
            *micro = now;
        }
    }
    return page && frame && told;
}

enum { WINDOW = 256 };

struct from {
    struct vm_position at;
    int direction;
    uint64_t end; /* operations there are */
};

/* Micro-steps of operation n that lie beyond `from` in its direction: after, before (not
 * included). */
static void bounds(
    vm_history *history, const struct from *from, uint64_t n, uint32_t *after, uint32_t *before)
{
    *after = 0;
    *before = UINT32_MAX;
    if (n == from->at.op && from->direction > 0) {
        *after = from->at.micro ? from->at.micro : UINT32_MAX;
    } else if (n == from->at.op) {
        *before = from->at.micro ? from->at.micro : vm_history_micros(history, n);
    }
}

/* The first (last, when going back) fitting place in operations (low, high]; op 0: none. */
static struct vm_position find_in_events(vm_history *history, const struct lab_find *find,
    const struct from *from, uint64_t low, uint64_t high)
{
    struct vm_events events = {0};
    size_t ends[WINDOW];
    struct vm_position found = {0};
    uint64_t at = low;
    bool last = from->direction < 0;
    while (at < high && (!found.op || last)) {
        uint64_t reached = at;
        vm_events_clear(&events);
        if (vm_history_events(history, at, high, SIZE_MAX, &events, ends, &reached) != VM_OK ||
            reached == at) {
            break;
        }
        for (uint64_t n = at; n < reached && (!found.op || last); n++) {
            size_t begin = n == at ? 0 : ends[n - at - 1];
            uint32_t after, before, micro;
            bounds(history, from, n + 1, &after, &before);
            if (mark_fits(find, history, n + 1) &&
                events_fit(find, events.bytes + begin, ends[n - at] - begin, after, before, last,
                    &micro)) {
                found = (struct vm_position){n + 1, micro};
            }
        }
        at = reached;
    }
    vm_events_release(&events);
    return found;
}

/* The first of (from, to] by the marks; 0: none. */
static uint64_t mark_after(
    const vm_history *history, const struct lab_find *find, uint64_t from, uint64_t to)
{
    bool each = hits_fit(find);
    for (uint64_t n = each ? from + 1 : vm_history_next_mark(history, from + 1); n <= to;
         n = each ? n + 1 : vm_history_next_mark(history, n + 1)) {
        if (mark_fits(find, history, n)) {
            return n;
        }
    }
    return 0;
}

/* The last one before `from`, in widening windows. */
static uint64_t mark_before(const vm_history *history, const struct lab_find *find, uint64_t from)
{
    uint64_t high = from ? from - 1 : 0, window = WINDOW, found = 0;
    while (high && !found) {
        uint64_t low = high > window ? high - window : 0, n = low;
        while ((n = mark_after(history, find, n, high)) != 0) {
            found = n;
        }
        high = low;
        window *= 2;
    }
    return found;
}

static struct vm_position search_events(vm_history *history, const struct lab_find *find,
    const struct from *from, uint64_t until_us, bool *gave_up)
{
    uint64_t length = from->end, op = from->at.op;
    bool inside = find->happening >= 0; /* the operation itself may have another one */
    bool forward = from->direction > 0;
    uint64_t low = forward ? (inside && from->at.micro ? op - 1 : op) : 0;
    uint64_t high = forward ? length : (inside || !op ? op : op - 1);
    while (low < high) {
        uint64_t a = forward ? low : (high - low > WINDOW ? high - WINDOW : low);
        uint64_t b = forward ? (high - low > WINDOW ? low + WINDOW : high) : high;
        if (mark_after(history, find, a, b)) {
            struct vm_position found = find_in_events(history, find, from, a, b);
            if (found.op) {
                return found;
            }
        }
        *(forward ? &low : &high) = forward ? b : a;
        if (lab_cpu_us() > until_us) {
            *gave_up = true;
            break;
        }
    }
    return (struct vm_position){0};
}

struct vm_position lab_find_next(struct lab_run *run, const struct lab_find *find,
    struct vm_position from, int direction, uint64_t budget_us, bool *gave_up)
{
    vm_history *history = run->history;
    *gave_up = false;
    if (by_events(find)) {
        struct from start = {from, direction, lab_run_end(run)};
        return search_events(history, find, &start, lab_cpu_us() + budget_us, gave_up);
    }
    uint64_t n = direction > 0 ? mark_after(history, find, from.op, lab_run_end(run))
                               : mark_before(history, find, from.op);
    return (struct vm_position){n, 0};
}
