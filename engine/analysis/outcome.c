/* SPDX-License-Identifier: MIT
 * Faults of one run, piece by piece: see outcome.h.
 */
#include "analysis/outcome.h"

#include <stdlib.h>

enum vm_status outcome_init(struct outcome *outcome, enum vm_policy_kind policy, uint32_t frames,
    const struct vm_policy_params *params, const struct kept *kept)
{
    *outcome = (struct outcome){.frames = frames, .kept = kept};
    outcome->by_stack = STACK_POLICIES >> policy & 1;
    if (outcome->by_stack) {
        return stack_run_init(&outcome->run, policy, kept);
    }
    outcome->batch = malloc(VM_REPLAY_BATCH * sizeof(*outcome->batch));
    enum vm_status status = outcome->batch ? VM_OK : VM_NOMEM;
    if (status == VM_OK) {
        status = vm_replay_new(policy, frames, params, &outcome->replay);
    }
    if (status != VM_OK) {
        outcome_release(outcome);
    }
    return status;
}

void outcome_release(struct outcome *outcome)
{
    stack_run_release(&outcome->run);
    vm_replay_free(outcome->replay);
    free(outcome->batch);
    outcome->replay = NULL;
    outcome->batch = NULL;
}

size_t outcome_memory(const struct outcome *outcome)
{
    if (outcome->by_stack) {
        return stack_run_memory(&outcome->run);
    }
    return vm_replay_memory(outcome->replay) +
           (outcome->batch ? VM_REPLAY_BATCH * sizeof(*outcome->batch) : 0);
}

uint64_t outcome_prepare(struct outcome *outcome, uint64_t budget)
{
    return outcome->by_stack ? stack_run_prepare(&outcome->run, budget) : 0;
}

/* A repeat of an entry is a hit on top of the stack. */
static void pass_by_stack(struct outcome *outcome, uint64_t references)
{
    const struct kept *kept = outcome->kept;
    struct kept_reader *reader = &outcome->reader;
    while (references > 0 && reader->entry < kept->n) {
        if (reader->repeat == 0) {
            uint32_t depth = stack_run_step(&outcome->run);
            outcome->stack_faults += depth == 0 || depth > outcome->frames;
        }
        uint32_t times = kept->repeats ? kept->repeats[reader->entry] + UINT32_C(1) : 1;
        uint32_t some = times - reader->repeat;
        some = some < references ? some : (uint32_t)references;
        references -= some;
        reader->repeat += some;
        if (reader->repeat == times) {
            reader->entry++;
            reader->repeat = 0;
        }
    }
}

enum vm_status outcome_pass(struct outcome *outcome, uint64_t references)
{
    if (outcome->by_stack) {
        pass_by_stack(outcome, references);
        return VM_OK;
    }
    enum vm_status status = VM_OK;
    while (references > 0 && status == VM_OK) {
        size_t room = references < VM_REPLAY_BATCH ? (size_t)references : VM_REPLAY_BATCH;
        size_t n = kept_read(outcome->kept, &outcome->reader, outcome->batch, room);
        if (n == 0) {
            break;
        }
        status = vm_replay_feed(outcome->replay, outcome->batch, n);
        references -= n;
    }
    return status;
}

uint64_t outcome_faults(const struct outcome *outcome)
{
    return outcome->by_stack ? outcome->stack_faults : vm_replay_faults(outcome->replay);
}
