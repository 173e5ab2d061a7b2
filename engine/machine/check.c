/* SPDX-License-Identifier: MIT
 * Every invariant, numbered. The checks go from the entries to the frames and back, so that neither
 * side can be wrong alone.
 */
#include "machine/check.h"

#include "kernel/frame.h"
#include "kernel/limit.h"
#include "kernel/huge.h"
#include "kernel/kernel_space.h"
#include "kernel/page_cache.h"
#include "kernel/vma.h"
#include "kernel/words.h"
#include "machine/world.h"
#include "mmu/table.h"
#include "policy/policy.h"

static bool bit(const uint64_t *map, uint32_t i)
{
    return map[i / 64] >> (i % 64) & 1;
}

static bool rmap_names(const vm_machine *m, const struct frame *frame, vm_pid pid, vm_vpn vpn)
{
    for (uint32_t r = frame->rmap; r; r = m->rmaps[r].next) {
        if (m->rmaps[r].pid == pid && m->rmaps[r].vpn == vpn) {
            return true;
        }
    }
    return false;
}

static const char *check_frames(const vm_machine *m)
{
    uint32_t free = 0;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        const struct frame *frame = &m->frames[f];
        bool is_free = frame->kind == vm_frame_kind_free;
        free += is_free;
        if (is_free != bit(m->free_frames, f)) {
            return "1: a frame is in the bitmap if and only if it is free";
        }
        if (is_free && (frame->maps || frame->rmap || frame->words || frame->slot)) {
            return "2: a free frame holds nothing";
        }
        uint32_t maps = 0;
        for (uint32_t r = frame->rmap; r; r = m->rmaps[r].next) {
            uint64_t entry = pte_get(m, m->rmaps[r].pid, m->rmaps[r].vpn);
            if (!(entry & vm_pte_bit_present) || pte_number(entry) != f) {
                return "3: every reverse mapping has its entry";
            }
            maps++;
        }
        if (maps != frame->maps) {
            return "4: a frame counts its mappings";
        }
        if (frame->slot &&
            ((frame->kind != vm_frame_kind_anon && frame->kind != vm_frame_kind_shmem) ||
                m->slots[frame->slot - 1].frame != f + 1)) {
            return "5: a frame and its slot name each other";
        }
        if (frame->slot && m->slots[frame->slot - 1].refs && frame->flags & vm_frame_bit_dirty) {
            return "6: a page that others still find in swap is clean";
        }
        if (frame->kind == vm_frame_kind_anon && !frame->slot &&
            !(frame->flags & (vm_frame_bit_dirty | vm_frame_bit_lazyfree))) {
            return "7: an anonymous page without a copy in swap is dirty";
        }
        if (frame->kind == vm_frame_kind_anon && frame->maps && !frame->object) {
            return "55: an anonymous page has an identity";
        }
        if (frame->kind == vm_frame_kind_anon && !frame->maps && !frame->slot) {
            return "8: an anonymous frame has a user";
        }
    }
    return free == m->frames_free ? NULL : "9: free frames are counted";
}

static const char *check_slots(const vm_machine *m)
{
    uint32_t free = 0;
    for (vm_slot s = 0; s < m->slots_n; s++) {
        const struct slot *slot = &m->slots[s];
        bool is_free = !slot->refs && !slot->frame;
        free += is_free;
        if (is_free != bit(m->free_slots, s)) {
            return "10: a slot is in the bitmap if and only if nothing needs it";
        }
        if (slot->frame && m->frames[slot->frame - 1].slot != s + 1) {
            return "11: a slot and its frame name each other";
        }
    }
    return free == m->slots_free ? NULL : "12: free slots are counted";
}

struct sums {
    uint64_t refs; /* entries that name a slot */
    uint64_t maps; /* entries that map a frame */
};

