/* SPDX-License-Identifier: MIT
 * Questions about the whole run that its marks answer: where something happens next.
 */
#ifndef LAB_TIMELINE_H
#define LAB_TIMELINE_H

#include "lab/run.h"

struct lab_find {
    bool any;      /* any fault or flag */
    bool faults;   /* any fault */
    bool switches; /* another thread than the operation before */
    int fault;     /* enum vm_fault, or -1 */
    int op;        /* enum vm_op_kind, or -1 */
    int happening; /* a row of events.def, or -1 */
    uint8_t flags; /* VM_MARK_*, or 0 */
    bool has_page, has_frame, has_tid;
    uint64_t page, frame; /* the operation's events must name it */
    uint64_t tid;         /* who ran */
};
/* A word of the protocol into a question. False: there is no such kind. */
bool lab_find_kind(const char *kind, struct lab_find *find);
/* The next operation from `from` (its own not included) in `direction`; of a happening the next
 * micro-step. op 0: none, or none within `budget_us` of CPU time (then *gave_up). */
struct vm_position lab_find_next(struct lab_run *run, const struct lab_find *find,
    struct vm_position from, int direction, uint64_t budget_us, bool *gave_up);

#endif
