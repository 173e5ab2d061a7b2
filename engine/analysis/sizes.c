/* SPDX-License-Identifier: MIT
 * Choosing numbers of frames: see sizes.h.
 */
#include "analysis/sizes.h"

#include <stdlib.h>

/* Some of 1 .. pages, into `frames` unless it is NULL; how many. */
static size_t grow_by_eighths(uint32_t pages, uint32_t *frames)
{
    size_t n = 0;
    uint64_t size = 1;
    for (; size < pages; size += 1 + size / 8) {
        if (frames) {
            frames[n] = (uint32_t)size;
        }
        n++;
    }
    if (frames) {
        frames[n] = pages ? pages : 1;
    }
    return n + 1;
}

/* Both ends, then every odd multiple of a stride that is halved. */
static void from_coarse_to_fine(size_t *order, size_t n)
{
    size_t at = 0, stride = 1;
    order[at++] = 0;
    if (n > 1) {
        order[at++] = n - 1;
    }
    while (stride < n) {
        stride *= 2;
    }
    for (stride /= 2; stride > 0; stride /= 2) {
        for (size_t i = stride; i < n - 1; i += 2 * stride) {
            order[at++] = i;
        }
    }
}

enum vm_status sizes_choose(const struct vm_analysis *a, struct sizes *out)
{
    const struct vm_analysis_request *request = &a->request;
    size_t n = request->frames_n ? request->frames_n : grow_by_eighths(a->kept.numbers.pages, NULL);
    *out = (struct sizes){.n = n};
    out->frames = malloc(n * sizeof(*out->frames));
    out->order = malloc(n * sizeof(*out->order));
    if (!out->frames || !out->order) {
        sizes_release(out);
        return VM_NOMEM;
    }
    if (request->frames_n == 0) {
        grow_by_eighths(a->kept.numbers.pages, out->frames);
    }
    for (size_t i = 0; i < request->frames_n; i++) {
        out->frames[i] = request->frames[i];
    }
    from_coarse_to_fine(out->order, n);
    return VM_OK;
}

void sizes_release(struct sizes *sizes)
{
    free(sizes->frames);
    free(sizes->order);
    *sizes = (struct sizes){0};
}
