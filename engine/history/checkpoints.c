/* SPDX-License-Identifier: MIT
 * Checkpoints with adaptive spacing: dense while a run is short, thinner by half each time the
 * memory is used up. So a run of n operations takes O(budget/size * log n) images and seeks in
 * O(spacing).
 */
#include "history/checkpoints.h"

#include <stdlib.h>

enum { WINDOWS_BYTES = 64 << 10 /* of a checkpoint's working sets */ };

void vm_checkpoints_init(struct vm_checkpoints *points, size_t budget)
{
    *points = (struct vm_checkpoints){.budget = budget, .spacing = VM_CHECKPOINT_SPACING};
}

static size_t drop(struct vm_checkpoint *point)
{
    if (point->windows) {
        windows_release(point->windows);
        free(point->windows);
    }
    return image_free(point->image) + point->windows_bytes;
}

void vm_checkpoints_clear(struct vm_checkpoints *points)
{
    for (size_t i = 0; i < points->length; i++) {
        drop(&points->item[i]);
    }
    points->length = 0;
    points->bytes = 0;
    points->spacing = VM_CHECKPOINT_SPACING;
}

void vm_checkpoints_release(struct vm_checkpoints *points)
{
    vm_checkpoints_clear(points);
    free(points->item);
    *points = (struct vm_checkpoints){.budget = points->budget};
}

bool vm_checkpoints_due(const struct vm_checkpoints *points, uint64_t op)
{
    return points->length == 0 || op % points->spacing == 0;
}

static bool make_room(struct vm_checkpoints *points)
{
    if (points->length < points->capacity) {
        return true;
    }
    size_t capacity = points->capacity ? points->capacity * 2 : 16;
    struct vm_checkpoint *item = realloc(points->item, capacity * sizeof(*item));
    if (!item) {
        return false;
    }
    points->item = item;
    points->capacity = capacity;
    return true;
}

static void thin(struct vm_checkpoints *points)
{
    points->spacing *= 2;
    size_t kept = 1;
    for (size_t i = 1; i < points->length; i++) {
        struct vm_checkpoint *point = &points->item[i];
        if (point->op % points->spacing == 0) {
            points->item[kept++] = *point;
        } else {
            points->bytes -= drop(point);
        }
    }
    points->length = kept;
}

/* Without them the way to a working set begins at an earlier one. */
static void keep(struct vm_checkpoint *point, struct vm_windows *windows)
{
    struct vm_windows *copy = windows ? malloc(sizeof *copy) : NULL;
    if (copy && windows_copy(copy, windows)) {
        point->windows_bytes = sizeof *copy + windows_memory(copy);
        point->windows = copy;
    } else {
        free(copy);
    }
    if (point->windows_bytes > WINDOWS_BYTES && point->op) {
        windows_release(copy);
        free(copy);
        point->windows = NULL;
        point->windows_bytes = 0;
    }
}

enum vm_status vm_checkpoints_take(struct vm_checkpoints *points, uint64_t op,
    const vm_machine *machine, struct vm_windows *windows)
{
    if (!make_room(points)) {
        return VM_NOMEM;
    }
    size_t bytes, last = points->length;
    struct vm_image *image =
        image_take(machine, last ? points->item[last - 1].image : NULL, &bytes);
    if (!image) {
        return VM_NOMEM;
    }
    struct vm_checkpoint *point = &points->item[points->length++];
    *point = (struct vm_checkpoint){.op = op, .image = image};
    keep(point, windows);
    points->bytes += bytes + point->windows_bytes;
    while (points->bytes > points->budget && points->length > 1) {
        thin(points);
    }
    return VM_OK;
}

const struct vm_checkpoint *vm_checkpoints_before(const struct vm_checkpoints *points, uint64_t op)
{
    size_t low = 0, high = points->length;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (points->item[middle].op <= op) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low ? &points->item[low - 1] : NULL;
}
