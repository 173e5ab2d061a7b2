/* SPDX-License-Identifier: MIT
 * Replay of policies to which a hit means nothing: fifo and random. A page's word says that it is
 * resident and dirty, a frame's which page it holds. Hits store nothing and do not wait for each
 * other.
 */
#ifndef POLICY_UNMOVED_H
#define POLICY_UNMOVED_H

#include "policy/replay.h"

enum { UNMOVED_RESIDENT = 1, UNMOVED_DIRTY = 2 };

/* Fills the frame `at` with the page; who was there is evicted. */
static inline void unmoved_replace(struct vm_replay_run *run, uint32_t at, uint32_t page)
{
    uint32_t victim = run->frame[at];
    run->evictions++;
    run->writebacks += (run->page[victim] & UNMOVED_DIRTY) != 0;
    run->page[victim] = 0;
    run->frame[at] = page;
}

/* `chosen` says whose frame is next when all are used. */
static inline void unmoved_replay(struct vm_replay_run *run, const struct vm_trace_ref *refs,
    size_t n, uint32_t (*chosen)(struct vm_replay_run *run))
{
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t want = UNMOVED_RESIDENT | vm_replay_writes(&refs[i]) * UNMOVED_DIRTY;
        if ((pages[page] & want) == want) {
            continue;
        }
        if (!(pages[page] & UNMOVED_RESIDENT)) {
            run->faults++;
            if (run->used < run->frames) {
                run->frame[run->used++] = page;
            } else {
                unmoved_replace(run, chosen(run), page);
            }
        }
        pages[page] |= want;
    }
}

#endif
