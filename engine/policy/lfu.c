/* SPDX-License-Identifier: MIT
 * LFU: the page with the fewest uses leaves; of equal counts the one that was used least recently.
 * A count begins at 1 when the page is loaded and is forgotten when it leaves (Silberschatz,
 * Galvin, Gagne, section 10.4.6; the tie is ours, they name none).
 */
#include "policy/frequency.h"

static vm_frame victim(vm_machine *m)
{
    return frequency_victim(m, false);
}

const struct vm_policy vm_policy_lfu = {.load = frequency_use,
    .touch = frequency_use,
    .victim = victim,
    .cool = frequency_drop,
    .drop = frequency_drop};

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    frequency_replay(run, refs, n, (struct frequency_rule){.by_load = false, .perfect = false});
}

const struct vm_replay_ops vm_replay_lfu = {.page_words = FREQUENCY_PAGE_WORDS,
    .frame_words = FREQUENCY_FRAME_WORDS,
    .short_trace = true,
    .run = replay};
