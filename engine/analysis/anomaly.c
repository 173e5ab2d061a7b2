/* SPDX-License-Identifier: MIT
 * Belady's anomaly in a trace (Belady, Nelson and Shedler, "An anomaly in space-time
 * characteristics of certain programs running in a paging machine", 1969): a row for each two
 * neighbours among the sizes of which the larger one faults more often. Stack algorithms have none:
 * what a memory holds, a larger one holds too (Mattson et al. 1970).
 */
#include "analysis/runs.h"

#include <stdlib.h>

#define UNKNOWN UINT64_MAX
struct anomaly {
    struct runs runs;
    uint64_t *faults; /* owned; of each policy at each size, UNKNOWN before it was run */
};

static enum vm_status compare(vm_analysis *a, const char *policy, size_t at, const uint64_t *faults)
{
    const struct anomaly *s = a->state;
    if (faults[at] == UNKNOWN || faults[at + 1] == UNKNOWN || faults[at] >= faults[at + 1]) {
        return VM_OK;
    }
    enum vm_status status = analysis_reserve(a, 1);
    if (status == VM_OK) {
        const uint32_t *frames = s->runs.sizes.frames;
        analysis_row(
            a, (union analysis_value[]){{.word = policy}, {.number = frames[at]},
                   {.number = faults[at]}, {.number = frames[at + 1]}, {.number = faults[at + 1]}});
    }
    return status;
}

static enum vm_status answer(vm_analysis *a, const struct vm_replay_result *r, size_t place)
{
    struct anomaly *s = a->state;
    uint64_t *faults = s->faults + r->policy * s->runs.sizes.n;
    const char *policy = vm_policy_desc(r->policy)->name;
    enum vm_status status = VM_OK;
    faults[place] = r->faults;
    if (place > 0) {
        status = compare(a, policy, place - 1, faults);
    }
    if (status == VM_OK && place + 1 < s->runs.sizes.n) {
        status = compare(a, policy, place, faults);
    }
    return status;
}

static enum vm_status start(vm_analysis *a)
{
    struct anomaly *s = a->state;
    enum vm_status status = runs_start(a, &s->runs, answer);
    if (status != VM_OK) {
        return status;
    }
    size_t n = s->runs.sizes.n * vm_policy_kind_count;
    s->faults = malloc(n * sizeof(*s->faults));
    for (size_t i = 0; s->faults && i < n; i++) {
        s->faults[i] = UNKNOWN;
    }
    return s->faults ? VM_OK : VM_NOMEM;
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    return runs_work(a, &((struct anomaly *)a->state)->runs, budget, more);
}

static size_t memory(const vm_analysis *a)
{
    const struct anomaly *s = a->state;
    size_t n = s->faults ? s->runs.sizes.n * vm_policy_kind_count : 0;
    return runs_memory(&s->runs) + n * sizeof(*s->faults);
}

static void release(vm_analysis *a)
{
    struct anomaly *s = a->state;
    runs_release(&s->runs);
    free(s->faults);
}

const struct analysis_ops analysis_anomaly = {.state_size = sizeof(struct anomaly),
    .form = KEPT_TIMES,
    .policies = ALL_POLICIES,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};
