/* SPDX-License-Identifier: MIT
 * CLOCK, second chance: the frames stand in a circle. The hand clears the reference bit of each
 * page it passes and takes the first whose bit is 0; it ends one past the victim. A page is loaded
 * with bit 1, and the hand stays put while free frames fill (Silberschatz, Galvin, Gagne,
 * section 10.4.5.2).
 */
#include "policy/policy.h"
#include "policy/replay.h"

enum { HAND, REFERENCED };

static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, REFERENCED, frame, 1);
}

static void drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, REFERENCED, frame, 0);
}

static vm_frame victim(vm_machine *m)
{
    vm_frame f = (vm_frame)policy_word(m, HAND, 0);
    /* Two rounds: the first may clear every bit, the second finds one, unless nothing is allowed.
     */
    for (uint64_t step = 0; step < 2 * (uint64_t)m->frames_n + 1; step++) {
        vm_frame next = f + 1 < m->frames_n ? f + 1 : 0;
        if (!policy_may_evict(m, f)) {
            f = next;
            continue;
        }
        uint64_t bit = policy_word(m, REFERENCED, f);
        policy_look(m, f, bit, bit ? vm_verdict_cleared : vm_verdict_chosen);
        if (!bit) {
            policy_put(m, HAND, 0, next);
            return f;
        }
        policy_put(m, REFERENCED, f, 0);
        policy_forget_use(m, f);
        policy_put(m, HAND, 0, next);
        f = next;
    }
    return VM_NO_FRAME;
}

const struct vm_policy vm_policy_clock = {.load = touch,
    .touch = touch,
    .victim = victim,
    .cool = drop, /* the bit goes, the hand stays */
    .drop = drop,
    .use = USE_BIT,
    .use_region = REFERENCED};

/* ---- replay of reference strings and traces ----
 *
 * CLOCK, replayed: the reference bit is 1 on load and on a hit; the hand takes the first page whose
 * bit is 0, clearing bits on its way, and ends one past it. While frames fill the hand stays put.
 */

enum { RESIDENT = 1, DIRTY = 2, SECOND_CHANCE = 4 };

static void bring_in(struct vm_replay_run *run, uint32_t page)
{
    run->faults++;
    if (run->used < run->frames) {
        run->frame[run->used++] = page;
        return;
    }
    uint32_t hand = run->hand, last = run->frames - 1;
    while (run->page[run->frame[hand]] & SECOND_CHANCE) {
        run->page[run->frame[hand]] &= ~(uint32_t)SECOND_CHANCE;
        hand = hand == last ? 0 : hand + 1;
    }
    uint32_t victim = run->frame[hand];
    run->evictions++;
    run->writebacks += (run->page[victim] & DIRTY) != 0;
    run->page[victim] = 0;
    run->frame[hand] = page;
    run->hand = hand == last ? 0 : hand + 1;
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t want = RESIDENT | SECOND_CHANCE | vm_replay_writes(&refs[i]) * DIRTY;
        if ((pages[page] & want) == want) {
            continue; /* nothing is stored: hits do not wait for each other */
        }
        if (!(pages[page] & RESIDENT)) {
            bring_in(run, page);
        }
        pages[page] |= want;
    }
}

const struct vm_replay_ops vm_replay_clock = {.page_words = 1, .frame_words = 1, .run = replay};
