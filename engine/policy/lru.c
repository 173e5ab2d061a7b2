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
 * LRU, replayed without a list: a log of references from `start` to `end`, and for each page the
 * place of its last one. An entry that is not its page's last is stale; the victim is the first
 * that is not. A hit is two stores; every entry is passed over once, so a fault is O(1) on average.
 * The log is a ring, in which a batch writes one piece.
 */

enum {
    PLACE,
    DIRTY,
    PAGE_WORDS
}; /* words of a page; PLACE: in the log, plus one; 0: not resident */

static bool is_last(const struct vm_replay_run *run, uint32_t at)
{
    return run->page[(size_t)run->frame[at] * PAGE_WORDS + PLACE] == at + 1;
}

static uint32_t after(const struct vm_replay_run *run, uint32_t at)
{
    return at + 1 == run->frame_room ? 0 : at + 1;
}

/* The words of a page further on in the log need not be in the cache. */
static void expect(const struct vm_replay_run *run, uint32_t at)
{
    if (at + VM_REPLAY_AHEAD < run->frame_room) {
        __builtin_prefetch(&run->page[(size_t)run->frame[at + VM_REPLAY_AHEAD] * PAGE_WORDS]);
    }
}

static void evict(struct vm_replay_run *run)
{
    uint32_t at = run->start;
    for (; !is_last(run, at); at = after(run, at)) {
        expect(run, at);
    }
    expect(run, at);
    uint32_t *victim = &run->page[(size_t)run->frame[at] * PAGE_WORDS];
    run->evictions++;
    run->writebacks += victim[DIRTY];
    victim[PLACE] = victim[DIRTY] = 0;
    run->start = after(run, at);
}

/* Only the last entry of each resident page stays. Entries move towards `start` only. */
static void compact(struct vm_replay_run *run)
{
    uint32_t to = run->start;
    for (uint32_t at = run->start; at != run->end; at = after(run, at)) {
        uint32_t page = run->frame[at], *place = &run->page[(size_t)page * PAGE_WORDS + PLACE];
        if (*place == at + 1) {
            run->frame[to] = page;
            *place = to + 1;
            to = after(run, to);
        }
    }
    run->end = to;
}

/* Room for n entries in one piece from `end` on, and one that stays empty; false: there is none. */
static bool make_piece(struct vm_replay_run *run, uint32_t n)
{
    uint32_t room = (uint32_t)run->frame_room;
    if (run->end < run->start) {
        return run->start - run->end > n;
    }
    if (room - run->end > n) {
        return true;
    }
    if (run->start <= n) {
        return false;
    }
    run->end = 0; /* what lies in the rest was passed over long ago: it is stale */
    return true;
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
    if (!make_piece(run, (uint32_t)n)) {
        compact(run);
        make_piece(run, (uint32_t)n);
    }
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page, *log = run->frame, end = run->end;
    uint32_t last = end > run->start ? log[end - 1] : UINT32_MAX;
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

/* After compaction the log has at most F entries: the ring, four times as long, has a piece. */
const struct vm_replay_ops vm_replay_lru = {
    .page_words = PAGE_WORDS, .frame_words = 4, .extra_words = 8 * VM_REPLAY_BATCH, .run = replay};
