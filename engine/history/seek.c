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

/* The cursor becomes the machine after `op` steps (op < length, so there is a checkpoint 0). */
static enum vm_status move_cursor(vm_history *history, uint64_t op)
{
    const struct vm_checkpoint *point = vm_checkpoints_before(&history->checkpoints, op);
    bool near = history->cursor && history->cursor_op <= op && history->cursor_op >= point->op;
    if (!near) {
        vm_machine *copy;
        enum vm_status status = vm_clone(point->machine, &copy);
        if (status != VM_OK) {
            return status;
        }
        drop_cursor(history);
        history->cursor = copy;
        history->cursor_op = point->op;
        vm_log_seek(&history->steps, point->op, &history->cursor_reader);
    }
    while (history->cursor_op < op) {
        struct vm_op next;
        vm_log_next(&history->steps, &history->cursor_reader, &next);
        enum vm_status status = vm_apply(history->cursor, &next, NULL);
        if (status != VM_OK) {
            drop_cursor(history); /* it is of no use half way, and the reader has moved */
            return status;
        }
        history->cursor_op++;
    }
    return VM_OK;
}

enum vm_status vm_history_at(vm_history *history, uint64_t op, const vm_machine **out)
{
    *out = NULL;
    if (op > history->steps.count) {
        return VM_INVALID;
    }
    if (op == history->steps.count) {
        *out = history->head;
        return VM_OK;
    }
    const struct vm_checkpoint *point = vm_checkpoints_before(&history->checkpoints, op);
    if (point->op == op) {
        *out = point->machine;
        return VM_OK;
    }
    enum vm_status status = move_cursor(history, op);
    if (status == VM_OK) {
        *out = history->cursor;
    }
    return status;
}

static void put_bulk(struct vm_events *events, uint64_t changes)
{
    vm_events_put(events, vm_event_bulk, &changes, 1);
}

/* Applies one step to the cursor and writes its events, or `bulk` in their place. */
static enum vm_status step_with_events(vm_history *history, struct vm_events *events)
{
    struct vm_mark *mark = &history->marks[history->cursor_op];
    struct vm_events counted = {.counting = true};
    bool bulk = mark->flags & VM_MARK_BULK;
    size_t length = events->length;
    uint64_t changes = events->changes, happenings = events->happenings;
    struct vm_op op;
    vm_log_next(&history->steps, &history->cursor_reader, &op);
    enum vm_status status = vm_apply(history->cursor, &op, bulk ? &counted : events);
    if (status == VM_OK && events->failed) {
        status = VM_NOMEM;
    }
    if (status != VM_OK) {
        drop_cursor(history);
        return status;
    }
    history->cursor_op++;
    if (bulk) {
        put_bulk(events, counted.changes);
    } else if (events->changes - changes > VM_BULK_CHANGES) {
        uint64_t many = events->changes - changes;
        events->length = length;
        events->changes = changes;
        events->happenings = happenings;
        put_bulk(events, many);
        mark->flags |= VM_MARK_BULK; /* found late when the history does not count events */
        mark->micro = 1;
    }
    return VM_OK;
}

enum vm_status vm_history_events(vm_history *history, uint64_t from, uint64_t to, size_t budget,
    struct vm_events *events, size_t *ends, uint64_t *reached)
{
    *reached = from;
    if (from > to || to > history->steps.count) {
        return VM_INVALID;
    }
    if (from == to) {
        return VM_OK;
    }
    size_t start = events->length;
    enum vm_status status = move_cursor(history, from);
    while (status == VM_OK && *reached < to) {
        size_t before = events->length;
        status = step_with_events(history, events);
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
