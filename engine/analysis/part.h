/* SPDX-License-Identifier: MIT
 * What the analyses share: the request, the trace kept in memory, rows. Each analysis is a vtable
 * and a state of its own; analysis.c is the door. Rows are added at the end and never change.
 */
#ifndef ANALYSIS_PART_H
#define ANALYSIS_PART_H

#include "analysis/kept.h"
#include "vm/analysis.h"
#include "vm/describe.h"

union analysis_value {
    uint64_t number;
    double real;
    const char *word; /* static, or in the state */
};

struct analysis_ops {
    size_t state_size;   /* zeroed before `start` */
    enum kept_form form; /* what it needs of the trace */
    uint64_t policies;   /* bit p: it knows policy p; 0: policies mean nothing to it */
    const char *problem; /* said of a policy it does not know */
    bool without_trace;  /* its answer does not depend on the references */
    /* NULL, or why the request makes no sense (static text). May be NULL. */
    const char *(*refuse)(const struct vm_analysis_request *request);
    /* Takes the references itself. NULL: they are kept, in `form`. */
    enum vm_status (*feed)(struct vm_analysis *a, const struct vm_trace_ref *refs, size_t n);
    /* After the last reference. Sets `all`. */
    enum vm_status (*start)(struct vm_analysis *a);
    /* Does about `budget` references' work and counts it in `done`; *more: it goes on. */
    enum vm_status (*work)(struct vm_analysis *a, uint64_t budget, bool *more);
    /* When rows are computed instead of kept; else NULL. */
    union analysis_value (*value)(const struct vm_analysis *a, size_t row, unsigned column);
    size_t (*memory)(const struct vm_analysis *a); /* of its state's arrays; may be NULL */
    void (*release)(struct vm_analysis *a);        /* may be NULL */
};

struct vm_analysis {
    const struct analysis_ops *ops;
    const struct vm_analysis_desc *desc;
    struct vm_analysis_request request; /* `frames` is owned */
    struct kept kept;
    void *state;
    bool started, finished;
    enum vm_status status; /* of the first failure; it stays */
    uint64_t done, all;
    size_t rows;
    union analysis_value *value; /* owned; rows * columns, unless ops->value */
    size_t value_room;
};

/* Room for `rows` more rows; afterwards adding them cannot fail. */
enum vm_status analysis_reserve(struct vm_analysis *a, size_t rows);
/* As many values as the analysis has columns. */
void analysis_row(struct vm_analysis *a, const union analysis_value *values);
/* The policies asked for, as bits: of those the analysis knows. */
uint64_t analysis_policies(const struct vm_analysis *a);

#define ALL_POLICIES ((UINT64_C(1) << vm_policy_kind_count) - 1)

#define COLUMN(...)
#define ANALYSIS(id, ...) extern const struct analysis_ops analysis_##id;
#include "vm/analyses.def"
#undef ANALYSIS
#undef COLUMN

#endif
