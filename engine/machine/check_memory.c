/* SPDX-License-Identifier: MIT
 * Invariants of resident sets, of what is one process's own, and of the swap slots that objects
 * hold.
 */
#include "kernel/page_cache.h"
#include "kernel/vma.h"
#include "machine/check.h"
#include "mmu/table.h"

/* What the entries of one address space come to. */
struct resident {
    uint64_t kind[vm_frame_kind_count], swapped;
};

static struct resident resident_of(const vm_machine *m, vm_pid mm)
{
    struct resident sum = {0};
    for (vm_vpn vpn = 0; pte_next(m, mm, vpn, m->user_end, &vpn); vpn++) {
        uint64_t entry = pte_get(m, mm, vpn);
        if (entry & vm_pte_bit_swapped) {
            sum.swapped++;
        } else if (!(entry & vm_pte_bit_special)) {
            sum.kind[m->frames[pte_number(entry)].kind]++;
        } else if (m->vmas[vma_find(m, mm, vpn)].kind == vm_vma_kind_vdso) {
            sum.kind[vm_frame_kind_file]++;
        }
    }
    return sum;
}

static const char *check_counters(const vm_machine *m)
{
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        if (!m->processes[pid].root || mm_of(m, pid) != pid) {
            continue;
        }
        struct resident sum = resident_of(m, pid);
        const uint64_t *counter = m->processes[pid].counter;
        if (sum.kind[vm_frame_kind_anon] != counter[vm_counter_rss_anon] ||
            sum.kind[vm_frame_kind_file] != counter[vm_counter_rss_file] ||
            sum.kind[vm_frame_kind_shmem] != counter[vm_counter_rss_shmem]) {
            return "26: resident pages are counted by their kind";
        }
        if (counter[vm_counter_rss] != counter[vm_counter_rss_anon] + counter[vm_counter_rss_file] +
                                           counter[vm_counter_rss_shmem]) {
            return "35: the resident set is the sum of its kinds";
        }
        if (sum.swapped != counter[vm_counter_swapped]) {
            return "36: pages in swap are counted";
        }
    }
    return NULL;
}

static const char *check_own(const vm_machine *m)
{
    for (vm_frame f = 0; f < m->frames_n; f++) {
        const struct frame *frame = &m->frames[f];
        bool named = frame->slot && m->slots[frame->slot - 1].refs;
        if (frame->flags & vm_frame_bit_exclusive &&
            (frame->kind != vm_frame_kind_anon || frame->maps != 1 || named)) {
            return "37: a page that is one process's own has one user";
        }
    }
    return NULL;
}

static const char *check_held_slots(const vm_machine *m)
{
    for (vm_slot s = 0; s < m->slots_n; s++) {
        const struct slot *slot = &m->slots[s];
        if (m->objects[slot->object].kind != vm_object_kind_shmem) {
            continue;
        }
        const struct cached *cached = cache_at(m, slot->object, slot->index);
        if (slot->refs != 1 || !cached || cached->slot != s + 1) {
            return "38: a slot of shared memory is held by its object";
        }
    }
    for (uint32_t c = 0; c < m->cached_n; c++) {
        if (m->cached[c].slot && m->slots[m->cached[c].slot - 1].refs != 1) {
            return "39: shared memory names only slots that are its own";
        }
    }
    return NULL;
}

const char *check_memory(const vm_machine *m)
{
    const char *problem = check_counters(m);
    problem = problem ? problem : check_own(m);
    return problem ? problem : check_held_slots(m);
}
