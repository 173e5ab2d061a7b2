/* SPDX-License-Identifier: MIT
 * The textbooks' policies from their definitions: a table of frames, everything about each page
 * noted, the victim found by looking at all. No hash, no batches, no shortcuts.
 */
#include "support_oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FRAMES_MAX = 400, PAGES_MAX = 1024 };

struct frame {
    vm_vpn page;
    bool dirty, referenced;
    uint8_t counter; /* of aging */
    uint64_t count;
    size_t loaded, used;
};
struct memory {
    const struct oracle_case *c;
    struct frame frame[FRAMES_MAX];
    uint32_t held, hand;
    uint64_t state; /* of the generator */
    struct {
        vm_vpn page;
        uint64_t count;
    } ever[PAGES_MAX]; /* all uses of a page */
    size_t ever_n;
};

const enum vm_policy_kind oracle_classic_policies[] = {vm_policy_kind_fifo, vm_policy_kind_lru,
    vm_policy_kind_clock, vm_policy_kind_opt, vm_policy_kind_clock0, vm_policy_kind_lfu,
    vm_policy_kind_lfu_fifo, vm_policy_kind_mru, vm_policy_kind_mfu, vm_policy_kind_random,
    vm_policy_kind_nru, vm_policy_kind_clock_enhanced, vm_policy_kind_aging,
    vm_policy_kind_lfu_perfect};
const size_t oracle_classic_policies_n =
    sizeof oracle_classic_policies / sizeof oracle_classic_policies[0];

static size_t next_use(const struct oracle_case *c, vm_vpn page, size_t now)
{
    size_t at = now + 1;
    while (at < c->length && c->ref[at].vpn != page) {
        at++;
    }
    return at; /* length: never again */
}

static uint64_t uses_ever(const struct memory *m, vm_vpn page)
{
    for (size_t i = 0; i < m->ever_n; i++) {
        if (m->ever[i].page == page) {
            return m->ever[i].count;
        }
    }
    return 0;
}

static void note_use(struct memory *m, vm_vpn page)
{
    size_t i = 0;
    while (i < m->ever_n && m->ever[i].page != page) {
        i++;
    }
    if (i == m->ever_n) {
        assert_true(m->ever_n < PAGES_MAX);
        m->ever[m->ever_n++].page = page;
    }
    m->ever[i].count++;
}

/* CLOCK: the first at the hand whose bit is 0; bits are cleared on the way. */
static uint32_t round_the_clock(struct memory *m)
{
    for (;;) {
        uint32_t at = m->hand;
        m->hand = (m->hand + 1) % m->c->frames;
        if (!m->frame[at].referenced) {
            return at;
        }
        m->frame[at].referenced = false;
    }
}

/* Stallings' steps, one after the other until one has a victim. */
static uint32_t round_twice(struct memory *m)
{
    uint32_t frames = m->c->frames, begin = m->hand;
    for (int step = 1;; step = 3 - step) {
        for (uint32_t i = 0; i < frames; i++) {
            struct frame *f = &m->frame[(begin + i) % frames];
            if (!f->referenced && f->dirty == (step == 2)) {
                m->hand = (begin + i + 1) % frames;
                return (begin + i) % frames;
            }
            if (step == 2) {
                f->referenced = false;
            }
        }
    }
}

/* The timer of NRU and aging. */
static void tick(struct memory *m)
{
    for (uint32_t i = 0; i < m->held; i++) {
        struct frame *f = &m->frame[i];
        f->counter = (uint8_t)(f->counter / 2 + (f->referenced ? 128 : 0));
        f->referenced = false;
    }
}

/* SplitMix64 as published: the state grows by the golden ratio, then it is mixed. */
static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* The upper 32 bits scaled to the frames; a draw of the part that does not divide evenly is none.
 */
