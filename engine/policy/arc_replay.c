/* SPDX-License-Identifier: MIT
 * ARC, replayed (Megiddo and Modha 2003, figure 4). One log has B1 before its middle and T1 behind
 * it, the other B2 and T2; a page that is evicted stays where it is, and the middle passes it.
 * p is the double run->target.
 */
#include "policy/logs.h"

enum { STATE, PLACE, PAGE_WORDS };                     /* words of a page */
enum { NOWHERE, T1, T2, B1, B2, LIST = 7, DIRTY = 8 }; /* STATE; also places in run->count */
enum { ONCE, OFTEN };                                  /* the logs */

static const struct log_kind kind = {PAGE_WORDS, PLACE};

static uint32_t *state_of(struct vm_replay_run *run, uint32_t page)
{
    return &run->page[(size_t)page * PAGE_WORDS + STATE];
}

static void evict(struct vm_replay_run *run, unsigned log)
{
    uint32_t *state = state_of(run, log_pass(run, kind, log));
    run->evictions++;
    run->writebacks += (*state & DIRTY) != 0;
    *state = log == ONCE ? B1 : B2;
    run->count[log == ONCE ? T1 : T2]--;
    run->count[*state]++;
}

static void forget(struct vm_replay_run *run, unsigned log)
{
    uint32_t *state = state_of(run, log_shift(run, kind, log));
    run->count[*state]--;
    *state = NOWHERE;
}

/* REPLACE(x, p) */
static void replace(struct vm_replay_run *run, bool in_b2)
{
    double t1 = run->count[T1];
    bool once = run->count[T1] && (t1 > run->target || (in_b2 && t1 == run->target));
    evict(run, once ? ONCE : OFTEN);
}

static double most(double a, double b)
{
    return a > b ? a : b;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

/* Cases II and III: the page left not long ago. */
static void remembered(struct vm_replay_run *run, uint32_t list)
{
    double b1 = run->count[B1], b2 = run->count[B2];
    if (list == B1) {
        run->target = least(run->frames, run->target + most(1, b2 / b1));
    } else {
        run->target = most(0, run->target - most(1, b1 / b2));
    }
    replace(run, list == B2);
    run->count[list]--;
}

/* Case IV */
static void unknown(struct vm_replay_run *run)
{
    const uint32_t *n = run->count;
    uint64_t first = (uint64_t)n[T1] + n[B1], all = first + n[T2] + n[B2];
    if (first == run->frames) {
        if (n[T1] < run->frames) {
            forget(run, ONCE);
            replace(run, false);
        } else {
            evict(run, ONCE);
            forget(run, ONCE);
        }
    } else if (all >= run->frames) {
        if (all == 2 * (uint64_t)run->frames) {
            forget(run, OFTEN);
        }
        replace(run, false);
    }
}

/* Whatever is no hit in T2. */
static void others(struct vm_replay_run *run, uint32_t page)
{
    uint32_t *state = state_of(run, page), list = *state & LIST;
    unsigned to = T2;
    if (list == T1) {
        run->count[T1]--;
    } else {
        run->faults++;
        if (list) {
            remembered(run, list);
        } else {
            unknown(run);
            to = T1;
        }
        *state = NOWHERE;
    }
    run->count[to]++;
    *state = (*state & DIRTY) | to;
    log_append(run, kind, to == T1 ? ONCE : OFTEN, page);
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    for (unsigned k = ONCE; k <= OFTEN; k++) {
        if (log_room(run, k) < n) {
            log_compact(run, kind, k);
        }
    }
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page, *logs = run->frame, end = run->log[OFTEN].end;
    uint32_t last = UINT32_MAX; /* the page that heads T2, when it was the last one used */
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t *word = &pages[(size_t)page * PAGE_WORDS];
        if ((word[STATE] & LIST) == T2) {
            end += page != last;
            logs[2 * (size_t)end - 1] = page;
            word[PLACE] = 2 * end;
            last = page;
        } else {
            run->log[OFTEN].end = end;
            others(run, page);
            end = run->log[OFTEN].end;
            last = (word[STATE] & LIST) == T2 ? page : UINT32_MAX;
        }
        uint32_t dirty = vm_replay_writes(&refs[i]) * DIRTY;
        if (dirty & ~word[STATE]) {
            word[STATE] |= DIRTY;
        }
    }
    run->log[OFTEN].end = end;
}

const struct vm_replay_ops vm_replay_arc = {
    .page_words = PAGE_WORDS, .frame_words = LOGS_WORDS, .extra_words = LOGS_EXTRA, .run = replay};
