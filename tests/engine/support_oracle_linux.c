/* SPDX-License-Identifier: MIT
 * linux-lists and mglru a second time, written from the rules at the heads of their files alone.
 * Both only ever put a page at a list's head and take one from its tail, so here a list is a queue
 * in an array; a page is a record, found by bisection in the sorted pages of the whole trace, and
 * each generation has a queue of its own. Nothing is linked, batched or hashed.
 */
#include "support_oracle.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct page {
    bool in, dirty, accessed, referenced;
    uint64_t generation;
};
/* item[from] is the tail, item[to - 1] the head. */
struct queue {
    uint32_t *item;
    size_t from, to, room;
    size_t members; /* mglru: pages that belong to this generation, wherever they queue */
};
struct world {
    vm_vpn *vpn; /* ascending, each once */
    struct page *page;
    size_t pages;
    struct queue inactive, active; /* linux-lists */
    struct queue *of;              /* mglru: of each generation since the first */
    size_t of_room;
    uint64_t oldest, youngest;
    struct vm_replay_result out;
};

static void *grown(void *array, size_t bytes)
{
    void *out = realloc(array, bytes);
    assert_non_null(out);
    return out;
}

static size_t length(const struct queue *queue)
{
    return queue->to - queue->from;
}

static void put_first(struct queue *queue, uint32_t page)
{
    if (queue->to == queue->room) {
        size_t pages = length(queue);
        for (size_t i = 0; i < pages; i++) {
            queue->item[i] = queue->item[queue->from + i];
        }
        queue->to = pages;
        queue->from = 0;
        if (queue->to * 2 >= queue->room) {
            queue->room = queue->room * 2 + 8;
            queue->item = grown(queue->item, queue->room * sizeof *queue->item);
        }
    }
    queue->item[queue->to++] = page;
}

static uint32_t take_last(struct queue *queue)
{
    assert_true(length(queue) > 0);
    return queue->item[queue->from++];
}

static bool inactive_is_low(const struct world *w)
{
    size_t inactive = length(&w->inactive), active = length(&w->active);
    size_t gigabytes = (inactive + active) / (1 << 18); /* pages of 4 KiB */
    double ratio = gigabytes ? floor(sqrt(10.0 * (double)gigabytes)) : 1;
    return (double)inactive * ratio < (double)active;
}

static uint32_t lists_victim(struct world *w)
{
    while (true) {
        while (inactive_is_low(w)) {
            uint32_t old = take_last(&w->active);
            w->page[old].accessed = false;
            put_first(&w->inactive, old);
        }
        uint32_t at = take_last(&w->inactive);
        struct page *page = &w->page[at];
        if (!page->accessed) {
            return at;
        }
        page->accessed = false;
        put_first(page->referenced ? &w->active : &w->inactive, at);
        page->referenced = true;
    }
}

static void new_generation(struct world *w)
{
    w->youngest++;
    if (w->youngest == w->of_room) {
        w->of_room *= 2;
        w->of = grown(w->of, w->of_room * sizeof *w->of);
    }
    w->of[w->youngest] = (struct queue){0};
}

static void rejuvenate(struct world *w, struct page *page)
{
    w->of[page->generation].members--;
    page->accessed = false;
    page->generation = w->youngest;
    w->of[page->generation].members++;
}

static void aging(struct world *w)
{
    for (size_t p = 0; p < w->pages; p++) {
        if (w->page[p].in && w->page[p].accessed) {
            rejuvenate(w, &w->page[p]);
        }
    }
    new_generation(w);
}

/* Of three generations each should have between a half and a quarter of the pages. */
static bool badly_spread(const struct world *w, uint32_t frames)
{
    size_t old = w->of[w->oldest].members, young = w->of[w->youngest].members;
    return young > frames / 2 || 4 * old < frames;
}

static uint32_t generations_victim(struct world *w, uint32_t frames)
{
    bool asked = false;
    while (true) {
        if (w->youngest - w->oldest + 1 == 2) {
            aging(w);
            continue;
        }
        if (length(&w->of[w->oldest]) && w->youngest - w->oldest + 1 == 3 && !asked) {
            asked = true;
            if (badly_spread(w, frames)) {
                aging(w);
            }
            continue;
        }
        struct queue *queue = &w->of[w->oldest];
        if (!length(queue)) {
            free(queue->item);
            *queue = (struct queue){0};
            w->oldest++;
            continue;
        }
        uint32_t at = take_last(queue);
        struct page *page = &w->page[at];
        if (page->generation == w->oldest && !page->accessed) {
            queue->members--;
            return at;
        }
        if (page->generation == w->oldest) {
            rejuvenate(w, page);
        }
        put_first(&w->of[page->generation], at);
    }
}

static void reference(struct world *w, const struct oracle_case *c, uint32_t at, bool writes)
{
    bool lists = c->policy == vm_policy_kind_linux_lists;
    struct page *page = &w->page[at];
    if (page->in) {
        w->out.hits++;
        page->accessed = true;
        page->dirty |= writes;
        return;
    }
    if (w->out.faults++ - w->out.evictions == c->frames) {
        struct page *victim = &w->page[lists ? lists_victim(w) : generations_victim(w, c->frames)];
        w->out.evictions++;
        w->out.writebacks += victim->dirty;
        *victim = (struct page){0};
    }
    *page = (struct page){.in = true, .dirty = writes, .accessed = true, .generation = w->youngest};
    if (!lists) {
        w->of[w->youngest].members++;
    }
    put_first(lists ? &w->inactive : &w->of[w->youngest], at);
}

static int ascending(const void *a, const void *b)
{
    const vm_vpn x = *(const vm_vpn *)a, y = *(const vm_vpn *)b;
    return (x > y) - (x < y);
}

static void sort_pages(struct world *w, const struct oracle_case *c)
{
    w->vpn = grown(NULL, c->length * sizeof *w->vpn);
    for (size_t i = 0; i < c->length; i++) {
        w->vpn[i] = c->ref[i].vpn;
    }
    qsort(w->vpn, c->length, sizeof *w->vpn, ascending);
    for (size_t i = 0; i < c->length; i++) {
        if (!i || w->vpn[i] != w->vpn[w->pages - 1]) {
            w->vpn[w->pages++] = w->vpn[i];
        }
    }
    w->page = calloc(w->pages, sizeof *w->page);
    assert_non_null(w->page);
}

struct vm_replay_result oracle_linux(const struct oracle_case *c)
{
    struct world w = {.youngest = 1, .of_room = 2};
    w.of = calloc(2, sizeof *w.of);
    assert_non_null(w.of);
    sort_pages(&w, c);
    for (size_t i = 0; i < c->length; i++) {
        const vm_vpn *at = bsearch(&c->ref[i].vpn, w.vpn, w.pages, sizeof *w.vpn, ascending);
        reference(&w, c, (uint32_t)(at - w.vpn), oracle_writes(&c->ref[i]));
    }
    for (uint64_t g = 0; g <= w.youngest; g++) {
        free(w.of[g].item);
    }
    free(w.of);
    free(w.inactive.item);
    free(w.active.item);
    free(w.page);
    free(w.vpn);
    return w.out;
}

const enum vm_policy_kind oracle_linux_policies[] = {
    vm_policy_kind_linux_lists, vm_policy_kind_mglru};
const size_t oracle_linux_policies_n = 2;
