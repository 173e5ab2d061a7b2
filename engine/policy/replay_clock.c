/* SPDX-License-Identifier: MIT
 * CLOCK, replayed: the reference bit is 1 on load and on a hit; the hand takes the first page whose bit
 * is 0, clearing bits on its way, and ends one past it. While frames fill the hand stays put.
 */
#include "policy/replay.h"

enum { RESIDENT = 1, DIRTY = 2, REFERENCED = 4 };

static void load(struct vm_replay_run *run, uint32_t page)
{
    run->faults++;
    if (run->used < run->frames) {
        run->frame[run->used++] = page;
        return;
    }
    uint32_t hand = run->hand, last = run->frames - 1;
    while (run->page[run->frame[hand]] & REFERENCED) {
        run->page[run->frame[hand]] &= ~(uint32_t)REFERENCED;
        hand = hand == last ? 0 : hand + 1;
    }
    uint32_t victim = run->frame[hand];
    run->evictions++;
    run->writebacks += (run->page[victim] & DIRTY) != 0;
    run->page[victim] = 0;
    run->frame[hand] = page;
    run->hand = hand == last ? 0 : hand + 1;
}

static enum vm_status replay(struct vm_replay_run *run, const uint32_t *refs, size_t n)
{
    uint32_t *pages = run->page;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = refs[i] >> 1, dirty = (refs[i] & 1) * DIRTY;
        if (!(pages[page] & RESIDENT)) {
            load(run, page);
        }
        pages[page] |= RESIDENT | REFERENCED | dirty;
    }
    return VM_OK;
}

const struct vm_replay_ops vm_replay_clock = {.page_words = 1, .frame_words = 1, .run = replay};
