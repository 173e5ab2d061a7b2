/* SPDX-License-Identifier: MIT
 * Figures of any point of the run. Working sets are no part of the machine: from those of a
 * checkpoint on, references are noted again until the point is reached.
 */
#include "history/parts.h"

enum { FAR = 1 << 22 /* operations that are gone through again, at most */ };

/* The last checkpoint at or before `op` that has working sets; the first one has them. */
static const struct vm_checkpoint *known_before(const vm_history *history, uint64_t op)
{
    const struct vm_checkpoint *point = vm_checkpoints_before(&history->checkpoints, op);
    while (point && !point->windows && point > history->checkpoints.item) {
        point--;
    }
    return point && point->windows ? point : NULL;
}

/* From near_op on, in the log: operations are done again. */
static enum vm_status through_log(vm_history *history, uint64_t op)
{
    const vm_machine *machine;
    enum vm_status status = vm_history_at(history, history->near_op, &machine);
    if (status == VM_OK) {
        status = seek_watched(history, op, &history->near);
        history->near_op = op;
    }
    return status;
}

/* The same among the source's references, which need no machine. */
static enum vm_status through_source(vm_history *history, uint64_t op)
{
    struct batch batch[2];
    unsigned now = 0;
    batch[0].n = batch[1].n = 0;
    batch[0].tid = batch[1].tid = 0;
    for (; history->near_op < op; now ^= 1) {
        const struct batch *before = &batch[now ^ 1];
        if (!source_read(history, history->near_op, op, &batch[now])) {
            return VM_INVALID;
        }
        if (before->n) {
            source_note(history, &history->near, before, &batch[now]);
        }
        history->near_op += batch[now].n;
    }
    source_note(history, &history->near, &batch[now ^ 1], NULL);
    return VM_OK;
}

/* `near` begins at a checkpoint, unless it lies on the way already. */
static enum vm_status begin(vm_history *history, uint64_t op)
{
    const struct vm_checkpoint *point = known_before(history, op);
    if (!point) {
        return VM_NOMEM;
    }
    if (history->near_op > op || history->near_op < point->op) {
        history->near_op = UINT64_MAX;
        windows_release(&history->near);
        if (!windows_copy(&history->near, point->windows)) {
            return VM_NOMEM;
        }
        history->near_op = point->op;
    }
    return op - history->near_op > FAR ? VM_LIMIT : VM_OK;
}

enum vm_status windows_at(vm_history *history, uint64_t op, struct vm_windows **out)
{
    uint64_t logged = history->steps.count;
    if (op >= vm_history_length(history)) {
        *out = history->windows;
        return history->windows->failed ? VM_NOMEM : VM_OK;
    }
    enum vm_status status = begin(history, op);
    if (status == VM_OK && history->near_op < logged) {
        status = through_log(history, op < logged ? op : logged);
    }
    if (status == VM_OK && history->near_op < op) {
        status = through_source(history, op);
    }
    if (status == VM_OK && history->near.failed) {
        status = VM_NOMEM;
    }
    if (status != VM_OK) {
        history->near_op = UINT64_MAX; /* half way */
    }
    *out = &history->near;
    return status;
}

enum vm_status vm_history_series(
    vm_history *history, uint64_t op, vm_pid pid, unsigned kind, uint64_t *value)
{
    const vm_machine *machine;
    struct vm_windows *windows = NULL;
    enum vm_status status =
        kind == VM_SERIES_WORKING_SET ? windows_at(history, op, &windows) : VM_OK;
    status = status == VM_OK ? vm_history_at(history, op, &machine) : status;
    if (status == VM_OK) {
        *value = samples_value(machine, windows, pid, kind);
    }
    return status;
}
