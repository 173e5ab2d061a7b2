/* SPDX-License-Identifier: MIT
 * A history grows here: operations are applied to the head and logged, or neither.
 * Room for the log is made before the machine is touched, so nothing can fail once it has changed.
 */
#include "history/parts.h"

#include <stdlib.h>
#include <string.h>

enum { CHECKPOINT_BYTES = 32 << 20 };

static size_t budget_of(const struct vm_history_options *options)
{
    return options->checkpoint_bytes ? options->checkpoint_bytes : CHECKPOINT_BYTES;
}

enum vm_status vm_history_new(
    const struct vm_config *config, const struct vm_history_options *options, vm_history **out)
{
    *out = NULL;
    vm_history *history = calloc(1, sizeof(*history));
    if (!history) {
        return VM_NOMEM;
    }
    history->config = *config;
    if (options) {
        history->options = *options;
    }
    vm_checkpoints_init(&history->checkpoints, budget_of(&history->options));
    samples_init(&history->samples);
    history->near_op = UINT64_MAX;
    history->windows = calloc(1, sizeof *history->windows);
    enum vm_status status = history->windows ? vm_machine_new(config, &history->head) : VM_NOMEM;
    if (status != VM_OK) {
        goto fail;
    }
    windows_init(history->windows, config->tau);
    vm_watch(history->head, windows_use, history->windows);
    *out = history;
    return VM_OK;
fail:
    vm_history_free(history);
    return status;
}

void vm_history_free(vm_history *history)
{
    if (!history) {
        return;
    }
    vm_machine_free(history->head);
    vm_machine_free(history->cursor);
    vm_checkpoints_release(&history->checkpoints);
    samples_release(&history->samples);
    if (history->windows) {
        windows_release(history->windows);
        free(history->windows);
    }
    windows_release(&history->near);
    vm_log_release(&history->setup);
    vm_log_release(&history->steps);
    free(history->marks);
    free(history->bulk);
    free(history->rare);
    free(history);
}

static bool reserve_mark(vm_history *history)
{
    if (history->steps.count < history->marks_capacity) {
        return true;
    }
    uint64_t capacity = history->marks_capacity ? history->marks_capacity * 2 : 64;
    struct vm_mark *marks = realloc(history->marks, capacity * sizeof(*marks));
    if (!marks) {
        return false;
    }
    history->marks = marks;
    history->marks_capacity = capacity;
    return true;
}

static bool is_signal(enum vm_fault fault)
{
    return fault == vm_fault_segv_maperr || fault == vm_fault_segv_accerr ||
           fault == vm_fault_bus || fault == vm_fault_oom;
}

struct vm_mark history_mark_of(
    const vm_machine *machine, const struct vm_op *op, const struct vm_events *counted)
{
    const struct vm_outcome *outcome = vm_last(machine);
    vm_pid pid = vm_task_process(machine, outcome->tid);
    uint64_t micro = counted->happenings;
    unsigned flags = (outcome->evictions ? VM_MARK_EVICT : 0u) |
                     (outcome->disk ? VM_MARK_DISK : 0u) | (outcome->copies ? VM_MARK_COPY : 0u) |
                     (is_signal(outcome->fault) ? VM_MARK_SIGNAL : 0u);
    if (counted->changes > VM_BULK_CHANGES) {
        flags |= VM_MARK_BULK;
        micro = 1;
    }
    return (struct vm_mark){
        .kind = (uint8_t)op->kind,
        .fault = (uint8_t)outcome->fault,
        .flags = (uint8_t)flags,
        .pid = (uint8_t)(pid < UINT8_MAX ? pid : UINT8_MAX),
        .micro = (uint16_t)(micro < UINT16_MAX ? micro : UINT16_MAX),
        .cpu = vm_last_cpu(machine),
        .tid = (uint16_t)(outcome->tid < UINT16_MAX ? outcome->tid : UINT16_MAX),
    };
}

/* A setup operation is a step when steps have been taken already: position 0 does not move. */
static bool belongs_to_setup(const vm_history *history, const struct vm_op *op)
{
    const struct vm_op_desc *desc = vm_op_desc(op->kind);
    return history->steps.count == 0 && desc && desc->setup;
}

static enum vm_status append_setup(vm_history *history, const struct vm_op *op)
{
    if (!vm_log_reserve(&history->setup)) {
        return VM_NOMEM;
    }
    enum vm_status status = vm_apply(history->head, op, NULL);
    if (status == VM_OK) {
        vm_log_put(&history->setup, op);
        vm_checkpoints_clear(&history->checkpoints);
        samples_release(&history->samples);
        samples_init(&history->samples);
    }
    return status;
}

enum vm_status vm_history_append(vm_history *history, const struct vm_op *op)
{
    if (belongs_to_setup(history, op)) {
        return append_setup(history, op);
    }
    if (history->taken) {
        return VM_INVALID; /* nothing comes after a source */
    }
    if (!vm_log_reserve(&history->steps) || !reserve_mark(history)) {
        return VM_NOMEM;
    }
    uint64_t done = history->steps.count;
    if (vm_checkpoints_due(&history->checkpoints, done)) {
        enum vm_status status =
            vm_checkpoints_take(&history->checkpoints, done, history->head, history->windows);
        if (status != VM_OK && history->checkpoints.length == 0) {
            return status;
        }
    }
    if (samples_due(&history->samples, done)) {
        samples_take(&history->samples, done, history->head, history->windows);
    }
    struct vm_events counted = {.counting = true};
    enum vm_status status =
        vm_apply(history->head, op, history->options.count_events ? &counted : NULL);
    if (status != VM_OK) {
        return status;
    }
    history->marks[done] = history_mark_of(history->head, op, &counted);
    if (history->marks[done].flags & VM_MARK_BULK) {
        history_note_bulk(history, done + 1, counted.changes);
    }
    history->events_total += counted.changes + counted.happenings;
    vm_log_put(&history->steps, op);
    return VM_OK;
}

