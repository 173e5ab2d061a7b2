/* SPDX-License-Identifier: MIT
 * A set of page numbers: which pages a trace touches.
 */
#ifndef LAB_PAGES_H
#define LAB_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialise. Page numbers are below 2^64 - 1. */
struct lab_pages {
    uint64_t *page; /* owned: numbers + 1 by open addressing, 0 = empty; after lab_pages_sort the
                       numbers */
    size_t n, room; /* room: a power of two */
};
bool lab_pages_add(struct lab_pages *set, uint64_t page); /* false: no memory */
/* From now on `page` holds the n numbers, ascending; nothing may be added any more. */
size_t lab_pages_sort(struct lab_pages *set);
void lab_pages_release(struct lab_pages *set);

#endif
