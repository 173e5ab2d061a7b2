/* SPDX-License-Identifier: MIT
 * Inverted and hashed page tables: one table for all processes, searched by process and page. The
 * kernel's own tables (mmu/table.h) stay the truth; a row here is a copy of one of their entries.
 */
#ifndef MMU_HASHED_H
#define MMU_HASHED_H

#include "machine/world.h"

void hashed_describe(const vm_machine *m, struct vm_events *events);
static inline bool is_hashed(const vm_machine *m)
{
    return m->hash_rows_n != 0;
}
static inline bool is_inverted(const vm_machine *m)
{
    return m->config.kind == vm_machine_kind_inverted;
}
/* Rows that a machine's table has: one a frame, or as configured; 0: it has no such table. */
uint32_t hashed_rows(const struct vm_config *config);
/* The bucket of a page; the table has buckets. */
uint32_t hashed_bucket(const vm_machine *m, vm_pid pid, vm_vpn vpn);

/* The hardware searches, and says what it looks at. */
bool hashed_search(vm_machine *m, vm_tid tid, vm_pid pid, vm_vpn vpn);
/* There can be a row for what the present entry names. */
bool hashed_takes(const vm_machine *m, uint64_t entry);
/* The kernel enters a page that it finds present, if it is not there and can be. */
void hashed_enter(vm_machine *m, vm_pid pid, vm_vpn vpn);
/* The kernel's entry of a page has changed; its row, if there is one, changes or becomes empty. */
void hashed_follow(vm_machine *m, vm_pid pid, vm_vpn vpn, uint64_t old, uint64_t entry);

#endif
