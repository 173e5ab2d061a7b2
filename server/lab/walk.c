/* SPDX-License-Identifier: MIT
 * Moving about: read, seek, step, play. A position between operations has micro 0; 148.7 lies
 * inside operation 148. The last micro-step of an operation completes it, so 148.last is written
 * 148.
 */
#include "lab/parts.h"
#include "lab/reply.h"

#include <string.h>

enum { BUDGET = 262144, BUDGET_MAX = 4 << 20, AT_MS = 100 };

static uint64_t length_of(const struct lab_session *s)
{
    return lab_run_end(s->run);
}

/* Micro-steps of operation n (1-based), as far as its mark can count. */
static uint32_t micros(const struct lab_session *s, uint64_t n)
{
    return vm_history_micros(s->run->history, n);
}

bool lab_position_there(const struct lab_session *s, struct vm_position position)
{
    return position.op <= length_of(s) &&
           (position.micro == 0 || position.micro <= micros(s, position.op));
}

static struct vm_position complete(const struct lab_session *s, struct vm_position at)
{
    if (at.micro && at.micro >= micros(s, at.op)) {
        at.micro = 0;
    }
    return at;
}

static struct vm_position forward(
    const struct lab_session *s, struct vm_position at, uint64_t by, bool micro)
{
    uint64_t length = length_of(s);
    if (!micro) {
        at.op += at.micro ? by - 1 : by; /* the first unit completes the one in progress */
        at.micro = 0;
        if (at.op > length) {
            at.op = length;
        }
        return at;
    }
    for (; by; by--) {
        if (!at.micro) {
            if (at.op == length) {
                break;
            }
            at.op++;
        }
        at.micro++;
        at = complete(s, at);
    }
    return at;
}

static struct vm_position backward(
    const struct lab_session *s, struct vm_position at, uint64_t by, bool micro)
{
    if (!micro) {
        at.op = at.op > by ? at.op - by : 0;
        at.micro = 0;
        return at;
    }
    for (; by && (at.op || at.micro); by--) {
        uint32_t now = at.micro ? at.micro : micros(s, at.op);
        if (now <= 1) {
            at.op--;
            at.micro = 0;
        } else {
            at.micro = now - 1;
        }
    }
    return at;
}

struct vm_position lab_walk(
    const struct lab_session *s, struct vm_position at, int64_t by, bool micro)
{
    if (by > 0) {
        return forward(s, at, (uint64_t)by, micro);
    }
    return by < 0 ? backward(s, at, (uint64_t)-by, micro) : at;
}

static void enqueue(struct lab_session *s, const struct lab_request *r, struct lab_transfer *t)
{
    t->has_id = r->has_id;
    t->id = r->id;
    if (!lab_transfer_add(&s->transfers, t)) {
        lab_error(s, r, "busy", "too many requests are waiting for credit");
    }
}

void lab_read(struct lab_session *s, const struct lab_request *r)
{
    struct lab_transfer t = {.kind = LAB_READ, .budget = BUDGET};
    const json_value *describe = json_get(r->json, "describe"),
                     *budget = json_get(r->json, "budget");
    if (!json_u64(json_get(r->json, "from"), &t.from) ||
        !json_u64(json_get(r->json, "to"), &t.to) ||
        (describe && !json_flag(describe, &t.describe)) ||
        (budget && !json_u64(budget, &t.budget))) {
        lab_error(s, r, "field",
            "`from`, `to` and `budget` are whole numbers, `describe` is true or false");
        return;
    }
    if (t.from > t.to || t.to > length_of(s) || t.budget < 1 || t.budget > BUDGET_MAX) {
        lab_error(
            s, r, "range", "0 <= from <= to <= operations, and a budget of 1 to 4194304 bytes");
        return;
    }
    enqueue(s, r, &t);
}

