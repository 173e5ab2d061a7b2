/* SPDX-License-Identifier: MIT
 * Ghosts: pages that a policy remembers after they left memory, by object and page index. A ghost
 * has a slot; its node in lists is frames_n + slot. The policy names two regions of shape ghosts
 * for the page's object and index (struct vm_policy: ghost_object, ghost_index), and says how many
 * ghosts there can be, so that there is always room. Two frames can hold the same page of an object
 * (copies after fork): the second to leave finds a ghost of its page there already.
 */
#ifndef POLICY_GHOST_H
#define POLICY_GHOST_H

#include "policy/list.h"

static inline bool ghost_is(const vm_machine *m, uint32_t node)
{
    return node >= m->frames_n;
}

/* The node of the ghost, or NO_NODE. */
uint32_t ghost_find(const vm_machine *m, uint32_t object, uint64_t index);
/* The ghost of the page for which a frame is being sought; NO_NODE also when it is no page. */
uint32_t ghost_incoming(const vm_machine *m);
/* The ghost of the page in the frame. */
uint32_t ghost_of(const vm_machine *m, vm_frame frame);
/* There is none of the page. Its words are 0 but for those that name the page. */
uint32_t ghost_add(vm_machine *m, uint32_t object, uint64_t index);
/* Its other words are 0: it is in no list. */
void ghost_forget(vm_machine *m, uint32_t node);

/* For policy.c. Room for `more` ghosts beside those that are. */
enum vm_status ghost_reserve(vm_machine *m, uint64_t more);
/* Nobody is remembered any more; their words are 0. */
void ghost_reset(vm_machine *m);
const char *ghost_check(const vm_machine *m);

#endif
