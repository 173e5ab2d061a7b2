/* SPDX-License-Identifier: MIT
 * TLB shootdown (Linux: flush_tlb_mm_range, native_flush_tlb_multi). Invariant: when an operation
 * has ended, no TLB gives a right that the page table does not, whichever processor it belongs to.
 *
 * Linux interrupts the processors that run the address space (mm_cpumask, on_each_cpu_cond_mask
 * with tlb_is_not_lazy), whether their TLB holds the page or not, for it cannot know. One that has
 * moved on, or is idle, is left alone: the address space's generation (tlb_gen) tells it at its
 * next switch_mm that it must flush. Here its entries go at once, in tlb_drop_absent, and no
 * interrupt is counted: what it can use from then on is the same.
 */
#include "mmu/shootdown.h"

#include "kernel/interrupt.h"
#include "kernel/switch.h"
#include "mmu/table.h"

static bool runs(const vm_machine *m, uint32_t cpu, vm_pid mm)
{
    return m->cpus[cpu].tid && m->cpus[cpu].root == m->processes[mm].root;
}

/* The page's entries that a processor remembers are marked; absent ones leave at once. */
static void tell(vm_machine *m, uint32_t cpu, vm_pid pid, vm_vpn vpn)
{
    bool present = runs(m, cpu, pid);
    uint32_t i = 0;
    while ((i = tlb_holds(m, cpu, pid, vpn, i)) != UINT32_MAX) {
        if (present) {
            m->tlb[i].leaving = true;
            m->shootdown.leaving[cpu]++;
        } else {
            EMIT(m, tlb_drop_absent, .cpu = cpu, .pid = pid, .vpn = vpn);
            tlb_clear(m, i);
        }
    }
    m->shootdown.targets |= (uint32_t)present << cpu;
}

/* The handler's work on a processor (Linux: flush_tlb_func). */
static void forget(vm_machine *m, uint32_t cpu, vm_pid pid)
{
    uint32_t end = (cpu + 1) * m->tlb_each;
    for (uint32_t i = cpu * m->tlb_each; m->shootdown.leaving[cpu] && i < end; i++) {
        if (m->tlb[i].leaving) {
            EMIT(m, tlb_drop, .cpu = cpu, .pid = pid, .vpn = m->tlb[i].vpn);
            count(m, pid, vm_counter_tlb_drops, 1);
            tlb_clear(m, i);
            m->shootdown.leaving[cpu]--;
        }
    }
    m->shootdown.leaving[cpu] = 0; /* some may have left in a flush before */
}

/* One interrupt, its handler and the way back. `all`: every page of the address space. */
static void interrupt(vm_machine *m, uint32_t cpu, uint32_t pages, bool all)
{
    vm_tid tid = m->cpus[cpu].tid;
    vm_pid pid = m->tasks[tid].pid, sender = m->runner ? m->tasks[m->runner].pid : 0;
    EMIT(m, ipi_sent, .from = m->on, .to = cpu, .pid = pid, .pages = pages);
    count(m, sender, vm_counter_ipis, 1);
    enum vm_mode before = interrupt_begin(m, cpu, vm_interrupt_shootdown);
    EMIT(m, shootdown, .cpu = cpu, .pid = pid, .pages = pages);
    if (all) {
        tlb_flush_process(m, cpu, mm_of(m, pid));
    } else {
        forget(m, cpu, pid);
    }
    interrupt_end(m, cpu, before);
}

void shootdown_gather(vm_machine *m)
{
    m->shootdown.depth++;
}

void shootdown_finish(vm_machine *m)
{
    if (--m->shootdown.depth) {
        return;
    }
    for (uint32_t cpu = 0; m->shootdown.targets >> cpu; cpu++) {
        if (!(m->shootdown.targets >> cpu & 1)) {
            continue;
        }
        if (m->cpus[cpu].tid) {
            interrupt(m, cpu, m->shootdown.pages, false);
        } else { /* its thread was killed meanwhile */
            forget(m, cpu, 0);
        }
    }
    m->shootdown.targets = m->shootdown.pages = 0;
}

void tlb_drop_page(vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    if (!m->tlb_n) {
        return;
    }
    tlb_drop_local(m, pid, vpn);
    if (m->config.cpus == 1) {
        return;
    }
    shootdown_gather(m);
    m->shootdown.pages++;
    for (uint32_t cpu = 0; cpu < m->config.cpus; cpu++) {
        if (cpu != m->on) {
            tell(m, cpu, pid, vpn);
        }
    }
    shootdown_finish(m);
}

void tlb_drop_process(vm_machine *m, vm_pid pid)
{
    if (!m->tlb_n) {
        return;
    }
    tlb_flush_process(m, m->on, pid);
    for (uint32_t cpu = 0; cpu < m->config.cpus; cpu++) {
        if (cpu != m->on && runs(m, cpu, pid)) {
            interrupt(m, cpu, 0, true);
        } else if (cpu != m->on) {
            tlb_flush_absent(m, cpu, pid);
        }
    }
}
