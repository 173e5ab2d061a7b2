/* SPDX-License-Identifier: MIT
 * MFU: the page with the most uses leaves, for one with few was probably just brought in
 * (Silberschatz, Galvin, Gagne, section 10.4.6). A count begins at 1 when the page is loaded and is
 * forgotten when it leaves; of equal counts the one that was used least recently goes.
 */
#include "policy/frequency.h"

static vm_frame victim(vm_machine *m)
{
    return frequency_victim(m, true);
}

const struct vm_policy vm_policy_mfu = {
    .load = frequency_use, .touch = frequency_use, .victim = victim, .drop = frequency_drop};

/* ---- replay of reference strings and traces ----
 *
 * A heap with the most used page on top. A hit notes its page; the heap is mended at the next
 * fault, as OPT's is: a page that was used has a greater key than the heap knows.
 */

enum { PLACE = FREQUENCY_SPARE, NOTED = 4 }; /* a word of a page, and a flag of it */

struct node {
    uint64_t key; /* the greatest leaves first */
    uint32_t page;
    uint32_t
        note; /* of all notes, in no relation to the page: one that was used since the last fault */
};

static uint32_t *words(struct vm_replay_run *run, uint32_t page)
{
    return &run->page[(size_t)page * FREQUENCY_PAGE_WORDS];
}

static uint64_t key(const uint32_t *word)
{
    return (uint64_t)word[FREQUENCY_USES] << 32 | (UINT32_MAX - word[FREQUENCY_TIME]);
}

static void put(struct vm_replay_run *run, uint32_t place, uint64_t its_key, uint32_t page)
{
    struct node *heap = (struct node *)run->frame;
    heap[place].key = its_key;
    heap[place].page = page;
    words(run, page)[PLACE] = place;
}

static void rise(struct vm_replay_run *run, uint32_t place, uint64_t mine, uint32_t page)
{
    const struct node *heap = (const struct node *)run->frame;
    while (place > 0) {
        uint32_t up = (place - 1) / 2;
        if (heap[up].key > mine) {
            break;
        }
        put(run, place, heap[up].key, heap[up].page);
        place = up;
    }
    put(run, place, mine, page);
}

static void sink(struct vm_replay_run *run, uint64_t mine, uint32_t page)
{
    const struct node *heap = (const struct node *)run->frame;
    uint32_t place = 0;
    for (;;) {
        uint64_t child = (uint64_t)place * 2 + 1;
        if (child >= run->used) {
            break;
        }
        child += child + 1 < run->used && heap[child + 1].key > heap[child].key;
        if (heap[child].key < mine) {
            break;
        }
        put(run, place, heap[child].key, heap[child].page);
        place = (uint32_t)child;
    }
    put(run, place, mine, page);
}

/* `start` notes. A node's key changes only here, so the heap is in order but for what rises. */
static void mend(struct vm_replay_run *run)
{
    const struct node *heap = (const struct node *)run->frame;
    for (uint32_t i = 0; i < run->start; i++) {
        uint32_t page = heap[i].note, *word = words(run, page);
        word[FREQUENCY_FLAGS] &= ~(uint32_t)NOTED;
        rise(run, word[PLACE], key(word), page);
    }
    run->start = 0;
}

static void bring_in(struct vm_replay_run *run, uint32_t page, uint32_t now)
{
    mend(run);
    run->faults++;
    uint32_t *word = words(run, page);
    word[FREQUENCY_USES] = 1;
    word[FREQUENCY_TIME] = now;
    if (run->used < run->frames) {
        rise(run, run->used++, key(word), page);
        return;
    }
    uint32_t *victim = words(run, ((const struct node *)run->frame)[0].page);
    run->evictions++;
    run->writebacks += victim[FREQUENCY_FLAGS] & FREQUENCY_DIRTY;
    victim[FREQUENCY_FLAGS] = 0;
    sink(run, key(word), page);
}

static void use(struct vm_replay_run *run, uint32_t page, uint32_t now)
{
    uint32_t *word = words(run, page);
    word[FREQUENCY_USES]++;
    word[FREQUENCY_TIME] = now;
    if (!(word[FREQUENCY_FLAGS] & NOTED)) {
        word[FREQUENCY_FLAGS] |= NOTED;
        ((struct node *)run->frame)[run->start++].note = page;
    }
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    uint32_t now = (uint32_t)run->now;
    for (size_t i = 0; i < n; i++, now++) {
        uint32_t page = vm_replay_page(run, run->table, refs[i].vpn);
        uint32_t *flags = &words(run, page)[FREQUENCY_FLAGS];
        if (*flags & FREQUENCY_RESIDENT) {
            use(run, page, now);
        } else {
            bring_in(run, page, now);
        }
        *flags |= FREQUENCY_RESIDENT | vm_replay_writes(&refs[i]) * FREQUENCY_DIRTY;
    }
}

const struct vm_replay_ops vm_replay_mfu = {.page_words = FREQUENCY_PAGE_WORDS,
    .frame_words = sizeof(struct node) / sizeof(uint32_t),
    .short_trace = true,
    .run = replay};
