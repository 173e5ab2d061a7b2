/* SPDX-License-Identifier: MIT
 * What a history consists of; only the files of this folder see it.
 * Invariants: head = the configured machine (with its future) after all of setup and steps;
 * marks has one entry a step of the log; once there is a step, checkpoint 0 is the machine at
 * position 0; cursor, when there is one, is the machine after cursor_op steps.
 */
#ifndef HISTORY_PARTS_H
#define HISTORY_PARTS_H

#include "history/checkpoints.h"
#include "history/log.h"
#include "history/samples.h"
#include "history/windows.h"
#include "vm/history.h"

struct vm_rare {
    uint64_t op; /* from 1 */
    struct vm_mark mark;
};

struct vm_bulk {
    uint64_t op; /* from 1 */
    uint64_t changes;
};

struct vm_history {
    struct vm_config config;
    struct vm_history_options options;
    vm_machine *head; /* owned */
    struct vm_log setup, steps;
    /* A source's operations come after the log's; of those that only hit nothing is kept. */
    struct vm_log_source source;
    uint64_t taken;       /* operations of the source that were applied to the head */
    struct vm_rare *rare; /* owned, ascending: the others, and each that another thread does */
    size_t rare_n, rare_room;
    uint64_t micro_op; /* micro-steps of an operation that only hits, counted last; 0: none */
    uint32_t micro;
    struct vm_mark *marks; /* owned */
    uint64_t marks_capacity;
    struct vm_bulk *bulk; /* owned, ascending: operations counted to be told as bulk */
    size_t bulk_n, bulk_room;
    uint64_t events_total;
    struct vm_checkpoints checkpoints;
    struct vm_samples samples;
    struct vm_windows *windows; /* owned: the head's */
    struct vm_windows near;     /* those after near_op operations, asked for last */
    uint64_t near_op;           /* UINT64_MAX: none were */
    vm_machine *cursor;         /* owned, may be NULL: where the last question was answered */
    uint64_t cursor_op;
    struct vm_log_reader cursor_reader; /* before step cursor_op + 1 */
};

/* source.c: applies the source's operations to `machine`, which is after *op steps, until `to`. */
enum vm_status source_apply(vm_history *history, vm_machine *machine, uint64_t *op, uint64_t to);
/* Accesses of the source that one thread does, one after the other. */
enum { SOURCE_BATCH = 4096 };
struct batch {
    vm_tid tid;
    size_t n;
    struct vm_ref refs[SOURCE_BATCH];
};
/* Those after `op` operations, until `to` at most. False: there are none that can be read. */
bool source_read(const vm_history *history, uint64_t op, uint64_t to, struct batch *out);
/* Notes a batch. `next` is the one behind it, when the working sets are not asked for between the
 * two; NULL: it is not known. */
void source_note(const vm_history *history, struct vm_windows *windows, const struct batch *batch,
    const struct batch *next);
/* past.c: the working sets after `op` operations; borrowed until the next call on this history.
 * VM_LIMIT: they are too far from anything that is known. */
enum vm_status windows_at(vm_history *history, uint64_t op, struct vm_windows **out);
/* seek.c: the cursor goes on until `op`, within the log, and its references are noted. */
enum vm_status seek_watched(vm_history *history, uint64_t op, struct vm_windows *windows);
struct vm_mark history_mark_of(
    const vm_machine *machine, const struct vm_op *op, const struct vm_events *counted);
/* marks.c: operation `op`, the newest, is told as bulk. Without memory its changes are counted
 * again when somebody asks. */
void history_note_bulk(vm_history *history, uint64_t op, uint64_t changes);
/* Changes of an operation that is told as bulk; 0: they were not counted. */
uint64_t history_bulk(const vm_history *history, uint64_t n);
/* Its micro-steps may be 0: not counted. */
struct vm_mark history_mark(const vm_history *history, uint64_t n);

#endif
