/* SPDX-License-Identifier: MIT
 * The TLB. Invariant: of a valid entry's page the page table holds the same frame, and every right
 * the entry gives, the table gives too.
 */
#include "mmu/tlb.h"

#include "kernel/switch.h"

static void put(vm_machine *m, uint32_t index, const struct tlb_entry *now)
{
    struct tlb_entry old = m->tlb[index];
    m->tlb[index] = *now;
    EMIT(m, tlb, .cpu = index / m->tlb_each, .entry = tlb_place(m, index), .old_asid = old.asid,
        .asid = now->asid,                           //
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
            EMIT_TO(events, tlb, .cpu = i / m->tlb_each, .entry = tlb_place(m, i), .asid = e->asid,
                .vpn = e->vpn, .pte = e->pte, .epoch = e->epoch, .used = e->used);
        }
    }
}

static int find_in(const vm_machine *m, uint32_t set, vm_vpn vpn)
{
    uint32_t from = m->on * m->tlb_each + set * m->config.tlb_ways;
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
    uint32_t from = m->on * m->tlb_each + set * m->config.tlb_ways, best = from;
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

void tlb_clear(vm_machine *m, uint32_t index)
{
    const struct tlb_entry nothing = {0};
    put(m, index, &nothing);
}

/* Without tags a processor has only entries of the address space that it has loaded. */
static bool may_hold(const vm_machine *m, uint32_t cpu, vm_pid pid)
{
    return m->tlb_n && (m->config.asids || m->processes[pid].root == m->cpus[cpu].root);
}

static uint32_t hold_in(
    const vm_machine *m, uint32_t cpu, vm_pid pid, vm_vpn vpn, uint32_t from, uint32_t end)
{
    uint16_t asid = m->processes[pid].asid;
    for (uint32_t i = from; i < end; i++) {
        const struct tlb_entry *entry = &m->tlb[i];
        if (entry->vpn == (vpn & ~pte_span(m, entry->pte)) && entry->asid == asid &&
            tlb_valid_at(m, cpu, entry) && !entry->leaving) {
            return i;
        }
    }
    return UINT32_MAX;
}

uint32_t tlb_holds(const vm_machine *m, uint32_t cpu, vm_pid pid, vm_vpn vpn, uint32_t from)
{
    uint32_t first = cpu * m->tlb_each, ways = m->config.tlb_ways;
    if (!may_hold(m, cpu, pid)) {
        return UINT32_MAX;
    }
    if (m->tlb_each <= 64) { /* a preset may have put the page into another set */
        return hold_in(m, cpu, pid, vpn, from > first ? from : first, first + m->tlb_each);
    }
    uint32_t small = first + tlb_set_of(m, vpn, 0) * ways;
    uint32_t huge = first + tlb_set_of(m, vpn, vm_pte_bit_huge) * ways;
    uint32_t found = hold_in(m, cpu, pid, vpn, small, small + ways);
    return found != UINT32_MAX || huge == small ? found
                                                : hold_in(m, cpu, pid, vpn, huge, huge + ways);
}

void tlb_drop_local(vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    uint32_t i = 0;
    while ((i = tlb_holds(m, m->on, pid, vpn, i)) != UINT32_MAX) {
        EMIT(m, tlb_drop, .cpu = m->on, .pid = pid, .vpn = vpn);
        count(m, pid, vm_counter_tlb_drops, 1);
        tlb_clear(m, i);
    }
}

static bool is_of(const vm_machine *m, uint32_t index, vm_pid pid)
{
    const struct tlb_entry *entry = &m->tlb[index];
    return entry->asid == m->processes[pid].asid && entry->pte && !(entry->pte & vm_pte_bit_global);
}

static void flush(vm_machine *m, uint32_t cpu, vm_pid pid)
{
    if (!m->config.asids) {
        struct cpu now = m->cpus[cpu];
        now.epoch++;
        cpu_put_at(m, cpu, &now);
        return;
    }
    for (uint32_t i = cpu * m->tlb_each; i < (cpu + 1) * m->tlb_each; i++) {
        if (is_of(m, i, pid)) {
            tlb_clear(m, i);
        }
    }
}

void tlb_flush_process(vm_machine *m, uint32_t cpu, vm_pid pid)
{
    if (may_hold(m, cpu, pid)) {
        EMIT(m, tlb_flush, .cpu = cpu, .pid = pid);
        count(m, pid, vm_counter_tlb_flushes, 1);
        flush(m, cpu, pid);
    }
}

void tlb_flush_absent(vm_machine *m, uint32_t cpu, vm_pid pid)
{
    bool any = false;
    for (uint32_t i = cpu * m->tlb_each; !any && i < (cpu + 1) * m->tlb_each; i++) {
        any = is_of(m, i, pid) && tlb_valid_at(m, cpu, &m->tlb[i]);
    }
    if (any && may_hold(m, cpu, pid)) {
        EMIT(m, tlb_flush_absent, .cpu = cpu, .pid = pid);
        flush(m, cpu, pid);
    }
}
