/* SPDX-License-Identifier: MIT
 * Aging: each page has a counter of 8 bits and a reference bit R. After every config.tick-th
 * reference all counters are shifted right by one, R becomes the top bit and then 0. The page with
 * the lowest counter leaves, of equal ones that in the frame with the lowest number. A page is
 * loaded with counter 0 and R = 1 (Tanenbaum and Bos, section 3.4.7). Between two ticks counters do
 * not change, so one frame serves all faults of a memory that is full.
 */
#include "policy/lowest.h"
#include "policy/replay.h"

enum { COUNTER, REFERENCED };
enum { TOP_BIT = 0x80, BITS = 8 };

static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, REFERENCED, frame, 1);
}

static void drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, COUNTER, frame, 0);
    policy_put(m, REFERENCED, frame, 0);
}

static uint64_t counter_of(const vm_machine *m, vm_frame f)
{
    return policy_word(m, COUNTER, f);
}

static vm_frame victim(vm_machine *m)
{
    return lowest_ranked(m, counter_of);
}

static void tick(vm_machine *m)
{
    for (vm_frame f = 0; f < m->frames_n; f++) {
        uint64_t used = policy_word(m, REFERENCED, f);
        policy_put(m, COUNTER, f, policy_word(m, COUNTER, f) >> 1 | used * TOP_BIT);
        if (used) {
            policy_put(m, REFERENCED, f, 0);
            policy_forget_use(m, f);
        }
    }
}

const struct vm_policy vm_policy_aging = {.load = touch,
    .touch = touch,
    .victim = victim,
    .cool = drop,
    .drop = drop,
    .tick = tick,
    .use = USE_BIT,
    .use_region = REFERENCED};

/* ---- replay of reference strings and traces ----
 *
 * A tick does nothing: a frame notes its counter in the period of its last use, and what became of
 * it since is computed when it is asked for. The victim of a period is sought once (`hand`): what
 * comes into its frame has counter 0, and no frame with a lower number has.
 */

enum { PLACE, PERIOD, DIRTY, PAGE_WORDS }; /* PLACE: plus one, 0: not resident */
enum { PAGE, FRAME_PERIOD, FRAME_COUNTER, FRAME_WORDS };

static uint32_t *frame_words(const struct vm_replay_run *run, uint32_t f)
{
    return &run->frame[(size_t)f * FRAME_WORDS];
}

/* After the ticks since the period of its last use. */
static uint32_t counter_now(const uint32_t *frame, uint32_t period)
{
    uint32_t ticks = period - frame[FRAME_PERIOD];
    if (ticks == 0) {
        return frame[FRAME_COUNTER];
    }
    return ticks > BITS ? 0 : (frame[FRAME_COUNTER] >> 1 | TOP_BIT) >> (ticks - 1);
}

static uint32_t replayed_victim(struct vm_replay_run *run, uint32_t period)
{
    if (run->start == period + 1) {
        return run->hand;
    }
    uint32_t lowest = UINT32_MAX;
    for (uint32_t f = 0; f < run->used && lowest; f++) {
        uint32_t counter = counter_now(frame_words(run, f), period);
        if (counter < lowest) {
            lowest = counter;
            run->hand = f;
        }
    }
    run->start = period + 1;
    return run->hand;
}

static void bring_in(struct vm_replay_run *run, uint32_t page, uint32_t period)
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
    uint32_t *frame = frame_words(run, f);
    frame[PAGE] = page;
    frame[FRAME_PERIOD] = period;
    frame[FRAME_COUNTER] = 0;
    run->page[(size_t)page * PAGE_WORDS + PLACE] = f + 1;
    run->page[(size_t)page * PAGE_WORDS + PERIOD] = period;
}

/* The first use of a resident page in a period. */
static void begin_period(struct vm_replay_run *run, uint32_t *word, uint32_t period)
{
    uint32_t *frame = frame_words(run, word[PLACE] - 1);
    frame[FRAME_COUNTER] = counter_now(frame, period);
    word[PERIOD] = frame[FRAME_PERIOD] = period;
}

/* References within one period. */
static void replay_period(
    struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n, uint32_t period)
{
    struct vm_replay_table table = run->table;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t *word = &run->page[(size_t)page * PAGE_WORDS];
        if (!word[PLACE]) {
            bring_in(run, page, period);
        } else if (word[PERIOD] != period) {
            begin_period(run, word, period);
        }
        if (vm_replay_writes(&refs[i]) > word[DIRTY]) {
            word[DIRTY] = 1;
        }
    }
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    for (size_t at = 0; at < n;) {
        uint64_t now = run->now + at, tick = run->params.tick, left = tick - now % tick;
        size_t some = left < n - at ? (size_t)left : n - at;
        replay_period(run, refs + at, some, (uint32_t)(now / tick));
        at += some;
    }
}

const struct vm_replay_ops vm_replay_aging = {
    .page_words = PAGE_WORDS, .frame_words = FRAME_WORDS, .short_trace = true, .run = replay};
