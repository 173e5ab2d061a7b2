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

/* As if its last use were the longest ago. */
static void cool(vm_machine *m, vm_frame frame)
{
    policy_put(m, USED, frame, 1);
}

const struct vm_policy vm_policy_lru = {.load = touch,
    .touch = touch,
    .victim = policy_least,
    .cool = cool,
    .drop = drop,
    .pass = PASS_FINDS_SOME,
    .use = USE_TIME,
    .use_region = USED};

/* ---- replay of reference strings and traces ----
 *
 * LRU, replayed without a list: a log of references between `start` and `end`, and for each page
 * the place of its last one. An entry that is not its page's last is stale; the victim is the first
 * that is not. A hit is two stores; every entry is passed over once, so a fault is O(1) on average.
 */

enum {
    PLACE,
    DIRTY,
    PAGE_WORDS
}; /* words of a page; PLACE: in the log, plus one; 0: not resident */

static void evict(struct vm_replay_run *run)
{
    uint32_t at = run->start;
    while (run->page[(size_t)run->frame[at] * PAGE_WORDS + PLACE] != at + 1) {
        at++;
    }
    uint32_t *victim = &run->page[(size_t)run->frame[at] * PAGE_WORDS];
    run->evictions++;
    run->writebacks += victim[DIRTY];
    victim[PLACE] = victim[DIRTY] = 0;
    run->start = at + 1;
}

/* Only the last entry of each resident page stays. */
static void compact(struct vm_replay_run *run)
{
    uint32_t kept = 0;
    for (uint32_t at = run->start; at < run->end; at++) {
        uint32_t page = run->frame[at], *place = &run->page[(size_t)page * PAGE_WORDS + PLACE];
        if (*place == at + 1) {
            run->frame[kept++] = page;
            *place = kept;
        }
    }
    run->start = 0;
    run->end = kept;
}

static void bring_in(struct vm_replay_run *run)
{
    run->faults++;
    if (run->used < run->frames) {
        run->used++;
    } else {
        evict(run);
    }
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    if (run->frame_room - run->end < n) {
        compact(run);
    }
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page, *log = run->frame, end = run->end;
    uint32_t last = end ? log[end - 1] : UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn),
                 *word = &pages[(size_t)page * PAGE_WORDS];
        if (!word[PLACE]) {
            bring_in(run);
        }
        end += page != last; /* a repeat needs no second entry */
        last = page;
        log[end - 1] = page;
        word[PLACE] = end;
        if (vm_replay_writes(&refs[i]) > word[DIRTY]) { /* a store that waits for no load */
            word[DIRTY] = 1;
        }
    }
    run->end = end;
}

const struct vm_replay_ops vm_replay_lru = {
    .page_words = PAGE_WORDS, .frame_words = 4, .extra_words = 8 * VM_REPLAY_BATCH, .run = replay};
