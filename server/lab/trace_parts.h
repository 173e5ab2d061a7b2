/* SPDX-License-Identifier: MIT
 * What a trace that runs in the Lab consists of; private to the trace*.c of this folder.
 */
#ifndef LAB_TRACE_PARTS_H
#define LAB_TRACE_PARTS_H

#include "lab/run.h"
#include "trace/store.h"

enum { LAB_PROCESSES_MAX = 64 };
struct lab_trace {
    struct trace_store *store;
    struct trace_cursor *cursor;
    const struct vm_trace_ref *refs; /* the cursor's batch: references [from, from + refs_n) */
    uint64_t from;
    size_t refs_n;
    uint64_t length, limit; /* references, and how many are run at most */
    uint64_t first;         /* operations before them */
    struct vm_config config;
    bool frames_given, slots_given;
    vm_history *history;
    uint32_t processes;
    vm_tid tid[LAB_PROCESSES_MAX];
    char names[2][32];
    struct vm_trace_call *calls; /* owned */
    size_t calls_n;
};
enum { LAB_NAME_PROCESS = 1, LAB_NAME_PAGES };

/* Its values are page numbers, not addresses. */
static inline bool trace_whole(const struct lab_trace *t)
{
    return trace_store_summary(t->store)->format != VM_TRACE_LACKEY;
}

/* trace_machine.c: sizes that nobody gave are chosen; then processes and mappings for the pages
 * that are touched. NULL: fine, else what is wrong. */
const char *trace_start(struct lab_trace *t, size_t checkpoint_bytes);
/* trace_source.c */
struct vm_log_source trace_source(struct lab_trace *t);
/* What OPT knows: when each reference's page is used next. NULL: no memory, or damaged. */
uint32_t *trace_next_uses(struct lab_trace *t, uint64_t count);

#endif
