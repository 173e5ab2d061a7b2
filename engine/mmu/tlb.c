/* SPDX-License-Identifier: MIT
 * The TLB. Invariant: of a valid entry's page the page table holds the same frame, and every right
 * the entry gives, the table gives too.
 */
#include "mmu/tlb.h"

#include "kernel/process.h"

static void put(vm_machine *m, uint32_t index, const struct tlb_entry *now)
{
    struct tlb_entry old = m->tlb[index];
    m->tlb[index] = *now;
    EMIT(m, tlb, .cpu = 0, .entry = index,           //
        .old_asid = old.asid, .asid = now->asid,     //
        .old_vpn = old.vpn, .vpn = now->vpn,         //
        .old_pte = old.pte, .pte = now->pte,         //
        .old_epoch = old.epoch, .epoch = now->epoch, //
        .old_used = old.used, .used = now->used);
}

void tlb_describe(const vm_machine *m, struct vm_events *events)
{
    for (uint32_t i = 0; i < m->tlb_n; i++) {
        const struct tlb_entry *e = &m->tlb[i];
        if (e->asid || e->vpn || e->pte || e->epoch || e->used) {
            EMIT_TO(events, tlb, .cpu = 0, .entry = i, .asid = e->asid, .vpn = e->vpn,
                .pte = e->pte, .epoch = e->epoch, .used = e->used);
        }
    }
}

static int find_in(const vm_machine *m, uint32_t set, vm_vpn vpn)
{
    uint32_t from = set * m->config.tlb_ways;
    for (uint32_t i = from; i < from + m->config.tlb_ways; i++) {
        if (tlb_means(m, &m->tlb[i], vpn)) {
            return (int)i;
        }
    }
    return -1;
}

int tlb_find(const vm_machine *m, vm_vpn vpn)
{
    uint32_t small = tlb_set_of(m, vpn, 0), huge = tlb_set_of(m, vpn, vm_pte_bit_huge);
    int found = find_in(m, small, vpn);
    return found >= 0 || small == huge || m->config.thp == vm_thp_never ? found
                                                                        : find_in(m, huge, vpn);
}

void tlb_use(vm_machine *m, int index)
{
    struct tlb_entry now = m->tlb[index];
    now.used = m->clock;
    put(m, (uint32_t)index, &now);
}

uint32_t tlb_choose(const vm_machine *m, uint32_t set, uint16_t asid, vm_vpn vpn)
{
    uint32_t from = set * m->config.tlb_ways, best = from;
    uint64_t least = UINT64_MAX;
    for (uint32_t i = from; i < from + m->config.tlb_ways; i++) {
        const struct tlb_entry *entry = &m->tlb[i];
        if (!tlb_valid(m, entry) || (entry->vpn == vpn && entry->asid == asid)) {
            return i;
        }
        bool less = entry->used < least; /* no branch: nobody could foretell it */
        best = less ? i : best;
        least = less ? entry->used : least;
    }
    return best;
}

void tlb_fill(vm_machine *m, uint32_t index, uint16_t asid, vm_vpn vpn, uint64_t pte)
{
    const struct tlb_entry now = {.vpn = vpn & ~pte_span(m, pte),
        .pte = pte,
        .used = m->clock,
        .epoch = cpu_of(m)->epoch,
        .asid = asid};
    put(m, index, &now);
}

void tlb_set_pte(vm_machine *m, int index, uint64_t pte)
{
    struct tlb_entry now = m->tlb[index];
    now.pte = pte;
    put(m, (uint32_t)index, &now);
}

static void drop(vm_machine *m, vm_pid pid, vm_vpn vpn, uint32_t from, uint32_t end)
{
    uint16_t asid = m->processes[pid].asid;
    for (uint32_t i = from; i < end; i++) {
        const struct tlb_entry *entry = &m->tlb[i];
        if (entry->vpn == (vpn & ~pte_span(m, entry->pte)) && entry->asid == asid &&
            tlb_valid(m, entry)) {
            const struct tlb_entry nothing = {0};
            EMIT(m, tlb_drop, .pid = pid, .vpn = vpn);
            count(m, pid, vm_counter_tlb_drops, 1);
            put(m, i, &nothing);
        }
    }
}

void tlb_drop_page(vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    uint32_t ways = m->config.tlb_ways;
    if (!m->tlb_n || (!m->config.asids && m->processes[pid].root != cpu_of(m)->root)) {
        return; /* without tags only the present process has entries */
    }
    if (m->tlb_n <= 64) { /* a preset may have put the page into another set */
        drop(m, pid, vpn, 0, m->tlb_n);
        return;
    }
    uint32_t small = tlb_set_of(m, vpn, 0), huge = tlb_set_of(m, vpn, vm_pte_bit_huge);
    drop(m, pid, vpn, small * ways, (small + 1) * ways);
    if (huge != small) {
        drop(m, pid, vpn, huge * ways, (huge + 1) * ways);
    }
}

void tlb_drop_process(vm_machine *m, vm_pid pid)
{
    uint16_t asid = m->processes[pid].asid;
    if (!m->tlb_n || (!m->config.asids && m->processes[pid].root != cpu_of(m)->root)) {
        return;
    }
    EMIT(m, tlb_flush, .pid = pid);
    count(m, pid, vm_counter_tlb_flushes, 1);
    if (!m->config.asids) {
        tlb_flush_all(m);
        return;
    }
    const struct tlb_entry nothing = {0};
    for (uint32_t i = 0; i < m->tlb_n; i++) {
        if (m->tlb[i].asid == asid && m->tlb[i].pte && !(m->tlb[i].pte & vm_pte_bit_global)) {
            put(m, i, &nothing);
        }
    }
}

void tlb_flush_all(vm_machine *m)
{
    struct cpu now = m->cpus[m->on];
    now.epoch++;
    cpu_put(m, &now);
}
