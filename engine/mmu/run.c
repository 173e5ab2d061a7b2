/* SPDX-License-Identifier: MIT
 * The quick way of a reference. Invariant: what run_hits did is what access_page would have done,
 * bit for bit; whatever it cannot do so it leaves to it.
 */
#include "mmu/run.h"

#include "kernel/frame.h"
#include "mmu/hashed.h"
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
    uint64_t hits, misses, walks, reads;
};

static bool allowed(uint64_t pte, enum vm_access access)
{
    return (pte & needs[access].mask) == needs[access].want;
}

/* The leaf entry of a page, if the walk gets there and finds nothing to do; else 0. */
static uint64_t walk(const vm_machine *m, vm_vpn vpn, enum vm_access access, struct sums *sums)
{
    uint32_t table = cpu_of(m)->root;
    uint64_t entry = 0, reads = 0;
    if (vpn >= m->user_end || is_hashed(m)) {
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
    sums->walks += !on_paper(m);
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
    uint32_t at = tlb_choose(m, tlb_set_of(m, vpn, pte), cpu_of(m)->asid, first);
    m->tlb[at] = (struct tlb_entry){
        .vpn = first, .pte = pte, .epoch = cpu_of(m)->epoch, .asid = cpu_of(m)->asid};
    return at;
}

/* What stays the same during a run, at hand. */
struct run {
    struct tlb_entry *tlb;
    uint64_t *words; /* of the policy's region that a use changes */
    vm_vpn span;     /* of a huge entry */
    uint32_t epoch;
    uint16_t asid;
    uint8_t shift;
    enum policy_use use;
    uint64_t due; /* m->clock when the policy's timer ticks next */
};

static uint64_t next_tick(const vm_machine *m)
{
    uint64_t tick = vm_policies[m->policy]->tick ? m->config.tick : UINT64_MAX;
    return m->clock - m->clock % tick + tick;
}

static struct run begin(vm_machine *m)
{
    const struct vm_policy *policy = vm_policies[m->policy];
    return (struct run){.tlb = m->tlb + m->on * m->tlb_each,
        .words = m->policy_words + m->policy_base[policy->use_region],
        .span = huge_pages(m) - 1,
        .epoch = cpu_of(m)->epoch,
        .asid = cpu_of(m)->asid,
        .shift = m->config.page_shift,
        .use = policy->use,
        .due = next_tick(m)};
}

/* The entry maps the page and allows the access; `within`: which of its pages. One test, for it
 * nearly always holds. */
static inline bool answers(const struct run *run, const struct tlb_entry *entry, vm_vpn vpn,
    enum vm_access access, vm_vpn *within)
{
    *within = entry->pte & vm_pte_bit_huge ? vpn & run->span : 0;
    uint64_t differs = (entry->vpn ^ (vpn - *within)) | (entry->epoch ^ run->epoch) |
                       (uint64_t)(entry->asid ^ run->asid) |
                       ((entry->pte & needs[access].mask) ^ needs[access].want);
    return !differs;
}

static void add_up(vm_machine *m, const struct sums *sums)
{
    vm_pid pid = m->tasks[cpu_of(m)->tid].pid;
    uint64_t *of[] = {m->counter, m->processes[pid].counter};
    for (int i = 0; i < 2; i++) {
        of[i][vm_counter_references] += sums->hits + sums->misses;
        of[i][vm_counter_tlb_hits] += sums->hits;
        of[i][vm_counter_tlb_misses] += sums->misses;
        of[i][vm_counter_walks] += sums->walks;
        of[i][vm_counter_walk_reads] += sums->reads;
    }
}

static inline void use(vm_machine *m, const struct run *run, struct sums *sums, vm_frame f)
{
    if (!frame_evictable_kind(&m->frames[f])) {
        return;
    }
    switch (run->use) {
    case USE_CALL:
        add_up(m, sums); /* it may go by the process's references */
        *sums = (struct sums){0};
        vm_policies[m->policy]->touch(m, f);
        break;
    case USE_NOTHING:
        break;
    case USE_BIT:
        run->words[f] = 1;
        break;
    case USE_TIME:
        run->words[f] = m->clock + 1;
        break;
    }
}

size_t run_hits(vm_machine *m, const struct vm_ref *refs, size_t n, struct run_guess *guess)
{
    struct run run = begin(m);
    struct sums sums = {0};
    size_t i = 0;
    for (; i < n; i++) {
        enum vm_access access = (enum vm_access)refs[i].access;
        vm_vpn vpn = refs[i].va >> run.shift, within;
        if (access >= vm_access_count) {
            break;
        }
        uint32_t *at = &guess->at[vpn % RUN_GUESSES];
        if (answers(&run, &run.tlb[*at], vpn, access, &within)) {
            sums.hits++;
        } else {
            uint32_t found = look_up(m, vpn, access, &sums);
            if (found == UINT32_MAX) {
                break;
            }
            *at = tlb_place(m, found);
            within = vpn & pte_span(m, run.tlb[*at].pte);
        }
        struct tlb_entry *entry = &run.tlb[*at];
        entry->used = ++m->clock;
        use(m, &run, &sums, (vm_frame)(pte_number(entry->pte) + within)); /* no special ones here */
        if (m->clock == run.due) {
            policy_tick(m);
            run.due = next_tick(m);
        }
        if (m->clock >= m->policy_due) {
            i++;
            break; /* pages may have to leave now */
        }
    }
    add_up(m, &sums);
    return i;
}
