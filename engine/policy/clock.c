/* SPDX-License-Identifier: MIT
 * CLOCK, second chance: the frames stand in a circle. The hand clears the reference bit of each
 * page it passes and takes the first whose bit is 0; it ends one past the victim. A page is loaded
 * with bit 1, and the hand stays put while free frames fill (Silberschatz, Galvin, Gagne,
 * section 10.4.5.2).
 */
#include "policy/policy.h"

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

const struct vm_policy vm_policy_clock = {
    .load = touch, .touch = touch, .victim = victim, .drop = drop};
