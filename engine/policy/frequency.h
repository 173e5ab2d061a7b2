/* SPDX-License-Identifier: MIT
 * What the policies that count uses share. On the machine a count for each frame and a stamp that
 * decides ties; in replay a heap of the resident pages by (count, stamp).
 */
#ifndef POLICY_FREQUENCY_H
#define POLICY_FREQUENCY_H

#include "policy/policy.h"
#include "policy/replay.h"

/* Regions of all of them: uses, and the stamp whose least is the first of equal counts. */
enum { FREQUENCY_COUNT, FREQUENCY_STAMP };

/* A page came in, or was used: one more use, now. */
void frequency_use(vm_machine *m, vm_frame frame);
/* No use is known of the page. */
void frequency_drop(vm_machine *m, vm_frame frame);
/* Of the allowed frames with the least count (or the greatest) the one with the least stamp, then
 * the least number; those it was chosen from are shown. */
vm_frame frequency_victim(vm_machine *m, bool greatest);

/* ---- replay ---- */

/* Words of a page. A count and a stamp have 32 bits: `short_trace` in vm_replay_ops. */
enum { FREQUENCY_USES, FREQUENCY_TIME, FREQUENCY_FLAGS, FREQUENCY_SPARE, FREQUENCY_PAGE_WORDS };
enum { FREQUENCY_DIRTY = 1, FREQUENCY_RESIDENT = 2 };

/* How the three kinds of LFU differ. */
struct frequency_rule {
    bool by_load; /* of equal counts the page that was loaded first, else the one used first */
    bool perfect; /* a page that leaves keeps its count */
};

struct frequency_node {
    uint64_t key; /* count << 32 | stamp, as it was when the node was put there: keys only grow */
    uint32_t page;
};
enum { FREQUENCY_FRAME_WORDS = sizeof(struct frequency_node) / sizeof(uint32_t) };

static inline uint64_t frequency_key(const uint32_t *words)
{
    return (uint64_t)words[FREQUENCY_USES] << 32 | words[FREQUENCY_TIME];
}

/* A page that is not resident comes in, its words not yet changed by the reference. */
void frequency_bring_in(
    struct vm_replay_run *run, uint32_t page, uint32_t now, struct frequency_rule rule);

/* A hit is a count and a stamp; the heap is looked at by faults only. The rule is a constant. */
static inline void frequency_replay(struct vm_replay_run *run, const struct vm_trace_ref *refs,
    size_t n, struct frequency_rule rule)
{
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page, now = (uint32_t)run->now;
    for (size_t i = 0; i < n; i++, now++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t *word = &pages[(size_t)page * FREQUENCY_PAGE_WORDS];
        uint32_t want = FREQUENCY_RESIDENT | vm_replay_writes(&refs[i]) * FREQUENCY_DIRTY;
        if ((word[FREQUENCY_FLAGS] & want) != want) {
            if (!(word[FREQUENCY_FLAGS] & FREQUENCY_RESIDENT)) {
                frequency_bring_in(run, page, now, rule);
            }
            word[FREQUENCY_FLAGS] |= want;
        }
        word[FREQUENCY_USES]++;
        if (!rule.by_load) {
            word[FREQUENCY_TIME] = now;
        }
    }
}

#endif
