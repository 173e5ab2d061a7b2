/* SPDX-License-Identifier: MIT
 * CLOCK-Pro a second time, with no list and no hands: a page has the time at which it last went to
 * the head, and "the last page of a kind" is a search for the least time. From the words of the
 * paper's section 4 as engine/policy/clock_pro.c states them.
 */
#include "support_oracle.h"

#include <assert.h>

enum { MOST = 4096, NONE = -1 };
enum kind { HOT_PAGE, COLD_IN_MEMORY, IN_TEST };

struct page {
    vm_vpn vpn;
    uint64_t when; /* 0: not in the list */
    bool memory, hot, test, bit, dirty;
};
struct clock_pro {
    struct page page[MOST];
    int n, frames, cold_wanted;
    uint64_t now;
    struct vm_replay_result out;
};

static int number_of(struct clock_pro *w, vm_vpn vpn)
{
    for (int i = 0; i < w->n; i++) {
        if (w->page[i].vpn == vpn) {
            return i;
        }
    }
    assert(w->n < MOST);
    w->page[w->n] = (struct page){.vpn = vpn};
    return w->n++;
}

static bool is(const struct page *p, enum kind kind)
{
    switch (kind) {
    case HOT_PAGE:
        return p->when && p->hot;
    case COLD_IN_MEMORY:
        return p->when && p->memory && !p->hot;
    case IN_TEST:
        break;
    }
    return p->when && p->test;
}

/* The last page of the kind, but for one. */
static int last_of(const struct clock_pro *w, enum kind kind, int but)
{
    int last = NONE;
    for (int i = 0; i < w->n; i++) {
        bool older = last == NONE || w->page[i].when < w->page[last].when;
        if (i != but && is(&w->page[i], kind) && older) {
            last = i;
        }
    }
    return last;
}

static int count(const struct clock_pro *w, bool hot, bool memory)
{
    int n = 0;
    for (int i = 0; i < w->n; i++) {
        n += w->page[i].when && w->page[i].hot == hot && w->page[i].memory == memory;
    }
    return n;
}

static int hot_pages(const struct clock_pro *w)
{
    return count(w, true, true);
}

static void want(struct clock_pro *w, int change)
{
    int wanted = w->cold_wanted + change;
    w->cold_wanted = wanted < 1 ? 1 : wanted > w->frames - 1 ? w->frames - 1 : wanted;
}

static void test_over(struct clock_pro *w, int i)
{
    struct page *p = &w->page[i];
    p->test = false;
    if (!p->memory) {
        p->when = 0;
    }
    want(w, p->memory && p->bit ? 1 : -1);
}

static void head(struct clock_pro *w, int i, bool hot, bool test)
{
    struct page *p = &w->page[i];
    p->when = ++w->now;
    p->memory = true;
    p->hot = hot;
    p->test = test;
    p->bit = false;
}

static bool may_be_hot(struct clock_pro *w, int y)
{
    want(w, 1);
    while (hot_pages(w) >= w->frames - w->cold_wanted) {
        int threshold = last_of(w, HOT_PAGE, NONE);
        if (w->page[threshold].when > w->page[y].when) {
            return false;
        }
        head(w, threshold, w->page[threshold].bit, false);
        threshold = last_of(w, HOT_PAGE, NONE);
        for (;;) {
            int test = last_of(w, IN_TEST, y);
            if (test == NONE ||
                (threshold != NONE && w->page[test].when > w->page[threshold].when)) {
                break;
            }
            test_over(w, test);
        }
    }
    return true;
}

static void free_a_frame(struct clock_pro *w)
{
    for (;;) {
        int i = last_of(w, COLD_IN_MEMORY, NONE);
        struct page *p = &w->page[i];
        if (p->bit) {
            p->bit = false;
            bool hot = p->test && may_be_hot(w, i);
            head(w, i, hot, !hot);
            continue;
        }
        w->out.evictions++;
        w->out.writebacks += p->dirty;
        p->dirty = p->memory = false;
        p->when = p->test ? p->when : 0;
        while (count(w, false, false) > w->frames) {
            test_over(w, last_of(w, IN_TEST, NONE));
        }
        return;
    }
}

static void fault(struct clock_pro *w, int i)
{
    int in_memory = hot_pages(w) + count(w, false, true);
    bool hot = in_memory < w->frames - 1; /* all but one of the first are hot */
    if (in_memory == w->frames) {
        hot = false;
        free_a_frame(w);
    }
    if (w->page[i].when) {
        hot = may_be_hot(w, i);
    }
    head(w, i, hot, !hot);
}

struct vm_replay_result oracle_clock_pro(const struct oracle_case *c)
{
    static struct clock_pro w;
    w.n = 0;
    w.frames = (int)c->frames;
    w.cold_wanted = 1;
    w.now = 0;
    w.out = (struct vm_replay_result){0};
    for (size_t at = 0; at < c->length; at++) {
        int i = number_of(&w, c->ref[at].vpn);
        bool hit = w.page[i].memory;
        w.out.hits += hit;
        w.out.faults += !hit;
        if (hit) {
            w.page[i].bit = true;
        } else {
            fault(&w, i);
        }
        w.page[i].dirty |= oracle_writes(&c->ref[at]);
    }
    return w.out;
}
