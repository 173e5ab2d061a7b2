/* SPDX-License-Identifier: MIT
 * OPT (Belady 1966, MIN): the page whose next use is furthest away leaves; never again is furthest
 * of all. The future is that of a recorded run; past its end nothing is known and everything is
 * "never". Ties go to the lowest page number.
 */
#include "policy/policy.h"
#include "policy/replay.h"

#include <stdlib.h>

enum { NEXT_USE };
#define UNKNOWN_OR_NEVER (UINT64_C(1) << 32)

static void touch(vm_machine *m, vm_frame frame)
{
    uint64_t next = future_next(m, m->clock);
    policy_put(m, NEXT_USE, frame, next ? next : UNKNOWN_OR_NEVER);
}

static void drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, NEXT_USE, frame, 0);
}

/* Pages of several mappings count in the order in which those were made. */
static bool lower(const struct frame *a, const struct frame *b)
{
    return a->object != b->object ? a->object < b->object : a->index < b->index;
}

static bool better(const vm_machine *m, vm_frame f, vm_frame best)
{
    uint64_t mine = m->policy_words[f], its = m->policy_words[best];
    return mine > its || (mine == its && lower(&m->frames[f], &m->frames[best]));
}

static vm_frame victim(vm_machine *m)
{
    vm_frame best = VM_NO_FRAME;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (m->policy_words[f] && policy_may_evict(m, f) &&
            (best == VM_NO_FRAME || better(m, f, best))) {
            best = f;
        }
    }
    if (best != VM_NO_FRAME) {
        policy_look(m, best, m->policy_words[best], vm_verdict_chosen);
    }
    return best;
}

const struct vm_policy vm_policy_opt = {
    .load = touch, .touch = touch, .victim = victim, .drop = drop};

/* ---- replay of reference strings and traces ----
 *
 * OPT, replayed: a pass backwards finds each reference's next use, then a heap of the resident
 * pages has the furthest on top. A hit only notes its page; the heap is mended at the next fault.
 * Keys are unique: a page that is never used again has a key past the trace's end, the greater the
 * lower its page number, so the tie goes to the lowest page.
 */

enum { KEY, PLACE, NOTED, NEVER, PAGE_WORDS }; /* words of a page; PLACE: in the heap, plus one */

struct sorted {
    vm_vpn vpn;
    uint32_t page;
};

static int by_vpn_falling(const void *a, const void *b)
{
    vm_vpn left = ((const struct sorted *)a)->vpn, right = ((const struct sorted *)b)->vpn;
    return (left < right) - (left > right);
}

static bool rank_pages(struct vm_replay_run *run, uint32_t end)
{
    struct sorted *sorted = malloc((run->pages + (size_t)1) * sizeof(*sorted));
    if (!sorted) {
        return false;
    }
    for (uint32_t page = 0; page < run->pages; page++) {
        sorted[page] = (struct sorted){run->vpn[page], page};
    }
    qsort(sorted, run->pages, sizeof(*sorted), by_vpn_falling);
    for (uint32_t i = 0; i < run->pages; i++) {
        run->page[sorted[i].page * PAGE_WORDS + NEVER] = end + i;
    }
    free(sorted);
    return true;
}

static inline uint32_t *words(struct vm_replay_run *run, uint32_t page)
{
    return run->page + (size_t)page * PAGE_WORDS;
}

static void put(struct vm_replay_run *run, uint32_t place, uint32_t page)
{
    run->frame[place] = page;
    words(run, page)[PLACE] = place + 1;
}

static void rise(struct vm_replay_run *run, uint32_t place, uint32_t page)
{
    uint32_t key = words(run, page)[KEY];
    while (place > 0) {
        uint32_t up = (place - 1) / 2, parent = run->frame[up];
        if (words(run, parent)[KEY] > key) {
            break;
        }
        put(run, place, parent);
        place = up;
    }
    put(run, place, page);
}

static void sink(struct vm_replay_run *run, uint32_t place, uint32_t page)
{
    uint32_t key = words(run, page)[KEY];
    for (;;) {
        uint64_t down = (uint64_t)place * 2 + 1;
        if (down >= run->used) {
            break;
        }
        uint32_t child = (uint32_t)down;
        if (child + 1 < run->used &&
            words(run, run->frame[child + 1])[KEY] > words(run, run->frame[child])[KEY]) {
            child++;
        }
        if (words(run, run->frame[child])[KEY] < key) {
            break;
        }
        put(run, place, run->frame[child]);
        place = child;
    }
    put(run, place, page);
}

/* Pages used since the last fault have a greater key than the heap knows. `noted` of them lie
 * behind the heap's room. A key is set only here, so the heap is in order but for the page that
 * rises. */
static void mend(
    struct vm_replay_run *run, const uint32_t *noted, uint32_t count, const uint32_t *next)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t *word = words(run, noted[i]);
        word[KEY] = next[word[NOTED] - 1];
        word[NOTED] = 0;
        rise(run, word[PLACE] - 1, noted[i]);
    }
}

static void load(struct vm_replay_run *run, uint32_t page, uint32_t key, uint8_t *dirty)
{
    run->faults++;
    words(run, page)[KEY] = key;
    if (run->used < run->frames) {
        run->used++;
        rise(run, run->used - 1, page);
        return;
    }
    uint32_t victim = run->frame[0];
    run->evictions++;
    run->writebacks += dirty[victim];
    dirty[victim] = 0;
    words(run, victim)[PLACE] = 0;
    sink(run, 0, page);
}

static enum vm_status replay(struct vm_replay_run *run, const uint32_t *refs, size_t n)
{
    if (n + run->pages >= UINT32_MAX) {
        return VM_LIMIT;
    }
    uint32_t *next = malloc((n + 1) * sizeof(*next));
    uint8_t *dirty = calloc(run->pages + (size_t)1, 1);
    enum vm_status status = VM_NOMEM;
    if (!next || !dirty || !rank_pages(run, (uint32_t)n)) {
        goto fail;
    }
    for (uint32_t page = 0; page < run->pages; page++) {
        words(run, page)[KEY] = words(run, page)[NEVER];
    }
    for (size_t i = n; i-- > 0;) {
        uint32_t *word = words(run, refs[i] >> 1);
        next[i] = word[KEY];
        word[KEY] = (uint32_t)i;
    }
    uint32_t room = run->frames < run->pages ? run->frames : run->pages, count = 0;
    uint32_t *noted = run->frame + room;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = refs[i] >> 1, *word = words(run, page);
        if (!word[PLACE]) {
            mend(run, noted, count, next);
            count = 0;
            load(run, page, next[i], dirty);
        } else {
            noted[count] = page;
            count += word[NOTED] == 0;
            word[NOTED] = (uint32_t)i + 1;
        }
        dirty[page] |= (uint8_t)(refs[i] & 1);
    }
    status = VM_OK;
fail:
    free(next);
    free(dirty);
    return status;
}

/* The heap, and as many noted pages, and one more that is written before it is known to be new. */
const struct vm_replay_ops vm_replay_opt = {
    .page_words = PAGE_WORDS, .frame_words = 2, .extra_words = 1, .whole = replay};
