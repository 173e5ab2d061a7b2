/* SPDX-License-Identifier: MIT
 * NRU, not recently used: a page's class is 2R + M, R whether it was used since the last tick, M
 * whether it is dirty. A page of the lowest class leaves, of equal ones that in the frame with the
 * lowest number. R is 1 on load and on a hit; the tick after every config.tick-th reference makes
 * it 0 everywhere (Tanenbaum and Bos, section 3.4.2, who draw within a class; a number is the same
 * everywhere).
 */
#include "kernel/reclaim.h"
#include "policy/lowest.h"
#include "policy/replay.h"

enum { REFERENCED };
enum { CLASSES = 4 };

static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, REFERENCED, frame, 1);
}

static void drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, REFERENCED, frame, 0);
}

static uint64_t class_of(const vm_machine *m, vm_frame f)
{
    return 2 * policy_word(m, REFERENCED, f) + reclaim_dirty(m, f);
}

static vm_frame victim(vm_machine *m)
{
    return lowest_ranked(m, class_of);
}

static void tick(vm_machine *m)
{
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (policy_word(m, REFERENCED, f)) {
            policy_put(m, REFERENCED, f, 0);
            policy_forget_use(m, f);
        }
    }
}

const struct vm_policy vm_policy_nru = {.load = touch,
    .touch = touch,
    .victim = victim,
    .cool = drop,
    .drop = drop,
    .tick = tick,
    .use = USE_BIT,
    .use_region = REFERENCED};

/* ---- replay of reference strings and traces ----
 *
 * A tick only raises the number of the period: R is 1 when the page's period is the present one.
 * For each class a place below which no frame is in it: within a period the classes without R only
 * lose pages, so a search goes on where the one before ended.
 */

enum { PLACE, PERIOD, DIRTY, PAGE_WORDS }; /* PLACE: plus one, 0: out */
enum { FIRST, PAGE = CLASSES, FRAME_PERIOD, FRAME_DIRTY, FRAME_WORDS = 3 }; /* after the places */

static uint32_t *frame_words(const struct vm_replay_run *run, uint32_t f)
{
    return &run->frame[(size_t)f * FRAME_WORDS];
}

static uint32_t replayed_class(const struct vm_replay_run *run, uint32_t f, uint32_t period)
{
    const uint32_t *frame = frame_words(run, f);
    return (frame[FRAME_PERIOD] == period ? 2U : 0U) + frame[FRAME_DIRTY];
}

/* The page in the frame was used in this period. */
static void mark(struct vm_replay_run *run, uint32_t f, uint32_t period, uint32_t writes)
{
    uint32_t *frame = frame_words(run, f), *page = &run->page[(size_t)frame[PAGE] * PAGE_WORDS];
    page[PERIOD] = frame[FRAME_PERIOD] = period;
    page[DIRTY] = frame[FRAME_DIRTY] |= writes;
    uint32_t *first = &run->frame[FIRST + 2 + frame[FRAME_DIRTY]];
    *first = f < *first ? f : *first;
}

static uint32_t replayed_victim(struct vm_replay_run *run, uint32_t period)
{
    for (uint32_t class = 0;; class ++) { /* every frame is in one */
        uint32_t f = run->frame[FIRST + class];
        while (f < run->used && replayed_class(run, f, period) != class) {
            f++;
        }
        run->frame[FIRST + class] = f;
        if (f < run->used) {
            return f;
        }
    }
}

static uint32_t bring_in(struct vm_replay_run *run, uint32_t page, uint32_t period)
{
    run->faults++;
    uint32_t f = run->used;
    if (run->used < run->frames) {
        run->used++;
    } else {
        f = replayed_victim(run, period);
        uint32_t *old = &run->page[(size_t)frame_words(run, f)[PAGE] * PAGE_WORDS];
        run->evictions++;
        run->writebacks += old[DIRTY];
        old[PLACE] = old[DIRTY] = 0;
    }
    frame_words(run, f)[PAGE] = page;
    frame_words(run, f)[FRAME_DIRTY] = 0;
    run->page[(size_t)page * PAGE_WORDS + PLACE] = f + 1;
    return f;
}

/* References within one period. */
static void replay_period(
    struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n, uint32_t period)
{
    struct vm_replay_table table = run->table;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        const uint32_t *word = &run->page[(size_t)page * PAGE_WORDS];
        uint32_t writes = vm_replay_writes(&refs[i]);
        if (!word[PLACE]) {
            mark(run, bring_in(run, page, period), period, writes);
        } else if (word[PERIOD] != period || word[DIRTY] < writes) {
            mark(run, word[PLACE] - 1, period, writes);
        }
    }
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    for (size_t at = 0; at < n;) {
        uint64_t now = run->now + at, tick = run->params.tick, left = tick - now % tick;
        size_t some = left < n - at ? (size_t)left : n - at;
        if (now % tick == 0) {
            run->frame[FIRST] = run->frame[FIRST + 1] = 0;
            run->frame[FIRST + 2] = run->frame[FIRST + 3] = 0;
        }
        replay_period(run, refs + at, some, (uint32_t)(now / tick));
        at += some;
    }
}

const struct vm_replay_ops vm_replay_nru = {.page_words = PAGE_WORDS,
    .frame_words = FRAME_WORDS,
    .extra_words = CLASSES,
    .short_trace = true,
    .run = replay};
