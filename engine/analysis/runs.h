/* SPDX-License-Identifier: MIT
 * Every policy asked for at every size, over a kept trace. LRU and OPT, which are stack algorithms,
 * take one pass for all sizes; the others are replayed at one size after the other, from coarse to
 * fine, all policies at one size before the next. Sizes below a policy's least number of frames are
 * left out.
 */
#ifndef ANALYSIS_RUNS_H
#define ANALYSIS_RUNS_H

#include "analysis/part.h"
#include "analysis/sizes.h"
#include "analysis/stacks.h"

/* What is done with each answer; `place` is its size's in sizes.frames. */
typedef enum vm_status runs_answer(
    vm_analysis *a, const struct vm_replay_result *result, size_t place);

struct runs {
    struct sizes sizes;
    uint64_t policies;
    runs_answer *answer;
    unsigned policy; /* the curve, later the replay, that comes next or is running */
    size_t place;    /* in sizes.order */
    bool curves_done, running;
    struct stack_run run;
    struct curve curve;
    vm_replay *replay; /* owned */
    struct kept_reader reader;
    struct vm_trace_ref *batch; /* owned; VM_REPLAY_BATCH */
};

/* Chooses the sizes, and counts the work into a->all. */
enum vm_status runs_start(vm_analysis *a, struct runs *runs, runs_answer *answer);
enum vm_status runs_work(vm_analysis *a, struct runs *runs, uint64_t budget, bool *more);
size_t runs_memory(const struct runs *runs);
void runs_release(struct runs *runs);

#endif
