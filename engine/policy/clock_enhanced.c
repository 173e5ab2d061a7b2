/* SPDX-License-Identifier: MIT
 * Enhanced CLOCK (Stallings, Operating Systems, section 8.2, who has it from the Macintosh): pages
 * are in classes by (R, M), used and modified. From the hand on
 *   1. the first (0,0) leaves; nothing is changed on the way;
 *   2. if there is none, the first (0,1) leaves; R of each page passed becomes 0;
 *   3. if there is none, all R are 0 now: 1 again, and 2.
 * The hand ends one past the victim; a search without success leaves it where it was. R is 1 on
 * load and on a hit. Silberschatz, Galvin, Gagne (section 10.4.5.3) ask for the first page of the
 * lowest class too, but do not say when bits are cleared.
 */
#include "kernel/reclaim.h"
#include "policy/policy.h"
#include "policy/replay.h"

enum { HAND, REFERENCED };
enum { SEARCHES = 4 };

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

/* Once round the circle for a page of that class, with or without clearing bits. */
static vm_frame search(vm_machine *m, uint64_t class, bool clearing)
{
    vm_frame f = (vm_frame)policy_word(m, HAND, 0);
    for (uint32_t step = 0; step < m->frames_n; step++, f = f + 1 < m->frames_n ? f + 1 : 0) {
        if (!policy_may_evict(m, f)) {
            continue;
        }
        uint64_t its = class_of(m, f);
        if (its == class) {
            policy_look(m, f, its, vm_verdict_chosen);
            policy_put(m, HAND, 0, f + 1 < m->frames_n ? f + 1 : 0);
            return f;
        }
        bool clears = clearing && policy_word(m, REFERENCED, f);
        policy_look(m, f, its, clears ? vm_verdict_cleared : vm_verdict_passed);
        if (clears) {
            policy_put(m, REFERENCED, f, 0);
            policy_forget_use(m, f);
        }
    }
    return VM_NO_FRAME;
}

static vm_frame victim(vm_machine *m)
{
    for (unsigned i = 0; i < SEARCHES; i++) {
        vm_frame f = search(m, i % 2, i % 2 == 1);
        if (f != VM_NO_FRAME) {
            return f;
        }
    }
    return VM_NO_FRAME;
}

const struct vm_policy vm_policy_clock_enhanced = {.load = touch,
    .touch = touch,
    .victim = victim,
    .cool = drop,
    .drop = drop,
    .use = USE_BIT,
    .use_region = REFERENCED};

/* ---- replay of reference strings and traces ----
 *
 * `start` and `end` count the resident pages of classes (0,0) and (0,1), so that no search is begun
 * that finds nothing.
 */

enum { DIRTY = 1, REFERENCE_BIT = 2, RESIDENT = 4 };

static uint32_t next_place(const struct vm_replay_run *run, uint32_t at)
{
    return at + 1 == run->frames ? 0 : at + 1;
}

static uint32_t *flags_at(const struct vm_replay_run *run, uint32_t at)
{
    return &run->page[run->frame[at]];
}

static void clear(struct vm_replay_run *run, uint32_t *flags)
{
    if (*flags & REFERENCE_BIT) {
        *flags &= ~(uint32_t)REFERENCE_BIT;
        *(*flags & DIRTY ? &run->end : &run->start) += 1;
    }
}

/* Where the victim is; it is counted in its class no more. */
static uint32_t replayed_victim(struct vm_replay_run *run)
{
    if (!run->start && !run->end) { /* 1 and 2 find nothing: 2 has cleared all */
        for (uint32_t at = 0; at < run->frames; at++) {
            clear(run, flags_at(run, at));
        }
    }
    uint32_t at = run->hand;
    if (run->start) {
        while (*flags_at(run, at) != RESIDENT) {
            at = next_place(run, at);
        }
        run->start--;
        return at;
    }
    while (*flags_at(run, at) != (RESIDENT | DIRTY)) {
        clear(run, flags_at(run, at));
        at = next_place(run, at);
    }
    run->end--;
    return at;
}

static void bring_in(struct vm_replay_run *run, uint32_t page)
{
    run->faults++;
    if (run->used < run->frames) {
        run->frame[run->used++] = page;
        return;
    }
    uint32_t at = replayed_victim(run), *victim = flags_at(run, at);
    run->evictions++;
    run->writebacks += *victim & DIRTY;
    *victim = 0;
    run->frame[at] = page;
    run->hand = next_place(run, at);
}

static void use(struct vm_replay_run *run, uint32_t page, uint32_t want)
{
    uint32_t *flags = &run->page[page];
    if (!(*flags & RESIDENT)) {
        bring_in(run, page);
    } else if (!(*flags & REFERENCE_BIT)) {
        *(*flags & DIRTY ? &run->end : &run->start) -= 1;
    }
    *flags |= want;
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    struct vm_replay_table table = run->table;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t want = RESIDENT | REFERENCE_BIT | vm_replay_writes(&refs[i]) * DIRTY;
        if ((run->page[page] & want) != want) { /* else nothing is stored */
            use(run, page, want);
        }
    }
}

const struct vm_replay_ops vm_replay_clock_enhanced = {
    .page_words = 1, .frame_words = 1, .run = replay};
