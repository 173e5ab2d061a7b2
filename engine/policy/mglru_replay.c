/* SPDX-License-Identifier: MIT
 * Replay of Linux's generations; the rule stands at the head of mglru.c. A page is its flags and
 * the generation it belongs to. run->start is the oldest generation, run->end the agings so far. A
 * chain's own word counts the pages that belong to its generation.
 */
#include "policy/chain.h"

enum { MIN_NR_GENS = 2 };
enum { RESIDENT = 1, DIRTY = 2, USED = 4 };
enum { FLAGS, BELONGS, PAGE_WORDS };

static uint32_t *words_in(struct vm_replay_run *run, uint32_t frame)
{
    return run->page + (size_t)chain_frame(run, frame)[FRAME_PAGE] * PAGE_WORDS;
}

static uint32_t *members(struct vm_replay_run *run, uint32_t generation)
{
    return &chain_words(run, generation % CHAINS)[CHAIN_OWN];
}

static void join_youngest(struct vm_replay_run *run, uint32_t *page)
{
    --*members(run, page[BELONGS]);
    page[FLAGS] &= ~(uint32_t)USED;
    page[BELONGS] = run->end + 1;
    ++*members(run, page[BELONGS]);
}

static void walk(struct vm_replay_run *run)
{
    for (uint32_t frame = 0; frame < run->used; frame++) {
        uint32_t *page = words_in(run, frame);
        if (page[FLAGS] & USED) {
            join_youngest(run, page);
        }
    }
    run->end++;
}

static bool crowded(struct vm_replay_run *run)
{
    uint64_t young = *members(run, run->end + 1), old = *members(run, run->start);
    return young * MIN_NR_GENS > run->frames || old * (MIN_NR_GENS + 2) < run->frames;
}

/* The frame of the victim, which is in no chain any more. */
static uint32_t scan(struct vm_replay_run *run)
{
    bool spread = false;
    for (;;) {
        while (run->start < run->end && !chain_size(run, run->start % CHAINS)) {
            run->start++;
        }
        if (run->start == run->end) {
            walk(run);
            continue;
        }
        if (!spread && run->end + 1 - run->start == MIN_NR_GENS) {
            spread = true;
            if (crowded(run)) {
                walk(run);
                continue;
            }
        }
        uint32_t frame = chain_pop(run, run->start % CHAINS), *page = words_in(run, frame);
        if (page[BELONGS] == run->start && !(page[FLAGS] & USED)) {
            return frame;
        }
        if (page[BELONGS] == run->start) {
            join_youngest(run, page);
        }
        chain_push(run, page[BELONGS] % CHAINS, frame);
    }
}

static void bring_in(struct vm_replay_run *run, uint32_t page)
{
    uint32_t frame = run->used;
    run->faults++;
    if (run->used < run->frames) {
        run->used++;
    } else {
        frame = scan(run);
        uint32_t *victim = words_in(run, frame);
        --*members(run, victim[BELONGS]);
        run->evictions++;
        run->writebacks += (victim[FLAGS] & DIRTY) != 0;
        victim[FLAGS] = 0;
    }
    chain_frame(run, frame)[FRAME_PAGE] = page;
    run->page[(size_t)page * PAGE_WORDS + BELONGS] = run->end + 1;
    ++*members(run, run->end + 1);
    chain_push(run, (run->end + 1) % CHAINS, frame);
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    struct vm_replay_table table = run->table;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t *flags = run->page + (size_t)page * PAGE_WORDS;
        uint32_t want = RESIDENT | USED | vm_replay_writes(&refs[i]) * DIRTY;
        if ((*flags & want) == want) {
            continue; /* nothing is stored: hits do not wait for each other */
        }
        if (!(*flags & RESIDENT)) {
            bring_in(run, page);
        }
        *flags |= want;
    }
}

const struct vm_replay_ops vm_replay_mglru = {.page_words = PAGE_WORDS,
    .frame_words = CHAIN_FRAME_WORDS,
    .extra_words = CHAIN_EXTRA_WORDS,
    .run = replay};
