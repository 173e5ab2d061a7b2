/* SPDX-License-Identifier: MIT
 * WSClock (Carr and Hennessy 1981, "WSClock: a simple and effective algorithm for virtual memory
 * management"; Tanenbaum and Bos, section 3.4.9). The frames stand in a circle; each page has a
 * reference bit and the time at which the hand saw it in use last. The rule, at a fault of
 * reference t (from 1) when F pages are resident; the hand looks at one page after the other:
 *   - its bit is 1: the bit is cleared, the time becomes t, and the hand goes on.
 *   - its bit is 0 and t - time <= tau: it is in the working set, and the hand goes on.
 *   - older, and clean: it leaves. Older, and dirty: its write is begun, and the hand goes on.
 *   - After a whole round without a victim: when writes were begun they are done by now, and the
 * hand goes round once more. Otherwise all pages are in the working set: the first clean one of the
 *     round leaves, and if there is none, the one where the round began.
 * The hand ends one past the victim. A page is loaded with bit 1. While frames fill (0 .. F - 1 in
 * order) the hand stays put. A write that is begun counts as a write-back, at once, and makes the
 * page clean; an evicted page that is dirty counts as one too. Each fault evicts at most one page,
 * so once `frames` pages are resident, they stay so many. In the machine t counts the references of
 * the process that the page is charged to; what nobody owns any more is older than any. There, old
 * shared memory leaves at once and is written as it goes: while it is mapped it can have no copy in
 * swap (shmem_writeout).
 */
#include "kernel/limit.h"
#include "kernel/page.h"
#include "kernel/reclaim.h"
#include "kernel/writeback.h"
#include "policy/policy.h"
#include "policy/replay.h"

#include <string.h>

enum { HAND, REFERENCED, SEEN };

static void load(vm_machine *m, vm_frame frame)
{
    policy_put(m, REFERENCED, frame, 1);
    policy_put(m, SEEN, frame, policy_owner_time(m, frame));
}

static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, REFERENCED, frame, 1);
}

static void cool(vm_machine *m, vm_frame frame)
{
    policy_put(m, REFERENCED, frame, 0);
}

static void drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, REFERENCED, frame, 0);
    policy_put(m, SEEN, frame, 0);
}

static bool outside(const vm_machine *m, vm_frame f)
{
    uint64_t now = policy_owner_time(m, f), seen = policy_word(m, SEEN, f);
    return !limit_owner(m, f) || (now > seen && now - seen > m->config.tau);
}

/* What one round finds. */
struct round {
    vm_frame first, clean; /* of the frames that may be taken; VM_NO_FRAME: none */
    bool wrote;
};

static void write_ahead(vm_machine *m, vm_frame f)
{
    if (m->frames[f].kind != vm_frame_kind_file) {
        page_give_slot(m, f); /* there is one: policy_may_evict */
    }
    writeback_page(m, f);
}

/* Whether the hand takes the page. */
static bool examine(vm_machine *m, vm_frame f, struct round *round)
{
    bool dirty = reclaim_dirty(m, f);
    round->first = round->first == VM_NO_FRAME ? f : round->first;
    round->clean = round->clean == VM_NO_FRAME && !dirty ? f : round->clean;
    if (policy_word(m, REFERENCED, f)) {
        policy_look(m, f, 1, vm_verdict_cleared);
        policy_put(m, REFERENCED, f, 0);
        policy_forget_use(m, f);
        policy_put(m, SEEN, f, policy_owner_time(m, f));
    } else if (!outside(m, f)) {
        policy_look(m, f, 0, vm_verdict_working);
    } else if (dirty && m->frames[f].kind != vm_frame_kind_shmem) {
        policy_look(m, f, 0, vm_verdict_written);
        write_ahead(m, f);
        round->wrote = true;
    } else {
        policy_look(m, f, 0, vm_verdict_chosen);
        return true;
    }
    return false;
}

static vm_frame after(const vm_machine *m, vm_frame f)
{
    return f + 1 < m->frames_n ? f + 1 : 0;
}

