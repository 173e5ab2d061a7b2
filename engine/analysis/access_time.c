/* SPDX-License-Identifier: MIT
 * Effective access time (Silberschatz et al., section 10.2.3): with p = faults per reference and
 * w = write-backs per reference, (1 - p) * access + p * fault + w * write-back. The book has no
 * third term: it says that a dirty victim makes a fault cost two transfers. Prices nobody gave are
 * those of costs.def: an access DRAM, a fault and a write-back one access to the SSD each.
 */
#include "analysis/runs.h"

struct access_time {
    struct runs runs;
    double access, fault, writeback; /* nanoseconds */
};

static double nanoseconds(uint64_t given_ps, enum vm_medium medium)
{
    return (double)(given_ps ? given_ps : vm_medium_desc(medium)->picoseconds) / 1000;
}

static enum vm_status answer(vm_analysis *a, const struct vm_replay_result *r, size_t place)
{
    (void)place;
    const struct access_time *t = a->state;
    double all = (double)r->references, p = all > 0 ? (double)r->faults / all : 0,
           w = all > 0 ? (double)r->writebacks / all : 0,
           time = (1 - p) * t->access + p * t->fault + w * t->writeback;
    enum vm_status status = analysis_reserve(a, 1);
    if (status == VM_OK) {
        analysis_row(a, (union analysis_value[]){{.word = vm_policy_desc(r->policy)->name},
                            {.number = r->frames}, {.real = p}, {.real = w}, {.real = time},
                            {.real = time / t->access}});
    }
    return status;
}

static enum vm_status start(vm_analysis *a)
{
    struct access_time *t = a->state;
    t->access = nanoseconds(a->request.access_ps, vm_medium_dram);
    t->fault = nanoseconds(a->request.fault_ps, vm_medium_ssd);
    t->writeback = nanoseconds(a->request.writeback_ps, vm_medium_ssd);
    return runs_start(a, &t->runs, answer);
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    return runs_work(a, &((struct access_time *)a->state)->runs, budget, more);
}

static size_t memory(const vm_analysis *a)
{
    return runs_memory(&((const struct access_time *)a->state)->runs);
}

static void release(vm_analysis *a)
{
    runs_release(&((struct access_time *)a->state)->runs);
}

const struct analysis_ops analysis_access_time = {.state_size = sizeof(struct access_time),
    .form = KEPT_TIMES,
    .policies = ALL_POLICIES,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};
