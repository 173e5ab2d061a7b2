/* SPDX-License-Identifier: MIT
 * A trace store that is open. Private to trace/.
 */
#ifndef TRACE_READER_H
#define TRACE_READER_H

#include "trace/block.h"

struct trace_store {
    const uint8_t *bytes; /* mapped */
    size_t n;
    uint64_t tail[TRACE_TAIL];
    const uint8_t *index;
    struct trace_summary summary;
};

static inline bool trace_inside(const struct trace_store *s, uint64_t at, uint64_t n)
{
    return at <= s->n && n <= s->n - at;
}

#endif
