/* SPDX-License-Identifier: MIT
 * Operations that lie elsewhere. Hits are run in bulk and leave no mark; what else happens is one
 * operation of its own, with its mark. So a run of 100 million references holds what its faults
 * need, and a checkpoint now and then.
 */
#include "history/parts.h"

#include <stdlib.h>

enum { BATCH = 4096, POINTS = 192 /* checkpoints of a whole source, at most */ };

enum vm_status vm_history_source(vm_history *history, const struct vm_log_source *source)
{
    if (history->source.op || !source->op || !source->refs) {
        return VM_INVALID;
    }
    history->source = *source;
    while (history->checkpoints.spacing * POINTS < source->count) {
        history->checkpoints.spacing *= 2;
    }
    return VM_OK;
}

static bool reserve_rare(vm_history *history)
{
    if (history->rare_n < history->rare_room) {
        return true;
    }
    size_t room = history->rare_room ? history->rare_room * 2 : 64;
    struct vm_rare *rare = realloc(history->rare, room * sizeof *rare);
    if (!rare) {
        return false;
    }
    history->rare = rare;
    history->rare_room = room;
    return true;
}

/* A mark that history_mark could not guess. */
static bool is_rare(const vm_history *history, const struct vm_mark *mark)
{
    const struct vm_mark *last = history->rare_n ? &history->rare[history->rare_n - 1].mark : NULL;
    return mark->kind != vm_op_kind_access || mark->fault || mark->flags || !last ||
           mark->tid != last->tid || mark->pid != last->pid || mark->cpu != last->cpu;
}

/* What the head's last operation, number `op`, was. Room is reserved. */
static void note(vm_history *history, uint64_t op)
{
    const struct vm_op access = {.kind = vm_op_kind_access};
    const struct vm_events uncounted = {0}; /* micro-steps are counted when somebody asks */
    struct vm_mark mark = history_mark_of(history->head, &access, &uncounted);
    if (is_rare(history, &mark)) {
        history->rare[history->rare_n++] = (struct vm_rare){op, mark};
    }
}

/* One operation on the head. */
static enum vm_status one(vm_history *history, uint64_t *op)
{
    struct vm_op next;
    if (!history->source.op(history->source.ctx, *op - history->steps.count, &next)) {
        return VM_INVALID;
    }
    enum vm_status status = vm_apply(history->head, &next, NULL);
    if (status == VM_OK) {
        note(history, ++*op);
    }
    return status;
}

void source_uses(const vm_history *history, struct vm_windows *windows, vm_tid tid,
    const struct vm_ref *refs, size_t n)
{
    vm_pid pid = vm_task_process(history->head, tid);
    windows_use_all(windows, pid, refs, n, history->config.page_shift);
}

/* The head takes accesses of one thread: hits in bulk, the others one by one, with their marks. */
static enum vm_status on_head(
    vm_history *history, uint64_t *op, vm_tid tid, const struct vm_ref *refs, size_t n)
{
    enum vm_status status = VM_OK;
    for (size_t i = 0, done; i < n && status == VM_OK; i += done) {
        if (!reserve_rare(history)) {
            return VM_NOMEM;
        }
        status = vm_access_hits(history->head, tid, refs + i, n - i, &done);
        if (status == VM_OK && done) {
            *op += done;
            source_uses(history, history->windows, tid, refs + i, done);
            if (vm_last(history->head)->evictions) {
                note(history, *op);
            }
        } else if (status == VM_OK) {
            status = one(history, op);
            done = 1;
        }
    }
    return status;
}

/* On the head or the cursor. */
static enum vm_status some(
    vm_history *history, vm_machine *machine, uint64_t *op, uint64_t to, bool head)
{
    struct vm_ref refs[BATCH];
    vm_tid tid;
    uint64_t left = to - *op, index = *op - history->steps.count;
    size_t done, n = history->source.refs(
                     history->source.ctx, index, &tid, refs, left < BATCH ? (size_t)left : BATCH);
    if (!n) {
        return VM_INVALID;
    }
    if (head) {
        return on_head(history, op, tid, refs, n);
    }
    enum vm_status status = vm_access_run(machine, tid, refs, n, &done);
    if (status == VM_OK && done < n) {
        done++; /* it killed its process, and was done all the same */
    }
    *op += done;
    return status;
}

enum vm_status source_apply(
    vm_history *history, vm_machine *machine, uint64_t *op, uint64_t to, bool head)
{
    enum vm_status status = VM_OK;
    while (status == VM_OK && *op < to) {
        status = some(history, machine, op, to, head);
    }
    return status;
}

/* Where a checkpoint or a sample is due next. */
static uint64_t stop_after(const vm_history *history, uint64_t op)
{
    uint64_t points = history->checkpoints.spacing, samples = history->samples.spacing;
    uint64_t stop = op - op % points + points;
    uint64_t sample = samples ? op - op % samples + samples : stop;
    return sample < stop ? sample : stop;
}

enum vm_status vm_history_run(vm_history *history, uint64_t n)
{
    uint64_t end = history->steps.count + history->source.count, op = vm_history_length(history);
    struct vm_checkpoints *points = &history->checkpoints;
    enum vm_status status = VM_OK;
    for (uint64_t to = n < end - op ? op + n : end; op < to && status == VM_OK;) {
        uint64_t stop = stop_after(history, op);
        if (vm_checkpoints_due(points, op)) {
            status = vm_checkpoints_take(points, op, history->head, history->windows);
            if (status != VM_OK && points->length > 0) {
                status = VM_OK; /* seeking takes longer */
            }
        }
        if (samples_due(&history->samples, op)) {
            samples_take(&history->samples, op, history->head, history->windows);
        }
        if (status == VM_OK) {
            status = source_apply(history, history->head, &op, stop < to ? stop : to, true);
            history->taken = op - history->steps.count;
        }
    }
    return status;
}
