/* SPDX-License-Identifier: MIT
 * What the tests of reclaim, limits, the OOM killer and the clock share.
 */
#ifndef SUPPORT_SCARCE_H
#define SUPPORT_SCARCE_H

#include "support_machine.h"

#define PAGE UINT64_C(4096)
#define NAMES_MAX 40000

/* x86-64, tables outside, no zero page: each frame is a page's. */
struct vm_config scarce_config(uint32_t frames, uint32_t slots, enum vm_policy_kind policy);
/* With `processes` empty ones: thread 1 of process 1, and so on. */
vm_machine *scarce_machine(const struct vm_config *config, unsigned processes);
/* A private anonymous mapping; its first address. */
uint64_t scarce_map(vm_machine *m, vm_tid tid, uint64_t pages);
struct vm_op scarce_store(vm_tid tid, uint64_t va, uint64_t pages);
struct vm_op scarce_load(vm_tid tid, uint64_t va, uint64_t pages);
/* Applies the operation and names its happenings, each followed by a blank. */
void scarce_names(vm_machine *m, struct vm_op op, char text[NAMES_MAX]);
/* setrlimit: at most so many pages for the process; 0: no limit. */
void scarce_limit(vm_machine *m, vm_tid tid, uint32_t pages);
unsigned scarce_times(const char *names, const char *name);

#endif
