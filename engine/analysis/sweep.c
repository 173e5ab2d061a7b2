/* SPDX-License-Identifier: MIT
 * Every policy at every size: each answer of a run is a row, the same that `vmscope replay` gives.
 */
#include "analysis/runs.h"

static enum vm_status answer(vm_analysis *a, const struct vm_replay_result *r, size_t place)
{
    (void)place;
    double ratio = r->references ? (double)r->faults / (double)r->references : 0;
    const union analysis_value row[] = {{.word = vm_policy_desc(r->policy)->name},
        {.number = r->frames}, {.number = r->faults}, {.number = r->hits}, {.number = r->evictions},
        {.number = r->writebacks}, {.number = r->references}, {.number = r->distinct_pages},
        {.real = ratio}};
    enum vm_status status = analysis_reserve(a, 1);
    if (status == VM_OK) {
        analysis_row(a, row);
    }
    return status;
}

static enum vm_status start(vm_analysis *a)
{
    return runs_start(a, a->state, answer);
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    return runs_work(a, a->state, budget, more);
}

static size_t memory(const vm_analysis *a)
{
    return runs_memory(a->state);
}

static void release(vm_analysis *a)
{
    runs_release(a->state);
}

const struct analysis_ops analysis_sweep = {.state_size = sizeof(struct runs),
    .form = KEPT_TIMES,
    .policies = ALL_POLICIES,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};
