/* SPDX-License-Identifier: MIT
 * The working set over time: W(t, tau) is the pages used by the references t - tau + 1 .. t
 * (Denning, "The working set model for program behavior", 1968). A page used at t and next at u is
 * in it from t to min(u - 1, t + tau - 1); those stretches are added up over the points of the
 * curve. A reference to a page that is not in W(t - 1, tau) is a miss.
 */
#include "analysis/part.h"
#include "analysis/slices.h"

#include <stdlib.h>

struct working_set {
    struct slices slices;
    uint64_t *last;   /* owned; of each page: its last reference, from 1; 0: none */
    int64_t *change;  /* owned; of the size, at each slice's end, against the one before */
    uint64_t *misses; /* owned; in each slice */
    size_t at;        /* the next entry */
    uint64_t now;     /* references passed */
};

static enum vm_status start(vm_analysis *a)
{
    struct working_set *w = a->state;
    w->slices = slices_of(a, SLICES_DEFAULT);
    a->all = a->kept.n;
    w->last = calloc(a->kept.numbers.pages + (size_t)1, sizeof(*w->last));
    w->change = calloc(w->slices.n + (size_t)2, sizeof(*w->change));
    w->misses = calloc(w->slices.n + (size_t)1, sizeof(*w->misses));
    return w->last && w->change && w->misses ? analysis_reserve(a, w->slices.n) : VM_NOMEM;
}

/* A page is in the working set after the references from .. to. */
static void stay(struct working_set *w, uint64_t from, uint64_t to)
{
    if (from <= to) {
        w->change[slices_at(&w->slices, from)]++;
        w->change[slices_at(&w->slices, to + 1)]--;
    }
}

/* From its last use on, but not to `next` or past the window. */
static void stay_after(struct working_set *w, uint64_t last, uint64_t next, uint64_t tau)
{
    uint64_t left = next - last;
    stay(w, last, last + (left < tau ? left : tau) - 1);
}

static void add_rows(vm_analysis *a, const struct working_set *w)
{
    int64_t pages = 0;
    for (uint32_t i = 0; i < w->slices.n; i++) {
        pages += w->change[i];
        uint64_t bytes = (uint64_t)pages << a->request.page_shift;
        analysis_row(
            a, (union analysis_value[]){{.number = slices_end(&w->slices, i)},
                   {.number = (uint64_t)pages}, {.number = bytes}, {.number = w->misses[i]}});
    }
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    struct working_set *w = a->state;
    const struct kept *kept = &a->kept;
    uint64_t tau = a->request.params.tau;
    size_t end = kept->n - w->at > budget ? w->at + (size_t)budget : kept->n;
    for (; w->at < end; w->at++) {
        uint64_t from = w->now + 1, to = from + kept->repeats[w->at];
        uint64_t *last = &w->last[kept->entry[w->at] >> 1];
        if (*last) {
            stay_after(w, *last, from, tau);
        }
        if (!*last || from - *last > tau) {
            w->misses[slices_at(&w->slices, from)]++;
        }
        stay(w, from, to - 1);
        *last = w->now = to;
        a->done++;
    }
    *more = w->at < kept->n;
    if (!*more) {
        for (uint32_t page = 0; page < kept->numbers.pages; page++) {
            stay_after(w, w->last[page], w->now + 1, tau);
        }
        add_rows(a, w);
    }
    return VM_OK;
}

static size_t memory(const vm_analysis *a)
{
    const struct working_set *w = a->state;
    return a->kept.numbers.pages * sizeof(*w->last) +
           w->slices.n * (sizeof(*w->change) + sizeof(*w->misses));
}

static void release(vm_analysis *a)
{
    struct working_set *w = a->state;
    free(w->last);
    free(w->change);
    free(w->misses);
}

const struct analysis_ops analysis_working_set = {.state_size = sizeof(struct working_set),
    .form = KEPT_TIMES,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};
