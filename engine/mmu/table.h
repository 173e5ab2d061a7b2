/* SPDX-License-Identifier: MIT
 * Page tables: a tree of arrays of entries, each in a frame of its own unless the machine keeps
 * them outside. Levels count down to 1, the last one.
 */
#ifndef MMU_TABLE_H
#define MMU_TABLE_H

#include "machine/world.h"

#define PTE_SHIFT VM_PTE_SHIFT

static inline uint64_t pte_number(uint64_t pte)
{
    return pte >> PTE_SHIFT;
}

/* An entry above the last level, as long as it is no huge page. */
static inline bool pte_names_table(uint64_t entry)
{
    return entry & vm_pte_bit_present && !(entry & vm_pte_bit_leaf);
}

/* Pages that a huge entry maps; 1: this machine's tables know none. */
static inline vm_vpn huge_pages(const vm_machine *m)
{
    return m->config.levels > 1 ? UINT64_C(1) << m->shift[2] : 1;
}

/* Pages that an entry of the table, or of the TLB, is about, less one. */
static inline vm_vpn pte_span(const vm_machine *m, uint64_t entry)
{
    return entry & vm_pte_bit_huge ? huge_pages(m) - 1 : 0;
}

/* The frame of one page by an entry as it stands in a table or in the TLB. The huge zero page is
 * the one frame of zeros. */
static inline vm_frame leaf_frame(const vm_machine *m, uint64_t entry, vm_vpn vpn)
{
    vm_vpn within = entry & vm_pte_bit_special ? 0 : vpn & pte_span(m, entry);
    return (vm_frame)(pte_number(entry) + within);
}

/* The frame of a page by its present entry (pte_get). */
static inline vm_frame pte_frame(const vm_machine *m, uint64_t entry, vm_vpn vpn)
{
    (void)m;
    (void)vpn;
    return (vm_frame)pte_number(entry);
}

static inline uint32_t table_index(const vm_machine *m, vm_vpn vpn, unsigned level)
{
    unsigned bits = m->config.level_bits[m->config.levels - level];
    return (uint32_t)(vpn >> m->shift[level]) & ((UINT32_C(1) << bits) - 1);
}

static inline uint64_t *table_entry(const vm_machine *m, uint32_t table, uint32_t index)
{
    return &m->entries[((size_t)table << m->widest) + index];
}

void table_describe(const vm_machine *m, struct vm_events *events);
/* The number that table_new gives next. */
static inline uint32_t table_next(const vm_machine *m)
{
    return m->free_table ? m->free_table : m->tables_n;
}
/* A fresh, empty table; `frame` (plus one, 0 = outside) was taken for it. Tables are reserved. */
uint32_t table_new(vm_machine *m, vm_pid pid, unsigned level, vm_vpn base, uint32_t frame_plus_one);
void table_free(vm_machine *m, uint32_t table); /* gives its frame back; all entries are 0 */
void table_set(vm_machine *m, uint32_t table, uint32_t index, uint64_t entry);
enum vm_status table_reserve(vm_machine *m, uint64_t more);

/* Where the entry of a page stands. table 0: a level is missing. */
struct pte_place {
    uint32_t table, index;
};
struct pte_place pte_place(const vm_machine *m, vm_pid pid, vm_vpn vpn);
/* The entry of one page; of a huge page: with the number of this page's own frame. A page of the
 * huge zero page looks like any other that is on the zero page. */
uint64_t pte_get(const vm_machine *m, vm_pid pid, vm_vpn vpn);
/* Its table exists. Of a page within a huge one the flags may change, and change for all of it. */
void pte_set(vm_machine *m, vm_pid pid, vm_vpn vpn, uint64_t entry);
/* Frees tables of [start, end) that hold nothing any more; the root stays. */
void table_prune(vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end);
/* Every table of a process, the root too; all last-level entries are 0. */
void table_free_all(vm_machine *m, vm_pid pid);
/* The first page at or after vpn with an entry that is not 0; false: none before end, or only the
 * kernel's. */
bool pte_next(const vm_machine *m, vm_pid pid, vm_vpn vpn, vm_vpn end, vm_vpn *found);

/* Makes the tables of all levels for a page; false: no frame was to be had for one of them. */
bool table_build(vm_machine *m, vm_pid pid, vm_vpn vpn);
/* The same, down to the table of `level` only. */
bool table_build_to(vm_machine *m, vm_pid pid, vm_vpn vpn, unsigned level);
/* The table of `level` on the way to a page; 0 when it is missing. */
uint32_t table_at(const vm_machine *m, vm_pid pid, vm_vpn vpn, unsigned level);

#endif
