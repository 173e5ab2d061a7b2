/* SPDX-License-Identifier: MIT
 * Sizes: of the page table that a process has against a linear one, of what it mapped against its
 * whole address space.
 */
#include "mmu/hashed.h"
#include "mmu/table.h"

/* Tables of real machines fill a page. One that does not (a small machine's lies outside the
 * frames) has four bytes an entry. */
static uint64_t entry_bytes(const vm_machine *m)
{
    uint64_t entries = UINT64_C(1) << m->config.level_bits[m->config.levels - 1];
    return page_size(m) >= entries ? page_size(m) / entries : 4;
}

/* One table for all processes: a row of an inverted one has process and page (8 bytes), rights (4)
 * and a link (4); a hashed one's has the entry too (8). A bucket has 4 bytes. The kernel's own
 * tables are not counted: the hardware never reads them. */
static uint64_t searched_bytes(const vm_machine *m)
{
    return m->hash_rows_n * UINT64_C(8) * (is_inverted(m) ? 2 : 3) + m->hash_heads_n * UINT64_C(4);
}

uint64_t vm_table_bytes(const vm_machine *m, vm_pid pid)
{
    if (is_hashed(m)) {
        return searched_bytes(m);
    }
    uint64_t entries = 0;
    for (uint32_t t = 1; t < m->tables_n; t++) {
        const struct table *table = &m->tables[t];
        if (table->level && table->pid == pid) {
            entries += UINT64_C(1) << m->config.level_bits[m->config.levels - table->level];
        }
    }
    return entries * entry_bytes(m);
}

uint64_t vm_linear_table_bytes(const vm_machine *m)
{
    return pages_in_space(m) * entry_bytes(m);
}

uint64_t vm_space_bytes(const vm_machine *m)
{
    return m->user_end << m->config.page_shift;
}

uint64_t vm_mapped_bytes(const vm_machine *m, vm_pid pid)
{
    uint64_t pages = 0;
    struct vm_vma_view vma = {0};
    while (vm_vma_next(m, pid, vma.end, &vma)) {
        pages += vma.end - vma.start;
    }
    return pages << m->config.page_shift;
}
