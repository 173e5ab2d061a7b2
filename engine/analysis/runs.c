/* SPDX-License-Identifier: MIT
 * Running policies at sizes: see runs.h. An answer is given once, when its run ends.
 */
#include "analysis/runs.h"

#include <stdlib.h>

static bool fits(const struct runs *runs, unsigned policy, uint32_t frames)
{
    return runs->policies >> policy & 1 && frames >= vm_policy_desc(policy)->least_frames;
}

static bool is_curve(unsigned policy)
{
    return STACK_POLICIES >> policy & 1;
}

enum vm_status runs_start(vm_analysis *a, struct runs *runs, runs_answer *answer)
{
    runs->policies = analysis_policies(a);
    runs->answer = answer;
    enum vm_status status = sizes_choose(a, &runs->sizes);
    if (status != VM_OK) {
        return status;
    }
    for (unsigned p = 0; p < vm_policy_kind_count; p++) {
        if (is_curve(p) && runs->policies >> p & 1) {
            a->all += a->kept.n * (p == vm_policy_kind_opt ? 2 : 1);
        }
        for (size_t i = 0; i < runs->sizes.n && !is_curve(p); i++) {
            a->all += fits(runs, p, runs->sizes.frames[i]) ? a->kept.references : 0;
        }
    }
    runs->batch = malloc(VM_REPLAY_BATCH * sizeof(*runs->batch));
    return runs->batch ? VM_OK : VM_NOMEM;
}

static enum vm_status curve_answers(vm_analysis *a, const struct runs *runs)
{
    enum vm_status status = VM_OK;
    for (size_t i = 0; i < runs->sizes.n && status == VM_OK; i++) {
        size_t place = runs->sizes.order[i];
        uint32_t frames = runs->sizes.frames[place];
        if (fits(runs, runs->policy, frames)) {
            uint64_t faults = curve_faults(&runs->curve, frames);
            const struct vm_replay_result result = {.policy = (enum vm_policy_kind)runs->policy,
                .frames = frames,
                .references = a->kept.references,
                .hits = a->kept.references - faults,
                .faults = faults,
                .evictions = curve_evictions(&runs->curve, frames),
                .writebacks = curve_writebacks(&runs->curve, frames),
                .distinct_pages = a->kept.numbers.pages};
            status = runs->answer(a, &result, place);
        }
    }
    return status;
}

/* A slice of the curve that is running. */
static enum vm_status curve_work(vm_analysis *a, struct runs *runs, uint64_t budget)
{
    enum vm_status status = VM_OK;
    if (!runs->running) {
        status = curve_init(&runs->curve, a->kept.numbers.pages);
        if (status == VM_OK) {
            status = stack_run_init(&runs->run, (enum vm_policy_kind)runs->policy, &a->kept);
        }
        if (status != VM_OK) {
            return status;
        }
        runs->running = true;
    }
    a->done += stack_run_work(&runs->run, &runs->curve, budget);
    if (stack_run_done(&runs->run)) {
        status = stack_run_end(&runs->run, &runs->curve);
        if (status == VM_OK) {
            status = curve_answers(a, runs);
        }
        stack_run_release(&runs->run);
        curve_release(&runs->curve);
        runs->running = false;
        runs->policy++;
    }
    return status;
}

/* A slice of the replay that is running. */
static enum vm_status replay_work(
    vm_analysis *a, struct runs *runs, uint32_t frames, uint64_t budget)
{
    enum vm_status status = VM_OK;
    if (!runs->running) {
        status = vm_replay_new(
            (enum vm_policy_kind)runs->policy, frames, &a->request.params, &runs->replay);
        runs->reader = (struct kept_reader){0};
        runs->running = status == VM_OK;
    }
    size_t n = 0;
    for (uint64_t used = 0; status == VM_OK && used < budget; used += n) {
        n = kept_read(&a->kept, &runs->reader, runs->batch, VM_REPLAY_BATCH);
        if (n == 0) {
            break;
        }
        status = vm_replay_feed(runs->replay, runs->batch, n);
        a->done += n;
    }
    struct vm_replay_result result;
    if (status == VM_OK && runs->reader.entry == a->kept.n) {
        status = vm_replay_end(runs->replay, &result);
        if (status == VM_OK) {
            status = runs->answer(a, &result, runs->sizes.order[runs->place]);
        }
        vm_replay_free(runs->replay);
        runs->replay = NULL;
        runs->running = false;
        runs->policy++;
    }
    return status;
}

/* Whether a curve is left; runs->policy is it. */
static bool find_curve(struct runs *runs)
{
    while (runs->policy < vm_policy_kind_count &&
           !(is_curve(runs->policy) && runs->policies >> runs->policy & 1)) {
        runs->policy++;
    }
    return runs->policy < vm_policy_kind_count;
}

static bool find_replay(struct runs *runs)
{
    for (; runs->place < runs->sizes.n; runs->place++) {
        uint32_t frames = runs->sizes.frames[runs->sizes.order[runs->place]];
        for (; runs->policy < vm_policy_kind_count; runs->policy++) {
            if (!is_curve(runs->policy) && fits(runs, runs->policy, frames)) {
                return true;
            }
        }
        runs->policy = 0;
    }
    return false;
}

enum vm_status runs_work(vm_analysis *a, struct runs *runs, uint64_t budget, bool *more)
{
    uint64_t begin = a->done;
    enum vm_status status = VM_OK;
    *more = true;
    while (status == VM_OK && *more && a->done - begin < budget) {
        uint64_t left = budget - (a->done - begin);
        if (!runs->curves_done && find_curve(runs)) {
            status = curve_work(a, runs, left);
        } else {
            runs->policy = runs->curves_done ? runs->policy : 0;
            runs->curves_done = true;
            *more = find_replay(runs);
            if (*more) {
                status =
                    replay_work(a, runs, runs->sizes.frames[runs->sizes.order[runs->place]], left);
            }
        }
    }
    return status;
}

size_t runs_memory(const struct runs *runs)
{
    size_t bytes = runs->sizes.n * (sizeof(*runs->sizes.frames) + sizeof(*runs->sizes.order)) +
                   VM_REPLAY_BATCH * sizeof(*runs->batch) + curve_memory(&runs->curve);
    bytes += vm_replay_memory(runs->replay);
    return bytes + (runs->running && !runs->replay ? stack_run_memory(&runs->run) : 0);
}

void runs_release(struct runs *runs)
{
    stack_run_release(&runs->run);
    curve_release(&runs->curve);
    vm_replay_free(runs->replay);
    free(runs->batch);
    sizes_release(&runs->sizes);
}
