/* SPDX-License-Identifier: MIT
 * The session: messages to their functions, work in turns. Every message gets an answer.
 */
#include "lab/parts.h"
#include "lab/reply.h"
#include "lab/timeline.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLICE_MS = 15, FIND_US = 400000 };

void lab_begin(struct json *json, const char *type, bool has_id, uint64_t id)
{
    json_object(json);
    json_key_string(json, "type", type);
    if (has_id) {
        json_key_number(json, "id", id);
    }
}

void lab_say(struct lab_session *s, struct json *json)
{
    json_object_end(json);
    if (json->failed) {
        static const char text[] =
            "{\"type\":\"error\",\"code\":\"memory\",\"message\":\"no memory left\"}";
        s->out.text(s->out.ctx, text, sizeof(text) - 1);
    } else {
        s->out.text(s->out.ctx, json->bytes, json->length);
    }
    json_release(json);
}

void lab_error(
    struct lab_session *s, const struct lab_request *r, const char *code, const char *message)
{
    struct json json = {0};
    lab_begin(&json, "error", r->has_id, r->id);
    json_key_string(&json, "code", code);
    json_key_string(&json, "message", message);
    lab_say(s, &json);
}

void lab_say_at(struct lab_session *s, bool has_id, uint64_t id)
{
    struct json json = {0};
    char position[40];
    lab_position_text(s->at, position);
    lab_begin(&json, "at", has_id, id);
    json_key_string(&json, "position", position);
    lab_say(s, &json);
}

static void on_credit(struct lab_session *s, const struct lab_request *r)
{
    uint64_t n;
    if (!json_u64(json_get(r->json, "chunks"), &n) || n < 1) {
        lab_error(s, r, "field", "`chunks` is a whole number from 1");
        return;
    }
    s->transfers.credit += n < LAB_CREDIT_MAX ? n : LAB_CREDIT_MAX;
    if (s->transfers.credit > LAB_CREDIT_MAX) {
        s->transfers.credit = LAB_CREDIT_MAX;
    }
}

static void on_lanes(struct lab_session *s, const struct lab_request *r)
{
    uint64_t from, to, buckets;
    struct json json = {0};
    if (!json_u64(json_get(r->json, "from"), &from) || !json_u64(json_get(r->json, "to"), &to) ||
        !json_u64(json_get(r->json, "buckets"), &buckets)) {
        lab_error(s, r, "field", "`from`, `to` and `buckets` are whole numbers");
        return;
    }
    lab_begin(&json, "lanes", r->has_id, r->id);
    if (!lab_json_lanes(&json, s->run, from, to, buckets)) {
        json_release(&json);
        lab_error(s, r, "range", "0 <= from <= to <= operations, and 1 to 4096 buckets");
        return;
    }
    lab_say(s, &json);
}

static bool read_find(const struct lab_request *r, struct lab_find *find, struct vm_position *from,
    int64_t *direction)
{
    const char *kind = json_text(json_get(r->json, "kind"));
    const json_value *page = json_get(r->json, "page"), *frame = json_get(r->json, "frame"),
                     *tid = json_get(r->json, "tid");
    if (!kind || !lab_find_kind(kind, find) ||
        !lab_position_read(json_text(json_get(r->json, "from")), from) ||
        !json_i64(json_get(r->json, "direction"), direction) ||
        (*direction != 1 && *direction != -1)) {
        return false;
    }
    find->has_page = page != NULL;
    find->has_frame = frame != NULL;
    find->has_tid = tid != NULL;
    return (!page || json_u64(page, &find->page)) && (!frame || json_u64(frame, &find->frame)) &&
           (!tid || json_u64(tid, &find->tid));
}

static void on_find(struct lab_session *s, const struct lab_request *r)
{
    struct lab_find find;
    struct vm_position from;
    int64_t direction;
    bool gave_up;
    if (!read_find(r, &find, &from, &direction)) {
        lab_error(s, r, "field",
            "`kind` is a word of enum fault, an operation, a happening, or fault, switch, copy, "
            "evict, disk, signal, any; `from` a position; `direction` 1 or -1; `page`, `frame` "
            "and `tid` numbers");
        return;
    }
    if (!lab_position_there(s, from)) {
        lab_error(s, r, "range", "`from` lies outside the run");
        return;
    }
    struct vm_position to = lab_find_next(s->run, &find, from, (int)direction, FIND_US, &gave_up);
    struct json json = {0};
    char position[40];
    lab_position_text(to, position);
    lab_begin(&json, "found", r->has_id, r->id);
    json_key_string(&json, "position", to.op ? position : NULL);
    if (gave_up) {
        json_key_bool(&json, "incomplete", true);
    }
    lab_say(s, &json);
}

