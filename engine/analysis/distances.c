/* SPDX-License-Identifier: MIT
 * Reuse distances: how many different pages were used since the last use of a page, itself counted:
 * its depth in LRU's stack (Mattson et al. 1970). A reference is a hit for LRU in all memories with
 * at least as many frames, so these are the steps of the miss-ratio curve. Distances that do not
 * occur have no row; 0 stands for a page's first use.
 */
#include "analysis/part.h"
#include "analysis/stacks.h"

struct distances {
    struct stack_run run;
    struct curve curve;
};

static enum vm_status start(vm_analysis *a)
{
    struct distances *d = a->state;
    a->all = a->kept.n;
    enum vm_status status = curve_init(&d->curve, a->kept.numbers.pages);
    return status == VM_OK ? stack_run_init(&d->run, vm_policy_kind_lru, &a->kept) : status;
}

static uint64_t at_distance(const struct curve *curve, uint32_t distance)
{
    if (distance == 0) {
        return curve->firsts;
    }
    uint64_t fewer = distance == 1 ? curve->references : curve->faults[distance - 1];
    return fewer - curve->faults[distance];
}

static enum vm_status add_rows(vm_analysis *a, const struct curve *curve)
{
    size_t rows = 0;
    for (uint32_t d = 0; d <= curve->pages; d++) {
        rows += at_distance(curve, d) > 0;
    }
    enum vm_status status = analysis_reserve(a, rows);
    double all = (double)curve->references;
    for (uint32_t d = 0; status == VM_OK && d <= curve->pages; d++) {
        uint64_t n = at_distance(curve, d);
        if (n > 0) {
            uint64_t within = d ? curve->references - curve->faults[d] : 0;
            analysis_row(a, (union analysis_value[]){{.number = d}, {.number = n},
                                {.real = (double)n / all}, {.real = (double)within / all}});
        }
    }
    return status;
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    struct distances *d = a->state;
    a->done += stack_run_work(&d->run, &d->curve, budget);
    if (!stack_run_done(&d->run)) {
        *more = true;
        return VM_OK;
    }
    enum vm_status status = stack_run_end(&d->run, &d->curve);
    return status == VM_OK ? add_rows(a, &d->curve) : status;
}

static size_t memory(const vm_analysis *a)
{
    const struct distances *d = a->state;
    return stack_run_memory(&d->run) + curve_memory(&d->curve);
}

static void release(vm_analysis *a)
{
    struct distances *d = a->state;
    stack_run_release(&d->run);
    curve_release(&d->curve);
}

const struct analysis_ops analysis_distances = {.state_size = sizeof(struct distances),
    .form = KEPT_PAGES,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};
