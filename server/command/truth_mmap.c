/* SPDX-License-Identifier: MIT
 * mmap REGION PAGES RIGHTS private|shared BACKING, and the words that may follow it.
 */
#include "command/truth_text.h"

#include <string.h>

static bool backing(struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    if (text_take(cursor, "shared")) {
        out->flags |= vm_map_bit_shared;
    } else if (!text_take(cursor, "private")) {
        return text_unknown(cursor, "kind of mapping", "private or shared");
    }
    if (text_take(cursor, "anon")) {
        out->backing = TRUTH_ANON;
        return true;
    }
    if (text_take(cursor, "memfd")) {
        out->backing = TRUTH_MEMFD;
    } else if (text_take(cursor, "file") || text_take(cursor, "same-file")) {
        out->backing = TRUTH_FILE;
        text_take(cursor, "(cached)"); /* a script's file always is */
    } else {
        return text_unknown(
            cursor, "backing", "anon, file(cached), file [off N], same-file or memfd [off N]");
    }
    if (text_take(cursor, "off") && !text_number(cursor, TRUTH_PAGES_MAX, &out->offset)) {
        return text_fail(cursor, "`off` takes the page of the file, like off 64");
    }
    uint64_t end = out->offset + out->to - out->from;
    names->file_pages = end > names->file_pages ? end : names->file_pages;
    return true;
}

/* (B = A+512 pages): where the region lies. */
static bool given_place(struct truth_names *names, struct cursor *cursor, int64_t *page)
{
    char self, base;
    uint64_t pages = 0;
    struct cursor ahead = *cursor;
    if (!text_take(&ahead, "(") || !region_letter(&ahead, &self) || !text_take(&ahead, "=")) {
        cursor->problem[0] = '\0'; /* a remark then, or an alignment */
        return false;
    }
    *cursor = ahead;
    if (!region_letter(cursor, &base) || region_named(names, base) < 0 || !text_take(cursor, "+") ||
        !text_number(cursor, TRUTH_PAGES_MAX, &pages) || !text_take(cursor, "pages") ||
        !text_take(cursor, ")")) {
        return text_fail(
            cursor, "a place is written (B = A+512 pages), from a region that has one");
    }
    *page = names->region[region_named(names, base)].page + (int64_t)pages;
    return true;
}

/* at 64KiB-aligned+5 pages */
static bool aligned_place(struct cursor *cursor, uint64_t *past)
{
    uint64_t size;
    if (!text_take(cursor, "at")) {
        return false;
    }
    if (!text_number(cursor, 2048, &size) ||
        (!text_take(cursor, "KiB-aligned") && !text_take(cursor, "MiB-aligned")) ||
        !text_take(cursor, "+") || !text_number(cursor, TRUTH_PAGES_MAX, past)) {
        return text_fail(cursor, "a place is written at 64KiB-aligned+5 pages");
    }
    text_take(cursor, "pages");
    return true;
}

static bool mmap_words(
    struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    struct truth_region *region = &names->region[out->region];
    uint64_t past = 0;
    bool more = true, placed = region->placed;
    while (more && !cursor->problem[0]) {
        more = true;
        if (text_take(cursor, "fixed")) {
            out->flags |= vm_map_bit_fixed;
        } else if (text_take(cursor, "populate")) {
            out->flags |= vm_map_bit_populate;
        } else if (text_take(cursor, "noreserve")) {
            out->flags |= vm_map_bit_noreserve;
        } else if (text_take(cursor, "(1 GiB-aligned base)")) {
            continue; /* the base is */
        } else if (aligned_place(cursor, &past)) {
            placed = false;
        } else if (given_place(names, cursor, &region->page)) {
            region->placed = placed = true;
        } else {
            more = false;
        }
    }
    if (!placed) {
        region->placed = true;
        region->page = region->name == 'A' ? (int64_t)past : names->next_place + (int64_t)past;
        names->next_place += region->name == 'A' ? 0 : names->stride;
    }
    return !cursor->problem[0];
}

bool mmap_parse(struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    char name;
    if (!region_letter(cursor, &name)) {
        return false;
    }
    out->region = region_named(names, name);
    if (out->region < 0) {
        if (names->regions == TRUTH_REGIONS) {
            return text_fail(cursor, "a script has at most %d regions", TRUTH_REGIONS);
        }
        out->region = (int)names->regions++;
        names->region[out->region] = (struct truth_region){.name = name};
    }
    struct truth_region *region = &names->region[out->region];
    if (region->heap) {
        return text_fail(cursor, "H is the heap: it is moved with brk");
    }
    if (text_is(cursor, "[")) {
        if (!region_pages(cursor, out)) {
            return false;
        }
    } else if (!text_number(cursor, TRUTH_PAGES_MAX, &out->to) || !out->to) {
        return text_fail(cursor, "mmap takes pages, like mmap A 64 or mmap A[0..64)");
    }
    if (!region_prot(cursor, out) || !backing(names, cursor, out) ||
        !mmap_words(names, cursor, out)) {
        return false;
    }
    region->pages = out->to > region->pages || !out->from ? out->to : region->pages;
    region_reaches(names, region->page + (int64_t)out->to);
    out->flags |= vm_map_bit_fixed; /* the probes, too, choose every address */
    return true;
}
