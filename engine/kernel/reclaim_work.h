/* SPDX-License-Identifier: MIT
 * How much looking for victims an operation may cause.
 */
#ifndef KERNEL_RECLAIM_WORK_H
#define KERNEL_RECLAIM_WORK_H

#include "machine/world.h"

/* VM_LIMIT when bringing in `pages` more pages could mean examining more frames than one operation
 * may. Asked before anything changes. */
enum vm_status reclaim_work(const vm_machine *m, uint64_t pages);
/* The same for `evictions` that are sure. */
enum vm_status reclaim_work_evictions(const vm_machine *m, uint64_t evictions);

#endif
