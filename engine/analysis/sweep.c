/* SPDX-License-Identifier: MIT
 * Every policy at every size. The trace is read once and kept. LRU and OPT, which are stack
 * algorithms, take one pass for all sizes; the others are replayed at one size after the other,
 * from coarse to fine, all policies at one size before the next. Sizes below a policy's least
 * number of frames are left out.
 */
#include "analysis/part.h"
#include "analysis/sizes.h"
#include "analysis/stacks.h"

#include <stdlib.h>

struct sweep {
    struct sizes sizes;
    uint64_t policies;
    unsigned policy; /* the curve, later the replay, that comes next or is running */
    size_t place;    /* in sizes.order */
    bool curves_done, running;
    struct stack_run run;
    struct curve curve;
    vm_replay *replay; /* owned */
    struct kept_reader reader;
    struct vm_trace_ref *batch; /* owned; VM_REPLAY_BATCH */
};

static bool fits(const struct sweep *sweep, unsigned policy, uint32_t frames)
{
    return sweep->policies >> policy & 1 && frames >= vm_policy_desc(policy)->least_frames;
}

static bool is_curve(unsigned policy)
{
    return STACK_POLICIES >> policy & 1;
}

static enum vm_status start(vm_analysis *a)
{
    struct sweep *sweep = a->state;
    sweep->policies = analysis_policies(a);
    enum vm_status status = sizes_choose(a, &sweep->sizes);
    if (status != VM_OK) {
        return status;
    }
    size_t rows = 0;
    for (unsigned p = 0; p < vm_policy_kind_count; p++) {
        if (is_curve(p) && sweep->policies >> p & 1) {
            a->all += a->kept.n * (p == vm_policy_kind_opt ? 2 : 1);
        }
        for (size_t i = 0; i < sweep->sizes.n; i++) {
            bool row = fits(sweep, p, sweep->sizes.frames[i]);
            rows += row;
            a->all += row && !is_curve(p) ? a->kept.references : 0;
        }
    }
    sweep->batch = malloc(VM_REPLAY_BATCH * sizeof(*sweep->batch));
    return sweep->batch ? analysis_reserve(a, rows) : VM_NOMEM;
}

static void add_row(vm_analysis *a, const struct vm_replay_result *r)
{
    double ratio = r->references ? (double)r->faults / (double)r->references : 0;
    const union analysis_value row[] = {{.word = vm_policy_desc(r->policy)->name},
        {.number = r->frames}, {.number = r->faults}, {.number = r->hits}, {.number = r->evictions},
        {.number = r->writebacks}, {.number = r->references}, {.number = r->distinct_pages},
        {.real = ratio}};
    analysis_row(a, row);
}

static void curve_rows(vm_analysis *a, const struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->sizes.n; i++) {
        uint32_t frames = sweep->sizes.frames[sweep->sizes.order[i]];
        if (fits(sweep, sweep->policy, frames)) {
            uint64_t faults = curve_faults(&sweep->curve, frames);
            add_row(a, &(struct vm_replay_result){.policy = (enum vm_policy_kind)sweep->policy,
                           .frames = frames,
                           .references = a->kept.references,
                           .hits = a->kept.references - faults,
                           .faults = faults,
                           .evictions = curve_evictions(&sweep->curve, frames),
                           .writebacks = curve_writebacks(&sweep->curve, frames),
                           .distinct_pages = a->kept.numbers.pages});
        }
    }
}

/* A slice of the curve that is running. */
static enum vm_status curve_work(vm_analysis *a, struct sweep *sweep, uint64_t budget)
{
    enum vm_status status = VM_OK;
    if (!sweep->running) {
        status = curve_init(&sweep->curve, a->kept.numbers.pages);
        if (status == VM_OK) {
            status = stack_run_init(&sweep->run, (enum vm_policy_kind)sweep->policy, &a->kept);
        }
        if (status != VM_OK) {
            return status;
        }
        sweep->running = true;
    }
    a->done += stack_run_work(&sweep->run, &sweep->curve, budget);
    if (stack_run_done(&sweep->run)) {
        status = stack_run_end(&sweep->run, &sweep->curve);
        if (status == VM_OK) {
            curve_rows(a, sweep);
        }
        stack_run_release(&sweep->run);
        curve_release(&sweep->curve);
        sweep->running = false;
        sweep->policy++;
    }
    return status;
}

