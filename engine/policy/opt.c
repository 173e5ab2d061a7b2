/* SPDX-License-Identifier: MIT
 * OPT (Belady 1966, MIN): the page whose next use is furthest away leaves; never again is furthest
 * of all. The future is that of a recorded run; past its end nothing is known and everything is
 * "never". Ties go to the lowest page number.
 */
#include "policy/policy.h"

enum { NEXT_USE };
#define NEVER (UINT64_C(1) << 32)

static void touch(vm_machine *m, vm_frame frame)
{
    uint64_t next = future_next(m, m->clock);
    policy_put(m, NEXT_USE, frame, next ? next : NEVER);
}

static void drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, NEXT_USE, frame, 0);
}

static bool better(const vm_machine *m, vm_frame f, vm_frame best)
{
    uint64_t mine = m->policy_words[f], its = m->policy_words[best];
    return mine > its || (mine == its && m->frames[f].index < m->frames[best].index);
}

static vm_frame victim(vm_machine *m)
{
    vm_frame best = VM_NO_FRAME;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (m->policy_words[f] && policy_may_evict(m, f) &&
            (best == VM_NO_FRAME || better(m, f, best))) {
            best = f;
        }
    }
    if (best != VM_NO_FRAME) {
        policy_look(m, best, m->policy_words[best], vm_verdict_chosen);
    }
    return best;
}

const struct vm_policy vm_policy_opt = {
    .load = touch, .touch = touch, .victim = victim, .drop = drop};
