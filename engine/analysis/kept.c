/* SPDX-License-Identifier: MIT
 * Keeping a trace: see kept.h. Room is made for a whole batch before any of it is kept.
 */
#include "analysis/kept.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_PAGES = 1 << 6, FIRST_ENTRIES = 1 << 12, ENTRIES_MAX = INT32_MAX };

void kept_init(struct kept *kept, enum kept_form form)
{
    *kept = (struct kept){.form = form};
}

void kept_release(struct kept *kept)
{
    free(kept->entry);
    free(kept->repeats);
    free(kept->numbers.vpn);
    free(kept->numbers.table.entry);
    *kept = (struct kept){.form = kept->form};
}

static enum vm_status reserve(struct kept *kept, size_t more)
{
    if (kept->numbers.pages + more > kept->page_room) {
        size_t room = kept->page_room ? kept->page_room : FIRST_PAGES;
        while (room < kept->numbers.pages + more) {
            room *= 2;
        }
        enum vm_status status = vm_replay_number_room(&kept->numbers, room);
        if (status != VM_OK) {
            return status;
        }
        kept->page_room = room;
    }
    if (kept->room - kept->n >= more) {
        return VM_OK;
    }
    size_t room = kept->room ? kept->room * 2 : FIRST_ENTRIES;
    if (kept->n + more > ENTRIES_MAX) {
        return VM_LIMIT;
    }
    uint32_t *entry = realloc(kept->entry, room * sizeof(*entry));
    if (!entry) {
        return VM_NOMEM;
    }
    kept->entry = entry;
    if (kept->form == KEPT_TIMES) {
        uint8_t *repeats = realloc(kept->repeats, room);
        if (!repeats) {
            return VM_NOMEM;
        }
        kept->repeats = repeats;
    }
    kept->room = room;
    return VM_OK;
}

static void keep_pages(struct kept *kept, const struct vm_trace_ref *refs, size_t n)
{
    struct vm_replay_table table = kept->numbers.table;
    uint32_t *entry = kept->entry + kept->n;
    uint32_t last = kept->n ? entry[-1] : UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(&kept->numbers, table, refs[i].vpn);
        bool same = last >> 1 == page;
        last = page << 1 | vm_replay_writes(&refs[i]) | (same ? last & 1 : 0);
        entry += !same;
        entry[-1] = last;
    }
    kept->n = (size_t)(entry - kept->entry);
}

static void keep_times(struct kept *kept, const struct vm_trace_ref *refs, size_t n)
{
    struct vm_replay_table table = kept->numbers.table;
    size_t at = kept->n;
    uint32_t last = at ? kept->entry[at - 1] : UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(&kept->numbers, table, refs[i].vpn),
                 now = page << 1 | vm_replay_writes(&refs[i]);
        if (now == last && kept->repeats[at - 1] < KEPT_REPEATS_MAX) {
            kept->repeats[at - 1]++;
            continue;
        }
        kept->entry[at] = last = now;
        kept->repeats[at] = 0;
        at++;
    }
    kept->n = at;
}

enum vm_status kept_feed(struct kept *kept, const struct vm_trace_ref *refs, size_t n)
{
    for (size_t at = 0; at < n; at += VM_REPLAY_BATCH) {
        size_t batch = n - at < VM_REPLAY_BATCH ? n - at : VM_REPLAY_BATCH;
        enum vm_status status = reserve(kept, batch);
        if (status != VM_OK) {
            return status;
        }
        if (kept->form == KEPT_PAGES) {
            keep_pages(kept, refs + at, batch);
        } else {
            keep_times(kept, refs + at, batch);
        }
        kept->references += batch;
    }
    return VM_OK;
}

size_t kept_memory(const struct kept *kept)
{
    return kept->room * (sizeof(*kept->entry) + (kept->repeats ? 1 : 0)) +
           kept->page_room * (sizeof(vm_vpn) + 2 * sizeof(struct vm_replay_entry));
}

struct numbered {
    vm_vpn vpn;
    uint32_t page;
};

static int by_vpn(const void *a, const void *b)
{
    vm_vpn left = ((const struct numbered *)a)->vpn, right = ((const struct numbered *)b)->vpn;
    return (left > right) - (left < right);
}

uint32_t *kept_ranks(const struct kept *kept)
{
    uint32_t pages = kept->numbers.pages;
    struct numbered *sorted = malloc((pages + (size_t)1) * sizeof(*sorted));
    uint32_t *rank = malloc((pages + (size_t)1) * sizeof(*rank));
    if (!sorted || !rank) {
        free(sorted);
        free(rank);
        return NULL;
    }
    for (uint32_t page = 0; page < pages; page++) {
        sorted[page] = (struct numbered){kept->numbers.vpn[page], page};
    }
    qsort(sorted, pages, sizeof(*sorted), by_vpn);
    for (uint32_t i = 0; i < pages; i++) {
        rank[sorted[i].page] = i;
    }
    free(sorted);
    return rank;
}

size_t kept_read(
    const struct kept *kept, struct kept_reader *reader, struct vm_trace_ref *refs, size_t room)
{
    size_t n = 0;
    while (n < room && reader->entry < kept->n) {
        uint32_t entry = kept->entry[reader->entry];
        uint32_t times = kept->repeats ? kept->repeats[reader->entry] + UINT32_C(1) : 1;
        vm_vpn vpn = kept->numbers.vpn[entry >> 1];
        struct vm_trace_ref ref = {
            .vpn = vpn, .va = vpn, .bytes = 1, .kind = entry & 1 ? 'W' : 'R'};
        while (n < room && reader->repeat < times) {
            refs[n++] = ref;
            reader->repeat++;
        }
        if (reader->repeat == times) {
            reader->entry++;
            reader->repeat = 0;
        }
    }
    return n;
}
