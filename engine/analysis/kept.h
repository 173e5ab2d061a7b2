/* SPDX-License-Identifier: MIT
 * A trace kept in memory for an analysis, four or five bytes for several references: pages have
 * dense numbers, and a page that repeats is one entry.
 */
#ifndef ANALYSIS_KEPT_H
#define ANALYSIS_KEPT_H

#include "policy/replay.h"

/* KEPT_PAGES: repeats of a page are one entry, dirty when one of them wrote; a policy whose hits on
 * the page just used change nothing gives the same answers.
 * KEPT_TIMES: repeats are one entry only when all wrote or none did, and are counted, so every
 * reference can be had again. */
enum kept_form { KEPT_PAGES, KEPT_TIMES };
enum { KEPT_REPEATS_MAX = UINT8_MAX };

struct kept {
    enum kept_form form;
    uint64_t references;
    uint32_t *entry;  /* owned; page << 1 | dirty */
    uint8_t *repeats; /* owned; KEPT_TIMES: how often the entry is repeated after its first time */
    size_t n, room;
    struct vm_replay_run numbers; /* vpn, table and pages are used */
    size_t page_room;
};

void kept_init(struct kept *kept, enum kept_form form);
void kept_release(struct kept *kept);
enum vm_status kept_feed(struct kept *kept, const struct vm_trace_ref *refs, size_t n);
size_t kept_memory(const struct kept *kept);

/* The rank of each page by its page number, the lowest 0: for free(). NULL: no memory. */
uint32_t *kept_ranks(const struct kept *kept);

/* Where a reader of every reference stands; zeroed, it stands at the beginning. */
struct kept_reader {
    size_t entry;
    uint32_t repeat; /* of it, already read */
};
/* The next references, at most `room`; how many. Their kind is R or W. */
size_t kept_read(
    const struct kept *kept, struct kept_reader *reader, struct vm_trace_ref *refs, size_t room);

#endif
