/* SPDX-License-Identifier: MIT
 * The miss-ratio curve of LRU and of OPT: every size from one pass (Mattson, Gecsei, Slutz and
 * Traiger, "Evaluation techniques for storage hierarchies", 1970). Rows are computed from the sums;
 * those of a policy come together, for the sizes asked for or for 1 .. the number of pages.
 */
#include "analysis/part.h"
#include "analysis/stacks.h"

enum { CURVES_MAX = 2 };
struct mrc {
    enum vm_policy_kind policy[CURVES_MAX];
    struct curve curve[CURVES_MAX];
    unsigned curves, finished;
    bool running;
    struct stack_run run;
};

static size_t sizes(const vm_analysis *a)
{
    return a->request.frames_n ? a->request.frames_n : a->kept.numbers.pages;
}

static enum vm_status start(vm_analysis *a)
{
    struct mrc *mrc = a->state;
    uint64_t asked = analysis_policies(a);
    for (unsigned p = 0; p < vm_policy_kind_count; p++) {
        if (asked >> p & 1) {
            mrc->policy[mrc->curves++] = (enum vm_policy_kind)p;
            a->all += a->kept.n * (p == vm_policy_kind_opt ? 2 : 1);
        }
    }
    return VM_OK;
}

static enum vm_status begin(vm_analysis *a, struct mrc *mrc)
{
    enum vm_status status = curve_init(&mrc->curve[mrc->finished], a->kept.numbers.pages);
    if (status == VM_OK) {
        status = stack_run_init(&mrc->run, mrc->policy[mrc->finished], &a->kept);
    }
    mrc->running = status == VM_OK;
    return status;
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    struct mrc *mrc = a->state;
    enum vm_status status = mrc->running ? VM_OK : begin(a, mrc);
    if (status != VM_OK) {
        return status;
    }
    struct curve *curve = &mrc->curve[mrc->finished];
    a->done += stack_run_work(&mrc->run, curve, budget);
    if (!stack_run_done(&mrc->run)) {
        *more = true;
        return VM_OK;
    }
    status = stack_run_end(&mrc->run, curve);
    if (status != VM_OK) {
        return status;
    }
    stack_run_release(&mrc->run);
    mrc->running = false;
    mrc->finished++;
    a->rows += sizes(a);
    *more = mrc->finished < mrc->curves;
    return VM_OK;
}

static union analysis_value value(const vm_analysis *a, size_t row, unsigned column)
{
    enum { POLICY, FRAMES, FAULTS, RATIO, EVICTIONS, WRITEBACKS };
    const struct mrc *mrc = a->state;
    size_t which = row / sizes(a), at = row % sizes(a);
    const struct curve *curve = &mrc->curve[which];
    uint32_t frames = a->request.frames_n ? a->request.frames[at] : (uint32_t)at + 1;
    union analysis_value value = {.number = frames};
    switch (column) {
    case POLICY:
        value.word = vm_policy_desc(mrc->policy[which])->name;
        break;
    case FAULTS:
        value.number = curve_faults(curve, frames);
        break;
    case RATIO:
        value.real =
            curve->references ? (double)curve_faults(curve, frames) / (double)curve->references : 0;
        break;
    case EVICTIONS:
        value.number = curve_evictions(curve, frames);
        break;
    case WRITEBACKS:
        value.number = curve_writebacks(curve, frames);
        break;
    default:
        break;
    }
    return value;
}

static size_t memory(const vm_analysis *a)
{
    const struct mrc *mrc = a->state;
    size_t bytes = mrc->running ? stack_run_memory(&mrc->run) : 0;
    for (unsigned i = 0; i < CURVES_MAX; i++) {
        bytes += curve_memory(&mrc->curve[i]);
    }
    return bytes;
}

static void release(vm_analysis *a)
{
    struct mrc *mrc = a->state;
    stack_run_release(&mrc->run);
    for (unsigned i = 0; i < CURVES_MAX; i++) {
        curve_release(&mrc->curve[i]);
    }
}

const struct analysis_ops analysis_mrc = {.state_size = sizeof(struct mrc),
    .form = KEPT_PAGES,
    .policies = STACK_POLICIES,
    .problem = "mrc knows the policies lru and opt: one pass gives every size of these",
    .start = start,
    .work = work,
    .value = value,
    .memory = memory,
    .release = release};