static const char *check_leaf(
    const vm_machine *m, vm_pid pid, vm_vpn vpn, uint64_t entry, struct sums *sums)
{
    uint32_t v = vma_find(m, pid, vpn);
    if (!v) {
        return "13: an entry lies in a mapping";
    }
    if (entry & vm_pte_bit_swapped) {
        sums->refs++;
        return m->slots[pte_number(entry)].refs ? NULL
                                                : "14: a slot counts the entries that name it";
    }
    if (entry & vm_pte_bit_special) {
        bool fits = m->vmas[v].flags & vm_map_bit_special ||
                    (entry & vm_pte_bit_huge && !m->vmas[v].object); /* the huge zero page */
        return fits ? NULL : "44: only a mapping of a device has entries without frames";
    }
    const struct frame *frame = &m->frames[pte_number(entry)];
    if (frame->kind == vm_frame_kind_zero) {
        return entry & vm_pte_bit_writable ? "15: the zero page is never writable" : NULL;
    }
    sums->maps++;
    if (!frame_evictable_kind(frame) || (frame->maps < 64 && !rmap_names(m, frame, pid, vpn))) {
        return "16: a mapped frame knows the entry";
    }
    const struct vma *vma = &m->vmas[v];
    bool shared = vma->flags & (vm_map_bit_shared | vm_map_bit_pages);
    if (entry & vm_pte_bit_writable && !(vma->prot & vm_prot_bit_write)) {
        return "17: an entry gives no right that its mapping does not";
    }
    if (entry & vm_pte_bit_writable && !shared && !(frame->flags & vm_frame_bit_exclusive)) {
        return "18: a private page that is not one process's own is read-only";
    }
    if (entry & vm_pte_bit_dirty && !(frame->flags & vm_frame_bit_dirty)) {
        return "19: a written page is dirty";
    }
    return NULL;
}

static const char *check_kernel_leaf(const vm_machine *m, uint64_t entry)
{
    bool mine = entry & vm_pte_bit_global && pte_number(entry) < m->config.kernel_frames;
    return mine && !(entry & vm_pte_bit_user) ? NULL
                                              : "32: user mode cannot reach the kernel's pages";
}

static const char *check_roots(const vm_machine *m)
{
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        uint32_t root = m->processes[pid].root;
        if (root && m->kernel_table &&
            pte_number(*table_entry(m, root, m->kernel_index)) != m->kernel_table) {
            return "33: every address space has the kernel's half";
        }
    }
    return NULL;
}

static const char *check_huge(const vm_machine *m, uint32_t t, uint32_t index, struct sums *sums)
{
    const struct table *table = &m->tables[t];
    vm_vpn first = table->base + index * huge_pages(m);
    uint32_t deposit = huge_deposit(m, table->pid, first);
    if (table->level != 2 || !deposit || m->tables[deposit].used) {
        return "34: beside a huge page lies the table for its split";
    }
    for (vm_vpn vpn = first; vpn < first + huge_pages(m); vpn++) {
        uint64_t entry = pte_get(m, table->pid, vpn);
        bool zero = m->frames[pte_number(entry)].kind == vm_frame_kind_zero;
        if (zero != ((*table_entry(m, t, index) & vm_pte_bit_special) != 0)) {
            return "45: a huge page is in frames in a row, or all of it is the zero page";
        }
        const char *problem = check_leaf(m, table->pid, vpn, entry, sums);
        if (problem) {
            return problem;
        }
    }
    return NULL;
}

static const char *check_table(const vm_machine *m, uint32_t t, struct sums *sums)
{
    const struct table *table = &m->tables[t];
    uint32_t used = 0, n = UINT32_C(1) << m->config.level_bits[m->config.levels - table->level];
    for (uint32_t i = 0; i < n; i++) {
        uint64_t entry = *table_entry(m, t, i);
        if (!entry) {
            continue;
        }
        used++;
        if (entry & vm_pte_bit_huge) {
            const char *problem = check_huge(m, t, i, sums);
            if (problem) {
                return problem;
            }
            continue;
        }
        if (table->level > 1) {
            const struct table *lower = &m->tables[pte_number(entry)];
            bool kernel = pte_number(entry) == m->kernel_table;
            if ((lower->pid != table->pid && !kernel) || lower->level != table->level - 1) {
                return "20: an upper entry names a table one level below";
            }
            continue;
        }
        const char *problem = table->pid ? check_leaf(m, table->pid, table->base + i, entry, sums)
                                         : check_kernel_leaf(m, entry);
        if (problem) {
            return problem;
        }
    }
    enum vm_frame_kind kind = table->pid ? vm_frame_kind_table : vm_frame_kind_kernel;
    if (table->frame && m->frames[table->frame - 1].kind != kind) {
        return "21: a table lies in a frame of its kind";
    }
    return used == table->used ? NULL : "22: a table counts its entries";
}

