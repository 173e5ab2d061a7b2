/* SPDX-License-Identifier: MIT
 * SIEVE, S3-FIFO, 2Q, ARC and LIRS, transcribed from their papers' pseudo-code over plain lists of
 * page numbers, every question a search. Index 0 is the head, the front or the top.
 */
#include "support_oracle.h"

#include <assert.h>
#include <string.h>

enum { MOST = 2048 };

struct row {
    vm_vpn page[MOST];
    size_t n;
};
struct world {
    uint64_t frames;
    struct row row[4];
    bool dirty[MOST], bit[MOST]; /* by the page's rank among all pages of the case */
    unsigned freq[MOST];
    vm_vpn known[MOST];
    size_t known_n;
    struct vm_replay_result out;
};

static size_t rank_of(struct world *w, vm_vpn page)
{
    size_t at = 0;
    while (at < w->known_n && w->known[at] != page) {
        at++;
    }
    if (at == w->known_n) {
        assert(w->known_n < MOST);
        w->known[w->known_n++] = page;
    }
    return at;
}

static size_t find(const struct row *row, vm_vpn page)
{
    size_t at = 0;
    while (at < row->n && row->page[at] != page) {
        at++;
    }
    return at; /* n: not there */
}

static bool has(const struct row *row, vm_vpn page)
{
    return find(row, page) < row->n;
}

static void insert(struct row *row, size_t at, vm_vpn page)
{
    assert(row->n < MOST && at <= row->n);
    memmove(&row->page[at + 1], &row->page[at], (row->n++ - at) * sizeof row->page[0]);
    row->page[at] = page;
}

static void take(struct row *row, vm_vpn page)
{
    size_t at = find(row, page);
    assert(at < row->n);
    memmove(&row->page[at], &row->page[at + 1], (--row->n - at) * sizeof row->page[0]);
}

static vm_vpn last(const struct row *row)
{
    assert(row->n);
    return row->page[row->n - 1];
}

static void gone(struct world *w, vm_vpn page)
{
    size_t at = rank_of(w, page);
    w->out.evictions++;
    w->out.writebacks += w->dirty[at];
    w->dirty[at] = false;
}

/* Each returns whether it was a hit. */
static bool sieve(struct world *w, vm_vpn x)
{
    struct row *queue = &w->row[0], *hand = &w->row[1]; /* hand: one page, or none */
    if (has(queue, x)) {
        w->bit[rank_of(w, x)] = true;
        return true;
    }
    if (queue->n == w->frames) {
        size_t at = hand->n ? find(queue, hand->page[0]) : queue->n - 1;
        while (w->bit[rank_of(w, queue->page[at])]) {
            w->bit[rank_of(w, queue->page[at])] = false;
            at = at ? at - 1 : queue->n - 1;
        }
        vm_vpn victim = queue->page[at];
        hand->n = 0;
        if (at) {
            insert(hand, 0, queue->page[at - 1]);
        }
        take(queue, victim);
        gone(w, victim);
    }
    insert(queue, 0, x);
    w->bit[rank_of(w, x)] = false;
    return false;
}

static bool s3fifo(struct world *w, vm_vpn x)
{
    struct row *small = &w->row[0], *main = &w->row[1], *ghost = &w->row[2];
    uint64_t small_most = w->frames / 10, ghost_most = w->frames * 9 / 10;
    if (has(small, x) || has(main, x)) {
        unsigned *freq = &w->freq[rank_of(w, x)];
        *freq = *freq < 3 ? *freq + 1 : 3;
        return true;
    }
    bool remembered = has(ghost, x);
    if (remembered) {
        take(ghost, x);
    }
    while (small->n + main->n == w->frames) {
        if (main->n > w->frames - small_most || !small->n) {
            bool evicted = false;
            while (!evicted) {
                vm_vpn t = last(main);
                take(main, t);
                if (w->freq[rank_of(w, t)]) {
                    w->freq[rank_of(w, t)]--;
                    insert(main, 0, t);
                } else {
                    gone(w, t);
                    evicted = true;
                }
            }
            continue;
        }
        bool evicted = false;
        while (!evicted && small->n) {
            vm_vpn t = last(small);
            take(small, t);
            if (w->freq[rank_of(w, t)] >= 2) {
                w->freq[rank_of(w, t)] = 0;
                insert(main, 0, t);
            } else {
                gone(w, t);
                if (ghost->n == ghost_most) {
                    take(ghost, last(ghost));
                }
                insert(ghost, 0, t);
                evicted = true;
            }
        }
    }
    insert(remembered ? main : small, 0, x);
    w->freq[rank_of(w, x)] = 0;
    return false;
}

static bool two_q(struct world *w, vm_vpn x)
{
    struct row *a1in = &w->row[0], *am = &w->row[1], *a1out = &w->row[2];
    if (has(am, x)) {
        take(am, x);
        insert(am, 0, x);
        return true;
    }
    if (has(a1in, x)) {
        return true;
    }
    bool remembered = has(a1out, x);
    if (remembered) {
        take(a1out, x);
    }
    if (a1in->n + am->n == w->frames) {
        if (a1in->n > w->frames / 4) {
            vm_vpn y = last(a1in);
            take(a1in, y);
            gone(w, y);
            insert(a1out, 0, y);
            if (a1out->n > w->frames / 2) {
                take(a1out, last(a1out));
            }
        } else {
            vm_vpn y = last(am);
            take(am, y);
            gone(w, y);
        }
    }
    insert(remembered ? am : a1in, 0, x);
    return false;
}