static uint32_t draw(struct memory *m)
{
    uint64_t whole = UINT64_C(1) << 32, frames = m->c->frames;
    for (;;) {
        uint64_t product = (splitmix64(&m->state) >> 32) * frames;
        if (product % whole >= whole % frames) {
            return (uint32_t)(product / whole);
        }
    }
}

/* Whether a goes rather than b, by the least number; where it is equal, by the next one. */
struct rank {
    uint64_t first, second;
};
static struct rank rank_of(const struct memory *m, uint32_t i, size_t now)
{
    const struct frame *f = &m->frame[i];
    switch (m->c->policy) {
    case vm_policy_kind_fifo:
        return (struct rank){f->loaded, 0};
    case vm_policy_kind_lru:
        return (struct rank){f->used, 0};
    case vm_policy_kind_opt:
        return (struct rank){UINT64_MAX - next_use(m->c, f->page, now), f->page};
    case vm_policy_kind_lfu:
        return (struct rank){f->count, f->used};
    case vm_policy_kind_lfu_perfect:
        return (struct rank){uses_ever(m, f->page), f->used};
    case vm_policy_kind_lfu_fifo:
        return (struct rank){f->count, f->loaded};
    case vm_policy_kind_mfu:
        return (struct rank){UINT64_MAX - f->count, f->used};
    case vm_policy_kind_mru:
        return (struct rank){UINT64_MAX - f->used, 0};
    case vm_policy_kind_nru:
        return (struct rank){(f->referenced ? 2U : 0U) + f->dirty, i};
    case vm_policy_kind_aging:
        return (struct rank){f->counter, i};
    default:
        fail_msg("this oracle does not know the policy");
        abort();
    }
}

static uint32_t lowest_rank(const struct memory *m, size_t now)
{
    uint32_t best = 0;
    struct rank least = rank_of(m, 0, now);
    for (uint32_t i = 1; i < m->c->frames; i++) {
        struct rank rank = rank_of(m, i, now);
        if (rank.first < least.first || (rank.first == least.first && rank.second < least.second)) {
            best = i;
            least = rank;
        }
    }
    return best;
}

static uint32_t victim(struct memory *m, size_t now)
{
    switch (m->c->policy) {
    case vm_policy_kind_clock:
    case vm_policy_kind_clock0:
        return round_the_clock(m);
    case vm_policy_kind_clock_enhanced:
        return round_twice(m);
    case vm_policy_kind_random:
        return draw(m);
    default:
        return lowest_rank(m, now);
    }
}

static struct frame loaded_page(struct memory *m, vm_vpn page, size_t now)
{
    bool bit = m->c->policy != vm_policy_kind_clock0;
    return (struct frame){.page = page, .referenced = bit, .count = 1, .loaded = now, .used = now};
}

struct vm_replay_result oracle_classic(const struct oracle_case *c)
{
    struct memory m = {.c = c, .state = c->params.seed};
    struct vm_replay_result out = {
        .policy = c->policy, .frames = c->frames, .references = c->length};
    assert_true(c->frames <= FRAMES_MAX);
    bool ticks = c->policy == vm_policy_kind_nru || c->policy == vm_policy_kind_aging;
    for (size_t now = 0; now < c->length; now++) {
        const struct vm_trace_ref *ref = &c->ref[now];
        uint32_t at = 0;
        while (at < m.held && m.frame[at].page != ref->vpn) {
            at++;
        }
        if (at < m.held) {
            out.hits++;
            m.frame[at].count++;
            m.frame[at].used = now;
            m.frame[at].referenced = true;
        } else {
            out.faults++;
            if (m.held < c->frames) {
                m.held++;
            } else {
                at = victim(&m, now);
                out.evictions++;
                out.writebacks += m.frame[at].dirty;
            }
            m.frame[at] = loaded_page(&m, ref->vpn, now);
        }
        note_use(&m, ref->vpn);
        m.frame[at].dirty |= oracle_writes(ref);
        if (ticks && (now + 1) % c->params.tick == 0) {
            tick(&m);
        }
    }
    return out;
}
