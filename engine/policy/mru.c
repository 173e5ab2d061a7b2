/* SPDX-License-Identifier: MIT
 * MRU: the page that was used most recently leaves, the incoming one excepted. Best where a loop
 * goes over more pages than there are frames (OSTEP, chapter 22, plays it against LRU); a stack
 * algorithm (Mattson et al. 1970).
 */
#include "policy/policy.h"
#include "policy/replay.h"

enum { USED };

static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, USED, frame, m->clock + 1);
}

static void drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, USED, frame, 0);
}

static vm_frame victim(vm_machine *m)
{
    vm_frame best = VM_NO_FRAME;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        bool later = best == VM_NO_FRAME || policy_word(m, USED, f) > policy_word(m, USED, best);
        if (later && policy_may_evict(m, f)) {
            best = f;
        }
    }
    if (best != VM_NO_FRAME) {
        policy_look(m, best, policy_word(m, USED, best), vm_verdict_chosen);
    }
    return best;
}

const struct vm_policy vm_policy_mru = {.load = touch,
    .touch = touch,
    .victim = victim,
    .drop = drop,
    .use = USE_TIME,
    .use_region = USED};

/* ---- replay of reference strings and traces ----
 *
 * The page that was used most recently is the one of the reference before: `hand`.
 */

enum { RESIDENT = 1, DIRTY = 2 };

static void bring_in(struct vm_replay_run *run, uint32_t last)
{
    run->faults++;
    if (run->used < run->frames) {
        run->used++;
        return;
    }
    run->evictions++;
    run->writebacks += (run->page[last] & DIRTY) != 0;
    run->page[last] = 0;
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page, last = run->hand;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t want = RESIDENT | vm_replay_writes(&refs[i]) * DIRTY;
        if ((pages[page] & want) != want) {
            if (!(pages[page] & RESIDENT)) {
                bring_in(run, last);
            }
            pages[page] |= want;
        }
        last = page;
    }
    run->hand = last;
}

const struct vm_replay_ops vm_replay_mru = {.page_words = 1, .run = replay};