static vm_frame go_round(vm_machine *m, struct round *round)
{
    for (uint32_t step = 0; step < m->frames_n; step++) {
        vm_frame f = (vm_frame)policy_word(m, HAND, 0);
        if (policy_may_evict(m, f)) {
            policy_put(m, HAND, 0, after(m, f));
            if (examine(m, f, round)) {
                return f;
            }
        } else {
            policy_put(m, HAND, 0, after(m, f));
        }
    }
    return VM_NO_FRAME;
}

static vm_frame victim(vm_machine *m)
{
    struct round round = {VM_NO_FRAME, VM_NO_FRAME, false};
    vm_frame f = go_round(m, &round);
    if (f == VM_NO_FRAME && round.wrote) {
        f = go_round(m, &round);
    }
    if (f == VM_NO_FRAME) {
        f = round.clean != VM_NO_FRAME ? round.clean : round.first;
        if (f != VM_NO_FRAME) {
            policy_look(m, f, 0, vm_verdict_chosen);
            policy_put(m, HAND, 0, after(m, f));
        }
    }
    return f;
}

static const char *check(const vm_machine *m)
{
    if (policy_word(m, HAND, 0) >= m->frames_n) {
        return "157: WSClock's hand points at a frame";
    }
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (limit_owner(m, f) && policy_word(m, SEEN, f) > policy_owner_time(m, f)) {
            return "156: no page was used later than now";
        }
    }
    return NULL;
}

const struct vm_policy vm_policy_wsclock = {.load = load,
    .touch = touch,
    .victim = victim,
    .cool = cool,
    .drop = drop,
    .pass = PASS_FINDS_ALL,
    .check = check,
    .use = USE_BIT,
    .use_region = REFERENCED};

/* ---- replay of reference strings and traces ----
 *
 * A page is its flags and, in the two words behind, the time.
 */

enum { RESIDENT = 1, DIRTY = 2, USED = 4, PAGE_WORDS = 3 };

static inline uint32_t *flags_of(struct vm_replay_run *run, uint32_t page)
{
    return run->page + (size_t)page * PAGE_WORDS;
}

/* The place of the victim among the frames; `now` is the present reference. */
static uint32_t search(struct vm_replay_run *run, uint64_t now)
{
    uint32_t place = run->hand, clean = run->frames, last = run->frames - 1;
    bool wrote = false;
    for (uint64_t step = 0; step < run->frames || wrote; step++) {
        uint32_t *flags = flags_of(run, run->frame[place]);
        uint64_t seen;
        memcpy(&seen, flags + 1, sizeof seen);
        if (clean == run->frames && !(*flags & DIRTY)) {
            clean = place;
        }
        if (*flags & USED) {
            *flags &= ~(uint32_t)USED;
            memcpy(flags + 1, &now, sizeof now);
        } else if (now - seen > run->params.tau) {
            if (!(*flags & DIRTY)) {
                return place;
            }
            *flags &= ~(uint32_t)DIRTY;
            run->writebacks++;
            wrote = true;
        }
        place = place == last ? 0 : place + 1;
    }
    return clean < run->frames ? clean : place;
}

static void bring_in(struct vm_replay_run *run, uint32_t page, uint64_t now)
{
    run->faults++;
    if (run->used < run->frames) {
        run->frame[run->used++] = page;
        return;
    }
    uint32_t place = search(run, now), *victim = flags_of(run, run->frame[place]);
    run->evictions++;
    run->writebacks += (*victim & DIRTY) != 0;
    *victim = 0;
    run->frame[place] = page;
    run->hand = place + 1 == run->frames ? 0 : place + 1;
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    struct vm_replay_table table = run->table;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn), *flags = flags_of(run, page);
        uint32_t want = RESIDENT | USED | vm_replay_writes(&refs[i]) * DIRTY;
        if ((*flags & want) == want) {
            continue;
        }
        if (!(*flags & RESIDENT)) {
            bring_in(run, page, run->now + i + 1);
        }
        *flags |= want;
    }
}

const struct vm_replay_ops vm_replay_wsclock = {
    .page_words = PAGE_WORDS, .frame_words = 1, .run = replay};
