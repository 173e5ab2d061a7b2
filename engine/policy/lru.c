/* SPDX-License-Identifier: MIT
 * Least recently used: a stamp with the time of the last reference; the least stamp leaves.
 */
#include "policy/policy.h"
#include "policy/replay.h"

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

/* ---- replay of reference strings and traces ----
 *
 * LRU, replayed without a list: a log of references between `start` and `end`, and for each page the
 * place of its last one. An entry that is not its page's last is stale; the victim is the first that is
 * not. A hit is two stores; every entry is passed over once, so a fault is O(1) on average.
 */

#define DIRTY (UINT32_C(1) << 31)
#define PLACE (DIRTY - 1) /* place in the log, plus one; 0: not resident */

static void evict(struct vm_replay_run *run)
{
    uint32_t at = run->start;
    while ((run->page[run->frame[at]] & PLACE) != at + 1) {
        at++;
    }
    uint32_t victim = run->frame[at];
    run->evictions++;
    run->writebacks += (run->page[victim] & DIRTY) != 0;
    run->page[victim] = 0;
    run->start = at + 1;
}

/* Only the last entry of each resident page stays. */
static void compact(struct vm_replay_run *run)
{
    uint32_t kept = 0;
    for (uint32_t at = run->start; at < run->end; at++) {
        uint32_t page = run->frame[at], word = run->page[page];
        if ((word & PLACE) == at + 1) {
            run->frame[kept++] = page;
            run->page[page] = (word & DIRTY) | kept;
        }
    }
    run->start = 0;
    run->end = kept;
}

static enum vm_status replay(struct vm_replay_run *run, const uint32_t *refs, size_t n)
{
    if (run->frame_room - run->end < n) {
        compact(run);
    }
    uint32_t *pages = run->page, *log = run->frame, end = run->end;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = refs[i] >> 1, word = pages[page];
        if (!word) {
            run->faults++;
            if (run->used < run->frames) {
                run->used++;
            } else {
                evict(run);
            }
        }
        log[end++] = page;
        pages[page] = (word & DIRTY) | (refs[i] & 1) << 31 | end;
    }
    run->end = end;
    return VM_OK;
}

const struct vm_replay_ops vm_replay_lru = {
    .page_words = 1, .frame_words = 4, .extra_words = 8 * VM_REPLAY_BATCH, .run = replay};
