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
    uint16_t process; /* whose: 0 is the first (or only) process of the recording */
};
/* In a recording of several processes the same page number of two of them is two pages: `vpn` has
 * the process above VM_TRACE_VPN_BITS. This is the page for another page size. */
enum { VM_TRACE_VPN_BITS = 52, VM_TRACE_PROCESSES_MAX = 4096 };
static inline vm_vpn vm_trace_page(const struct vm_trace_ref *ref, uint8_t page_shift)
{
    return ref->va >> page_shift | (vm_vpn)ref->process << VM_TRACE_VPN_BITS;
}

/* A system call of a recording; it lies between references. */
enum vm_trace_call_kind {
#define TRACE_CALL(id, ...) vm_trace_call_##id,
#include "vm/trace_calls.def"
#undef TRACE_CALL
    vm_trace_call_kind_count
};
enum { VM_TRACE_CALL_ARGS = 6, VM_TRACE_NAME_MAX = 256 };
struct vm_trace_call {
    enum vm_trace_call_kind kind;
    uint16_t process;
    uint32_t thread;                  /* of the process, from 1; 0: unknown */
    bool failed;                      /* result is an errno */
    uint64_t before;                  /* references before it */
    uint64_t arg[VM_TRACE_CALL_ARGS]; /* map: start, end, protection, shared, offset */
    uint64_t result;
    char name[VM_TRACE_NAME_MAX]; /* map: the file, or [stack]; execve: the program; else empty */
};
const char *vm_trace_call_name(enum vm_trace_call_kind kind);

struct vm_trace_report {
    uint64_t bytes, lines, references;
    uint64_t torn;           /* records that could not be read, passed over */
    uint64_t glued;          /* records read although they hung at another line's end */
    uint64_t first_glued;    /* line of the first, 0 = none */
    uint64_t calls;          /* system calls understood */
    uint64_t calls_passed;   /* lines of other system calls */
    uint64_t notes;          /* lines of Valgrind itself, comments, empty lines */
    uint32_t processes;      /* at least 1 once there is a reference */
    uint64_t first_torn;     /* line of the first, 0 = none */
    uint64_t first_column;   /* byte of that line where the problem begins, from 1; 0 = none */
    char first_problem[120]; /* where and what, empty when none; of pages and refs any problem is an
                                error */
    bool error;
};
/* `sink` gets batches in order, which last for the call alone, and returns false to stop. */
typedef bool vm_trace_sink(void *ctx, const struct vm_trace_ref *refs, size_t n);
typedef struct vm_trace_reader vm_trace_reader;
/* page_shift: log2 of the page size, 0 .. 63. data_only: fetches of lackey and refs are passed
 * over. The caller frees *out. VM_INVALID, VM_NOMEM: it is NULL. */
enum vm_status vm_trace_reader_new(enum vm_trace_format format, uint8_t page_shift, bool data_only,
    vm_trace_sink *sink, void *ctx, vm_trace_reader **out);
/* Before the first byte: calls go to `calls` in order, references before them have been handed on.
 */
typedef bool vm_trace_calls_sink(void *ctx, const struct vm_trace_call *call);
void vm_trace_reader_calls(vm_trace_reader *reader, vm_trace_calls_sink *calls, void *ctx);
/* Bytes in pieces of any size, cut anywhere; _end hands on what the last piece left. False: the
 * sink stopped it, or the report has an error; more bytes change nothing then. */
bool vm_trace_feed(vm_trace_reader *reader, const char *bytes, size_t n);
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
/* `params` NULL: the defaults. The caller frees *out. VM_INVALID: fewer frames than the policy
 * needs (vm_policy_desc), or a tick or tau of 0; VM_NOMEM; either leaves *out NULL. */
enum vm_status vm_replay_new(enum vm_policy_kind policy, uint32_t frames,
    const struct vm_policy_params *params, vm_replay **out);
/* In pieces of any size. Other than VM_OK (VM_NOMEM, VM_LIMIT): the replay is good for nothing but
 * vm_replay_free. */
enum vm_status vm_replay_feed(vm_replay *replay, const struct vm_trace_ref *refs, size_t n);
/* Once, after the last reference: OPT does its work here. */
enum vm_status vm_replay_end(vm_replay *replay, struct vm_replay_result *out);
uint64_t vm_replay_faults(const vm_replay *replay); /* so far; of OPT only after its end */
size_t vm_replay_memory(const vm_replay *replay);   /* bytes held; NULL: none */
void vm_replay_free(vm_replay *replay);

#endif
