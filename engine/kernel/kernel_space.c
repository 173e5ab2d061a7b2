/* SPDX-License-Identifier: MIT
 * The kernel's half. Linux maps all of memory at page_offset_base in every process (the direct
 * map), present but for the kernel only, and global, so that a switch of processes leaves it in the
 * TLB. With page-table isolation a process keeps only the page through which the kernel is entered.
 * Invariant: the tables below m->kernel_table belong to no process (pid 0), never change after the
 * machine's start, and every root names the first of them.
 *
 * Of the kernel's memory only config.kernel_frames are modelled, as many as one table can name.
 */
#include "kernel/kernel_space.h"

#include "mmu/table.h"

struct half {
    vm_vpn user_end;      /* Linux's TASK_SIZE */
    vm_va direct_map;     /* PAGE_OFFSET */
    vm_va trampoline;     /* CPU_ENTRY_AREA; 0: no page-table isolation there */
    uint8_t bits, levels; /* of the machine that has this split */
    bool sign_extended;
};

static const struct half halves[vm_machine_kind_count] = {
    [vm_machine_kind_x86_64] = {(UINT64_C(1) << 35) - 1, 0xffff888000000000, 0xfffffe0000000000, 48,
        4, true},
    [vm_machine_kind_x86_64_5level] = {(UINT64_C(1) << 44) - 1, 0xff11000000000000,
        0xfffffe0000000000, 57, 5, true},
    [vm_machine_kind_x86_32] = {0xc0000, 0xc0000000, 0xff800000, 32, 2, false},
    [vm_machine_kind_sv39] = {UINT64_C(1) << 26, 0xffffffd600000000, 0, 39, 3, true},
};

/* NULL: one space without a kernel's half. A machine of another shape only borrows the name. */
static const struct half *half_of(const struct vm_config *c)
{
    const struct half *half = &halves[c->kind];
    bool fits = half->bits == c->va_bits && half->levels == c->levels && c->page_shift == 12;
    return half->bits && fits ? half : NULL;
}

bool canonical(const vm_machine *m, vm_va va, vm_vpn *vpn)
{
    vm_vpn page = va >> m->config.page_shift, pages = pages_in_space(m);
    const struct half *half = half_of(&m->config);
    if (!half || !half->sign_extended) {
        *vpn = page;
        return page < pages;
    }
    unsigned sign = m->config.va_bits - 1u;
    uint64_t high = va >> sign;
    *vpn = page & (pages - 1);
    return high == 0 || high == UINT64_MAX >> sign;
}

uint64_t kernel_pte(const vm_machine *m, vm_vpn vpn)
{
    uint32_t table = m->kernel_table;
    for (unsigned level = m->config.levels - 1u; table; level--) {
        uint64_t entry = *table_entry(m, table, table_index(m, vpn, level));
        if (level == 1 || !entry) {
            bool below = vpn >> m->shift[m->config.levels] == m->kernel_index;
            return below ? entry : 0;
        }
        table = (uint32_t)pte_number(entry);
    }
    return 0;
}

/* The tables from below the root down to the last, each with one entry; returns the last. */
static uint32_t build_tables(vm_machine *m, vm_vpn vpn)
{
    const struct vm_config *c = &m->config;
    bool inside = !c->tables_outside && c->kernel_frames >= c->levels;
    uint32_t upper = 0;
    for (unsigned level = c->levels - 1u; level; level--) {
        uint32_t frame = inside ? c->levels - level : 0; /* plus one */
        vm_vpn base = vpn >> m->shift[level + 1] << m->shift[level + 1];
        uint32_t table = table_new(m, 0, level, base, frame);
        if (upper) {
            table_set(m, upper, table_index(m, vpn, level + 1),
                (uint64_t)table << PTE_SHIFT | vm_pte_bit_present | vm_pte_bit_writable);
        } else {
            m->kernel_table = table;
        }
        upper = table;
    }
    return upper;
}

enum vm_status kernel_space_build(vm_machine *m)
{
    const struct vm_config *c = &m->config;
    const struct half *half = half_of(c);
    m->user_end = half ? half->user_end : pages_in_space(m);
    if (!half || !c->kernel_frames) {
        return VM_OK;
    }
    enum vm_status status = table_reserve(m, c->levels);
    if (status != VM_OK) {
        return status;
    }
    bool isolated = c->kpti && half->trampoline;
    vm_va start = isolated ? half->trampoline : half->direct_map;
    vm_vpn vpn = (start >> c->page_shift) & (pages_in_space(m) - 1);
    m->kernel_index = table_index(m, vpn, c->levels);
    uint32_t last = build_tables(m, vpn);
    uint32_t room = UINT32_C(1) << c->level_bits[c->levels - 1];
    uint64_t rights = isolated ? 0 : vm_pte_bit_writable | vm_pte_bit_no_execute | vm_pte_bit_dirty;
    uint32_t n = isolated ? 1 : c->kernel_frames, first = isolated ? c->kernel_frames / 2 : 0;
    for (uint32_t i = 0; i < n && i < room; i++) {
        table_set(m, last, table_index(m, vpn + i, 1),
            (uint64_t)(first + i) << PTE_SHIFT | vm_pte_bit_present | vm_pte_bit_leaf |
                vm_pte_bit_global | vm_pte_bit_accessed | rights);
    }
    return VM_OK;
}

void kernel_space_share(vm_machine *m, vm_pid pid, uint32_t root)
{
    if (!m->kernel_table) {
        return;
    }
    EMIT(m, kernel_shared, .pid = pid, .table = root, .index = m->kernel_index);
    table_set(m, root, m->kernel_index,
        (uint64_t)m->kernel_table << PTE_SHIFT | vm_pte_bit_present | vm_pte_bit_writable);
}
