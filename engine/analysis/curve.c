/* SPDX-License-Identifier: MIT
 * The sums of curve.h: depths are counted as they come and added up once, at the end.
 */
#include "analysis/curve.h"

#include <stdlib.h>

enum vm_status curve_init(struct curve *curve, uint32_t pages)
{
    *curve = (struct curve){.pages = pages};
    curve->depth = calloc(pages + (size_t)2, sizeof(*curve->depth));
    curve->level = malloc((pages + (size_t)1) * sizeof(*curve->level));
    if (!curve->depth || !curve->level) {
        curve_release(curve);
        return VM_NOMEM;
    }
    for (uint32_t page = 0; page < pages; page++) {
        curve->level[page] = CURVE_CLEAN;
    }
    return VM_OK;
}

void curve_release(struct curve *curve)
{
    free(curve->depth);
    free(curve->level);
    free(curve->faults);
    free(curve->writebacks);
    *curve = (struct curve){0};
}

size_t curve_memory(const struct curve *curve)
{
    size_t each = curve->depth ? sizeof(*curve->depth) + sizeof(*curve->level) : 0;
    each += curve->faults ? sizeof(*curve->faults) + sizeof(*curve->writebacks) : 0;
    return curve->pages * each;
}

void curve_leave(struct curve *curve, uint32_t page, uint32_t depth)
{
    if (curve->level[page] < depth) {
        curve->depth[curve->level[page]].written++;
        curve->depth[depth].written--;
    }
}

enum vm_status curve_end(struct curve *curve, uint64_t references)
{
    curve->faults = malloc((curve->pages + (size_t)1) * sizeof(*curve->faults));
    curve->writebacks = malloc((curve->pages + (size_t)1) * sizeof(*curve->writebacks));
    if (!curve->faults || !curve->writebacks) {
        return VM_NOMEM; /* curve_release frees the one there is */
    }
    curve->references = references;
    curve->firsts = curve->depth[0].hits;
    uint64_t faults = curve->firsts;
    for (uint32_t frames = curve->pages;; frames--) {
        curve->faults[frames] = faults;
        if (frames == 0) {
            break;
        }
        faults += curve->depth[frames].hits;
    }
    int64_t written = 0;
    for (uint32_t frames = 0; frames <= curve->pages; frames++) {
        written += curve->depth[frames].written;
        curve->writebacks[frames] = (uint64_t)written;
    }
    free(curve->depth);
    free(curve->level);
    curve->depth = NULL;
    curve->level = NULL;
    return VM_OK;
}

uint64_t curve_faults(const struct curve *curve, uint32_t frames)
{
    return curve->faults[frames < curve->pages ? frames : curve->pages];
}

uint64_t curve_evictions(const struct curve *curve, uint32_t frames)
{
    return curve_faults(curve, frames) - (frames < curve->pages ? frames : curve->pages);
}

uint64_t curve_writebacks(const struct curve *curve, uint32_t frames)
{
    return curve->writebacks[frames < curve->pages ? frames : curve->pages];
}
