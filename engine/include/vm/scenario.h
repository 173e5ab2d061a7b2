/* SPDX-License-Identifier: MIT
 * The scenario language: text in, a run out. The text is the truth; see docs/scenario-language.md.
 */
#ifndef VM_SCENARIO_H
#define VM_SCENARIO_H

#include "vm/history.h"

struct vm_diagnostic {
    uint32_t line, column; /* 1-based; column in bytes */
    uint32_t length;       /* bytes to mark, at least 1 */
    bool warning;          /* "sizes round up to pages" and the like; not an error */
    char message[160];     /* what was found and what was expected */
    char hint[120];        /* the likely fix, or empty */
};
struct vm_diagnostics {
    struct vm_diagnostic *item; /* owned */
    size_t length, capacity;
    size_t errors; /* those that are not warnings */
};
void vm_diagnostics_release(struct vm_diagnostics *diagnostics);
void vm_diagnostics_append(struct vm_diagnostics *diagnostics, const struct vm_diagnostics *more);

typedef struct vm_scenario vm_scenario; /* parsed; immutable, and counted: runs hold it */

struct vm_scenario_limits {
    size_t text;      /* bytes; 0 = 65536 */
    uint32_t nesting; /* braces and parentheses; 0 = 32 */
};
/* Parses. On any error *out is NULL and diagnostics say why (VM_INVALID). Never crashes on any
 * bytes. */
enum vm_status vm_scenario_parse(const char *text, size_t length,
    const struct vm_scenario_limits *limits, struct vm_diagnostics *diagnostics, vm_scenario **out);
/* What parses but cannot run: words of later parts, processes that nobody starts. Errors, distinct
 * from those of parsing; vm_run_new asks the same (VM_UNSUPPORTED). What only running shows (names,
 * overlapping mappings, limits) is in the diagnostics of the run. */
void vm_scenario_check(const vm_scenario *scenario, struct vm_diagnostics *diagnostics);
void vm_scenario_free(vm_scenario *scenario);
const char *vm_scenario_title(const vm_scenario *scenario); /* "" when none */
/* What it says it shows: concepts in the order of the text. */
const uint8_t *vm_scenario_shows(const vm_scenario *scenario, size_t *n);
/* The canonical form, allocated with malloc, NUL-terminated; NULL without memory. Comments are
 * kept. */
char *vm_scenario_format(const vm_scenario *scenario, size_t *length);

/* name = value given from outside: a machine word (frames, swap, tlb, policy, seed) or a `param`.
 */
struct vm_override {
    const char *name, *value;
};

struct vm_expectation {
    uint32_t line;
    uint64_t position; /* steps done when it was judged */
    bool held;
    char text[160];  /* the line as written */
    char found[120]; /* the values found, when it did not hold */
};
enum { VM_NOTE_CHOICES = 6 };
struct vm_note {
    uint32_t line;
    uint64_t position;
    enum { VM_NOTE_TEXT, VM_NOTE_BOOKMARK, VM_NOTE_SECTION, VM_NOTE_ASK } kind;
    char at[24]; /* `note at fault`: the happening it is pinned to, else empty */
    char text[512];
    /* of an `ask` whose key is an expression, once the statement after it has run: */
    bool judged;
    uint64_t key, until;                 /* its value, and the steps done when it was judged */
    const char *choice[VM_NOTE_CHOICES]; /* `choice`: key 0 means the first; held by the run */
};
/* One cell of `compare`. */
struct vm_compare_row {
    enum vm_policy_kind policy;
    uint32_t frames;
    uint64_t faults, evictions, writebacks;
};

typedef struct vm_run vm_run; /* a scenario being run: an executor and its history */

enum vm_status vm_run_new(const vm_scenario *scenario, const struct vm_override *overrides,
    size_t overrides_n,
    const struct vm_config *defaults, /* limits and allocator only; may be NULL */
    struct vm_diagnostics *diagnostics, vm_run **out);
void vm_run_free(vm_run *run);
enum vm_run_reason { VM_RUN_MORE, VM_RUN_DONE, VM_RUN_ERROR, VM_RUN_LIMIT };
/* Executes up to `budget` more operations. ERROR and LIMIT: the run's diagnostics say where and
 * why; what was run stays. (OPT's recording pass happens inside the first call.) */
enum vm_run_reason vm_run_go(vm_run *run, uint64_t budget);
/* append and branch may take long: they ask now and then whether it is over, and give up. The
 * append says so and has changed nothing, the branch is VM_LIMIT. NULL: they take what it takes. */
void vm_run_watch(vm_run *run, bool (*over)(void *context), void *context);
/* Playing is writing: runs one more line at the end. False: diagnostics say why, nothing was
 * changed. The line's number counts on from the last line of the text. */
bool vm_run_append(
    vm_run *run, const char *line, size_t length, struct vm_diagnostics *diagnostics);
/* A new run that has run only the first `op` steps of this one, its variables as they were then. */
enum vm_status vm_run_branch(vm_run *run, uint64_t op, vm_run **out);

vm_history *vm_run_history(vm_run *run);
const struct vm_diagnostics *vm_run_diagnostics(const vm_run *run);
const struct vm_expectation *vm_run_expectations(const vm_run *run, size_t *n);
const struct vm_note *vm_run_notes(const vm_run *run, size_t *n);
const struct vm_compare_row *vm_run_compare(const vm_run *run, size_t *n);
/* Names used by operations and rows of the state: ids from 1. NULL past the end. */
const char *vm_run_name(const vm_run *run, uint32_t name);
uint32_t vm_run_names(const vm_run *run);
/* How many of them steps up to `op` use: ids are given in the order of use. */
uint32_t vm_run_names_at(const vm_run *run, uint64_t op);

#endif
