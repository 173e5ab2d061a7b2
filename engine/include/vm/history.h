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
    uint8_t kind;   /* enum vm_op_kind */
    uint8_t fault;  /* enum vm_fault */
    uint8_t flags;  /* VM_MARK_* */
    uint8_t pid;    /* who ran; 255 = 255 or more */
    uint16_t micro; /* micro-steps, saturating */
    uint8_t cpu;    /* the processor it ran on */
    uint16_t tid;   /* the thread that ran; 65535 = 65535 or more */
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

/* The configuration and the options are copied; `options` NULL: the defaults. The caller frees
 * *out. VM_INVALID and VM_NOMEM as of vm_machine_new: *out is NULL. */
enum vm_status vm_history_new(
    const struct vm_config *config, const struct vm_history_options *options, vm_history **out);
void vm_history_free(vm_history *history);

/* Applies to the head and logs: the statuses of vm_apply, and VM_INVALID behind a source. On a
 * status other than VM_OK nothing is logged and the head is as it was. */
enum vm_status vm_history_append(vm_history *history, const struct vm_op *op);
/* Setup and start of the recording pass for OPT: re-runs the log with the recorded future from
 * position 0. */
enum vm_status vm_history_with_future(vm_history *history, const struct vm_keys *keys);

uint64_t vm_history_length(const vm_history *history);       /* steps, without setup */
uint64_t vm_history_setup(const vm_history *history);        /* setup operations */
uint64_t vm_history_events_total(const vm_history *history); /* 0 when not counted */
const vm_machine *vm_history_head(
    const vm_history *history);                           /* the last state; the history's own */
vm_machine *vm_history_head_mutable(vm_history *history); /* for vm_record_keys */
/* Step n (1-based). VM_INVALID: there is none, or the source cannot be read. */
enum vm_status vm_history_op(const vm_history *history, uint64_t n, struct vm_op *out);
/* Of step n. `micro` 0: not counted, see vm_history_micros. */
struct vm_mark vm_history_mark(const vm_history *history, uint64_t n);
/* The first step from n on that has a fault, a flag, or another thread than the one before it; one
 * past the last when there is none. Steps of the log are all taken for such. */
uint64_t vm_history_next_mark(const vm_history *history, uint64_t n);
uint32_t vm_history_micros(vm_history *history, uint64_t n); /* of step n; saturating */

/* A long run whose operations lie elsewhere: the trace store. They come after those of the log; of
 * accesses that only hit nothing is kept. */
struct vm_log_source {
    void *ctx;
    uint64_t count;
    /* Operation `index` (from 0). False: it cannot be read. */
    bool (*op)(void *ctx, uint64_t index, struct vm_op *op);
    /* Accesses from `index` on that one thread does, each within a page; 0: there is none at
     * `index`, or it cannot be read. */
    size_t (*refs)(void *ctx, uint64_t index, vm_tid *tid, struct vm_ref *refs, size_t room);
};
enum vm_status vm_history_source(vm_history *history, const struct vm_log_source *source);
/* Applies up to n more of them to the head. VM_OK: all n, or the end. */
enum vm_status vm_history_run(vm_history *history, uint64_t n);

/* The machine after `op` complete steps; borrowed until the next call on this history. VM_INVALID:
 * there are not so many; VM_NOMEM: *out is not to be read. */
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
/* Series: what charts draw along the run. Every counter, and behind them: */
enum {
    VM_SERIES_FREE_FRAMES = vm_counter_count,
    VM_SERIES_USED_FRAMES,
    VM_SERIES_DIRTY_PAGES, /* of files */
    VM_SERIES_CLOCK,       /* nanoseconds */
    VM_SERIES_READY,       /* threads that run or could */
    VM_SERIES_WAITING,     /* threads that wait for something */
    /* Distinct pages among the process's last tau references (vm_config), 0 once it has ended
     * (Denning 1968); of the machine the sum, what its processes want together. */
    VM_SERIES_WORKING_SET,
    VM_SERIES,
    VM_SAMPLED_PROCESSES = 64 /* process 0, the machine, and the first ones */
};
/* After `op` steps. VM_LIMIT: a working set too far from what is kept; the samples have it. */
enum vm_status vm_history_series(
    vm_history *history, uint64_t op, vm_pid pid, unsigned kind, uint64_t *value);
/* The run's samples, at operations 0, s, 2 s, …: values[pid * VM_SERIES + kind] of `processes`
 * processes. Every operation of a short run, some thousands of a long one. VM_NOMEM also when
 * there was none while it ran. */
typedef void vm_history_sampled(void *ctx, uint64_t op, const uint64_t *values, uint32_t processes);
enum vm_status vm_history_samples(const vm_history *history, vm_history_sampled *each, void *ctx);
uint64_t vm_history_samples_apart(const vm_history *history); /* s; 0: there are none */
/* A new history that shares nothing, with the first `op` steps of this one; the caller frees it.
 * VM_INVALID: there are not so many, or they come from a source; VM_NOMEM. */
enum vm_status vm_history_branch(vm_history *history, uint64_t op, vm_history **out);
size_t vm_history_memory(const vm_history *history); /* host bytes held, checkpoints included */

#endif
