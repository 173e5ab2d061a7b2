/* SPDX-License-Identifier: MIT
 * What the kernel may promise: overcommit, and the limits of a process.
 */
#ifndef KERNEL_COMMIT_H
#define KERNEL_COMMIT_H

#include "machine/world.h"

/* `more` pages may be promised to an address space (__vm_enough_memory). */
bool commit_allows(const vm_machine *m, vm_pid mm, uint64_t more);
/* Whether fork may promise the child what the parent was promised (dup_mmap). */
bool commit_allows_copy(const vm_machine *m, vm_pid mm);
/* Pages that machine can promise in all under `never` (CommitLimit). */
uint64_t commit_limit(const vm_machine *m);
bool space_allows(const vm_machine *m, vm_pid pid, uint64_t more); /* RLIMIT_AS: may_expand_vm */
bool lock_allows(const vm_machine *m, vm_pid pid, uint64_t more);  /* RLIMIT_MEMLOCK */
uint64_t space_pages(const vm_machine *m, vm_pid mm);              /* total_vm */
/* Pages of [start, end) in locked mappings. */
uint64_t locked_pages(const vm_machine *m, vm_pid mm, vm_vpn start, vm_vpn end);
/* A private mapping that may be written is a promise (accountable_mapping). */
bool is_accountable(uint8_t prot, uint32_t flags);
/* What only user 0 may do: CAP_IPC_LOCK, CAP_SYS_RAWIO. */
static inline bool capable(const vm_machine *m, vm_pid pid)
{
    return m->processes[pid].uid == 0;
}

#endif
