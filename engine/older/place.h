/* SPDX-License-Identifier: MIT
 * Giving processes their segments, and taking them back.
 */
#ifndef OLDER_PLACE_H
#define OLDER_PLACE_H

#include "machine/world.h"

/* The memory of a present segment goes, unless somebody else uses it. */
void segment_leave(vm_machine *m, uint32_t segment);
void segments_release(vm_machine *m, vm_pid pid); /* the process ends */
/* What lay in the piece at `from` lies in `piece` now: all its segments get another base. */
void segments_rebase(vm_machine *m, const struct piece *from, uint32_t piece);
/* Memory for a segment that has none; 0: no hole is large enough. The piece has one user. */
uint32_t segment_room(vm_machine *m, uint64_t bytes);

#endif
