/* SPDX-License-Identifier: MIT
 * Watermarks, and the work that the kernel does in the background when an operation has ended.
 */
#ifndef KERNEL_KSWAPD_H
#define KERNEL_KSWAPD_H

#include "machine/world.h"

/* A frame of this kind may be taken without making room first. */
bool watermark_allows(const vm_machine *m, enum vm_frame_kind kind);
/* A frame was taken for `pid`: wakes kswapd when few are left. */
void watermark_check(vm_machine *m, vm_pid pid);

/* The end of an operation: who was chosen to die does, kswapd runs if it was woken, the flusher if
 * too much is dirty. Cannot fail: background_reserve was called at the beginning. */
static inline bool background_due(const vm_machine *m)
{
    return m->kswapd_awake || m->doomed || m->clock >= m->policy_due ||
           (m->config.dirty_background && m->files_dirty > m->config.dirty_background);
}
void background_run(vm_machine *m);
enum vm_status background_reserve(vm_machine *m);

#endif
