/* SPDX-License-Identifier: MIT
 * Lanes and finding. Both read the marks; only a page or a frame needs the events.
 */
#include "lab/timeline.h"
#include "lab/reply.h"

#include <stdlib.h>
#include <string.h>

static bool copies(const struct vm_mark *m)
{
    return m->fault == vm_fault_cow || m->fault == vm_fault_reuse || (m->flags & VM_MARK_COPY);
}

struct lane {
    const char *name;
    bool (*counts)(const struct vm_mark *mark);
};

static bool is_minor(const struct vm_mark *m)
{
    return m->fault == vm_fault_zero || m->fault == vm_fault_minor;
}
static bool is_major(const struct vm_mark *m)
{
    return m->fault == vm_fault_major;
}
static bool is_evict(const struct vm_mark *m)
{
    return m->flags & VM_MARK_EVICT;
}
static bool is_disk(const struct vm_mark *m)
{
    return m->flags & VM_MARK_DISK;
}
static bool is_signal(const struct vm_mark *m)
{
    return m->flags & VM_MARK_SIGNAL;
}

static const struct lane lanes[] = {{"minor", is_minor}, {"major", is_major}, {"cow", copies},
    {"evict", is_evict}, {"disk", is_disk}, {"signal", is_signal}};

/* Marks of bucket b of [from, to): [edge(b), edge(b + 1)). to - from < 2^43, buckets <= 4096. */
static uint64_t edge(uint64_t from, uint64_t to, uint64_t buckets, uint64_t b)
{
    return from + (to - from) * b / buckets;
}

enum { LANES = sizeof(lanes) / sizeof(lanes[0]) };
struct bucket {
    uint64_t count[LANES];
    unsigned pid, tid; /* who ran most in it, and its thread that ran last */
};

/* Operations (a, b]: one whose mark says something, then those that are like it. */
static struct bucket sum(const vm_history *history, uint64_t a, uint64_t b)
{
    uint64_t times[256] = {0};
    unsigned last[256] = {0};
    struct bucket bucket = {0};
    for (uint64_t n = a + 1; n <= b;) {
        struct vm_mark mark = vm_history_mark(history, n);
        uint64_t next = vm_history_next_mark(history, n + 1);
        next = next <= b ? next : b + 1;
        times[mark.pid] += next - n;
        last[mark.pid] = mark.tid;
        for (int k = 0; k < LANES; k++) {
            bucket.count[k] += lanes[k].counts(&mark);
        }
        n = next;
    }
    for (unsigned pid = 1; pid < 256; pid++) {
        bucket.pid = times[pid] > times[bucket.pid] ? pid : bucket.pid;
    }
    bucket.tid = last[bucket.pid];
    return bucket;
}

static void lane(
    struct json *json, const char *name, const struct bucket *bucket, uint64_t n, int k)
{
    json_key(json, name);
    json_array(json);
    for (uint64_t b = 0; b < n; b++) {
        json_number(json, k == -2 ? bucket[b].pid : k == -1 ? bucket[b].tid : bucket[b].count[k]);
    }
    json_array_end(json);
}

bool lab_json_lanes(
    struct json *json, struct lab_run *run, uint64_t from, uint64_t to, uint64_t buckets)
{
    uint64_t length = run->history ? vm_history_length(run->history) : 0;
    if (from > to || to > length || buckets < 1 || buckets > 4096) {
        return false;
    }
    struct bucket *bucket = calloc(buckets, sizeof *bucket);
    if (!bucket) {
        json->failed = true;
        return true;
    }
    for (uint64_t b = 0; run->history && b < buckets; b++) {
        bucket[b] = sum(run->history, edge(from, to, buckets, b), edge(from, to, buckets, b + 1));
    }
    json_key_number(json, "from", from);
    json_key_number(json, "to", to);
    json_key_number(json, "buckets", buckets);
    lane(json, "pid", bucket, buckets, -2);
    lane(json, "tid", bucket, buckets, -1);
    for (int k = 0; k < LANES; k++) {
        lane(json, lanes[k].name, bucket, buckets, k);
    }
    free(bucket);
    return true;
}

