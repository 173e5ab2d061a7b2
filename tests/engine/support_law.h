/* SPDX-License-Identifier: MIT
 * The law over a list of operations: folding all changes from nothing gives the described state,
 * undoing them gives nothing, every invariant holds after every operation, a replay gives the same
 * bytes, a run without events ends in the same state, and a clone goes on like the original.
 */
#ifndef SUPPORT_LAW_H
#define SUPPORT_LAW_H

#include "support_random.h"

struct law_case {
    uint64_t seed;             /* of the machine, and of the operations unless they are given */
    size_t steps;              /* operations to draw after the setup */
    bool full;                 /* the whole law; else the invariants only */
    const struct vm_op *given; /* these operations instead of drawn ones */
    size_t given_n;
    struct vm_op *log; /* where operations are written before they are applied; NULL: nowhere */
    size_t *logged;    /* room in the log: steps + LAW_SETUP */
};
#define LAW_SETUP 48

struct law_result {
    uint64_t operations, refused; /* refused: the machine answered with a status */
    size_t memory;                /* the most that the machine held */
    char problem[200];            /* empty: the law holds */
};

void law_run(const struct law_case *law, struct law_result *out);

#endif
