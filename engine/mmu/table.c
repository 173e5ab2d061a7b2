/* SPDX-License-Identifier: MIT
 * Page tables. Invariant: `used` is the number of entries that are not 0; an upper entry is present
 * and names a table one level below that belongs to the same process.
 */
#include "mmu/table.h"

#include "kernel/frame.h"
#include "kernel/reclaim.h"
#include "mmu/hashed.h"

#include <assert.h>

static void emit(
    struct vm_events *events, uint32_t id, const struct table *old, const struct table *now)
{
    EMIT_TO(events, table, .table = id,               //
        .old_pid = old->pid, .pid = now->pid,         //
        .old_level = old->level, .level = now->level, //
        .old_frame = old->frame, .frame = now->frame, //
        .old_base = old->base, .base = now->base,     //
        .old_used = old->used, .used = now->used);
}

void table_describe(const vm_machine *m, struct vm_events *events)
{
    const struct table nothing = {0};
    for (uint32_t t = 1; t < m->tables_n; t++) {
        if (!m->tables[t].level) {
            continue;
        }
        emit(events, t, &nothing, &m->tables[t]);
        for (uint32_t i = 0, seen = 0; seen < m->tables[t].used; i++) {
            uint64_t entry = *table_entry(m, t, i);
            if (entry) {
                seen++;
                EMIT_TO(events, pte, .table = t, .index = i, .entry = entry);
            }
        }
    }
}

enum vm_status table_reserve(vm_machine *m, uint64_t more)
{
    enum vm_status status = RESERVE(m, tables, more);
    if (status != VM_OK) {
        return status;
    }
    uint64_t need = ((uint64_t)m->tables_n + more) << m->widest;
    return need > m->entries_n ? RESERVE(m, entries, need - m->entries_n) : VM_OK;
}

uint32_t table_new(vm_machine *m, vm_pid pid, unsigned level, vm_vpn base, uint32_t frame_plus_one)
{
    uint32_t id = m->free_table;
    if (id) {
        m->free_table = m->tables[id].used;
    } else {
        assert(m->tables_n < m->tables_room);
        id = m->tables_n++;
        m->entries_n = m->tables_n << m->widest;
        assert(m->entries_n <= m->entries_room);
    }
    const struct table nothing = {0};
    m->tables[id] =
        (struct table){.pid = pid, .level = (uint8_t)level, .frame = frame_plus_one, .base = base};
    emit(m->events, id, &nothing, &m->tables[id]);
    if (pid) { /* the kernel's are made with the machine and counted for nobody */
        count(m, pid, vm_counter_tables, 1);
    }
    return id;
}

void table_free(vm_machine *m, uint32_t id)
{
    struct table old = m->tables[id];
    assert(old.pid && old.level && !old.used);
    const struct table nothing = {0};
    m->tables[id] = (struct table){.used = m->free_table};
    m->free_table = id;
    emit(m->events, id, &old, &nothing);
    count(m, old.pid, vm_counter_tables, -1);
    if (old.frame) {
        frame_release(m, old.frame - 1);
    }
}

void table_set(vm_machine *m, uint32_t id, uint32_t index, uint64_t entry)
{
    uint64_t *at = table_entry(m, id, index);
    uint64_t old = *at;
    if (old == entry) {
        return;
    }
    *at = entry;
    EMIT(m, pte, .table = id, .index = index, .old_entry = old, .entry = entry);
    if (is_hashed(m) && m->tables[id].level == 1) {
        hashed_follow(m, m->tables[id].pid, m->tables[id].base + index, old, entry);
    }
    if (!old != !entry) {
        struct table before = m->tables[id];
        m->tables[id].used += entry ? 1 : UINT32_MAX;
        emit(m->events, id, &before, &m->tables[id]);
    }
}

uint32_t table_at(const vm_machine *m, vm_pid pid, vm_vpn vpn, unsigned level)
{
    uint32_t table = m->processes[pid].root;
    for (unsigned l = m->config.levels; table && l > level; l--) {
        uint64_t entry = *table_entry(m, table, table_index(m, vpn, l));
        table = pte_names_table(entry) ? (uint32_t)pte_number(entry) : 0;
    }
    return table;
}

struct pte_place pte_place(const vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    struct pte_place place = {.table = m->processes[pid].root};
    for (unsigned l = m->config.levels; place.table; l--) {
        place.index = table_index(m, vpn, l);
        uint64_t entry = *table_entry(m, place.table, place.index);
        if (l == 1 || entry & vm_pte_bit_huge) {
            break;
        }
        place.table = entry & vm_pte_bit_present ? (uint32_t)pte_number(entry) : 0;
    }
    return place;
}

uint64_t pte_get(const vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    struct pte_place at = pte_place(m, pid, vpn);
    uint64_t entry = at.table ? *table_entry(m, at.table, at.index) : 0;
    if (entry & vm_pte_bit_huge) {
        const uint64_t flags = (UINT64_C(1) << PTE_SHIFT) - 1;
        uint64_t frame = leaf_frame(m, entry, vpn);
        entry = (entry & flags & ~(uint64_t)vm_pte_bit_special) | frame << PTE_SHIFT;
    }
    return entry;
}

