/* SPDX-License-Identifier: MIT
 * Pages read before anybody asked for them (Linux: mm/readahead.c, swap_cluster_readahead).
 */
#ifndef KERNEL_READAHEAD_H
#define KERNEL_READAHEAD_H

#include "machine/world.h"

/* How a file page was wanted that was not there. */
enum readahead_kind {
    READAHEAD_NONE,    /* madvise(MADV_RANDOM) */
    READAHEAD_AROUND,  /* a fault: the window lies around the page */
    READAHEAD_FORWARD, /* read, or madvise(MADV_SEQUENTIAL): it begins there */
    READAHEAD_EXEC,    /* a fault in a program's text: it begins there, and nothing is read later */
};

/* A page of a file was just read from disk: reads more while free frames last. `end`: pages behind
 * it are not wanted. */
void readahead_sync(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index,
    enum readahead_kind kind, uint64_t end);
/* The page was there, and marked: the reader catches up, so the next window is read now. */
void readahead_async(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index);
/* Reads what of [from, to) is not cached (madvise(MADV_WILLNEED)); returns how many pages. */
uint64_t readahead_range(vm_machine *m, vm_pid pid, uint32_t object, uint64_t from, uint64_t to);
/* A slot was just read: its neighbours come into the swap cache (vm.page-cluster). */
void readahead_slots(vm_machine *m, vm_pid pid, vm_slot slot);
/* One slot's page into the swap cache, if a frame is free. */
bool readahead_slot(vm_machine *m, vm_pid pid, vm_slot slot);
/* Pages that one operation's faults on `pages` pages may read besides. */
uint64_t readahead_most(const vm_machine *m, uint64_t pages);

#endif
