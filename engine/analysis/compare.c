/* SPDX-License-Identifier: MIT
 * Two runs of one trace side by side: two policies with the same frames, or one policy with two
 * numbers of frames. A row is a reference that one of them has in memory and the other has not; the
 * first row is where they first differ. After the last one that fits comes a row of the whole
 * trace: what both did with its last reference, and all their faults.
 */
#include "analysis/outcome.h"
#include "analysis/part.h"

#include <stdio.h>

enum { ROWS_DEFAULT = 1000, NAME_ROOM = 48, RUNS = 2 };
struct compare {
    struct outcome outcome[RUNS];
    char name[RUNS][NAME_ROOM];
    uint64_t faults[RUNS];
    struct kept_reader reader;
    uint64_t now;
    uint32_t shown, most;
    unsigned ready;
};

static unsigned bits(uint64_t set)
{
    unsigned n = 0;
    for (; set; set &= set - 1) {
        n++;
    }
    return n;
}

static unsigned lowest(uint64_t set)
{
    unsigned n = 0;
    while (!(set >> n & 1)) {
        n++;
    }
    return n;
}

/* Policy and frames of both runs. */
static void runs_of(
    const struct vm_analysis_request *request, unsigned policy[RUNS], uint32_t frames[RUNS])
{
    uint64_t set = request->policies
                       ? request->policies
                       : UINT64_C(1) << vm_policy_kind_fifo | UINT64_C(1) << vm_policy_kind_lru;
    policy[0] = lowest(set);
    policy[1] = set & (set - 1) ? lowest(set & (set - 1)) : policy[0];
    frames[0] = request->frames_n ? request->frames[0] : 0;
    frames[1] = request->frames_n > 1 ? request->frames[1] : frames[0];
}

static const char *refuse(const struct vm_analysis_request *request)
{
    unsigned policies = request->policies ? bits(request->policies) : RUNS;
    unsigned policy[RUNS];
    uint32_t frames[RUNS];
    if (!(policies == 2 && request->frames_n < 2) && !(policies == 1 && request->frames_n == 2)) {
        return "compare wants two policies with one number of frames, or one policy with two";
    }
    runs_of(request, policy, frames);
    for (unsigned i = 0; i < RUNS; i++) {
        if (frames[i] && frames[i] < vm_policy_desc(policy[i])->least_frames) {
            return "a policy of these needs more frames";
        }
    }
    return NULL;
}

static enum vm_status start(vm_analysis *a)
{
    struct compare *c = a->state;
    unsigned policy[RUNS];
    uint32_t frames[RUNS];
    enum vm_status status = VM_OK;
    runs_of(&a->request, policy, frames);
    c->most = a->request.points ? a->request.points : ROWS_DEFAULT;
    a->all = a->kept.references;
    for (unsigned i = 0; i < RUNS && status == VM_OK; i++) {
        unsigned least = vm_policy_desc(policy[i])->least_frames;
        uint32_t quarter = a->kept.numbers.pages / 4 + 1;
        frames[i] = frames[i] ? frames[i] : quarter < least ? least : quarter;
        snprintf(c->name[i], sizeof c->name[i], "%s with %u frame%s",
            vm_policy_desc(policy[i])->name, frames[i], frames[i] == 1 ? "" : "s");
        a->all += policy[i] == vm_policy_kind_opt ? a->kept.n : 0;
        status = outcome_init(&c->outcome[i], (enum vm_policy_kind)policy[i], frames[i],
            &a->request.params, &a->kept);
    }
    return status;
}

static enum vm_status add_row(
    vm_analysis *a, struct compare *c, vm_vpn page, const bool fault[RUNS])
{
    static const char *const words[] = {"hit", "fault"};
    enum vm_status status = analysis_reserve(a, 1);
    if (status == VM_OK) {
        analysis_row(
            a, (union analysis_value[]){{.number = c->now}, {.number = page}, {.word = c->name[0]},
                   {.word = words[fault[0]]}, {.word = c->name[1]}, {.word = words[fault[1]]},
                   {.number = c->faults[0]}, {.number = c->faults[1]}});
    }
    return status;
}

/* The next reference in both. */
static enum vm_status step(vm_analysis *a, struct compare *c)
{
    struct vm_trace_ref ref;
    bool fault[RUNS];
    enum vm_status status = VM_OK;
    kept_read(&a->kept, &c->reader, &ref, 1);
    c->now++;
    for (unsigned i = 0; i < RUNS && status == VM_OK; i++) {
        status = outcome_pass(&c->outcome[i], 1);
        uint64_t faults = outcome_faults(&c->outcome[i]);
        fault[i] = faults > c->faults[i];
        c->faults[i] = faults;
    }
    bool last = c->now == a->kept.references, differ = fault[0] != fault[1] && c->shown < c->most;
    c->shown += differ;
    if (status == VM_OK && differ) {
        status = add_row(a, c, ref.vpn, fault);
    }
    return status == VM_OK && last && !differ ? add_row(a, c, ref.vpn, fault) : status;
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    struct compare *c = a->state;
    enum vm_status status = VM_OK;
    uint64_t used = 0;
    while (c->ready < RUNS && used < budget) {
        uint64_t some = outcome_prepare(&c->outcome[c->ready], budget - used);
        used += some;
        c->ready += some == 0;
    }
    for (; c->ready == RUNS && c->now < a->kept.references && used < budget && status == VM_OK;
         used++) {
        status = step(a, c);
    }
    a->done += used;
    *more = c->now < a->kept.references;
    return status;
}

static size_t memory(const vm_analysis *a)
{
    const struct compare *c = a->state;
    return outcome_memory(&c->outcome[0]) + outcome_memory(&c->outcome[1]);
}

static void release(vm_analysis *a)
{
    struct compare *c = a->state;
    outcome_release(&c->outcome[0]);
    outcome_release(&c->outcome[1]);
}

const struct analysis_ops analysis_compare = {.state_size = sizeof(struct compare),
    .form = KEPT_TIMES,
    .policies = ALL_POLICIES,
    .refuse = refuse,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};