void pte_set(vm_machine *m, vm_pid pid, vm_vpn vpn, uint64_t entry)
{
    struct pte_place at = pte_place(m, pid, vpn);
    assert(at.table);
    uint64_t old = *table_entry(m, at.table, at.index);
    if (old & vm_pte_bit_huge) {
        const uint64_t flags = (UINT64_C(1) << PTE_SHIFT) - 1;
        assert(entry & vm_pte_bit_huge && pte_number(entry) == leaf_frame(m, old, vpn));
        entry = (entry & flags) | (old & (~flags | vm_pte_bit_special));
    }
    table_set(m, at.table, at.index, entry);
}

bool table_build(vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    return table_build_to(m, pid, vpn, 1);
}

bool table_build_to(vm_machine *m, vm_pid pid, vm_vpn vpn, unsigned last)
{
    uint32_t table = m->processes[pid].root;
    for (unsigned level = m->config.levels; level > last; level--) {
        uint32_t index = table_index(m, vpn, level);
        uint64_t entry = *table_entry(m, table, index);
        if (entry & vm_pte_bit_huge) {
            return true;
        }
        if (entry & vm_pte_bit_present) {
            table = (uint32_t)pte_number(entry);
            continue;
        }
        uint32_t frame = 0;
        if (!m->config.tables_outside) {
            vm_frame f = reclaim_take(m, pid, vm_frame_kind_table, 0, level - 1);
            if (f == VM_NO_FRAME) {
                return false;
            }
            frame = f + 1;
        }
        vm_vpn base = vpn >> m->shift[level] << m->shift[level];
        EMIT(m, table_made, .pid = pid, .table = table_next(m), .level = level - 1,
            .frame = frame ? frame - 1 : 0);
        uint32_t lower = table_new(m, pid, level - 1, base, frame);
        table_set(m, table, index,
            (uint64_t)lower << PTE_SHIFT | vm_pte_bit_present | vm_pte_bit_writable |
                vm_pte_bit_user);
        table = lower;
    }
    return true;
}

/* The table of `level` for a page, or 0 and the first page behind what is missing. */
static uint32_t table_or_gap(
    const vm_machine *m, vm_pid pid, vm_vpn vpn, unsigned level, vm_vpn *behind)
{
    uint32_t table = m->processes[pid].root;
    *behind = m->user_end;
    for (unsigned l = m->config.levels; table && l > level; l--) {
        uint64_t entry = *table_entry(m, table, table_index(m, vpn, l));
        table = pte_names_table(entry) ? (uint32_t)pte_number(entry) : 0;
        *behind = ((vpn >> m->shift[l]) + 1) << m->shift[l];
    }
    return table;
}

void table_prune(vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end)
{
    end = end < m->user_end ? end : m->user_end;
    for (unsigned level = 1; level < m->config.levels; level++) {
        unsigned shift = m->shift[level + 1]; /* of the pages below one table of this level */
        for (vm_vpn vpn = start >> shift << shift, next; vpn < end; vpn = next) {
            uint32_t upper = table_or_gap(m, pid, vpn, level + 1, &next);
            if (!upper) {
                continue; /* a mapping of petabytes has few tables */
            }
            next = vpn + (UINT64_C(1) << shift);
            uint32_t index = table_index(m, vpn, level + 1);
            uint64_t entry = *table_entry(m, upper, index);
            if (pte_names_table(entry) && !m->tables[pte_number(entry)].used) {
                table_set(m, upper, index, 0);
                table_free(m, (uint32_t)pte_number(entry));
            }
        }
    }
}

static void free_below(vm_machine *m, uint32_t table)
{
    for (uint32_t i = 0; m->tables[table].level > 1 && m->tables[table].used; i++) {
        uint64_t entry = *table_entry(m, table, i);
        if (entry) {
            assert(pte_names_table(entry));
            if (pte_number(entry) != m->kernel_table) {
                free_below(m, (uint32_t)pte_number(entry)); /* at most VM_LEVELS_MAX deep */
            }
            table_set(m, table, i, 0);
        }
    }
    table_free(m, table);
}

void table_free_all(vm_machine *m, vm_pid pid)
{
    if (m->processes[pid].root) {
        free_below(m, m->processes[pid].root);
    }
}

bool pte_next(const vm_machine *m, vm_pid pid, vm_vpn vpn, vm_vpn end, vm_vpn *found)
{
    end = end < m->user_end ? end : m->user_end;
    while (vpn < end) {
        uint32_t table = m->processes[pid].root;
        unsigned level = m->config.levels;
        uint64_t entry = table ? *table_entry(m, table, table_index(m, vpn, level)) : 0;
        while (level > 1 && pte_names_table(entry)) {
            table = (uint32_t)pte_number(entry);
            level--;
            entry = *table_entry(m, table, table_index(m, vpn, level));
        }
        /* Along this table, to its first entry or its end: the next walk starts from the root. */
        uint32_t last = (UINT32_C(1) << m->config.level_bits[m->config.levels - level]) - 1;
        for (uint32_t i = table_index(m, vpn, level); table && !entry && i < last && vpn < end;) {
            vpn = ((vpn >> m->shift[level]) + 1) << m->shift[level];
            entry = *table_entry(m, table, ++i);
        }
        if (entry && (level == 1 || entry & vm_pte_bit_huge) && vpn < end) {
            *found = vpn;
            return true;
        }
        if (!entry) {
            vpn = ((vpn >> m->shift[level]) + 1) << m->shift[level];
        }
    }
    return false;
}
