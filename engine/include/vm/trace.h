/* SPDX-License-Identifier: MIT
 * Traces: push parsers (bytes in, references out), and replay of one policy over one memory.
 * Formats and what counts as a reference: docs/traces.md.
 */
#ifndef VM_TRACE_H
#define VM_TRACE_H

#include "vm/vm.h"

enum vm_trace_format { VM_TRACE_PAGES, VM_TRACE_REFS, VM_TRACE_LACKEY, VM_TRACE_FORMATS };

struct vm_trace_ref {
    vm_vpn vpn;     /* pages, refs: as written; lackey: address >> page_shift */
    vm_va va;       /* lackey: the address (of the part within this page); else vpn << page_shift */
    uint32_t bytes; /* within this page; pages, refs: 1 */
    char kind;      /* I fetch, R load, W store, M modify (one reference, dirty) */
};
struct vm_trace_report {
    uint64_t bytes, lines, references;
    uint64_t torn;           /* records that could not be read, passed over */
    uint64_t first_torn;     /* line of the first, 0 = none */
    uint64_t first_column;   /* byte of that line where the problem begins, from 1; 0 = none */
    char first_problem[120]; /* where and what, empty when none; of pages and refs any problem is an
                                error */
    bool error;
};
/* `sink` gets batches in order and returns false to stop. */
typedef bool vm_trace_sink(void *ctx, const struct vm_trace_ref *refs, size_t n);
typedef struct vm_trace_reader vm_trace_reader;
enum vm_status vm_trace_reader_new(enum vm_trace_format format, uint8_t page_shift, bool data_only,
    vm_trace_sink *sink, void *ctx, vm_trace_reader **out);
bool vm_trace_feed(
    vm_trace_reader *reader, const char *bytes, size_t n); /* false: stopped or error */
bool vm_trace_end(vm_trace_reader *reader);
const struct vm_trace_report *vm_trace_report(const vm_trace_reader *reader);
void vm_trace_reader_free(vm_trace_reader *reader);
int vm_trace_format_named(const char *name); /* -1: none */

/* Replay: F frames, one process, empty at the start, demand paging, every first touch a fault. */
struct vm_replay_result {
    enum vm_policy_kind policy;
    uint32_t frames;
    uint64_t references, hits, faults, evictions, writebacks, distinct_pages;
};
typedef struct vm_replay vm_replay;
/* `params` NULL: the defaults. */
enum vm_status vm_replay_new(enum vm_policy_kind policy, uint32_t frames,
    const struct vm_policy_params *params, vm_replay **out);
enum vm_status vm_replay_feed(vm_replay *replay, const struct vm_trace_ref *refs, size_t n);
enum vm_status vm_replay_end(
    vm_replay *replay, struct vm_replay_result *out); /* OPT does its work here */
void vm_replay_free(vm_replay *replay);

#endif
