/* SPDX-License-Identifier: MIT
 * ws, wsclock and pff against programs written straight from the rules at the heads of their files:
 * a row of all pages, looked through at every reference; no hash, no log, no batches.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGES = 400 };

struct page {
    vm_vpn vpn;
    bool in, dirty, bit;
    uint64_t used, seen; /* references, from 1 */
    uint32_t frame;
};
struct oracle_state {
    int pages; /* seen so far */
    struct page page[PAGES];
    uint32_t frames, hand;
    uint64_t tau, last_fault;
    uint64_t faults, evictions, writebacks;
};

static uint32_t resident(const struct oracle_state *o)
{
    uint32_t n = 0;
    for (int p = 0; p < o->pages; p++) {
        n += o->page[p].in;
    }
    return n;
}

static void leave(struct oracle_state *o, int p)
{
    o->evictions++;
    o->writebacks += o->page[p].dirty;
    o->page[p] = (struct page){.vpn = o->page[p].vpn};
}

static void leave_longest_ago(struct oracle_state *o)
{
    int best = -1;
    for (int p = 0; p < o->pages; p++) {
        if (o->page[p].in && (best < 0 || o->page[p].used < o->page[best].used)) {
            best = p;
        }
    }
    leave(o, best);
}

static int in_frame(const struct oracle_state *o, uint32_t frame)
{
    for (int p = 0; p < o->pages; p++) {
        if (o->page[p].in && o->page[p].frame == frame) {
            return p;
        }
    }
    return -1;
}

/* One round of WSClock; the victim, or -1. */
static int wsclock_round(struct oracle_state *o, uint64_t t, bool *wrote, int *clean)
{
    for (uint32_t i = 0; i < o->frames; i++) {
        int at = in_frame(o, o->hand);
        struct page *p = &o->page[at];
        o->hand = (o->hand + 1) % o->frames;
        if (*clean < 0 && !p->dirty) {
            *clean = at;
        }
        if (p->bit) {
            p->bit = false;
            p->seen = t;
        } else if (t - p->seen <= o->tau) {
            continue;
        } else if (!p->dirty) {
            return at;
        } else {
            p->dirty = false;
            o->writebacks++;
            *wrote = true;
        }
    }
    return -1;
}

static uint32_t wsclock_victim(struct oracle_state *o, uint64_t t)
{
    bool wrote = false;
    int clean = -1;
    int found = wsclock_round(o, t, &wrote, &clean);
    if (found < 0 && wrote) {
        found = wsclock_round(o, t, &wrote, &clean);
        assert_true(found >= 0);
    }
    if (found < 0) {
        found = clean >= 0 ? clean : in_frame(o, o->hand);
        o->hand = (o->page[found].frame + 1) % o->frames;
    }
    uint32_t frame = o->page[found].frame;
    leave(o, found);
    return frame;
}

static void make_room(
    struct oracle_state *o, enum vm_policy_kind policy, uint64_t t, uint32_t *frame)
{
    *frame = resident(o);
    if (policy == vm_policy_kind_pff && o->last_fault && t - o->last_fault >= o->tau) {
        for (int p = 0; p < o->pages; p++) {
            if (o->page[p].in && o->page[p].used < o->last_fault) {
                leave(o, p);
            }
        }
    }
    o->last_fault = t;
    if (resident(o) == o->frames) {
        if (policy == vm_policy_kind_wsclock) {
            *frame = wsclock_victim(o, t);
        } else {
            leave_longest_ago(o);
        }
    }
}

static void reference(
    struct oracle_state *o, enum vm_policy_kind policy, uint64_t t, int p, bool writes)
{
    struct page *page = &o->page[p];
    if (!page->in) {
        uint32_t frame;
        o->faults++;
        make_room(o, policy, t, &frame);
        *page = (struct page){.vpn = page->vpn, .in = true, .frame = frame};
    }
    page->used = t;
    page->bit = true;
    page->dirty |= writes;
    for (int other = 0; policy == vm_policy_kind_ws && other < o->pages; other++) {
        if (o->page[other].in && t >= o->tau && o->page[other].used <= t - o->tau) {
            leave(o, other);
        }
    }
}

static int number_of(struct oracle_state *o, vm_vpn vpn)
{
    int p = 0;
    while (p < o->pages && o->page[p].vpn != vpn) {
        p++;
    }
    if (p == o->pages) {
        assert_true(p < PAGES);
        o->page[o->pages++] = (struct page){.vpn = vpn};
    }
    return p;
}

struct vm_replay_result oracle_working_set(const struct oracle_case *c)
{
    struct oracle_state o = {.frames = c->frames, .tau = c->params.tau};
    for (size_t t = 0; t < c->length; t++) {
        reference(&o, c->policy, t + 1, number_of(&o, c->ref[t].vpn), oracle_writes(&c->ref[t]));
    }
    return (struct vm_replay_result){.faults = o.faults,
        .hits = c->length - o.faults,
        .evictions = o.evictions,
        .writebacks = o.writebacks};
}

const enum vm_policy_kind oracle_working_set_policies[] = {
    vm_policy_kind_ws, vm_policy_kind_wsclock, vm_policy_kind_pff};
const size_t oracle_working_set_policies_n = 3;
