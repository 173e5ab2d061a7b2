/* SPDX-License-Identifier: MIT
 * A run's history: the log of operations, checkpoints between them, and the way back to any point.
 * Position 0 is after the setup operations, before the first step. Position n is after n steps.
 */
#ifndef VM_HISTORY_H
#define VM_HISTORY_H

#include "vm/vm.h"

typedef struct vm_history vm_history;

struct vm_position {
    uint64_t op; /* completed operations; with micro > 0 the operation in progress counts: 148.7 has
                    op 148 */
    uint32_t
        micro; /* 0: the operation is complete; else that many of its micro-steps have happened */
};

/* What the timeline draws of one operation; 10 bytes, kept for every operation. */
struct vm_mark {
    uint8_t kind;    /* enum vm_op_kind */
    uint8_t fault;   /* enum vm_fault */
    uint8_t flags;   /* VM_MARK_* */
    uint8_t pid;     /* who ran; 255 = 255 or more */
    uint16_t micro;  /* micro-steps, saturating */
    uint16_t line16; /* low bits of the line */
    uint16_t tid;    /* the thread that ran; 65535 = 65535 or more */
};
enum {
    VM_MARK_EVICT = 1,
    VM_MARK_DISK = 2,
    VM_MARK_COPY = 4,
    VM_MARK_SIGNAL = 8,
    VM_MARK_BULK = 16
};

/* More changes than this in one operation arrive as `bulk`. */
#define VM_BULK_CHANGES 20000

struct vm_history_options {
    size_t checkpoint_bytes; /* host memory for checkpoints; 0 = 32 MiB */
    bool count_events;       /* run every operation with counting events (micro-steps, totals) */
};

enum vm_status vm_history_new(
    const struct vm_config *config, const struct vm_history_options *options, vm_history **out);
void vm_history_free(vm_history *history);

/* Applies to the head and logs. On a status other than VM_OK nothing is logged. */
enum vm_status vm_history_append(vm_history *history, const struct vm_op *op);
/* Setup and start of the recording pass for OPT: re-runs the log with the recorded future from
 * position 0. */
enum vm_status vm_history_with_future(vm_history *history, const struct vm_keys *keys);

uint64_t vm_history_length(const vm_history *history);       /* steps, without setup */
uint64_t vm_history_setup(const vm_history *history);        /* setup operations */
uint64_t vm_history_events_total(const vm_history *history); /* 0 when not counted */
const vm_machine *vm_history_head(const vm_history *history);
vm_machine *vm_history_head_mutable(vm_history *history); /* for vm_record_keys */
/* Step n (1-based). */
enum vm_status vm_history_op(const vm_history *history, uint64_t n, struct vm_op *out);
const struct vm_mark *vm_history_marks(
    const vm_history *history); /* array of length steps; valid until append */

/* The machine after `op` complete steps; borrowed until the next call on this history. */
enum vm_status vm_history_at(vm_history *history, uint64_t op, const vm_machine **out);
/* The state at a position as the changes that would build it from nothing. More micro-steps than
 * the operation has mean all of them; a `bulk` operation is described as it was before. */
enum vm_status vm_history_describe(
    vm_history *history, struct vm_position position, struct vm_events *events);
/* Events of steps (from, to], each step's events preceded by nothing: their boundaries go to `ends`
 * (to - from byte offsets, may be NULL). A step of more than VM_BULK_CHANGES changes is one `bulk`.
 * Stops early after `budget` bytes, at a step's end; *reached = last step included. */
enum vm_status vm_history_events(vm_history *history, uint64_t from, uint64_t to, size_t budget,
    struct vm_events *events, size_t *ends, uint64_t *reached);
/* A new history that shares nothing, with the first `op` steps of this one. */
enum vm_status vm_history_branch(vm_history *history, uint64_t op, vm_history **out);
size_t vm_history_memory(const vm_history *history);

#endif
