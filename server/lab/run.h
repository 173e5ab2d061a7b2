/* SPDX-License-Identifier: MIT
 * One run of a scenario or of a trace within its limits, executed in slices so that a worker can
 * serve others meanwhile. What has run stays readable whatever ended it.
 */
#ifndef LAB_RUN_H
#define LAB_RUN_H

#include "vm/scenario.h"
#include "vm/trace.h"

struct lab_limits {
    uint64_t operations;                     /* of a scenario's run */
    uint64_t trace_operations, trace_memory; /* the same of a trace */
    uint64_t memory;                         /* bytes of history and machine */
    uint64_t pages;                          /* 0, processes 0: the engine's defaults */
    uint32_t processes;
    unsigned cpu_ms, wall_ms;
    unsigned trace_cpu_ms;
};
/* What is used for the fields that are 0. */
void lab_limits_fill(struct lab_limits *limits);

enum lab_reason { LAB_RUNNING, LAB_DONE, LAB_ERROR, LAB_LIMIT, LAB_TIME, LAB_ASKING };
const char *lab_reason_name(enum lab_reason reason); /* as in docs/protocol.md */

/* Notes, and expectations, that a run may make and that are told. */
enum { LAB_REMARKS_MAX = 5000 };

struct lab_set {
    struct vm_override *item; /* strings owned */
    size_t n;
};
void lab_set_release(struct lab_set *set);
bool lab_set_add(struct lab_set *set, const char *name, const char *value);

struct lab_trace; /* trace.c */
struct lab_run {
    struct lab_limits limits;
    char *text; /* owned, NUL-terminated; "" for a trace */
    size_t text_n;
    char *title; /* owned */
    vm_scenario *scenario;
    vm_run *run;                       /* NULL for a trace */
    struct lab_trace *trace;           /* NULL for a scenario */
    vm_history *history;               /* borrowed from run or trace; NULL until there is one */
    struct vm_diagnostics diagnostics; /* of the parser and of setting up; the run has its own */
    enum lab_reason reason;
    char message[160]; /* why it ended early, when no diagnostic says so */
    uint64_t cpu_us, started_ms;
    uint64_t budget; /* operations a go: adapts to how fast they are */
    /* seen.c: nothing beyond it is told; UINT64_MAX: all is */
    uint64_t horizon;
    uint64_t lines_to; /* operations whose lines were looked at: `line` is the last of them */
    uint32_t line;
};

/* Parses and sets up. *out is always made (but on VM_NOMEM); with errors its reason is LAB_ERROR
 * and its history may be NULL. */
enum vm_status lab_run_new(const char *text, size_t length, const struct lab_set *set,
    const struct lab_limits *limits, struct lab_run **out);
/* Takes fd: a trace store (trace/store.h). */
enum vm_status lab_run_new_trace(int fd, const char *title, const struct lab_set *set,
    const struct lab_limits *limits, struct lab_run **out);
void lab_run_free(struct lab_run *run);
/* Works for about slice_ms; false when the run has ended. */
bool lab_run_work(struct lab_run *run, unsigned slice_ms);
/* Names by id, of the scenario or of the trace. The wire_namer of a run. */
const char *lab_run_name(void *run, uint32_t name);
uint32_t lab_run_names(const struct lab_run *run);
void lab_diagnostic_add(
    struct vm_diagnostics *diagnostics, uint32_t line, const char *message, const char *hint);

/* seen.c: where the run ends for whoever asks. All answers about operations go by it. */
uint64_t lab_run_end(const struct lab_run *run);
bool lab_run_cut(const struct lab_run *run); /* is anything hidden? */
void lab_run_hide(struct lab_run *run, uint64_t from);
void lab_run_show(struct lab_run *run);
uint32_t lab_seen_names(const struct lab_run *run);
bool lab_seen_note(const struct lab_run *run, const struct vm_note *note);
bool lab_seen_expectation(const struct lab_run *run, const struct vm_expectation *expectation);
bool lab_seen_line(struct lab_run *run, uint32_t line);
/* The text up to the line that is asked about, without what gives the answer away; for free(). */
char *lab_seen_text(struct lab_run *run, size_t *length);

/* trace.c */
bool lab_trace_work(struct lab_run *run, uint64_t until_us); /* false: ended */
void lab_trace_free(struct lab_trace *trace);
enum vm_status lab_trace_new(int fd, const struct lab_set *set, struct lab_run *run);
/* What a recording cannot tell, then its system calls, as notes; false: no more. */
enum { LAB_CALL_TEXT = 512 };
bool lab_trace_note(
    const struct lab_trace *trace, size_t i, struct vm_position *position, char *text, size_t room);
const char *lab_trace_name(const struct lab_trace *trace, uint32_t name);
uint32_t lab_trace_names(const struct lab_trace *trace);
/* CPU time of this process, microseconds. */
uint64_t lab_cpu_us(void);
uint64_t lab_now_ms(void);

#endif
