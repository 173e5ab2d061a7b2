/* SPDX-License-Identifier: MIT
 * Frames: u8 version, u8 kind, u8 last, LEB128 request id, payload; see docs/protocol.md.
 */
#include "lab/transfer.h"
#include "lab/reply.h"

#include <stdlib.h>
#include <string.h>

enum { KIND_STATE = 1, KIND_STEPS = 2 };

static size_t put_leb(uint8_t *out, uint64_t value)
{
    size_t n = 0;
    for (; value >= 0x80; value >>= 7) {
        out[n++] = (uint8_t)(value | 0x80);
    }
    out[n++] = (uint8_t)value;
    return n;
}

bool lab_transfer_add(struct lab_transfers *list, const struct lab_transfer *transfer)
{
    if (list->n == LAB_TRANSFERS_MAX) {
        return false;
    }
    list->item[list->n++] = *transfer;
    return true;
}

void lab_transfer_drop(struct lab_transfers *list, size_t index)
{
    struct lab_transfer *t = &list->item[index];
    vm_events_release(&t->state);
    free(t->steps);
    memmove(t, t + 1, (list->n - index - 1) * sizeof(*t));
    list->n--;
}

void lab_transfers_clear(struct lab_transfers *list)
{
    while (list->n) {
        lab_transfer_drop(list, list->n - 1);
    }
}

struct bytes {
    uint8_t *at; /* owned */
    size_t n, capacity;
};

static bool add(struct bytes *b, const void *bytes, size_t n)
{
    if (b->capacity - b->n < n) {
        size_t capacity = (b->capacity + n) * 2;
        uint8_t *at = realloc(b->at, capacity);
        if (!at) {
            return false;
        }
        b->at = at;
        b->capacity = capacity;
    }
    if (n && bytes) {
        memcpy(b->at + b->n, bytes, n);
        b->n += n;
    }
    return true;
}

static bool put_step(struct bytes *out, const struct vm_op *op, const uint8_t *events, size_t n)
{
    uint8_t head[40], size[10];
    size_t head_n = put_leb(head, op->kind);
    head_n += put_leb(head + head_n, op->line);
    head_n += put_leb(head + head_n, lab_op_task(op));
    size_t size_n = put_leb(size, head_n + n);
    return add(out, size, size_n) && add(out, head, head_n) && add(out, events, n);
}

/* Steps (t->from, t->to] in windows, until the budget is used up; at least one. */
static bool make_steps(struct lab_transfer *t, struct lab_run *run)
{
    enum { WINDOW = 512 };
    struct vm_events events = {0};
    struct bytes out = {0};
    size_t ends[WINDOW];
    bool good = true;
    t->reached = t->from;
    while (good && t->reached < t->to && (out.n < t->budget || t->reached == t->from)) {
        uint64_t from = t->reached, to = t->to - from > WINDOW ? from + WINDOW : t->to,
                 reached = from;
        vm_events_clear(&events);
        good = vm_history_events(
                   run->history, from, to, t->budget - out.n, &events, ends, &reached) == VM_OK &&
               reached > from && !events.failed;
        for (uint64_t n = from; good && n < reached; n++) {
            struct vm_op op;
            size_t begin = n == from ? 0 : ends[n - from - 1];
            good = vm_history_op(run->history, n + 1, &op) == VM_OK &&
                   put_step(&out, &op, events.bytes ? events.bytes + begin : NULL,
                       ends[n - from] - begin);
        }
        t->reached = reached;
    }
    vm_events_release(&events);
    t->steps = out.at;
    t->steps_n = out.n;
    return good;
}

/* Who describes holds nothing, so a step that is told as bulk is where the steps that help end: to
 * go on behind it means doing it, and crossing it takes another description. */
static uint64_t until_bulk(const vm_history *history, uint64_t from, uint64_t to)
{
    uint64_t n = from + 1;
    while (n < to && !(vm_history_mark(history, n).flags & VM_MARK_BULK)) {
        n++;
    }
    return n < to ? n : to;
}

static bool make(struct lab_transfer *t, struct lab_run *run)
{
    const vm_machine *machine;
    t->made = true;
    t->to = t->describe ? until_bulk(run->history, t->from, t->to) : t->to;
    t->state_done = !t->describe;
    t->steps_done = t->from == t->to;
    t->reached = t->from;
    if (t->describe) {
        if (vm_history_at(run->history, t->from, &machine) != VM_OK) {
            return false;
        }
        vm_describe(machine, &t->state);
        if (t->state.failed) {
            return false;
        }
    }
    return t->steps_done || make_steps(t, run);
}

static bool frame(
    const struct lab_out *out, uint64_t id, int kind, const uint8_t *bytes, size_t n, size_t *at)
{
    uint8_t packet[LAB_FRAME_MAX] = {1, (uint8_t)kind, 0};
    size_t head = 3 + put_leb(packet + 3, id), room = sizeof(packet) - head;
    size_t part = n - *at < room ? n - *at : room;
    bool last = *at + part == n;
    packet[2] = last;
    if (part && bytes) {
        memcpy(packet + head, bytes + *at, part);
    }
    *at += part;
    out->binary(out->ctx, packet, head + part);
    return last;
}

bool lab_transfer_pump(
    struct lab_transfers *list, struct lab_run *run, const struct lab_out *out, bool *failed)
{
    struct lab_transfer *t = &list->item[0];
    *failed = false;
    if (!list->n) {
        return false;
    }
    if (!t->made && !make(t, run)) {
        *failed = true;
        return true;
    }
    for (; list->credit && !t->state_done; list->credit--) {
        t->state_done =
            frame(out, t->id, KIND_STATE, t->state.bytes, t->state.length, &t->state_at);
    }
    for (; list->credit && t->state_done && !t->steps_done; list->credit--) {
        t->steps_done = frame(out, t->id, KIND_STEPS, t->steps, t->steps_n, &t->steps_at);
    }
    return t->state_done && t->steps_done;
}