static void arc_replace(struct world *w, bool in_b2, double p)
{
    struct row *t1 = &w->row[0], *t2 = &w->row[1], *b1 = &w->row[2], *b2 = &w->row[3];
    double n = (double)t1->n;
    bool first = t1->n >= 1 && ((in_b2 && n == p) || n > p);
    vm_vpn y = last(first ? t1 : t2);
    take(first ? t1 : t2, y);
    insert(first ? b1 : b2, 0, y);
    gone(w, y);
}

static bool arc(struct world *w, vm_vpn x, double *p)
{
    struct row *t1 = &w->row[0], *t2 = &w->row[1], *b1 = &w->row[2], *b2 = &w->row[3];
    double c = (double)w->frames, n1 = (double)b1->n, n2 = (double)b2->n;
    if (has(t1, x) || has(t2, x)) { /* case I */
        take(has(t1, x) ? t1 : t2, x);
        insert(t2, 0, x);
        return true;
    }
    if (has(b1, x)) { /* case II */
        double delta = n1 >= n2 ? 1 : n2 / n1;
        *p = *p + delta < c ? *p + delta : c;
        arc_replace(w, false, *p);
        take(b1, x);
        insert(t2, 0, x);
    } else if (has(b2, x)) { /* case III */
        double delta = n2 >= n1 ? 1 : n1 / n2;
        *p = *p - delta > 0 ? *p - delta : 0;
        arc_replace(w, true, *p);
        take(b2, x);
        insert(t2, 0, x);
    } else { /* case IV */
        if (t1->n + b1->n == w->frames) {
            if (t1->n < w->frames) {
                take(b1, last(b1));
                arc_replace(w, false, *p);
            } else {
                gone(w, last(t1));
                take(t1, last(t1));
            }
        } else if (t1->n + t2->n + b1->n + b2->n >= w->frames) {
            if (t1->n + t2->n + b1->n + b2->n == 2 * w->frames) {
                take(b2, last(b2));
            }
            arc_replace(w, false, *p);
        }
        insert(t1, 0, x);
    }
    return false;
}

/* bit: LIR. A page in memory is LIR or in Q. */
static void lirs_prune(struct world *w)
{
    struct row *stack = &w->row[0];
    while (stack->n && !w->bit[rank_of(w, last(stack))]) {
        take(stack, last(stack));
    }
}

static bool lirs(struct world *w, vm_vpn x, uint64_t *lir)
{
    struct row *stack = &w->row[0], *queue = &w->row[1];
    uint64_t hirs = w->frames / 100 > 1 ? w->frames / 100 : 1;
    size_t rank = rank_of(w, x);
    bool in_stack = has(stack, x), hit = w->bit[rank] || has(queue, x);
    if (!hit && *lir + queue->n == w->frames) {
        vm_vpn front = queue->page[0];
        take(queue, front);
        gone(w, front);
    }
    if (in_stack) {
        take(stack, x);
    }
    insert(stack, 0, x);
    if (!w->bit[rank]) {
        if (has(queue, x)) {
            take(queue, x);
        }
        if (in_stack || *lir < w->frames - hirs) {
            w->bit[rank] = true;
            ++*lir;
        } else {
            insert(queue, queue->n, x);
        }
        if (*lir > w->frames - hirs) {
            vm_vpn bottom = last(stack);
            take(stack, bottom);
            w->bit[rank_of(w, bottom)] = false;
            --*lir;
            insert(queue, queue->n, bottom);
        }
    }
    lirs_prune(w);
    return hit;
}

struct vm_replay_result oracle_ghosts(const struct oracle_case *c)
{
    static struct world w;
    memset(&w, 0, sizeof w);
    w.frames = c->frames;
    double p = 0;
    uint64_t lir = 0;
    for (size_t i = 0; i < c->length; i++) {
        vm_vpn x = c->ref[i].vpn;
        bool hit = c->policy == vm_policy_kind_sieve    ? sieve(&w, x)
                   : c->policy == vm_policy_kind_s3fifo ? s3fifo(&w, x)
                   : c->policy == vm_policy_kind_two_q  ? two_q(&w, x)
                   : c->policy == vm_policy_kind_arc    ? arc(&w, x, &p)
                                                        : lirs(&w, x, &lir);
        w.out.hits += hit;
        w.out.faults += !hit;
        w.dirty[rank_of(&w, x)] |= oracle_writes(&c->ref[i]);
    }
    return w.out;
}

const enum vm_policy_kind oracle_ghosts_policies[] = {vm_policy_kind_sieve, vm_policy_kind_s3fifo,
    vm_policy_kind_two_q, vm_policy_kind_arc, vm_policy_kind_lirs};
const size_t oracle_ghosts_policies_n = sizeof oracle_ghosts_policies / sizeof(enum vm_policy_kind);