static void on_ping(struct lab_session *s, const struct lab_request *r)
{
    struct json json = {0};
    lab_begin(&json, "pong", r->has_id, r->id);
    lab_say(s, &json);
}

static const struct {
    const char *type;
    bool needs_run; /* refused while nothing is open, or it is still opening */
    void (*act)(struct lab_session *s, const struct lab_request *r);
} messages[] = {
    {"read", true, lab_read},
    {"credit", false, on_credit},
    {"seek", true, lab_seek},
    {"step", true, lab_step},
    {"play", true, lab_play},
    {"pause", true, lab_pause},
    {"lanes", true, on_lanes},
    {"find", true, on_find},
    {"series", true, lab_series},
    {"history", true, lab_history},
    {"calls", true, lab_calls},
    {"append", true, lab_append},
    {"predict", true, lab_predict},
    {"answer", true, lab_answer},
    {"ping", false, on_ping},
};

const char *lab_session_message(size_t i)
{
    size_t n = sizeof(messages) / sizeof(messages[0]);
    return i < n ? messages[i].type : i == n ? "open" : NULL;
}

static void dispatch(struct lab_session *s, const struct lab_request *r, const char *type, int fd)
{
    if (strcmp(type, "open") == 0) {
        lab_open(s, r, fd);
        return;
    }
    if (fd >= 0) {
        close(fd);
    }
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        if (strcmp(type, messages[i].type) != 0) {
            continue;
        }
        if (messages[i].needs_run && s->opening) {
            lab_error(s, r, "opening", "the run is still being made; wait for `opened`");
        } else if (messages[i].needs_run && !(s->run && s->run->history)) {
            lab_error(s, r, "closed", "nothing is open; send `open` first");
        } else {
            messages[i].act(s, r);
        }
        return;
    }
    lab_error(s, r, "type", "there is no such message; see the lab protocol");
}

void lab_session_tell(
    struct lab_session *s, const char *text, size_t length, int fd, uint64_t now_ms, bool room)
{
    struct json_limits limits = {.bytes = 1 << 20};
    struct json_error error;
    json_value *json = json_parse(text, length, &limits, &error);
    struct lab_request request = {.json = json, .now_ms = now_ms, .room = room};
    const char *type = json_text(json_get(json, "type"));
    request.has_id = json_u64(json_get(json, "id"), &request.id) && request.id < UINT64_C(1) << 53;
    if (!json || !type) {
        lab_error(s, &request, json ? "type" : "json",
            json ? "a message is a JSON object with a string `type`" : error.message);
        if (fd >= 0) {
            close(fd);
        }
    } else if (json_get(json, "id") && !request.has_id) {
        lab_error(s, &request, "field", "`id` is a whole number below 2^53");
        if (fd >= 0) {
            close(fd);
        }
    } else {
        dispatch(s, &request, type, fd);
    }
    json_value_free(json);
}

struct lab_session *lab_session_new(const struct lab_limits *limits, const struct lab_out *out)
{
    struct lab_session *s = calloc(1, sizeof(*s));
    if (s) {
        s->limits = *limits;
        s->out = *out;
        s->transfers.credit = LAB_CREDIT_START;
    }
    return s;
}

void lab_session_free(struct lab_session *s)
{
    if (s) {
        lab_transfers_clear(&s->transfers);
        lab_run_free(s->run);
        free(s);
    }
}

/* The text that ends a transfer. */
static void finish(struct lab_session *s, bool failed)
{
    struct lab_transfer t = s->transfers.item[0];
    struct lab_request r = {.has_id = t.has_id, .id = t.id};
    if (failed) {
        lab_error(s, &r, "memory", "no memory left to show this part of the run");
    } else if (t.kind == LAB_READ) {
        struct json json = {0};
        lab_begin(&json, "read", t.has_id, t.id);
        json_key_number(&json, "reached", t.reached);
        lab_say(s, &json);
    } else {
        struct vm_position now = s->at;
        s->at = t.at;
        lab_say_at(s, t.has_id, t.id);
        s->at = now;
    }
    lab_transfer_drop(&s->transfers, 0);
}

bool lab_session_work(struct lab_session *s, uint64_t now_ms, uint64_t *wake_ms)
{
    bool failed;
    *wake_ms = UINT64_MAX;
    if (s->opening) {
        if (!lab_run_work(s->run, SLICE_MS)) {
            s->opening = false;
            lab_opened(s);
        }
        return true;
    }
    if (s->asking.searching) {
        lab_ask_work(s);
        return true;
    }
    if (s->playing) {
        lab_play_tick(s, now_ms, wake_ms);
    }
    if (lab_transfer_pump(&s->transfers, s->run, &s->out, &failed)) {
        finish(s, failed);
        return true;
    }
    return false;
}

size_t lab_session_memory(const struct lab_session *s)
{
    return s->run && s->run->history ? vm_history_memory(s->run->history) : 0;
}
