/* SPDX-License-Identifier: MIT
 * The numbers of frames of a sweep: those asked for, or some chosen from the trace; and the order
 * in which they are taken, from coarse to fine.
 */
#ifndef ANALYSIS_SIZES_H
#define ANALYSIS_SIZES_H

#include "analysis/part.h"

struct sizes {
    uint32_t *frames; /* owned; ascending */
    size_t *order;    /* owned; places in frames: the ends, the middle, the quarters, ... */
    size_t n;
};

/* Asked for none: 1, 2, 3, ... growing by an eighth, up to the number of pages. */
enum vm_status sizes_choose(const struct vm_analysis *a, struct sizes *out);
void sizes_release(struct sizes *sizes);

#endif
