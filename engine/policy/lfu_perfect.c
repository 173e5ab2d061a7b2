/* SPDX-License-Identifier: MIT
 * LFU with perfect counts: a page keeps its count when it leaves, so it counts all its uses ever
 * (Mattson et al. 1970). Of equal counts the page that was used least recently leaves; with that
 * tie it is a stack algorithm. On the machine the counts of pages that are out are those of ghosts,
 * as many as there were pages.
 */
#include "policy/frequency.h"
#include "policy/ghost.h"

enum { GHOST_OBJECT = FREQUENCY_STAMP + 1, GHOST_INDEX };

/* Two frames may have held copies of the page: the greater count is kept. */
static void remember(vm_machine *m, vm_frame frame)
{
    uint64_t count = policy_word(m, FREQUENCY_COUNT, frame);
    uint32_t ghost = ghost_of(m, frame);
    if (ghost == NO_NODE) {
        ghost = ghost_add(m, m->frames[frame].object, m->frames[frame].index);
    }
    if (policy_word(m, FREQUENCY_COUNT, ghost) < count) {
        policy_put(m, FREQUENCY_COUNT, ghost, count);
    }
}

static void load(vm_machine *m, vm_frame frame)
{
    uint32_t ghost = ghost_of(m, frame);
    if (ghost != NO_NODE) {
        policy_put(m, FREQUENCY_COUNT, frame, policy_word(m, FREQUENCY_COUNT, ghost));
        policy_put(m, FREQUENCY_COUNT, ghost, 0);
        ghost_forget(m, ghost);
    }
    frequency_use(m, frame);
}

static vm_frame victim(vm_machine *m)
{
    vm_frame f = frequency_victim(m, false);
    if (f != VM_NO_FRAME) {
        remember(m, f);
    }
    return f;
}

static uint32_t ghosts(const vm_machine *m)
{
    (void)m;
    return UNBOUNDED;
}

const struct vm_policy vm_policy_lfu_perfect = {.load = load,
    .touch = frequency_use,
    .victim = victim,
    .cool = frequency_drop,
    .drop = frequency_drop,
    .ghosts = ghosts,
    .ghost_object = GHOST_OBJECT,
    .ghost_index = GHOST_INDEX};

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    frequency_replay(run, refs, n, (struct frequency_rule){.by_load = false, .perfect = true});
}

const struct vm_replay_ops vm_replay_lfu_perfect = {.page_words = FREQUENCY_PAGE_WORDS,
    .frame_words = FREQUENCY_FRAME_WORDS,
    .short_trace = true,
    .run = replay};
