/* SPDX-License-Identifier: MIT
 * What CLOCK and CLOCK0 share: the circle, the hand, the reference bits. They differ in the bit
 * that a page is loaded with.
 */
#ifndef POLICY_CLOCK_H
#define POLICY_CLOCK_H

#include "policy/policy.h"
#include "policy/replay.h"

enum { CLOCK_HAND, CLOCK_REFERENCED }; /* regions of both */

void clock_set(vm_machine *m, vm_frame frame);   /* the frame's reference bit becomes 1 */
void clock_clear(vm_machine *m, vm_frame frame); /* 0; the hand stays */
vm_frame clock_victim(vm_machine *m);

/* Words of a page in replay. */
enum { CLOCK_RESIDENT = 1, CLOCK_DIRTY = 2, CLOCK_SECOND_CHANCE = 4 };

/* A page comes in; with no free frame the hand goes round. */
void clock_bring_in(struct vm_replay_run *run, uint32_t page);

/* The loop of both: on_load is the bit that a page is loaded with, a constant. */
static inline void clock_replay(
    struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n, uint32_t on_load)
{
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t dirty = vm_replay_writes(&refs[i]) * CLOCK_DIRTY;
        uint32_t want = CLOCK_RESIDENT | CLOCK_SECOND_CHANCE | dirty;
        if ((pages[page] & want) == want) {
            continue; /* nothing is stored: hits do not wait for each other */
        }
        if (!(pages[page] & CLOCK_RESIDENT)) {
            clock_bring_in(run, page);
            pages[page] |= CLOCK_RESIDENT | on_load | dirty;
        } else {
            pages[page] |= want;
        }
    }
}

#endif
