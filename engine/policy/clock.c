/* SPDX-License-Identifier: MIT
 * CLOCK, second chance: the frames stand in a circle. The hand clears the reference bit of each
 * page it passes and takes the first whose bit is 0; it ends one past the victim. A page is loaded
 * with bit 1, and the hand stays put while free frames fill (Silberschatz, Galvin, Gagne,
 * section 10.4.5.2).
 */
#include "policy/clock.h"

void clock_set(vm_machine *m, vm_frame frame)
{
    policy_put(m, CLOCK_REFERENCED, frame, 1);
}

void clock_clear(vm_machine *m, vm_frame frame)
{
    policy_put(m, CLOCK_REFERENCED, frame, 0);
}

vm_frame clock_victim(vm_machine *m)
{
    vm_frame f = (vm_frame)policy_word(m, CLOCK_HAND, 0);
    /* Two rounds: the first may clear every bit, the second finds one, unless nothing is allowed.
     */
    for (uint64_t step = 0; step < 2 * (uint64_t)m->frames_n + 1; step++) {
        vm_frame next = f + 1 < m->frames_n ? f + 1 : 0;
        if (!policy_may_evict(m, f)) {
            f = next;
            continue;
        }
        uint64_t bit = policy_word(m, CLOCK_REFERENCED, f);
        policy_look(m, f, bit, bit ? vm_verdict_cleared : vm_verdict_chosen);
        if (!bit) {
            policy_put(m, CLOCK_HAND, 0, next);
            return f;
        }
        policy_put(m, CLOCK_REFERENCED, f, 0);
        policy_forget_use(m, f);
        policy_put(m, CLOCK_HAND, 0, next);
        f = next;
    }
    return VM_NO_FRAME;
}

const struct vm_policy vm_policy_clock = {.load = clock_set,
    .touch = clock_set,
    .victim = clock_victim,
    .cool = clock_clear,
    .drop = clock_clear,
    .pass = PASS_FINDS_ALL,
    .use = USE_BIT,
    .use_region = CLOCK_REFERENCED};

/* ---- replay of reference strings and traces ---- */

void clock_bring_in(struct vm_replay_run *run, uint32_t page)
{
    run->faults++;
    if (run->used < run->frames) {
        run->frame[run->used++] = page;
        return;
    }
    uint32_t hand = run->hand, last = run->frames - 1;
    while (run->page[run->frame[hand]] & CLOCK_SECOND_CHANCE) {
        vm_replay_expect(run, hand, 1);
        run->page[run->frame[hand]] &= ~(uint32_t)CLOCK_SECOND_CHANCE;
        hand = hand == last ? 0 : hand + 1;
    }
    uint32_t victim = run->frame[hand];
    vm_replay_expect(run, hand, 1);
    run->evictions++;
    run->writebacks += (run->page[victim] & CLOCK_DIRTY) != 0;
    run->page[victim] = 0;
    run->frame[hand] = page;
    run->hand = hand == last ? 0 : hand + 1;
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    clock_replay(run, refs, n, CLOCK_SECOND_CHANCE);
}

const struct vm_replay_ops vm_replay_clock = {.page_words = 1, .frame_words = 1, .run = replay};