bool lab_find_kind(const char *kind, struct lab_find *find)
{
    static const struct {
        const char *word;
        uint8_t flags;
    } words[] = {{"evict", VM_MARK_EVICT}, {"disk", VM_MARK_DISK}, {"signal", VM_MARK_SIGNAL}};
    *find = (struct lab_find){.fault = -1};
    if (strcmp(kind, "any") == 0) {
        find->any = true;
        return true;
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(kind, words[i].word) == 0) {
            find->flags = words[i].flags;
            return true;
        }
    }
    find->fault = vm_enum_named("fault", kind);
    return find->fault > 0;
}

static bool mark_fits(const struct lab_find *find, const struct vm_mark *mark)
{
    if (find->any) {
        return find->has_page || find->has_frame || mark->fault || mark->flags;
    }
    return find->fault >= 0 ? mark->fault == find->fault : (mark->flags & find->flags) != 0;
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

static bool events_fit(const struct lab_find *find, const uint8_t *bytes, size_t length)
{
    bool page = !find->has_page, frame = !find->has_frame;
    struct vm_event event;
    for (size_t at = 0; !(page && frame) && vm_event_next(bytes, length, &at, &event);) {
        const struct vm_event_desc *desc = vm_event_desc(event.kind);
        page = page || names(desc, &event, "vpn", find->page);
        frame = frame || names(desc, &event, "frame", find->frame);
    }
    return page && frame;
}

enum { WINDOW = 256 };

/* The first (last, when going back) fitting operation of (from, to]; 0: none. */
static uint64_t find_in_events(
    struct lab_run *run, const struct lab_find *find, uint64_t from, uint64_t to, int direction)
{
    struct vm_events events = {0};
    size_t ends[WINDOW];
    uint64_t found = 0, at = from;
    while (at < to && !(found && direction > 0)) {
        uint64_t reached = at;
        vm_events_clear(&events);
        if (vm_history_events(run->history, at, to, SIZE_MAX, &events, ends, &reached) != VM_OK ||
            reached == at) {
            break;
        }
        for (uint64_t n = at; n < reached && !(found && direction > 0); n++) {
            size_t begin = n == at ? 0 : ends[n - at - 1], end = ends[n - at];
            struct vm_mark mark = vm_history_mark(run->history, n + 1);
            if (mark_fits(find, &mark) && events_fit(find, events.bytes + begin, end - begin)) {
                found = n + 1;
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
    if (find->any && (find->has_page || find->has_frame)) {
        return from < to ? from + 1 : 0; /* a hit will do */
    }
    for (uint64_t n = vm_history_next_mark(history, from + 1); n <= to;
         n = vm_history_next_mark(history, n + 1)) {
        struct vm_mark mark = vm_history_mark(history, n);
        if (mark_fits(find, &mark)) {
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

uint64_t lab_find_next(struct lab_run *run, const struct lab_find *find, uint64_t from,
    int direction, uint64_t budget_us, bool *gave_up)
{
    uint64_t length = vm_history_length(run->history), until = lab_cpu_us() + budget_us;
    *gave_up = false;
    if (!find->has_page && !find->has_frame) {
        return direction > 0 ? mark_after(run->history, find, from, length)
                             : mark_before(run->history, find, from);
    }
    uint64_t low = direction > 0 ? from : 0, high = direction > 0 ? length : (from ? from - 1 : 0);
    while (low < high) {
        uint64_t a = direction > 0 ? low : (high - low > WINDOW ? high - WINDOW : low);
        uint64_t b = direction > 0 ? (high - low > WINDOW ? low + WINDOW : high) : high;
        uint64_t found =
            mark_after(run->history, find, a, b) ? find_in_events(run, find, a, b, direction) : 0;
        if (found) {
            return found;
        }
        *(direction > 0 ? &low : &high) = direction > 0 ? b : a;
        if (lab_cpu_us() > until) {
            *gave_up = true;
            return 0;
        }
    }
    return 0;
}
