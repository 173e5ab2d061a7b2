/* SPDX-License-Identifier: MIT
 * CLOCK-Pro, replayed. The list is a log: a page goes to the head by being appended, and an entry
 * that its page's word does not name is stale. Pages only join at the end and never come back to a
 * kind in their place, so each hand is an index that only grows. A hit sets one bit, once.
 */
#include "policy/replay.h"

enum { STATE, PLACE, PAGE_WORDS }; /* words of a page; its place in the log, plus one */
enum { RESIDENT = 1, HOT = 2, TEST = 4, USED = 8, DIRTY = 16 }; /* STATE; TEST alone: it left */
enum { HOTS, GONE, COLDER, HAND_HOT, HAND_COLD, HAND_TEST };    /* run->count; mc = COLDER + 1 */

static uint32_t *state_of(struct vm_replay_run *run, uint32_t page)
{
    return &run->page[(size_t)page * PAGE_WORDS + STATE];
}

static bool live(const struct vm_replay_run *run, uint32_t at)
{
    return run->page[(size_t)run->frame[at] * PAGE_WORDS + PLACE] == at + 1;
}

/* Stale entries go. */
static void compact(struct vm_replay_run *run)
{
    uint32_t kept = 0, hand[3] = {UINT32_MAX, UINT32_MAX, UINT32_MAX};
    for (uint32_t at = 0; at < run->end; at++) {
        for (unsigned i = 0; i < 3; i++) {
            hand[i] = at == run->count[HAND_HOT + i] ? kept : hand[i];
        }
        if (live(run, at)) {
            uint32_t page = run->frame[at];
            run->frame[kept] = page;
            run->page[(size_t)page * PAGE_WORDS + PLACE] = ++kept;
        }
    }
    for (unsigned i = 0; i < 3; i++) {
        run->count[HAND_HOT + i] = hand[i] == UINT32_MAX ? kept : hand[i];
    }
    run->end = kept;
}

static void to_head(struct vm_replay_run *run, uint32_t page)
{
    if (run->end == run->frame_room) {
        compact(run);
    }
    run->frame[run->end] = page;
    run->page[(size_t)page * PAGE_WORDS + PLACE] = ++run->end;
}

/* The oldest page whose bits under the mask are `want`; there is one. */
static uint32_t oldest(struct vm_replay_run *run, unsigned hand, uint32_t mask, uint32_t want)
{
    uint32_t *at = &run->count[hand];
    while (!live(run, *at) || (*state_of(run, run->frame[*at]) & mask) != want) {
        ++*at;
    }
    return run->frame[*at];
}

static void change_target(struct vm_replay_run *run, bool more)
{
    if (more) {
        run->count[COLDER] += run->count[COLDER] + 2 < run->frames;
    } else {
        run->count[COLDER] -= run->count[COLDER] > 0;
    }
}

static void end_test(struct vm_replay_run *run, uint32_t page)
{
    uint32_t *state = state_of(run, page);
    change_target(run, *state & USED);
    if (!(*state & RESIDENT)) {
        run->count[GONE]--;
        run->page[(size_t)page * PAGE_WORDS + PLACE] = 0;
    }
    *state &= ~(uint32_t)TEST;
}

/* HAND_hot moves on to the next hot page; tests end on the way, but y's. Whether it passed y. */
static bool advance_hot(struct vm_replay_run *run, uint32_t y)
{
    bool passed = false;
    for (uint32_t *at = &run->count[HAND_HOT]; *at < run->end; ++*at) {
        uint32_t page = run->frame[*at];
        if (!live(run, *at)) {
            continue;
        }
        if (*state_of(run, page) & HOT) {
            break;
        }
        passed |= page == y;
        if (page != y && *state_of(run, page) & TEST) {
            end_test(run, page);
        }
    }
    return passed;
}

static bool too_many_hot(const struct vm_replay_run *run)
{
    return run->count[HOTS] >= run->frames - 1 - run->count[COLDER];
}

static bool promote(struct vm_replay_run *run, uint32_t y)
{
    bool passed = false;
    change_target(run, true);
    while (!passed && too_many_hot(run)) {
        uint32_t hot = oldest(run, HAND_HOT, HOT, HOT), *state = state_of(run, hot);
        bool used = *state & USED;
        run->count[HAND_HOT]++;
        passed = advance_hot(run, y);
        *state &= used ? ~(uint32_t)USED : ~(uint32_t)HOT;
        run->count[HOTS] -= !used;
        to_head(run, hot);
    }
    return !too_many_hot(run);
}

/* To the head, hot or in a new test. */
static void rank(struct vm_replay_run *run, uint32_t page, uint32_t dirty, bool hot)
{
    *state_of(run, page) = RESIDENT | dirty | (hot ? HOT : TEST);
    run->count[HOTS] += hot;
    to_head(run, page);
}

static void evict(struct vm_replay_run *run)
{
    uint32_t page = oldest(run, HAND_COLD, RESIDENT | HOT, RESIDENT), *state = state_of(run, page);
    while (*state & USED) {
        *state &= ~(uint32_t)USED;
        bool hot = *state & TEST && promote(run, page);
        rank(run, page, *state & DIRTY, hot);
        page = oldest(run, HAND_COLD, RESIDENT | HOT, RESIDENT);
        state = state_of(run, page);
    }
    run->evictions++;
    run->writebacks += (*state & DIRTY) != 0;
    *state &= TEST;
    if (*state) {
        run->count[GONE]++;
    } else {
        run->page[(size_t)page * PAGE_WORDS + PLACE] = 0;
    }
    while (run->count[GONE] > run->frames) {
        end_test(run, oldest(run, HAND_TEST, TEST, TEST));
    }
}

static void bring_in(struct vm_replay_run *run, uint32_t page)
{
    bool hot = false;
    run->faults++;
    if (run->used < run->frames) {
        run->used++;
        hot = !too_many_hot(run);
    } else {
        evict(run);
    }
    if (*state_of(run, page) & TEST) {
        hot = promote(run, page);
        run->count[GONE]--;
    }
    rank(run, page, 0, hot);
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t *state = &pages[(size_t)page * PAGE_WORDS + STATE];
        uint32_t dirty = vm_replay_writes(&refs[i]) * DIRTY, want = RESIDENT | USED | dirty;
        if ((*state & want) == want) {
            continue; /* nothing is stored: hits do not wait for each other */
        }
        if (*state & RESIDENT) {
            *state |= want;
        } else {
            bring_in(run, page);
            *state |= dirty;
        }
    }
}

const struct vm_replay_ops vm_replay_clock_pro = {
    .page_words = PAGE_WORDS, .frame_words = 4, .extra_words = VM_REPLAY_BATCH, .run = replay};