/* A slice of the replay that is running. */
static enum vm_status replay_work(
    vm_analysis *a, struct sweep *sweep, uint32_t frames, uint64_t budget)
{
    enum vm_status status = VM_OK;
    if (!sweep->running) {
        status = vm_replay_new(
            (enum vm_policy_kind)sweep->policy, frames, &a->request.params, &sweep->replay);
        sweep->reader = (struct kept_reader){0};
        sweep->running = status == VM_OK;
    }
    size_t n = 0;
    for (uint64_t used = 0; status == VM_OK && used < budget; used += n) {
        n = kept_read(&a->kept, &sweep->reader, sweep->batch, VM_REPLAY_BATCH);
        if (n == 0) {
            break;
        }
        status = vm_replay_feed(sweep->replay, sweep->batch, n);
        a->done += n;
    }
    struct vm_replay_result result;
    if (status == VM_OK && sweep->reader.entry == a->kept.n) {
        status = vm_replay_end(sweep->replay, &result);
        if (status == VM_OK) {
            add_row(a, &result);
        }
        vm_replay_free(sweep->replay);
        sweep->replay = NULL;
        sweep->running = false;
        sweep->policy++;
    }
    return status;
}

/* Whether a curve is left; sweep->policy is it. */
static bool find_curve(struct sweep *sweep)
{
    while (sweep->policy < vm_policy_kind_count &&
           !(is_curve(sweep->policy) && sweep->policies >> sweep->policy & 1)) {
        sweep->policy++;
    }
    return sweep->policy < vm_policy_kind_count;
}

static bool find_replay(struct sweep *sweep)
{
    for (; sweep->place < sweep->sizes.n; sweep->place++) {
        uint32_t frames = sweep->sizes.frames[sweep->sizes.order[sweep->place]];
        for (; sweep->policy < vm_policy_kind_count; sweep->policy++) {
            if (!is_curve(sweep->policy) && fits(sweep, sweep->policy, frames)) {
                return true;
            }
        }
        sweep->policy = 0;
    }
    return false;
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    struct sweep *sweep = a->state;
    uint64_t begin = a->done;
    enum vm_status status = VM_OK;
    *more = true;
    while (status == VM_OK && *more && a->done - begin < budget) {
        uint64_t left = budget - (a->done - begin);
        if (!sweep->curves_done && find_curve(sweep)) {
            status = curve_work(a, sweep, left);
        } else {
            sweep->policy = sweep->curves_done ? sweep->policy : 0;
            sweep->curves_done = true;
            *more = find_replay(sweep);
            if (*more) {
                status = replay_work(
                    a, sweep, sweep->sizes.frames[sweep->sizes.order[sweep->place]], left);
            }
        }
    }
    return status;
}

static size_t memory(const vm_analysis *a)
{
    const struct sweep *sweep = a->state;
    size_t bytes = sweep->sizes.n * (sizeof(*sweep->sizes.frames) + sizeof(*sweep->sizes.order)) +
                   VM_REPLAY_BATCH * sizeof(*sweep->batch) + curve_memory(&sweep->curve);
    return bytes + (sweep->running && !sweep->replay ? stack_run_memory(&sweep->run) : 0);
}

static void release(vm_analysis *a)
{
    struct sweep *sweep = a->state;
    stack_run_release(&sweep->run);
    curve_release(&sweep->curve);
    vm_replay_free(sweep->replay);
    free(sweep->batch);
    sizes_release(&sweep->sizes);
}

const struct analysis_ops analysis_sweep = {.state_size = sizeof(struct sweep),
    .form = KEPT_TIMES,
    .policies = ALL_POLICIES,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};
