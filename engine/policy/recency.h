/* SPDX-License-Identifier: MIT
 * Replayed pages in the order of their last use, each with the time of it: what ws and pff go by.
 * As in lru.c there is no list but a log of references; an entry that is not its page's last is
 * stale, and the oldest resident page is the first entry that is not. Invariant: at most F pages
 * are resident, run->used of them.
 */
#ifndef POLICY_RECENCY_H
#define POLICY_RECENCY_H

#include "policy/replay.h"

#include <string.h>

/* A page: its place in the log, plus one (0: not resident), and when it was used last. */
struct recent {
    uint32_t place, dirty;
    uint64_t used;
};
enum { RECENCY_PAGE_WORDS = sizeof(struct recent) / sizeof(uint32_t) };
enum { RECENCY_FRAME_WORDS = 4, RECENCY_EXTRA_WORDS = 8 * VM_REPLAY_BATCH };

static inline struct recent recency_get(const struct vm_replay_run *run, uint32_t page)
{
    struct recent recent;
    memcpy(&recent, run->page + (size_t)page * RECENCY_PAGE_WORDS, sizeof recent);
    return recent;
}

static inline void recency_put(
    struct vm_replay_run *run, uint32_t page, const struct recent *recent)
{
    memcpy(run->page + (size_t)page * RECENCY_PAGE_WORDS, recent, sizeof *recent);
}

/* Room in the log for n references: only the last entry of each resident page stays. */
static inline void recency_room(struct vm_replay_run *run, size_t n)
{
    if (run->frame_room - run->end >= n) {
        return;
    }
    uint32_t kept = 0;
    for (uint32_t at = run->start; at < run->end; at++) {
        uint32_t page = run->frame[at];
        struct recent recent = recency_get(run, page);
        if (recent.place == at + 1) {
            run->frame[kept++] = page;
            recent.place = kept;
            recency_put(run, page, &recent);
        }
    }
    run->start = 0;
    run->end = kept;
}

/* The page that was used least recently; there is one. */
static inline uint32_t recency_oldest(struct vm_replay_run *run)
{
    while (recency_get(run, run->frame[run->start]).place != run->start + 1) {
        run->start++;
    }
    return run->frame[run->start];
}

static inline void recency_evict(struct vm_replay_run *run)
{
    uint32_t page = recency_oldest(run);
    struct recent none = {0};
    run->evictions++;
    run->writebacks += recency_get(run, page).dirty;
    run->used--;
    run->start++;
    recency_put(run, page, &none);
}

/* The page is used at `now`; it is resident from now on. */
static inline void recency_use(
    struct vm_replay_run *run, uint32_t page, uint32_t writes, uint64_t now)
{
    struct recent recent = recency_get(run, page);
    bool again = recent.place && recent.place == run->end; /* a repeat needs no second entry */
    run->used += !recent.place;
    run->end += !again;
    run->frame[run->end - 1] = page;
    recent = (struct recent){.place = run->end, .dirty = recent.dirty | writes, .used = now};
    recency_put(run, page, &recent);
}

#endif
