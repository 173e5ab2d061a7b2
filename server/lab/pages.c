/* SPDX-License-Identifier: MIT
 * Open addressing, at most half full.
 */
#include "lab/pages.h"

#include <stdlib.h>

static size_t slot_of(const uint64_t *table, size_t room, uint64_t entry)
{
    size_t at = (size_t)(entry * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (room - 1);
    while (table[at] && table[at] != entry) {
        at = (at + 1) & (room - 1);
    }
    return at;
}

static bool grow(struct lab_pages *set)
{
    size_t room = set->room ? set->room * 2 : 4096;
    uint64_t *page = calloc(room, sizeof(*page));
    if (!page) {
        return false;
    }
    for (size_t i = 0; i < set->room; i++) {
        if (set->page[i]) {
            page[slot_of(page, room, set->page[i])] = set->page[i];
        }
    }
    free(set->page);
    set->page = page;
    set->room = room;
    return true;
}

bool lab_pages_add(struct lab_pages *set, uint64_t page)
{
    if (set->n * 2 >= set->room && !grow(set)) {
        return false;
    }
    size_t at = slot_of(set->page, set->room, page + 1);
    set->n += set->page[at] == 0;
    set->page[at] = page + 1;
    return true;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

size_t lab_pages_sort(struct lab_pages *set)
{
    size_t n = 0;
    for (size_t i = 0; i < set->room; i++) {
        if (set->page[i]) {
            set->page[n++] = set->page[i] - 1;
        }
    }
    qsort(set->page, n, sizeof(*set->page), by_number);
    return n;
}

void lab_pages_release(struct lab_pages *set)
{
    free(set->page);
    *set = (struct lab_pages){0};
}
