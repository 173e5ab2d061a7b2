/* SPDX-License-Identifier: MIT
 * The points of a curve over time: a trace of n references is cut into slices of nearly equal
 * length; slice k ends with reference slices_end(k), counted from 1.
 */
#ifndef ANALYSIS_SLICES_H
#define ANALYSIS_SLICES_H

#include "analysis/part.h"

struct slices {
    uint64_t references;
    uint32_t n;
};
enum { SLICES_DEFAULT = 500 };

static inline struct slices slices_of(const struct vm_analysis *a, uint32_t otherwise)
{
    uint64_t references = a->kept.references;
    uint32_t n = a->request.points ? a->request.points : otherwise;
    return (struct slices){references, n < references ? n : (uint32_t)references};
}

static inline uint64_t slices_end(const struct slices *slices, uint32_t slice)
{
    return (slice + UINT64_C(1)) * slices->references / slices->n;
}

/* The first slice that ends with or after this reference, counted from 1; slices->n: none. */
static inline uint32_t slices_at(const struct slices *slices, uint64_t reference)
{
    if (reference > slices->references) {
        return slices->n;
    }
    return (uint32_t)((reference * slices->n + slices->references - 1) / slices->references - 1);
}

#endif
