/* SPDX-License-Identifier: MIT
 * Working sets along a run (Denning 1968): W(t, tau) is the pages that a process used in its last
 * tau references, in its own time. Invariant: of each page used in them the last use is known; of
 * others it may be forgotten.
 */
#ifndef HISTORY_WINDOWS_H
#define HISTORY_WINDOWS_H

#include "vm/vm.h"

struct vm_window; /* of one process */
struct vm_windows {
    uint64_t tau;
    struct vm_window *of; /* owned, by process */
    uint32_t n;
    bool failed; /* no memory: they are not known any more */
};

void windows_init(struct vm_windows *windows, uint64_t tau);
void windows_release(struct vm_windows *windows);
/* A reference of process `pid` to page `vpn`; `windows` is a struct vm_windows, as vm_watch wants
 * it. */
void windows_use(void *windows, vm_pid pid, vm_vpn vpn);
/* n references, followed by at least tau others before the window is asked for. */
void windows_pass(struct vm_windows *windows, vm_pid pid, uint64_t n);
/* n references, one after the other; `shift` is that of the pages. */
void windows_use_all(
    struct vm_windows *windows, vm_pid pid, const struct vm_ref *refs, size_t n, unsigned shift);
/* Pages of the process that are in its working set. */
uint64_t windows_size(struct vm_windows *windows, vm_pid pid);
/* Holds what is in a working set and nothing else. `to` is overwritten. False: no memory. */
bool windows_copy(struct vm_windows *to, struct vm_windows *from);
size_t windows_memory(const struct vm_windows *windows);

#endif
