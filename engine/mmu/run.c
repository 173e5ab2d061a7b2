/* SPDX-License-Identifier: MIT
 * The quick way of a reference. Invariant: what run_hits did is what access_page would have done,
 * bit for bit; whatever it cannot do so it leaves to it.
 */
#include "mmu/run.h"

#include "kernel/frame.h"
#include "mmu/table.h"
#include "mmu/tlb.h"
#include "policy/policy.h"

/* A reference is allowed when the entry's bits under `mask` are `want`; those of a device go the
 * long way. */
struct need {
    uint64_t mask, want;
};
static const struct need needs[] = {
    [vm_access_none] = {0, 1}, /* never */
    [vm_access_load] = {vm_pte_bit_user | vm_pte_bit_special, vm_pte_bit_user},
    [vm_access_store] = {vm_pte_bit_user | vm_pte_bit_writable | vm_pte_bit_dirty |
                             vm_pte_bit_special,
        vm_pte_bit_user | vm_pte_bit_writable | vm_pte_bit_dirty},
    [vm_access_fetch] = {vm_pte_bit_user | vm_pte_bit_no_execute | vm_pte_bit_special,
        vm_pte_bit_user},
};

/* What the references of one run add up to. */
struct sums {
    uint64_t hits, misses, reads;
};

static bool allowed(uint64_t pte, enum vm_access access)
{
    return (pte & needs[access].mask) == needs[access].want;
}

static bool same(const vm_machine *m, const struct tlb_entry *entry, vm_vpn vpn)
{
    return entry->vpn == (vpn & ~pte_span(m, entry->pte)) && entry->asid == m->cpu.asid &&
           entry->epoch == m->cpu.epoch && entry->pte;
}

/* The leaf entry of a page, if the walk gets there and finds nothing to do; else 0. */
static uint64_t walk(const vm_machine *m, vm_vpn vpn, enum vm_access access, struct sums *sums)
{
    uint32_t table = m->cpu.root;
    uint64_t entry = 0, reads = 0;
    if (vpn >= m->user_end) {
        return 0;
    }
    for (unsigned level = m->config.levels; level; level--) {
        entry = *table_entry(m, table, table_index(m, vpn, level));
        reads++;
        if (level == 1 || !pte_names_table(entry)) {
            break;
        }
        table = (uint32_t)pte_number(entry);
    }
    const uint64_t set = vm_pte_bit_present | vm_pte_bit_accessed;
    if ((entry & set) != set || !allowed(entry, access)) {
        return 0;
    }
    sums->misses++;
    sums->reads += on_paper(m) ? 0 : reads;
    return entry;
}

/* The place in the TLB after a look-up that hit or that was filled; UINT32_MAX: neither. */
static uint32_t look_up(vm_machine *m, vm_vpn vpn, enum vm_access access, struct sums *sums)
{
    int found = tlb_find(m, vpn);
    if (found >= 0) {
        bool fine = allowed(m->tlb[found].pte, access);
        sums->hits += fine;
        return fine ? (uint32_t)found : UINT32_MAX;
    }
    uint64_t pte = walk(m, vpn, access, sums);
    if (!pte) {
        return UINT32_MAX;
    }
    vm_vpn first = vpn & ~pte_span(m, pte);
    uint32_t at = tlb_choose(m, tlb_set_of(m, vpn, pte), m->cpu.asid, first);
    m->tlb[at] =
        (struct tlb_entry){.vpn = first, .pte = pte, .epoch = m->cpu.epoch, .asid = m->cpu.asid};
    return at;
}

static inline void use(vm_machine *m, const struct vm_policy *policy, uint64_t *words, vm_frame f)
{
    if (!frame_evictable_kind(&m->frames[f])) {
        return;
    }
    switch (policy->use) {
    case USE_CALL:
        policy->touch(m, f);
        break;
    case USE_NOTHING:
        break;
    case USE_BIT:
        words[f] = 1;
        break;
    case USE_TIME:
        words[f] = m->clock + 1;
        break;
    }
}

static void add_up(vm_machine *m, const struct sums *sums)
{
    vm_pid pid = m->tasks[m->cpu.tid].pid;
    uint64_t *of[] = {m->counter, m->processes[pid].counter};
    for (int i = 0; i < 2; i++) {
        of[i][vm_counter_references] += sums->hits + sums->misses;
        of[i][vm_counter_tlb_hits] += sums->hits;
        of[i][vm_counter_tlb_misses] += sums->misses;
        of[i][vm_counter_walk_reads] += sums->reads;
    }
}

size_t run_hits(vm_machine *m, const struct vm_ref *refs, size_t n, struct run_guess *guess)
{
    const struct vm_policy *policy = vm_policies[m->policy];
    uint64_t *words = m->policy_words + m->policy_base[policy->use_region];
    struct sums sums = {0};
    size_t i = 0;
    for (; i < n; i++) {
        enum vm_access access = (enum vm_access)refs[i].access;
        vm_vpn vpn = vpn_of(m, refs[i].va);
        if (access >= vm_access_count) {
            break;
        }
        uint32_t *at = &guess->at[vpn % RUN_GUESSES];
        if (same(m, &m->tlb[*at], vpn) && allowed(m->tlb[*at].pte, access)) {
            sums.hits++;
        } else {
            uint32_t found = look_up(m, vpn, access, &sums);
            if (found == UINT32_MAX) {
                break;
            }
            *at = found;
        }
        struct tlb_entry *entry = &m->tlb[*at];
        entry->used = ++m->clock;
        use(m, policy, words, leaf_frame(m, entry->pte, vpn));
    }
    add_up(m, &sums);
    return i;
}
