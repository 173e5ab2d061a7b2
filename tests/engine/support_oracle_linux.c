/* SPDX-License-Identifier: MIT
 * linux-lists and mglru a second time, written from the rules at the heads of their files alone: a
 * page is a record, a list an order of records in an array that is shifted; nothing is linked.
 */
#include "support_oracle.h"

#include <stdlib.h>
#include <string.h>

enum { PAGES = 400 };

struct page {
    vm_vpn vpn;
    bool dirty, accessed, referenced;
    uint64_t generation;
};
/* From the head to the tail. */
struct row {
    struct page page[PAGES];
    size_t n;
};
struct world {
    struct row row[2]; /* linux-lists: inactive, active */
    struct row *of;    /* mglru: a row for each generation */
    uint64_t oldest, youngest;
    struct vm_replay_result out;
};

static void put_first(struct row *row, struct page page)
{
    memmove(row->page + 1, row->page, row->n * sizeof page);
    row->page[0] = page;
    row->n++;
}

static struct page take_last(struct row *row)
{
    return row->page[--row->n];
}

static struct page *look_for(struct row *row, vm_vpn vpn)
{
    for (size_t i = 0; i < row->n; i++) {
        if (row->page[i].vpn == vpn) {
            return &row->page[i];
        }
    }
    return NULL;
}

/* Fewer than 2^18 pages: the ratio is 1. */
static struct page lists_victim(struct world *w)
{
    struct row *inactive = &w->row[0], *active = &w->row[1];
    while (true) {
        while (inactive->n < active->n) {
            struct page old = take_last(active);
            old.accessed = false;
            put_first(inactive, old);
        }
        struct page page = take_last(inactive);
        if (!page.accessed) {
            return page;
        }
        page.accessed = false;
        struct row *to = page.referenced ? active : inactive;
        page.referenced = true;
        put_first(to, page);
    }
}

static void aging(struct world *w)
{
    for (uint64_t g = w->oldest; g <= w->youngest; g++) {
        for (size_t i = 0; i < w->of[g].n; i++) {
            struct page *page = &w->of[g].page[i];
            page->generation = page->accessed ? w->youngest : page->generation;
            page->accessed = false;
        }
    }
    w->youngest++;
    w->of = realloc(w->of, (w->youngest + 1) * sizeof *w->of);
    w->of[w->youngest].n = 0;
}

static struct page generations_victim(struct world *w)
{
    while (true) {
        if (w->youngest - w->oldest + 1 == 2) {
            aging(w);
        } else if (!w->of[w->oldest].n) {
            w->oldest++;
        } else {
            struct page page = take_last(&w->of[w->oldest]);
            if (page.generation == w->oldest && !page.accessed) {
                return page;
            }
            if (page.generation == w->oldest) {
                page.accessed = false;
                page.generation = w->youngest;
            }
            put_first(&w->of[page.generation], page);
        }
    }
}

static struct page *resident(struct world *w, bool lists, vm_vpn vpn)
{
    struct page *found = NULL;
    for (uint64_t g = lists ? 0 : w->oldest; !found && g <= (lists ? 1 : w->youngest); g++) {
        found = look_for(lists ? &w->row[g] : &w->of[g], vpn);
    }
    return found;
}

static void reference(struct world *w, const struct oracle_case *c, const struct vm_trace_ref *ref)
{
    bool lists = c->policy == vm_policy_kind_linux_lists;
    struct page *page = resident(w, lists, ref->vpn);
    if (page) {
        w->out.hits++;
        page->accessed = true;
        page->dirty |= oracle_writes(ref);
        return;
    }
    if (w->out.faults++ - w->out.evictions == c->frames) {
        struct page victim = lists ? lists_victim(w) : generations_victim(w);
        w->out.evictions++;
        w->out.writebacks += victim.dirty;
    }
    struct page fresh = {
        .vpn = ref->vpn, .dirty = oracle_writes(ref), .accessed = true, .generation = w->youngest};
    put_first(lists ? &w->row[0] : &w->of[w->youngest], fresh);
}

struct vm_replay_result oracle_linux(const struct oracle_case *c)
{
    struct world *w = calloc(1, sizeof *w);
    w->youngest = 1;
    w->of = calloc(2, sizeof *w->of);
    for (size_t i = 0; i < c->length; i++) {
        reference(w, c, &c->ref[i]);
    }
    struct vm_replay_result out = w->out;
    free(w->of);
    free(w);
    return out;
}

const enum vm_policy_kind oracle_linux_policies[] = {
    vm_policy_kind_linux_lists, vm_policy_kind_mglru};
const size_t oracle_linux_policies_n = 2;
