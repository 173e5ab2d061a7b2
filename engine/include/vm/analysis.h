/* SPDX-License-Identifier: MIT
 * Questions about a whole trace: curves over every size, working sets, distances, anomalies. An
 * analysis is fed the references in order, then works on in slices; its answer is a table whose
 * columns are in analyses.def. Rows only ever grow, so a reader may take them as they come.
 */
#ifndef VM_ANALYSIS_H
#define VM_ANALYSIS_H

#include "vm/trace.h"

struct vm_analysis_request {
    enum vm_analysis_kind kind;
    uint64_t policies;      /* bit p: enum vm_policy_kind p; 0: all that the kind knows */
    const uint32_t *frames; /* sizes asked for, ascending; copied. NULL: chosen from the trace */
    size_t frames_n;
    uint8_t page_shift; /* of the references' addresses: 0 .. 30 */
    uint32_t points; /* of a curve over time, 2 .. 100,000; 0: the default. compare: the most rows;
                        shortest-anomaly: the greatest length */
    struct vm_policy_params params;
    /* Prices of access-time, in picoseconds; 0: DRAM, an SSD's read, an SSD's write of costs.def */
    uint64_t access_ps, fault_ps, writeback_ps;
};

/* A value of a row. */
enum vm_cell_kind { VM_CELL_NUMBER, VM_CELL_REAL, VM_CELL_WORD };
struct vm_cell {
    enum vm_cell_kind kind;
    uint64_t number;
    double real;
    const char *word; /* static, or the analysis's own */
};

struct vm_column_desc {
    const char *name, *title, *unit; /* unit "": a bare number */
    enum vm_cell_kind kind;
};
struct vm_analysis_desc {
    const char *name, *title;
    const char *question; /* what it answers, one sentence */
    const char *source;   /* paper or book */
    const struct vm_column_desc *columns;
    size_t columns_n;
};
const struct vm_analysis_desc *vm_analysis_desc(unsigned kind); /* NULL past the last */
int vm_analysis_named(const char *name);                        /* -1: none */
bool vm_analysis_wants_trace(
    enum vm_analysis_kind kind); /* false: the answer is the same for all */

typedef struct vm_analysis vm_analysis;
/* VM_INVALID: the request makes no sense; *problem says why (static text). */
enum vm_status vm_analysis_new(
    const struct vm_analysis_request *request, const char **problem, vm_analysis **out);
void vm_analysis_free(vm_analysis *analysis); /* NULL is fine */
enum vm_status vm_analysis_feed(vm_analysis *analysis, const struct vm_trace_ref *refs, size_t n);
/* After the last reference: works about as long as `budget` replayed references take. *more: call
 * it again. Sweeps go from coarse to fine. */
enum vm_status vm_analysis_work(vm_analysis *analysis, uint64_t budget, bool *more);
/* Work done and in all, in the same measure. */
void vm_analysis_progress(const vm_analysis *analysis, uint64_t *done, uint64_t *all);
size_t vm_analysis_rows(const vm_analysis *analysis);
struct vm_cell vm_analysis_cell(const vm_analysis *analysis, size_t row, unsigned column);
size_t vm_analysis_memory(const vm_analysis *analysis); /* bytes held */

#endif
