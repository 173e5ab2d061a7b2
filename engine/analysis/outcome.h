/* SPDX-License-Identifier: MIT
 * One policy in one memory over a kept trace, a piece at a time: how many references of each piece
 * are faults. LRU and OPT by their stacks (OPT must know the future), the others replayed. The kept
 * trace must outlive it.
 */
#ifndef ANALYSIS_OUTCOME_H
#define ANALYSIS_OUTCOME_H

#include "analysis/stacks.h"
#include "vm/trace.h"

struct outcome {
    uint32_t frames;
    const struct kept *kept;
    struct kept_reader reader;
    bool by_stack;
    struct stack_run run;
    uint64_t stack_faults;
    vm_replay *replay;          /* owned */
    struct vm_trace_ref *batch; /* owned; VM_REPLAY_BATCH */
};

enum vm_status outcome_init(struct outcome *outcome, enum vm_policy_kind policy, uint32_t frames,
    const struct vm_policy_params *params, const struct kept *kept);
void outcome_release(struct outcome *outcome);
size_t outcome_memory(const struct outcome *outcome);
/* Before the first piece, at most `budget` entries at a time: how many, 0 when it is ready. */
uint64_t outcome_prepare(struct outcome *outcome, uint64_t budget);
/* The next `references`, or what is left. */
enum vm_status outcome_pass(struct outcome *outcome, uint64_t references);
uint64_t outcome_faults(const struct outcome *outcome); /* so far */

#endif
