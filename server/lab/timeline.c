/* SPDX-License-Identifier: MIT
 * Lanes and finding. Both read the marks, 10 bytes an operation; only a page or a frame needs the
 * events.
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

static unsigned most_run(const struct vm_mark *mark, uint64_t a, uint64_t b)
{
    uint64_t times[256] = {0};
    unsigned best = 0;
    for (uint64_t i = a; i < b; i++) {
        times[mark[i].pid]++;
    }
    for (unsigned pid = 1; pid < 256; pid++) {
        best = times[pid] > times[best] ? pid : best;
    }
    return best;
}

/* The thread of that process which ran last in it; 0 when none did. */
static unsigned last_thread(const struct vm_mark *mark, uint64_t a, uint64_t b, unsigned pid)
{
    while (b > a && mark[b - 1].pid != pid) {
        b--;
    }
    return b > a ? mark[b - 1].tid : 0;
}

bool lab_json_lanes(
    struct json *json, struct lab_run *run, uint64_t from, uint64_t to, uint64_t buckets)
{
    uint64_t length = run->history ? vm_history_length(run->history) : 0;
    if (from > to || to > length || buckets < 1 || buckets > 4096) {
        return false;
    }
    const struct vm_mark *mark = run->history ? vm_history_marks(run->history) : NULL;
    json_key_number(json, "from", from);
    json_key_number(json, "to", to);
    json_key_number(json, "buckets", buckets);
    for (int threads = 0; threads < 2; threads++) {
        json_key(json, threads ? "tid" : "pid");
        json_array(json);
        for (uint64_t b = 0; b < buckets; b++) {
            uint64_t first = edge(from, to, buckets, b), end = edge(from, to, buckets, b + 1);
            unsigned pid = most_run(mark, first, end);
            json_number(json, threads ? last_thread(mark, first, end, pid) : pid);
        }
        json_array_end(json);
    }
    for (size_t k = 0; k < sizeof(lanes) / sizeof(lanes[0]); k++) {
        json_key(json, lanes[k].name);
        json_array(json);
        for (uint64_t b = 0; b < buckets; b++) {
            uint64_t sum = 0;
            for (uint64_t i = edge(from, to, buckets, b); i < edge(from, to, buckets, b + 1); i++) {
                sum += lanes[k].counts(&mark[i]);
            }
            json_number(json, sum);
        }
        json_array_end(json);
    }
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
    const struct vm_mark *mark = vm_history_marks(run->history);
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
            if (mark_fits(find, &mark[n]) && events_fit(find, events.bytes + begin, end - begin)) {
                found = n + 1;
            }
        }
        at = reached;
    }
    vm_events_release(&events);
    return found;
}

static bool any_mark(
    const struct lab_run *run, const struct lab_find *find, uint64_t from, uint64_t to)
{
    const struct vm_mark *mark = vm_history_marks(run->history);
    for (uint64_t i = from; i < to; i++) {
        if (mark_fits(find, &mark[i])) {
            return true;
        }
    }
    return false;
}

uint64_t lab_find_next(struct lab_run *run, const struct lab_find *find, uint64_t from,
    int direction, uint64_t budget_us, bool *gave_up)
{
    uint64_t length = vm_history_length(run->history), until = lab_cpu_us() + budget_us;
    const struct vm_mark *mark = vm_history_marks(run->history);
    *gave_up = false;
    if (!find->has_page && !find->has_frame) {
        for (uint64_t n = direction > 0 ? from + 1 : from - 1; n >= 1 && n <= length;
             n += direction > 0 ? 1 : (uint64_t)-1) {
            if (mark_fits(find, &mark[n - 1])) {
                return n;
            }
        }
        return 0;
    }
    uint64_t low = direction > 0 ? from : 0, high = direction > 0 ? length : (from ? from - 1 : 0);
    while (low < high) {
        uint64_t a = direction > 0 ? low : (high - low > WINDOW ? high - WINDOW : low);
        uint64_t b = direction > 0 ? (high - low > WINDOW ? low + WINDOW : high) : high;
        uint64_t found = any_mark(run, find, a, b) ? find_in_events(run, find, a, b, direction) : 0;
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
