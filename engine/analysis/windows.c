/* SPDX-License-Identifier: MIT
 * The working set for every window at once, from the intervals between a page's uses (Denning and
 * Schwartz, "Properties of the working-set model", 1972). A reference whose page was used x
 * references before is a miss for windows below x. A use that is followed by the next after x
 * references, or by the end, keeps its page in the working set for min(x, tau) of them; their sum,
 * divided by the references, is the mean size. Windows grow by an eighth; intervals are counted
 * between two of them.
 */
#include "analysis/part.h"

#include <stdlib.h>

enum { WINDOWS_MAX = 400 };
struct windows {
    uint64_t window[WINDOWS_MAX]; /* ascending */
    unsigned n;
    /* Of intervals above window[i - 1] and up to window[i]: */
    uint64_t gaps[WINDOWS_MAX + 1], sum[WINDOWS_MAX + 1];
    uint64_t ends[WINDOWS_MAX + 1]; /* of them, those up to the end of the trace */
    uint64_t *last;                 /* owned; of each page, from 1; 0: none */
    size_t at;
    uint64_t now;
};

static enum vm_status start(vm_analysis *a)
{
    struct windows *w = a->state;
    for (uint64_t window = 1; window <= a->kept.references && w->n < WINDOWS_MAX;
         window += 1 + window / 8) {
        w->window[w->n++] = window;
    }
    a->all = a->kept.n;
    w->last = calloc(a->kept.numbers.pages + (size_t)1, sizeof(*w->last));
    return w->last ? analysis_reserve(a, w->n) : VM_NOMEM;
}

static void count(struct windows *w, uint64_t gap, uint64_t times, bool end)
{
    unsigned low = 0, high = w->n;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (w->window[middle] < gap) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    w->gaps[low] += times;
    w->sum[low] += gap * times;
    w->ends[low] += end ? times : 0;
}

static void add_rows(vm_analysis *a, const struct windows *w)
{
    uint64_t n = a->kept.references, below = 0, sum = 0, hits = 0;
    for (unsigned i = 0; i < w->n; i++) {
        below += w->gaps[i];
        sum += w->sum[i];
        hits += w->gaps[i] - w->ends[i];
        /* Every use begins one interval. */
        double held = (double)sum + (double)w->window[i] * (double)(n - below);
        analysis_row(
            a, (union analysis_value[]){{.number = w->window[i]}, {.real = held / (double)n},
                   {.number = n - hits}, {.real = (double)(n - hits) / (double)n}});
    }
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    struct windows *w = a->state;
    const struct kept *kept = &a->kept;
    size_t end = kept->n - w->at > budget ? w->at + (size_t)budget : kept->n;
    for (; w->at < end; w->at++) {
        uint64_t from = w->now + 1, repeats = kept->repeats[w->at];
        uint64_t *last = &w->last[kept->entry[w->at] >> 1];
        if (*last) {
            count(w, from - *last, 1, false);
        }
        if (repeats) {
            count(w, 1, repeats, false);
        }
        *last = w->now = from + repeats;
        a->done++;
    }
    *more = w->at < kept->n;
    if (!*more) {
        for (uint32_t page = 0; page < kept->numbers.pages; page++) {
            count(w, w->now + 1 - w->last[page], 1, true);
        }
        add_rows(a, w);
    }
    return VM_OK;
}

static size_t memory(const vm_analysis *a)
{
    return a->kept.numbers.pages * sizeof(uint64_t);
}

static void release(vm_analysis *a)
{
    struct windows *w = a->state;
    free(w->last);
}

const struct analysis_ops analysis_windows = {.state_size = sizeof(struct windows),
    .form = KEPT_TIMES,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};
