/* SPDX-License-Identifier: MIT
 * Phases: the trace is cut into slices; two neighbours belong to one phase when at least half of
 * the pages used in either are used in both (the Jaccard index of their sets is at least 1/2).
 * Madison and Batson (1976) find phases at many levels by LRU's stack; this is one level, the
 * slice's.
 */
#include "analysis/part.h"
#include "analysis/slices.h"

#include <stdlib.h>

enum { PHASES_DEFAULT = 100 };
struct phases {
    struct slices slices;
    uint32_t *seen; /* owned; of each page, the last slice that used it, plus 1; 0: none */
    uint32_t slice;
    uint64_t pages, first, stayed, before; /* of this slice; pages of the one before */
    uint64_t phase;
    size_t at;
    uint64_t now;
};

static enum vm_status start(vm_analysis *a)
{
    struct phases *p = a->state;
    p->slices = slices_of(a, PHASES_DEFAULT);
    a->all = a->kept.n;
    p->seen = calloc(a->kept.numbers.pages + (size_t)1, sizeof(*p->seen));
    return p->seen ? analysis_reserve(a, p->slices.n) : VM_NOMEM;
}

static void end_slice(vm_analysis *a, struct phases *p)
{
    uint64_t either = p->pages + p->before - p->stayed;
    double similarity = either ? (double)p->stayed / (double)either : 0;
    p->phase += 2 * p->stayed < either;
    analysis_row(a, (union analysis_value[]){{.number = slices_end(&p->slices, p->slice)},
                        {.number = p->pages}, {.number = p->first}, {.number = p->stayed},
                        {.real = similarity}, {.number = p->phase}});
    p->slice++;
    p->before = p->pages;
    p->pages = p->first = p->stayed = 0;
}

static void use(struct phases *p, uint32_t page)
{
    uint32_t *seen = &p->seen[page];
    if (*seen != p->slice + 1) {
        p->pages++;
        p->first += *seen == 0;
        p->stayed += *seen == p->slice && p->slice > 0;
        *seen = p->slice + 1;
    }
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    struct phases *p = a->state;
    const struct kept *kept = &a->kept;
    size_t end = kept->n - p->at > budget ? p->at + (size_t)budget : kept->n;
    for (; p->at < end; p->at++) {
        uint64_t left = kept->repeats[p->at] + UINT64_C(1);
        while (left > 0) { /* a page's repeats may go on in the next slice */
            uint64_t room = slices_end(&p->slices, p->slice) - p->now;
            uint64_t some = left < room ? left : room;
            use(p, kept->entry[p->at] >> 1);
            p->now += some;
            left -= some;
            if (some == room) {
                end_slice(a, p);
            }
        }
        a->done++;
    }
    *more = p->at < kept->n;
    return VM_OK;
}

static size_t memory(const vm_analysis *a)
{
    return a->kept.numbers.pages * sizeof(uint32_t);
}

static void release(vm_analysis *a)
{
    struct phases *p = a->state;
    free(p->seen);
}

const struct analysis_ops analysis_phases = {.state_size = sizeof(struct phases),
    .form = KEPT_TIMES,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};