/* The newest seek wins. */
static void supersede(struct lab_session *s)
{
    for (size_t i = s->transfers.n; i-- > 0;) {
        struct lab_transfer *t = &s->transfers.item[i];
        if (t->kind == LAB_SEEK) {
            struct lab_request old = {.has_id = t->has_id, .id = t->id};
            lab_transfer_drop(&s->transfers, i);
            lab_error(s, &old, "superseded", "a newer seek came");
        }
    }
}

void lab_seek(struct lab_session *s, const struct lab_request *r)
{
    struct lab_transfer t = {.kind = LAB_SEEK, .describe = true, .budget = BUDGET};
    if (!lab_position_read(json_text(json_get(r->json, "to")), &t.at)) {
        lab_error(s, r, "field", "`to` is a position such as \"148\" or \"148.7\"");
        return;
    }
    if (!lab_position_there(s, t.at)) {
        lab_error(s, r, "range", "the position lies outside the run");
        return;
    }
    t.from = t.at.micro ? t.at.op - 1 : t.at.op;
    t.to = t.at.op;
    t.at = complete(s, t.at);
    s->at = t.at;
    s->playing = false;
    supersede(s);
    enqueue(s, r, &t);
}

static bool read_unit(const json_value *unit, bool *micro)
{
    const char *word = json_text(unit);
    *micro = word && strcmp(word, "micro") == 0;
    return *micro || (word && strcmp(word, "operation") == 0);
}

void lab_step(struct lab_session *s, const struct lab_request *r)
{
    struct lab_transfer t = {.kind = LAB_STEP, .budget = BUDGET};
    int64_t by;
    bool micro;
    if (!json_i64(json_get(r->json, "by"), &by) || by > 1000000 || by < -1000000 ||
        !read_unit(json_get(r->json, "unit"), &micro)) {
        lab_error(s, r, "field",
            "`by` is a whole number up to a million, `unit` \"operation\" or \"micro\"");
        return;
    }
    t.at = lab_walk(s, s->at, by, micro);
    t.from = s->at.op;
    t.to = t.at.op > t.from ? t.at.op : t.from;
    s->at = t.at;
    s->playing = false;
    enqueue(s, r, &t);
}

void lab_play(struct lab_session *s, const struct lab_request *r)
{
    double rate;
    bool micro;
    if (!json_double(json_get(r->json, "rate"), &rate) || !(rate > 0 && rate <= 1e6) ||
        !read_unit(json_get(r->json, "unit"), &micro)) {
        lab_error(s, r, "field",
            "`rate` is above 0 and at most a million, `unit` \"operation\" or \"micro\"");
        return;
    }
    s->playing = true;
    s->by_micro = micro;
    s->rate = rate;
    s->play_ms = s->told_ms = r->now_ms;
    s->play_from = s->at;
    lab_say_at(s, r->has_id, r->id);
}

void lab_pause(struct lab_session *s, const struct lab_request *r)
{
    uint64_t wake;
    if (s->playing) {
        s->told_ms = 0;
        lab_play_tick(s, r->now_ms, &wake);
        s->playing = false;
    }
    lab_say_at(s, r->has_id, r->id);
}

void lab_play_tick(struct lab_session *s, uint64_t now_ms, uint64_t *wake_ms)
{
    *wake_ms = s->told_ms + AT_MS;
    if (now_ms < *wake_ms) {
        return;
    }
    double units = (double)(now_ms - s->play_ms) * s->rate / 1000.0;
    int64_t whole = (int64_t)units;
    if (whole >= 1) {
        /* From the last whole unit on, so that walking micro-steps costs what was walked since. */
        struct vm_position to = lab_walk(s, s->play_from, whole, s->by_micro);
        s->play_from = to;
        s->play_ms += (uint64_t)((double)whole * 1000.0 / s->rate);
        if (s->told_ms && (to.op != s->at.op || to.micro != s->at.micro)) {
            s->at = to;
            lab_say_at(s, false, 0);
        }
        s->at = to;
    }
    s->told_ms = now_ms;
    *wake_ms = now_ms + AT_MS;
    if (s->at.op == length_of(s) && !s->at.micro) {
        s->playing = false;
        *wake_ms = UINT64_MAX;
    }
}
