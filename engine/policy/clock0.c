/* SPDX-License-Identifier: MIT
 * CLOCK0: CLOCK whose pages are loaded with reference bit 0; a hit sets it. A page that is used
 * only once gets no second chance (FIFO with reinsertion). The other textbook reading of CLOCK.
 */
#include "policy/clock.h"

static void load(vm_machine *m, vm_frame frame)
{
    (void)m;
    (void)frame; /* its bit is 0 already */
}

const struct vm_policy vm_policy_clock0 = {.load = load,
    .touch = clock_set,
    .victim = clock_victim,
    .cool = clock_clear,
    .drop = clock_clear,
    .pass = PASS_FINDS_ALL,
    .use = USE_BIT,
    .use_region = CLOCK_REFERENCED};

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    clock_replay(run, refs, n, 0);
}

const struct vm_replay_ops vm_replay_clock0 = {.page_words = 1, .frame_words = 1, .run = replay};
