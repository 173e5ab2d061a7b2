/* SPDX-License-Identifier: MIT
 * Lists on the command line: policies, and numbers of frames. See trace_args.h.
 */
#include "command/trace_args.h"
#include "vm/describe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZES_MAX = 1 << 24 };

const char *trace_policy_names(void)
{
    static char names[512];
    size_t length = 0;
    for (unsigned i = 0; i < vm_policy_kind_count && length < sizeof names; i++) {
        length += (size_t)snprintf(
            names + length, sizeof names - length, "%s%s", i ? ", " : "", vm_policy_desc(i)->name);
    }
    return names;
}

bool trace_policies(const char *command, const char *list, uint64_t known, uint64_t *out)
{
    *out = 0;
    if (strcmp(list, "all") == 0) {
        *out = known;
        return true;
    }
    for (const char *at = list, *end;; at = end + 1) {
        char name[32] = "";
        end = at + strcspn(at, ",");
        if ((size_t)(end - at) < sizeof name) {
            memcpy(name, at, (size_t)(end - at));
        }
        int policy = vm_policy_named(name);
        if (policy < 0 || !(known >> policy & 1)) {
            fprintf(stderr, "vmscope %s: no policy \"%.*s\"%s; there are: %s\n", command,
                (int)(end - at), at, policy < 0 ? "" : " for this", trace_policy_names());
            return false;
        }
        *out |= UINT64_C(1) << policy;
        if (*end == '\0') {
            return true;
        }
    }
}

struct growing {
    uint32_t *size; /* owned */
    size_t n, room;
};

static bool add(struct growing *list, uint64_t frames)
{
    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        uint32_t *size = room > SIZES_MAX ? NULL : realloc(list->size, room * sizeof *size);
        if (!size) {
            return false;
        }
        list->size = size;
        list->room = room;
    }
    list->size[list->n++] = (uint32_t)frames;
    return true;
}

/* A, A-B or A-B:STEP at *at, which moves behind it. */
static bool add_range(struct growing *list, const char **at)
{
    uint64_t part[3] = {0, 0, 1};
    static const char marks[] = "-:";
    unsigned n = 0;
    for (;; n++) {
        char *end;
        if (**at < '0' || **at > '9') {
            return false;
        }
        part[n] = strtoull(*at, &end, 10);
        *at = end;
        if (n == 2 || **at != marks[n]) {
            break;
        }
        (*at)++;
    }
    part[1] = n == 0 ? part[0] : part[1];
    if (part[0] < 1 || part[0] > part[1] || part[1] > UINT32_MAX || part[2] < 1 ||
        part[2] > UINT32_MAX) {
        return false;
    }
    for (uint64_t frames = part[0]; frames <= part[1]; frames += part[2]) {
        if (!add(list, frames)) {
            return false;
        }
    }
    return true;
}

static int by_number(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

bool trace_frames(const char *command, const char *list, uint32_t **out, size_t *n)
{
    struct growing sizes = {0};
    const char *at = list;
    bool fine = true;
    for (bool more = true; fine && more;) {
        fine = add_range(&sizes, &at);
        more = fine && *at == ',';
        at += more;
    }
    if (!fine || *at) {
        free(sizes.size);
        return trace_wrong(command,
            "--frames must be like 8 or 4,8,16 or 1-64 or 1-1000:10, numbers from 1 to 4294967295",
            list);
    }
    qsort(sizes.size, sizes.n, sizeof *sizes.size, by_number);
    *n = 0;
    for (size_t i = 0; i < sizes.n; i++) {
        if (*n == 0 || sizes.size[*n - 1] != sizes.size[i]) {
            sizes.size[(*n)++] = sizes.size[i];
        }
    }
    *out = sizes.size;
    return true;
}
