/* SPDX-License-Identifier: MIT
 * Where a lab session gets the scenarios and traces that a client names by id. The server supplies
 * it from the store; calls come on the ws thread and must be short.
 */
#ifndef LAB_SOURCE_H
#define LAB_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct lab_source {
    void *ctx;
    /* The text of a stored scenario, for free(). False: there is none. */
    bool (*scenario)(void *ctx, const char *id, char **text, size_t *length);
    /* A file descriptor, open for reading at the start, of a trace's uncompressed bytes; its format
     * ("pages", "refs" or "lackey") and title. -1: there is none. May be NULL: no traces. */
    int (*trace)(void *ctx, const char *id, char format[16], char title[128]);
};

#endif
