/* SPDX-License-Identifier: MIT
 * A thing's own history: the micro-steps that changed it, newest first, found by reading the log
 * backwards in windows. Operations that only hit are passed over: they change no entry.
 */
#include "lab/parts.h"
#include "lab/reply.h"
#include "lab/thing.h"

#include "vm/describe.h"

#include <stdlib.h>
#include <string.h>

enum {
    COUNT_MAX = 100,
    WINDOW = 256,
    WINDOW_MAX = 16384,
    READ_BYTES = 1 << 20,
    SEARCH_US = 400000
};

/* A micro-step that changed the thing: its happening and those of its changes. */
struct item {
    struct vm_position position;
    struct vm_events events; /* owned */
};

struct search {
    struct lab_run *run;
    struct lab_thing thing;
    struct vm_position until; /* what comes after it is not looked at */
    struct item *item;        /* owned; those of the present window, oldest first */
    size_t n, room;
    size_t found; /* of newer windows */
    bool failed;
};

static void drop_items(struct search *s)
{
    for (size_t i = 0; i < s->n; i++) {
        vm_events_release(&s->item[i].events);
    }
    s->n = 0;
}

static struct item *new_item(struct search *s, struct vm_position position)
{
    if (s->n == s->room) {
        size_t room = s->room ? s->room * 2 : 64;
        struct item *item = realloc(s->item, room * sizeof *item);
        if (!item) {
            s->failed = true;
            return NULL;
        }
        s->item = item;
        s->room = room;
    }
    s->item[s->n] = (struct item){.position = position};
    return &s->item[s->n++];
}

/* The events of operation `op`. */
static void look_at(struct search *s, uint64_t op, const uint8_t *bytes, size_t length)
{
    struct vm_event event, happening = {0};
    struct item *item = NULL;
    uint32_t micro = 0;
    bool any = false;
    for (size_t at = 0; vm_event_next(bytes, length, &at, &event);) {
        bool change = vm_event_desc(event.kind)->change;
        if (!change) {
            micro++;
            happening = event;
            any = true;
            item = NULL;
        }
        if (op == s->until.op && s->until.micro && micro > s->until.micro) {
            return;
        }
        /* one that is too large to be told may have changed anything */
        bool mine = change ? lab_thing_owns(&s->thing, &event) : event.kind == vm_event_bulk;
        if (!mine) {
            continue;
        }
        if (!item) {
            item = new_item(s, (struct vm_position){op, micro});
            if (item && any) {
                vm_events_put(&item->events, happening.kind, happening.word, happening.n);
            }
        }
        if (item && change) {
            vm_events_put(&item->events, event.kind, event.word, event.n);
        }
    }
}

/* Operations (from, to], one after the other. False: they cannot be read. */
static bool read_some(struct search *s, uint64_t from, uint64_t to)
{
    struct vm_events events = {0};
    size_t ends[WINDOW];
    bool good = true;
    for (uint64_t at = from, reached; good && at < to; at = reached) {
        uint64_t stop = to - at > WINDOW ? at + WINDOW : to;
        vm_events_clear(&events);
        good = vm_history_events(s->run->history, at, stop, READ_BYTES, &events, ends, &reached) ==
                   VM_OK &&
               reached > at && !events.failed;
        for (uint64_t n = at; good && n < reached; n++) {
            size_t begin = n == at ? 0 : ends[n - at - 1];
            look_at(s, n + 1, events.bytes ? events.bytes + begin : NULL, ends[n - at] - begin);
        }
    }
    vm_events_release(&events);
    return good;
}

/* All of (low, high] that can have changed something. */
static bool read_window(struct search *s, uint64_t low, uint64_t high)
{
    const vm_machine *machine;
    vm_history *history = s->run->history;
    if (vm_history_at(history, low, &machine) != VM_OK) {
        return false;
    }
    lab_thing_place(&s->thing, machine);
    for (uint64_t n = vm_history_next_mark(history, low + 1); n <= high;) {
        uint64_t end = n, next;
        while ((next = vm_history_next_mark(history, end + 1)) == end + 1 && next <= high) {
            end = next;
        }
        if (!read_some(s, n - 1, end)) {
            return false;
        }
        n = next;
    }
    return true;
}

static void put_item(struct json *json, const struct search *s, const struct item *item)
{
    struct vm_op op;
    char position[40];
    const struct vm_op_desc *desc = vm_history_op(s->run->history, item->position.op, &op) == VM_OK
                                        ? vm_op_desc(op.kind)
                                        : NULL;
    lab_position_text(item->position, position);
    json_object(json);
    json_key_string(json, "position", position);
    json_key_string(json, "op", desc ? desc->name : NULL);
    json_key_number(json, "line", desc ? op.line : 0);
    json_key_number(json, "tid", desc ? lab_op_task(&op) : 0);
    json_key(json, "events");
    json_bytes(json, item->events.bytes, item->events.length);
    json_object_end(json);
}

/* The position one micro-step earlier. */
static struct vm_position before(struct vm_position at)
{
    if (at.micro > 1) {
        return (struct vm_position){at.op, at.micro - 1};
    }
    return (struct vm_position){at.op - 1, 0};
}

/* Members `items` and `next`: where to go on, null at the beginning. */
static bool answer(struct search *s, size_t count, struct json *json)
{
    uint64_t until_us = lab_cpu_us() + SEARCH_US, high = s->until.op, window = WINDOW;
    struct vm_position next = s->until;
    json_key(json, "items");
    json_array(json);
    uint64_t now = lab_cpu_us();
    while (high && s->found < count && !s->failed && now < until_us) {
        uint64_t low = high > window ? high - window : 0;
        drop_items(s);
        if (!read_window(s, low, high) || s->failed) {
            return false;
        }
        for (size_t i = s->n; i-- > 0 && s->found < count; s->found++) {
            put_item(json, s, &s->item[i]);
            next = before(s->item[i].position);
        }
        high = low;
        if (s->found < count) {
            next = (struct vm_position){low, 0};
        }
        /* Where little happens a window costs the way there: wider ones pay. */
        uint64_t then = now;
        now = lab_cpu_us();
        window = now - then < SEARCH_US / 8 ? window * 2 : window;
    }
    json_array_end(json);
    char position[40];
    lab_position_text(next, position);
    json_key_string(json, "next", next.op ? position : NULL);
    return !s->failed;
}

void lab_history(struct lab_session *session, const struct lab_request *r)
{
    struct search s = {.run = session->run};
    uint64_t count = 20;
    const json_value *asked = json_get(r->json, "count");
    if (!lab_thing_read(json_get(r->json, "of"), &s.thing) ||
        !lab_position_read(json_text(json_get(r->json, "before")), &s.until) ||
        (asked && (!json_u64(asked, &count) || count < 1 || count > COUNT_MAX))) {
        lab_error(session, r, "field",
            "`of` is one of {frame}, {slot}, {pid, page}, {table, index}, {cpu, entry}, {thread}, "
            "{process}, {mapping}, {object} with whole numbers; `before` a position; `count` 1 to "
            "100");
        return;
    }
    if (!lab_position_there(session, s.until)) {
        lab_error(session, r, "range", "`before` lies outside the run");
        return;
    }
    struct json json = {0};
    lab_begin(&json, "history", r->has_id, r->id);
    if (answer(&s, (size_t)count, &json)) {
        lab_say(session, &json);
    } else {
        json_release(&json);
        lab_error(session, r, "memory", "no memory left to search this run");
    }
    drop_items(&s);
    free(s.item);
}
