/* SPDX-License-Identifier: MIT
 * Least recently used: a stamp with the time of the last reference; the least stamp leaves.
 */
#include "policy/policy.h"

enum { USED };

static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, USED, frame, m->clock + 1);
}

static void drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, USED, frame, 0);
}

const struct vm_policy vm_policy_lru = {
    .load = touch, .touch = touch, .victim = policy_least, .drop = drop};
