/* SPDX-License-Identifier: MIT
 * Faults and write-backs of a stack algorithm at every size, from the depth of each reference in
 * its stack: with F frames the pages at depths 1 .. F are resident, so a reference at depth d is a
 * fault with fewer than d frames (Mattson et al. 1970).
 * Write-backs: each page has a level, the least number of frames with which it is dirty. A write
 * makes it 1. At a reference of depth d every memory smaller than d had evicted the page, so those
 * from the level to d - 1 wrote it back, once; now the page is clean in them (Thompson and Smith
 * 1989).
 */
#ifndef ANALYSIS_CURVE_H
#define ANALYSIS_CURVE_H

#include "vm/types.h"

enum { CURVE_CLEAN = INT32_MAX };

struct curve_depth {
    uint64_t hits;   /* references at this depth */
    int64_t written; /* write-backs with this many frames, less those with one fewer */
};
struct curve {
    uint32_t pages; /* distinct */
    uint64_t references, firsts;
    struct curve_depth *depth;     /* owned; 0 .. pages + 1 */
    uint32_t *level;               /* owned; of each page */
    uint64_t *faults, *writebacks; /* owned; of 0 .. pages frames, after curve_end */
};

enum vm_status curve_init(struct curve *curve, uint32_t pages);
void curve_release(struct curve *curve);
size_t curve_memory(const struct curve *curve);

/* depth 0: the page's first reference. */
static inline void curve_use(struct curve *curve, uint32_t page, uint32_t depth, uint32_t write)
{
    uint32_t level = curve->level[page];
    curve->depth[depth].hits++;
    if (level < depth) {
        curve->depth[level].written++;
        curve->depth[depth].written--;
        level = depth;
    }
    curve->level[page] = write ? 1 : level;
}

/* At the end the page stands at this depth: smaller memories have evicted it. */
void curve_leave(struct curve *curve, uint32_t page, uint32_t depth);
/* Sums up. `references` counts repeats that were never told, too. */
enum vm_status curve_end(struct curve *curve, uint64_t references);

/* Of any number of frames, at least 1. */
uint64_t curve_faults(const struct curve *curve, uint32_t frames);
uint64_t curve_evictions(const struct curve *curve, uint32_t frames);
uint64_t curve_writebacks(const struct curve *curve, uint32_t frames);

#endif
