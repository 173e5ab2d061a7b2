/* SPDX-License-Identifier: MIT
 * Regions: a letter with a place in the address space. A lies at the base; another where its mmap
 * says or, when it does not say, at the next multiple of the stride.
 */
#include "command/truth_text.h"

#include <string.h>

int region_named(const struct truth_names *names, char name)
{
    for (size_t i = 0; i < names->regions; i++) {
        if (names->region[i].name == name) {
            return (int)i;
        }
    }
    return -1;
}

bool region_letter(struct cursor *cursor, char *name)
{
    size_t at = cursor->at + strspn(cursor->text + cursor->at, " \t");
    const char *here = cursor->text + at;
    if (here[0] < 'A' || here[0] > 'Z' || (here[1] && !strchr(" [+;)", here[1]))) {
        return text_unknown(cursor, "region", "a region is a capital letter, like A or A[0..64)");
    }
    *name = here[0];
    cursor->at = at + 1;
    return true;
}

/* A region that must exist, or that the last mremap made without a name. */
bool region_known(struct truth_names *names, struct cursor *cursor, int *index)
{
    char name;
    if (!region_letter(cursor, &name)) {
        return false;
    }
    *index = region_named(names, name);
    if (*index < 0 && names->moved >= 0 && names->regions < TRUTH_REGIONS) {
        *index = (int)names->regions++;
        names->region[*index] = (struct truth_region){
            .name = name, .placed = true, .page = names->moved, .pages = names->moved_pages};
        names->moved = -1;
    }
    if (*index >= 0) {
        return true;
    }
    char list[TRUTH_REGIONS * 2 + 1] = "";
    for (size_t i = 0; i < names->regions; i++) {
        snprintf(list + 2 * i, sizeof list - 2 * i, " %c", names->region[i].name);
    }
    cursor->at--;
    return text_fail(cursor, "region %c has no place yet: map it first (known are%s)", name, list);
}

/* [a..b) */
bool region_pages(struct cursor *cursor, struct truth_statement *out)
{
    if (!text_take(cursor, "[") || !text_number(cursor, TRUTH_PAGES_MAX, &out->from) ||
        !text_take(cursor, "..") || !text_number(cursor, TRUTH_PAGES_MAX, &out->to) ||
        !text_take(cursor, ")")) {
        return text_fail(cursor,
            "a range of pages is written [0..64), the end left out, and ends "
            "at page %llu at most",
            (unsigned long long)TRUTH_PAGES_MAX);
    }
    if (out->to <= out->from) {
        return text_fail(cursor, "the range is empty: its end must be above its beginning");
    }
    return true;
}

void region_reaches(struct truth_names *names, int64_t end)
{
    names->end = end > names->end ? end : names->end;
}

bool region_range(struct truth_names *names, struct cursor *cursor, struct truth_statement *out)
{
    if (!region_known(names, cursor, &out->region) || !region_pages(cursor, out)) {
        return false;
    }
    const struct truth_region *region = &names->region[out->region];
    if (!region->heap) {
        region_reaches(names, region->page + (int64_t)out->to);
    }
    return true;
}

bool region_prot(struct cursor *cursor, struct truth_statement *out)
{
    static const char letters[] = "rwx";
    static const uint8_t bits[] = {vm_prot_bit_read, vm_prot_bit_write, vm_prot_bit_exec};
    char word[8];
    struct cursor ahead = *cursor;
    size_t n = text_word(&ahead, word, sizeof word) ? strlen(word) : 0;
    bool good = n == 2 || n == 3;
    out->prot = 0;
    for (size_t i = 0; good && i < n; i++) {
        good = word[i] == letters[i] || word[i] == '-';
        out->prot |= word[i] == letters[i] ? bits[i] : 0;
    }
    if (!good) {
        return text_unknown(cursor, "rights", "write rw, rw-, r--, r-x or ---");
    }
    cursor->at = ahead.at;
    return true;
}
