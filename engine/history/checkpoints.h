/* SPDX-License-Identifier: MIT
 * Checkpoints: images of the machine between operations, oldest first, within a budget of host
 * memory. Invariant: the first one is position 0 and always stays; the others lie at multiples of
 * `spacing`.
 */
#ifndef HISTORY_CHECKPOINTS_H
#define HISTORY_CHECKPOINTS_H

#include "history/windows.h"
#include "machine/image.h"

struct vm_checkpoint {
    uint64_t op;
    struct vm_image *image;     /* owned */
    struct vm_windows *windows; /* owned; NULL: too large to be kept */
    size_t windows_bytes;
};
struct vm_checkpoints {
    struct vm_checkpoint *item; /* owned */
    size_t length, capacity;
    size_t bytes, budget;
    uint64_t spacing;
};
enum { VM_CHECKPOINT_SPACING = 64 }; /* to begin with; it doubles whenever the budget is used up */

void vm_checkpoints_init(struct vm_checkpoints *points, size_t budget);
void vm_checkpoints_release(struct vm_checkpoints *points);
/* Forgets all of them; the next one that is taken is position 0 again. */
void vm_checkpoints_clear(struct vm_checkpoints *points);
bool vm_checkpoints_due(const struct vm_checkpoints *points, uint64_t op);
/* Puts the machine and its working sets away (NULL: without them). Past the budget every second
 * checkpoint goes, but never the first. */
enum vm_status vm_checkpoints_take(struct vm_checkpoints *points, uint64_t op,
    const vm_machine *machine, struct vm_windows *windows);
/* The last one at or before `op`; NULL when there is none. */
const struct vm_checkpoint *vm_checkpoints_before(const struct vm_checkpoints *points, uint64_t op);

#endif
