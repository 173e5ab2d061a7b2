/* SPDX-License-Identifier: MIT
 * The way back to any point: the nearest checkpoint or the cursor, then the log from there.
 * The cursor stays where the last question was answered, so that playing forwards costs one
 * operation a step.
 */
#include "history/parts.h"

static void drop_cursor(vm_history *history)
{
    vm_machine_free(history->cursor);
    history->cursor = NULL;
}

/* Before step cursor_op + 1. */
static void place_reader(vm_history *history)
{
    if (history->cursor_op <= history->steps.count) {
        vm_log_seek(&history->steps, history->cursor_op, &history->cursor_reader);
    }
}

static enum vm_status next_op(vm_history *history, struct vm_op *op)
{
    if (history->cursor_op < history->steps.count) {
        vm_log_next(&history->steps, &history->cursor_reader, op);
        return VM_OK;
    }
    return history->source.op(history->source.ctx, history->cursor_op - history->steps.count, op)
               ? VM_OK
               : VM_INVALID;
}

static enum vm_status advance(vm_history *history, uint64_t op)
{
    if (history->cursor_op >= history->steps.count) {
        return source_apply(history, history->cursor, &history->cursor_op, op);
    }
    struct vm_op next;
    enum vm_status status = next_op(history, &next);
    status = status == VM_OK ? vm_apply(history->cursor, &next, NULL) : status;
    history->cursor_op += status == VM_OK;
    return status;
}

/* The cursor becomes the machine after `op` steps (there is a checkpoint 0). */
static enum vm_status move_cursor(vm_history *history, uint64_t op)
{
    const struct vm_checkpoint *point = vm_checkpoints_before(&history->checkpoints, op);
    bool near = history->cursor && history->cursor_op <= op && history->cursor_op >= point->op;
    if (!near) {
        drop_cursor(history); /* first: two need not be held at once */
        enum vm_status status = image_restore(point->image, &history->cursor);
        if (status != VM_OK) {
            return status;
        }
        history->cursor_op = point->op;
        place_reader(history);
    }
    while (history->cursor_op < op) {
        enum vm_status status = advance(history, op);
        if (status != VM_OK) {
            drop_cursor(history); /* it is of no use half way, and the reader has moved */
            return status;
        }
    }
    return VM_OK;
}

enum vm_status vm_history_at(vm_history *history, uint64_t op, const vm_machine **out)
{
    uint64_t length = vm_history_length(history);
    *out = NULL;
    if (op > length) {
        return VM_INVALID;
    }
    if (op == length) {
        *out = history->head;
        return VM_OK;
    }
    enum vm_status status = move_cursor(history, op);
    if (status == VM_OK) {
        *out = history->cursor;
    }
    return status;
}

enum vm_status seek_watched(vm_history *history, uint64_t op, struct vm_windows *windows)
{
    enum vm_status status = VM_OK;
    while (status == VM_OK && history->cursor_op < op) {
        vm_watch(history->cursor, windows_use, windows);
        status = advance(history, op);
        vm_watch(history->cursor, NULL, NULL);
    }
    if (status != VM_OK) {
        drop_cursor(history);
    }
    return status;
}

static void put_bulk(struct vm_events *events, uint64_t changes)
{
    vm_events_put(events, vm_event_bulk, &changes, 1);
}

/* A step that the history did not count was found to be bulk. */
static void found_bulk(vm_history *history)
{
    if (history->cursor_op <= history->steps.count) {
        struct vm_mark *mark = &history->marks[history->cursor_op - 1];
        mark->flags |= VM_MARK_BULK;
        mark->micro = 1;
    }
}

/* Applies one step to the cursor and writes its events, or `bulk` in their place. */
static enum vm_status step_with_events(vm_history *history, struct vm_events *events)
{
    uint64_t n = history->cursor_op + 1;
    struct vm_events counted = {.counting = true};
    bool bulk = history_mark(history, n).flags & VM_MARK_BULK;
    uint64_t known = bulk ? history_bulk(history, n) : 0;
    size_t length = events->length;
    uint64_t changes = events->changes, happenings = events->happenings;
    struct vm_op op;
    enum vm_status status = next_op(history, &op);
    if (status == VM_OK) {
        status = vm_apply(history->cursor, &op, known ? NULL : bulk ? &counted : events);
    }
    if (status == VM_OK && events->failed) {
        status = VM_NOMEM;
    }
    if (status != VM_OK) {
        drop_cursor(history);
        return status;
    }
    history->cursor_op++;
    if (bulk) {
        put_bulk(events, known ? known : counted.changes);
    } else if (events->changes - changes > VM_BULK_CHANGES) {
        uint64_t many = events->changes - changes;
        events->length = length;
        events->changes = changes;
        events->happenings = happenings;
        put_bulk(events, many);
        found_bulk(history);
    }
    return VM_OK;
}

/* What is told of a step as bulk is known without doing it: the cursor stays before the last one.
 */
static enum vm_status last_step(vm_history *history, struct vm_events *events)
{
    uint64_t known = history_bulk(history, history->cursor_op + 1);
    if (!known) {
        return step_with_events(history, events);
    }
    put_bulk(events, known);
    return events->failed ? VM_NOMEM : VM_OK;
}

enum vm_status vm_history_events(vm_history *history, uint64_t from, uint64_t to, size_t budget,
    struct vm_events *events, size_t *ends, uint64_t *reached)
{
    *reached = from;
    if (from > to || to > vm_history_length(history)) {
        return VM_INVALID;
    }
    if (from == to) {
        return VM_OK;
    }
    size_t start = events->length;
    enum vm_status status = move_cursor(history, from);
    while (status == VM_OK && *reached < to) {
        size_t before = events->length;
        bool last = *reached + 1 == to;
        status = last ? last_step(history, events) : step_with_events(history, events);
        if (status != VM_OK) {
            events->length = before;
            break;
        }
        if (ends) {
            ends[*reached - from] = events->length;
        }
        ++*reached;
        if (events->length - start >= budget) {
            break;
        }
    }
    return status;
}
