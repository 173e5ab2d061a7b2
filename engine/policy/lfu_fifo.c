/* SPDX-License-Identifier: MIT
 * LFU whose ties go to the page that was loaded first. A count begins at 1 when the page is loaded
 * and is forgotten when it leaves.
 */
#include "policy/frequency.h"

enum { SERIAL = FREQUENCY_STAMP + 1 };

/* A serial number, not the time: two pages may come in during one reference. */
static void load(vm_machine *m, vm_frame frame)
{
    uint64_t serial = policy_word(m, SERIAL, 0) + 1;
    policy_put(m, SERIAL, 0, serial);
    policy_put(m, FREQUENCY_COUNT, frame, 1);
    policy_put(m, FREQUENCY_STAMP, frame, serial);
}

static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, FREQUENCY_COUNT, frame, policy_word(m, FREQUENCY_COUNT, frame) + 1);
}

static vm_frame victim(vm_machine *m)
{
    return frequency_victim(m, false);
}

const struct vm_policy vm_policy_lfu_fifo = {
    .load = load, .touch = touch, .victim = victim, .cool = frequency_drop, .drop = frequency_drop};

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    frequency_replay(run, refs, n, (struct frequency_rule){.by_load = true, .perfect = false});
}

const struct vm_replay_ops vm_replay_lfu_fifo = {.page_words = FREQUENCY_PAGE_WORDS,
    .frame_words = FREQUENCY_FRAME_WORDS,
    .short_trace = true,
    .run = replay};
