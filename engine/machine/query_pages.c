/* SPDX-License-Identifier: MIT
 * In which state the pages of a range are: no mapping, never touched, resident, in swap or in a
 * file only. (CS:APP's unallocated, uncached and cached are sums of these.)
 */
#include "kernel/frame.h"
#include "kernel/vma.h"
#include "mmu/table.h"

static enum vm_page_state state_of(const vm_machine *m, uint64_t entry)
{
    if (entry & vm_pte_bit_swapped) {
        return vm_page_state_swapped;
    }
    bool zero =
        !(entry & vm_pte_bit_special) && m->frames[pte_number(entry)].kind == vm_frame_kind_zero;
    return zero ? vm_page_state_zero : vm_page_state_resident;
}

static void count_mapping(const vm_machine *m, vm_pid mm, const struct vma *vma, vm_vpn start,
    vm_vpn end, uint64_t *states)
{
    uint64_t entries = 0;
    for (vm_vpn vpn = start; pte_next(m, mm, vpn, end, &vpn); vpn++) {
        states[state_of(m, pte_get(m, mm, vpn))]++;
        entries++;
    }
    states[vma->object ? vm_page_state_in_file : vm_page_state_untouched] += end - start - entries;
}

void vm_page_states(const vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end, uint64_t *states)
{
    for (unsigned s = 0; s < vm_page_state_count; s++) {
        states[s] = 0;
    }
    end = end < pages_in_space(m) ? end : pages_in_space(m);
    if (start >= end || !pid || pid >= m->processes_n ||
        m->processes[pid].state != vm_process_state_alive) {
        return;
    }
    vm_pid mm = mm_of(m, pid);
    uint64_t mapped = 0;
    for (uint32_t v = vma_first_end_after(m, mm, start); v && m->vmas[v].start < end;
         v = m->vmas[v].next) {
        const struct vma *vma = &m->vmas[v];
        vm_vpn from = vma->start > start ? vma->start : start;
        vm_vpn to = vma->end < end ? vma->end : end;
        count_mapping(m, mm, vma, from, to, states);
        mapped += to - from;
    }
    states[vm_page_state_unmapped] = end - start - mapped;
}

uint64_t vm_map_count(const vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    uint64_t entry = vm_pte_of(m, pid, vpn);
    bool counted = entry & vm_pte_bit_present && !(entry & vm_pte_bit_special);
    return counted ? m->frames[pte_number(entry)].maps : 0;
}

bool vm_table_at(const vm_machine *m, uint32_t table, struct vm_table_view *out)
{
    if (table == 0 || table >= m->tables_n) {
        return false;
    }
    const struct table *t = &m->tables[table];
    *out = (struct vm_table_view){.pid = t->pid, .level = t->level, .base = t->base};
    return true;
}
