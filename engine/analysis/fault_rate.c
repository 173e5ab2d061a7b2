/* SPDX-License-Identifier: MIT
 * Faults in each slice of the trace, for policies and numbers of frames. Asked for no policy: LRU;
 * for no size: a quarter of the pages.
 */
#include "analysis/outcome.h"
#include "analysis/part.h"
#include "analysis/slices.h"

#include <stdlib.h>

enum { PIECE = 1 << 16 };
struct fault_rate {
    struct slices slices;
    uint64_t policies;
    uint32_t quarter;
    unsigned policy;
    size_t size;
    bool running;
    struct outcome outcome;
    uint32_t slice;
    uint64_t now, faults; /* at the end of the slice before: faults */
};

static size_t sizes(const vm_analysis *a)
{
    return a->request.frames_n ? a->request.frames_n : 1;
}

static uint32_t size_of(const vm_analysis *a, const struct fault_rate *f)
{
    return a->request.frames_n ? a->request.frames[f->size] : f->quarter;
}

/* Whether one is left: f->policy at f->size. */
static bool find(const vm_analysis *a, struct fault_rate *f)
{
    for (; f->policy < vm_policy_kind_count; f->policy++) {
        for (; f->size < sizes(a); f->size++) {
            if (f->policies >> f->policy & 1 &&
                size_of(a, f) >= vm_policy_desc(f->policy)->least_frames) {
                return true;
            }
        }
        f->size = 0;
    }
    return false;
}

static uint64_t cost(const vm_analysis *a, unsigned policy)
{
    return a->kept.references + (policy == vm_policy_kind_opt ? a->kept.n : 0);
}

static enum vm_status start(vm_analysis *a)
{
    struct fault_rate *f = a->state;
    f->slices = slices_of(a, SLICES_DEFAULT);
    f->policies = a->request.policies ? a->request.policies : UINT64_C(1) << vm_policy_kind_lru;
    f->quarter = a->kept.numbers.pages / 4 + 1;
    size_t rows = 0;
    struct fault_rate probe = *f;
    for (; find(a, &probe); probe.size++) {
        rows += f->slices.n;
        a->all += cost(a, probe.policy);
    }
    return analysis_reserve(a, rows);
}

static enum vm_status end_slice(vm_analysis *a, struct fault_rate *f)
{
    uint64_t end = slices_end(&f->slices, f->slice), faults = outcome_faults(&f->outcome);
    uint64_t begin = f->slice ? slices_end(&f->slices, f->slice - 1) : 0;
    uint64_t mine = faults - f->faults;
    analysis_row(a, (union analysis_value[]){{.word = vm_policy_desc(f->policy)->name},
                        {.number = size_of(a, f)}, {.number = end}, {.number = mine},
                        {.real = (double)mine / (double)(end - begin)}});
    f->faults = faults;
    f->slice++;
    return VM_OK;
}

/* A piece of the run that is under way; how much it cost. */
static enum vm_status piece(vm_analysis *a, struct fault_rate *f, uint64_t *used)
{
    enum vm_status status = VM_OK;
    if (!f->running) {
        status = outcome_init(&f->outcome, (enum vm_policy_kind)f->policy, size_of(a, f),
            &a->request.params, &a->kept);
        f->running = status == VM_OK;
        f->slice = 0;
        f->now = f->faults = 0;
    }
    *used = status == VM_OK ? outcome_prepare(&f->outcome, PIECE) : 0;
    if (status != VM_OK || *used) {
        return status;
    }
    if (f->slice < f->slices.n) {
        uint64_t left = slices_end(&f->slices, f->slice) - f->now;
        *used = left < PIECE ? left : PIECE;
        status = outcome_pass(&f->outcome, *used);
        f->now += *used;
        if (status == VM_OK && *used == left) {
            status = end_slice(a, f);
        }
    }
    if (f->slice == f->slices.n) {
        outcome_release(&f->outcome);
        f->running = false;
        f->size++;
    }
    return status;
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    struct fault_rate *f = a->state;
    enum vm_status status = VM_OK;
    uint64_t used = 0, sum = 0;
    while (status == VM_OK && sum < budget && (*more = find(a, f))) {
        status = piece(a, f, &used);
        sum += used;
        a->done += used;
    }
    return status;
}

static size_t memory(const vm_analysis *a)
{
    const struct fault_rate *f = a->state;
    return f->running ? outcome_memory(&f->outcome) : 0;
}

static void release(vm_analysis *a)
{
    struct fault_rate *f = a->state;
    outcome_release(&f->outcome);
}

const struct analysis_ops analysis_fault_rate = {.state_size = sizeof(struct fault_rate),
    .form = KEPT_TIMES,
    .policies = ALL_POLICIES,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};