static const char *check_tables(const vm_machine *m)
{
    struct sums sums = {0};
    for (uint32_t t = 1; t < m->tables_n; t++) {
        const char *problem = m->tables[t].level ? check_table(m, t, &sums) : NULL;
        if (problem) {
            return problem;
        }
    }
    for (vm_slot s = 0; s < m->slots_n; s++) {
        bool shmem = m->objects[m->slots[s].object].kind == vm_object_kind_shmem;
        sums.refs -= shmem ? 0 : m->slots[s].refs; /* the object names those: check_memory */
    }
    for (vm_frame f = 0; f < m->frames_n; f++) {
        sums.maps -= m->frames[f].maps;
    }
    return sums.refs   ? "23: slots count the entries that name them"
           : sums.maps ? "24: frames count the entries that map them"
                       : NULL;
}

/* Who borrows memory has no tables of its own, and the lender lives. */
static const char *check_loans(const vm_machine *m)
{
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        const struct process *process = &m->processes[pid];
        if (process->mm != pid &&
            (process->root || process->first_vma || process->state != vm_process_state_alive ||
                m->processes[process->mm].state != vm_process_state_alive ||
                m->processes[process->mm].mm != process->mm)) {
            return "76: a vfork child lives in the memory of a living process that is its own";
        }
    }
    return NULL;
}

static const char *check_words(const vm_machine *m)
{
    uint64_t live = 0;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        live += words_length(m, m->frames[f].words);
    }
    for (vm_slot s = 0; s < m->slots_n; s++) {
        live += words_length(m, m->slots[s].words);
    }
    for (uint32_t c = 0; c < m->cached_n; c++) {
        live += words_length(m, m->cached[c].words);
    }
    for (vm_tid t = 1; t < m->tasks_n; t++) {
        live += words_length(m, m->tasks[t].registers);
    }
    return live == m->words_live ? NULL : "29: every valued word has one holder";
}

static const char *check_cache(const vm_machine *m)
{
    for (vm_frame f = 0; f < m->frames_n; f++) {
        const struct frame *frame = &m->frames[f];
        bool in_cache = frame->kind == vm_frame_kind_file || frame->kind == vm_frame_kind_shmem;
        const struct cached *cached = in_cache ? cache_at(m, frame->object, frame->index) : NULL;
        if (cached && cached->frame != f + 1) {
            return "30: the page cache finds every file page in memory";
        }
    }
    for (uint32_t c = 0; c < m->cached_n; c++) {
        uint32_t frame = m->cached[c].frame;
        if (frame && m->frames[frame - 1].kind != vm_frame_kind_file &&
            m->frames[frame - 1].kind != vm_frame_kind_shmem) {
            return "31: the page cache names only pages of files and shared memory";
        }
    }
    return NULL;
}

const char *vm_check(const vm_machine *m)
{
    const char *(*const checks[])(const vm_machine *) = {check_frames, check_slots, check_tables,
        check_loans, check_mappings, check_tlbs, check_roots, policy_check, check_words,
        check_cache, check_files, check_threads, check_channels, limit_check, check_chunks,
        check_stacks, check_memory, check_cpus, check_sync, check_races, check_signals, check_older,
        check_hashed};
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        const char *problem = checks[i](m);
        if (problem) {
            return problem;
        }
    }
    return NULL;
}
