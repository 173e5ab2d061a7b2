/* SPDX-License-Identifier: MIT
 * Operations that lie elsewhere. Hits are run in bulk and leave no mark; what else happens is one
 * operation of its own, with its mark. So a run of 100 million references holds what its faults
 * need, and a checkpoint now and then.
 */
#include "history/parts.h"

#include <stdlib.h>

enum { POINTS = 192 /* checkpoints of a whole source, at most */ };

enum vm_status vm_history_source(vm_history *history, const struct vm_log_source *source)
{
    if (history->source.op || !source->op || !source->refs) {
        return VM_INVALID;
    }
    history->source = *source;
    while (history->checkpoints.spacing * POINTS < source->count) {
        history->checkpoints.spacing *= 2;
    }
    samples_expect(&history->samples, history->steps.count + source->count);
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

bool source_read(const vm_history *history, uint64_t op, uint64_t to, struct batch *out)
{
    uint64_t left = to - op, index = op - history->steps.count;
    out->n = history->source.refs(history->source.ctx, index, &out->tid, out->refs,
        left < SOURCE_BATCH ? (size_t)left : SOURCE_BATCH);
    return out->n > 0;
}

void source_note(const vm_history *history, struct vm_windows *windows, const struct batch *batch,
    const struct batch *next)
{
    vm_pid pid = vm_task_process(history->head, batch->tid);
    if (next && next->tid == batch->tid && next->n >= windows->tau) {
        windows_pass(windows, pid, batch->n);
    } else {
        windows_use_all(windows, pid, batch->refs, batch->n, history->config.page_shift);
    }
}

/* The head takes accesses of one thread: hits in bulk, the others one by one, with their marks.
 * Those that were not done are no part of the batch any more. */
static enum vm_status on_head(vm_history *history, uint64_t *op, struct batch *batch)
{
    enum vm_status status = VM_OK;
    size_t n = batch->n;
    for (batch->n = 0; batch->n < n && status == VM_OK;) {
        if (!reserve_rare(history)) {
            return VM_NOMEM;
        }
        size_t done;
        const struct vm_ref *refs = batch->refs + batch->n;
        status = vm_access_hits(history->head, batch->tid, refs, n - batch->n, &done);
        if (status == VM_OK && done) {
            *op += done;
            if (vm_last(history->head)->evictions) {
                note(history, *op);
            }
        } else if (status == VM_OK) {
            status = one(history, op);
            done = status == VM_OK;
        }
        batch->n += status == VM_OK ? done : 0;
    }
    return status;
}

static enum vm_status on_cursor(vm_machine *machine, uint64_t *op, const struct batch *batch)
{
    size_t done;
    enum vm_status status = vm_access_run(machine, batch->tid, batch->refs, batch->n, &done);
    if (status == VM_OK && done < batch->n) {
        done++; /* it killed its process, and was done all the same */
    }
    *op += done;
    return status;
}

enum vm_status source_apply(vm_history *history, vm_machine *machine, uint64_t *op, uint64_t to)
{
    struct batch batch;
    enum vm_status status = VM_OK;
    while (status == VM_OK && *op < to) {
        status = source_read(history, *op, to, &batch) ? VM_OK : VM_INVALID;
        status = status == VM_OK ? on_cursor(machine, op, &batch) : status;
    }
    return status;
}

/* The head goes on until `to`; nobody asks for its working sets on the way, so a batch is noted
 * when it is known what follows it. */
static enum vm_status source_grow(vm_history *history, uint64_t *op, uint64_t to)
{
    struct batch batch[2];
    enum vm_status status = VM_OK;
    unsigned now = 0;
    batch[0].n = batch[1].n = 0;
    batch[0].tid = batch[1].tid = 0;
    vm_watch(history->head, NULL, NULL);
    for (; status == VM_OK && *op < to; now ^= 1) {
        struct batch *before = &batch[now ^ 1];
        status = source_read(history, *op, to, &batch[now]) ? VM_OK : VM_INVALID;
        status = status == VM_OK ? on_head(history, op, &batch[now]) : status;
        if (before->n) {
            source_note(history, history->windows, before, &batch[now]);
        }
    }
    if (batch[now ^ 1].n) {
        source_note(history, history->windows, &batch[now ^ 1], NULL);
    }
    vm_watch(history->head, windows_use, history->windows);
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
            status = source_grow(history, &op, stop < to ? stop : to);
            history->taken = op - history->steps.count;
        }
    }
    return status;
}
