/* SPDX-License-Identifier: MIT
 * A map of the references: time to the right, pages upwards, both in bands (Hatfield and Gerald,
 * "Program restructuring for virtual memory", 1971). A band is so many pages that lie next to each
 * other among those used, so that gaps of the address space take no room. Empty fields have no row.
 */
#include "analysis/part.h"
#include "analysis/slices.h"

#include <stdlib.h>
#include <string.h>

enum { MAP_SLICES = 200, MAP_BANDS = 128 };
struct field {
    uint64_t references, writes;
};
struct map {
    struct slices slices;
    uint32_t bands;
    uint32_t *band;      /* owned; of each page */
    vm_vpn *lowest;      /* owned; of each band */
    uint64_t *pages;     /* owned; in each band */
    struct field *field; /* owned; of the slice, each band */
    uint32_t slice;
    size_t at;
    uint64_t now;
};

static enum vm_status start(vm_analysis *a)
{
    struct map *map = a->state;
    uint32_t pages = a->kept.numbers.pages;
    map->slices = slices_of(a, MAP_SLICES);
    map->bands = pages < MAP_BANDS ? pages : MAP_BANDS;
    a->all = a->kept.n;
    map->band = kept_ranks(&a->kept);
    map->lowest = malloc((map->bands + (size_t)1) * sizeof(*map->lowest));
    map->pages = calloc(map->bands + (size_t)1, sizeof(*map->pages));
    map->field = calloc(map->bands + (size_t)1, sizeof(*map->field));
    if (!map->band || !map->lowest || !map->pages || !map->field) {
        return VM_NOMEM;
    }
    memset(map->lowest, 0xff, map->bands * sizeof(*map->lowest));
    for (uint32_t page = 0; page < pages; page++) {
        uint32_t band = (uint32_t)((uint64_t)map->band[page] * map->bands / pages);
        vm_vpn vpn = a->kept.numbers.vpn[page];
        map->band[page] = band;
        map->lowest[band] = vpn < map->lowest[band] ? vpn : map->lowest[band];
        map->pages[band]++;
    }
    return VM_OK;
}

static enum vm_status end_slice(vm_analysis *a, struct map *map)
{
    enum vm_status status = analysis_reserve(a, map->bands);
    for (uint32_t band = 0; status == VM_OK && band < map->bands; band++) {
        const struct field *field = &map->field[band];
        if (field->references) {
            analysis_row(
                a, (union analysis_value[]){{.number = slices_end(&map->slices, map->slice)},
                       {.number = map->lowest[band]}, {.number = map->pages[band]},
                       {.number = field->references}, {.number = field->writes}});
        }
    }
    memset(map->field, 0, map->bands * sizeof(*map->field));
    map->slice++;
    return status;
}

static enum vm_status work(vm_analysis *a, uint64_t budget, bool *more)
{
    struct map *map = a->state;
    const struct kept *kept = &a->kept;
    enum vm_status status = VM_OK;
    size_t end = kept->n - map->at > budget ? map->at + (size_t)budget : kept->n;
    for (; status == VM_OK && map->at < end; map->at++) {
        uint32_t entry = kept->entry[map->at];
        struct field *field = &map->field[map->band[entry >> 1]];
        uint64_t left = kept->repeats[map->at] + UINT64_C(1);
        while (left > 0 && status == VM_OK) {
            uint64_t room = slices_end(&map->slices, map->slice) - map->now;
            uint64_t some = left < room ? left : room;
            field->references += some;
            field->writes += entry & 1 ? some : 0;
            map->now += some;
            left -= some;
            status = some == room ? end_slice(a, map) : VM_OK;
        }
        a->done++;
    }
    *more = map->at < kept->n;
    return status;
}

static size_t memory(const vm_analysis *a)
{
    return a->kept.numbers.pages * sizeof(uint32_t) +
           MAP_BANDS * (sizeof(struct field) + sizeof(vm_vpn) + sizeof(uint64_t));
}

static void release(vm_analysis *a)
{
    struct map *map = a->state;
    free(map->band);
    free(map->lowest);
    free(map->pages);
    free(map->field);
}

const struct analysis_ops analysis_map = {.state_size = sizeof(struct map),
    .form = KEPT_TIMES,
    .start = start,
    .work = work,
    .memory = memory,
    .release = release};
