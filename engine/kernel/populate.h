/* SPDX-License-Identifier: MIT
 * Pages brought in ahead of their first use: mmap(MAP_POPULATE), mlock, madvise(MADV_POPULATE_*).
 */
#ifndef KERNEL_POPULATE_H
#define KERNEL_POPULATE_H

#include "machine/world.h"

enum populate_end {
    POPULATE_DONE,
    POPULATE_HOLE,   /* nothing is mapped there */
    POPULATE_DENIED, /* the mapping forbids the access */
    POPULATE_BUS,    /* behind the end of the file */
    POPULATE_NOMEM,
};

/* Faults in every page of [start, end) of the thread's address space, as a write or a read would.
 * Counted as minor or major, but no trap. Stops at the first page that cannot be had. Reserved:
 * access_reserve for its pages. */
enum populate_end populate_range(vm_machine *m, vm_tid tid, vm_vpn start, vm_vpn end, bool write);

#endif