static enum vm_status append_all(vm_history *history, const struct vm_log *log)
{
    struct vm_log_reader reader;
    struct vm_op op;
    vm_log_seek(log, 0, &reader);
    while (vm_log_next(log, &reader, &op)) {
        enum vm_status status = vm_history_append(history, &op);
        if (status != VM_OK) {
            return status;
        }
    }
    return VM_OK;
}

enum vm_status vm_history_with_future(vm_history *history, const struct vm_keys *keys)
{
    vm_history *again;
    enum vm_status status = vm_history_new(&history->config, &history->options, &again);
    if (status != VM_OK) {
        return status;
    }
    status = vm_set_future(again->head, keys);
    if (status == VM_OK) {
        status = append_all(again, &history->setup);
    }
    if (status == VM_OK) {
        status = append_all(again, &history->steps);
    }
    if (status == VM_OK) {
        struct vm_history old = *history;
        *history = *again;
        *again = old;
    }
    vm_history_free(again);
    return status;
}

static enum vm_status branch_checkpoints(vm_history *branch, const vm_history *history, uint64_t op)
{
    const struct vm_checkpoint *point = history->checkpoints.item;
    for (size_t i = 0; i < history->checkpoints.length && point[i].op < op; i++) {
        vm_machine *machine;
        enum vm_status status = image_restore(point[i].image, &machine);
        if (status == VM_OK) {
            status =
                vm_checkpoints_take(&branch->checkpoints, point[i].op, machine, point[i].windows);
            vm_machine_free(machine);
        }
        if (status != VM_OK && i == 0) {
            return status;
        }
    }
    return VM_OK;
}

enum vm_status vm_history_branch(vm_history *history, uint64_t op, vm_history **out)
{
    *out = NULL;
    const vm_machine *machine;
    struct vm_windows *windows;
    bool known = !history->source.op && windows_at(history, op, &windows) == VM_OK;
    enum vm_status status = history->source.op ? VM_INVALID : vm_history_at(history, op, &machine);
    if (status != VM_OK) {
        return status;
    }
    vm_history *branch = calloc(1, sizeof(*branch));
    if (!branch) {
        return VM_NOMEM;
    }
    branch->near_op = UINT64_MAX;
    branch->config = history->config;
    branch->options = history->options;
    vm_checkpoints_init(&branch->checkpoints, budget_of(&branch->options));
    branch->checkpoints.spacing = history->checkpoints.spacing;
    status = vm_clone(machine, &branch->head);
    if (status != VM_OK) {
        goto fail;
    }
    status = VM_NOMEM;
    branch->windows = calloc(1, sizeof *branch->windows);
    if (!branch->windows) {
        goto fail;
    }
    branch->windows->failed = !known || !windows_copy(branch->windows, windows);
    vm_watch(branch->head, windows_use, branch->windows);
    branch->marks_capacity = op ? op : 1;
    branch->marks = calloc(branch->marks_capacity, sizeof(*branch->marks));
    if (!branch->marks || !vm_log_copy(&branch->setup, &history->setup, history->setup.count) ||
        !vm_log_copy(&branch->steps, &history->steps, op)) {
        goto fail;
    }
    if (op > 0) {
        memcpy(branch->marks, history->marks, op * sizeof(*branch->marks));
    }
    samples_copy(&branch->samples, &history->samples, op);
    status = branch_checkpoints(branch, history, op);
    if (status != VM_OK) {
        goto fail;
    }
    *out = branch;
    return VM_OK;
fail:
    vm_history_free(branch);
    return status;
}

uint64_t vm_history_length(const vm_history *history)
{
    return history->steps.count + history->taken;
}

uint64_t vm_history_setup(const vm_history *history)
{
    return history->setup.count;
}

uint64_t vm_history_events_total(const vm_history *history)
{
    return history->taken ? 0 : history->events_total;
}

const vm_machine *vm_history_head(const vm_history *history)
{
    return history->head;
}

vm_machine *vm_history_head_mutable(vm_history *history)
{
    return history->head;
}

enum vm_status vm_history_op(const vm_history *history, uint64_t n, struct vm_op *out)
{
    if (n == 0 || n > vm_history_length(history)) {
        return VM_INVALID;
    }
    if (n > history->steps.count) {
        uint64_t index = n - history->steps.count - 1;
        return history->source.op(history->source.ctx, index, out) ? VM_OK : VM_INVALID;
    }
    struct vm_log_reader reader;
    vm_log_seek(&history->steps, n - 1, &reader);
    vm_log_next(&history->steps, &reader, out);
    return VM_OK;
}

size_t vm_history_memory(const vm_history *history)
{
    size_t bytes = sizeof(*history) + vm_memory(history->head) + vm_log_memory(&history->setup) +
                   vm_log_memory(&history->steps) +
                   history->marks_capacity * sizeof(*history->marks) + history->checkpoints.bytes +
                   samples_memory(&history->samples);
    bytes += history->rare_room * sizeof(*history->rare) +
             history->bulk_room * sizeof(*history->bulk) + windows_memory(history->windows) +
             windows_memory(&history->near);
    return bytes + (history->cursor ? vm_memory(history->cursor) : 0);
}
