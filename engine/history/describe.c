/* SPDX-License-Identifier: MIT
 * The state at any position, inside an operation too: the description before the operation, with
 * the changes of its first micro-steps folded in. The result is again a description: old values are
 * 0.
 */
#include "history/parts.h"

#include "vm/describe.h"

#include <stdlib.h>
#include <string.h>

/* A row that the operation's first micro-steps changed. */
struct touched {
    struct vm_event event; /* the newest change of the row */
    bool taken, written;
};

struct touched_rows {
    struct touched *row; /* open addressing */
    size_t room;         /* a power of two, more than twice what goes in */
};

static bool same_row(const struct vm_event *a, const struct vm_event *b)
{
    size_t keys = vm_event_desc(a->kind)->keys_n;
    return a->kind == b->kind && memcmp(a->word, b->word, keys * sizeof a->word[0]) == 0;
}

static struct touched *row_of(const struct touched_rows *rows, const struct vm_event *event)
{
    uint64_t hash = event->kind * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < vm_event_desc(event->kind)->keys_n; i++) {
        hash = (hash ^ event->word[i]) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
    }
    size_t at = hash & (rows->room - 1);
    while (rows->row[at].taken && !same_row(&rows->row[at].event, event)) {
        at = (at + 1) & (rows->room - 1);
    }
    return &rows->row[at];
}

/* Keeps the newest change of each row, up to the end of micro-step `micro`. */
static void gather(struct touched_rows *rows, const struct vm_events *step, uint32_t micro)
{
    struct vm_event event;
    uint64_t happenings = 0;
    for (size_t at = 0; vm_event_next(step->bytes, step->length, &at, &event);) {
        if (!vm_event_desc(event.kind)->change) {
            if (++happenings > micro) {
                return;
            }
            continue;
        }
        struct touched *row = row_of(rows, &event);
        row->taken = true;
        row->event = event;
    }
}

/* The row as it is now; nothing when all its values are 0. */
static void put_row(struct vm_events *events, const struct vm_event *event)
{
    struct vm_event now = *event;
    uint64_t any = 0;
    for (size_t i = vm_event_desc(event->kind)->keys_n; i < now.n; i += 2) {
        now.word[i] = 0;
        any |= now.word[i + 1];
    }
    if (any) {
        vm_events_put(events, now.kind, now.word, now.n);
    }
}

static void merge(struct touched_rows *rows, const struct vm_events *before, struct vm_events *out)
{
    struct vm_event event;
    for (size_t at = 0; vm_event_next(before->bytes, before->length, &at, &event);) {
        struct touched *row = row_of(rows, &event);
        put_row(out, row->taken ? &row->event : &event);
        row->written = row->taken;
    }
    for (size_t i = 0; i < rows->room; i++) {
        if (rows->row[i].taken && !rows->row[i].written) {
            put_row(out, &rows->row[i].event);
        }
    }
}

enum vm_status vm_history_describe(
    vm_history *history, struct vm_position position, struct vm_events *events)
{
    const vm_machine *machine;
    uint64_t before = position.micro && position.op ? position.op - 1 : position.op;
    if (position.op > vm_history_length(history) || (position.micro && !position.op)) {
        return VM_INVALID;
    }
    enum vm_status status = vm_history_at(history, before, &machine);
    if (status != VM_OK) {
        return status;
    }
    if (!position.micro) {
        vm_describe(machine, events);
        return events->failed ? VM_NOMEM : VM_OK;
    }
    struct vm_events base = {0}, step = {0};
    struct touched_rows rows = {0};
    uint64_t reached;
    vm_describe(machine, &base);
    status = vm_history_events(history, before, position.op, SIZE_MAX, &step, NULL, &reached);
    for (rows.room = 64; rows.room <= 2 * step.changes; rows.room *= 2) {
    }
    rows.row = calloc(rows.room, sizeof *rows.row);
    if (status == VM_OK && (!rows.row || base.failed || step.failed)) {
        status = VM_NOMEM;
    }
    if (status == VM_OK) {
        gather(&rows, &step, position.micro);
        merge(&rows, &base, events);
        status = events->failed ? VM_NOMEM : VM_OK;
    }
    free(rows.row);
    vm_events_release(&base);
    vm_events_release(&step);
    return status;
}
