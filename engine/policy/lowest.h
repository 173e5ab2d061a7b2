/* SPDX-License-Identifier: MIT
 * The victim of policies that rank pages by a small number (aging, nru): the page with the lowest
 * leaves, of equal ones that in the frame with the lowest number.
 */
#ifndef POLICY_LOWEST_H
#define POLICY_LOWEST_H

#include "policy/policy.h"

/* Among the frames that may be evicted; each that was the lowest for a while is explained. No rank
 * is below 0: the search ends there. */
static inline vm_frame lowest_ranked(
    vm_machine *m, uint64_t (*rank)(const vm_machine *m, vm_frame f))
{
    vm_frame best = VM_NO_FRAME;
    uint64_t lowest = UINT64_MAX;
    for (vm_frame f = 0; f < m->frames_n && lowest; f++) {
        uint64_t its = rank(m, f);
        if (its < lowest && policy_may_evict(m, f)) {
            if (best != VM_NO_FRAME) {
                policy_look(m, best, lowest, vm_verdict_passed);
            }
            best = f;
            lowest = its;
        }
    }
    if (best != VM_NO_FRAME) {
        policy_look(m, best, lowest, vm_verdict_chosen);
    }
    return best;
}

#endif
