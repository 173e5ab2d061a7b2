/* SPDX-License-Identifier: MIT
 * Questions to a machine about memory and what is mapped; query_task.c has those about who runs.
 * Nothing here has an effect, not even on the TLB.
 */
#include "kernel/descriptor.h"
#include "kernel/file.h"
#include "kernel/page_bytes.h"
#include "kernel/kernel_space.h"
#include "kernel/lock.h"
#include "kernel/page_cache.h"
#include "kernel/vma.h"
#include "kernel/words.h"
#include "machine/world.h"
#include "mmu/table.h"
#include "older/access.h"

/* The process whose tables and mappings this one uses; 0: it has no address space. */
static vm_pid space_of(const vm_machine *m, vm_pid pid)
{
    vm_pid mm = pid && pid < m->processes_n ? mm_of(m, pid) : 0;
    return mm && m->processes[mm].root ? mm : 0;
}

static bool counts_space(enum vm_counter counter)
{
    return counter == vm_counter_rss || counter == vm_counter_rss_anon ||
           counter == vm_counter_rss_file || counter == vm_counter_rss_shmem ||
           counter == vm_counter_swapped || counter == vm_counter_committed ||
           counter == vm_counter_tables;
}

uint64_t vm_counter(const vm_machine *m, vm_pid pid, enum vm_counter counter)
{
    if (pid >= m->processes_n || counter >= vm_counter_count) {
        return 0;
    }
    if (counts_space(counter)) { /* of the address space, which vfork shares */
        pid = pid ? mm_of(m, pid) : 0;
    }
    return pid ? m->processes[pid].counter[counter] : m->counter[counter];
}

/* Of several uses of one word the one that threads wait for, else the latest. */
bool vm_lock_at(const vm_machine *m, vm_pid pid, vm_va va, struct vm_lock_view *out)
{
    vm_pid mm = space_of(m, pid);
    uint32_t found = 0;
    for (unsigned kind = 1; mm && kind < vm_lock_kind_count; kind++) {
        uint32_t id = lock_find(m, mm, va, (enum vm_lock_kind)kind);
        bool waited = m->locks[id].waiters, better = id > found || waited;
        found = id && better && !m->locks[found].waiters ? id : found;
    }
    *out = (struct vm_lock_view){0};
    return vm_lock_numbered(m, found, out);
}

static bool view(const vm_machine *m, uint32_t v, struct vm_vma_view *out)
{
    if (!v) {
        return false;
    }
    const struct vma *vma = &m->vmas[v];
    *out = (struct vm_vma_view){.id = v,
        .pid = vma->pid,
        .start = vma->start,
        .end = vma->end,
        .prot = vma->prot,
        .flags = vma->flags,
        .kind = (enum vm_vma_kind)vma->kind,
        .object = vma->object,
        .anon = vma->anon,
        .name = vma->name,
        .offset = vma->offset};
    return true;
}

bool vm_vma_at(const vm_machine *m, vm_pid pid, vm_vpn vpn, struct vm_vma_view *out)
{
    pid = space_of(m, pid);
    return pid && view(m, vma_find(m, pid, vpn), out);
}

bool vm_vma_next(const vm_machine *m, vm_pid pid, vm_vpn from, struct vm_vma_view *out)
{
    pid = space_of(m, pid);
    return pid && view(m, vma_first_end_after(m, pid, from), out);
}

bool vm_vma_find(const vm_machine *m, vm_pid pid, enum vm_vma_kind kind, uint32_t object,
    uint32_t name, struct vm_vma_view *out)
{
    pid = space_of(m, pid);
    uint32_t v = pid ? m->processes[pid].first_vma : 0;
    for (; v; v = m->vmas[v].next) {
        const struct vma *vma = &m->vmas[v];
        if ((!kind || vma->kind == kind) && (!object || vma->object == object) &&
            (!name || vma->name == name)) {
            return view(m, v, out);
        }
    }
    return false;
}

uint64_t vm_pte_of(const vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    pid = space_of(m, pid);
    return pid && vpn < pages_in_space(m) ? pte_get(m, pid, vpn) : 0;
}

bool vm_translate(const vm_machine *m, vm_pid pid, vm_va va, vm_pa *pa)
{
    if (is_older(m)) {
        return older_translate(m, pid, va, pa);
    }
    vm_vpn vpn;
    uint64_t entry = canonical(m, va, &vpn) ? vm_pte_of(m, pid, vpn) : 0;
    if (!(entry & vm_pte_bit_present)) {
        return false;
    }
    *pa = (pte_number(entry) << m->config.page_shift) + (va & (page_size(m) - 1));
    return true;
}

uint64_t vm_frames_of_vma(
    const vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end, uint32_t *frames, size_t room)
{
    uint64_t n = 0;
    pid = space_of(m, pid);
    if (!pid) {
        return 0;
    }
    end = end < m->user_end ? end : m->user_end;
    for (vm_vpn vpn = start; pte_next(m, pid, vpn, end, &vpn); vpn++) {
        uint64_t entry = pte_get(m, pid, vpn);
        if (!(entry & vm_pte_bit_present) || entry & vm_pte_bit_special ||
            m->frames[pte_number(entry)].kind == vm_frame_kind_zero) {
            continue;
        }
        if (n < room) {
            frames[n] = (uint32_t)pte_number(entry);
        }
        n++;
    }
    return n;
}

uint64_t vm_resident(const vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end)
{
    return vm_frames_of_vma(m, pid, start, end, NULL, 0);
}

uint64_t vm_tables_of(const vm_machine *m, vm_pid pid)
{
    return vm_counter(m, pid, vm_counter_tables);
}

uint64_t vm_frames_owned(const vm_machine *m, vm_pid pid)
{
    pid = space_of(m, pid);
    if (!pid) {
        return 0;
    }
    uint64_t tables = m->config.tables_outside ? 0 : vm_tables_of(m, pid);
    return vm_resident(m, pid, 0, m->user_end) + tables;
}

uint64_t vm_cached_pages(const vm_machine *m, uint32_t object)
{
    uint64_t n = 0;
    if (!object || object >= m->objects_n) {
        return 0;
    }
    for (uint64_t i = 0; i < object_pages(m, object); i++) {
        const struct cached *cached = cache_at(m, object, i);
        n += cached && cached->frame;
    }
    return n;
}

bool vm_value(const vm_machine *m, vm_pid pid, vm_va va, uint64_t *value)
{
    vm_vpn vpn = vpn_of(m, va);
    uint32_t offset = (uint32_t)(va & (page_size(m) - 1));
    uint64_t entry = vm_pte_of(m, pid, vpn);
    *value = 0;
    if (entry & vm_pte_bit_present) {
        *value = frame_word_get(m, pte_frame(m, entry, vpn), offset);
        return true;
    }
    if (entry & vm_pte_bit_swapped) {
        const struct slot *slot = &m->slots[pte_number(entry)];
        *value = words_get(m, slot->frame ? m->frames[slot->frame - 1].words : slot->words, offset);
        return true;
    }
    pid = space_of(m, pid);
    uint32_t v = pid ? vma_find(m, pid, vpn) : 0;
    if (!v) {
        return false;
    }
    const struct cached *cached =
        cache_at(m, m->vmas[v].object, m->vmas[v].offset + (vpn - m->vmas[v].start));
    if (cached) {
        *value = words_get(m,
            cached->frame  ? m->frames[cached->frame - 1].words
            : cached->slot ? m->slots[cached->slot - 1].words
                           : cached->words,
            offset);
    }
    return true;
}

enum vm_object_kind vm_object_kind_of(
    const vm_machine *m, uint32_t object, uint32_t *name, uint64_t *bytes)
{
    if (!object || object >= m->objects_n) {
        return vm_object_kind_none;
    }
    *name = m->objects[object].name;
    *bytes = m->objects[object].bytes;
    return (enum vm_object_kind)m->objects[object].kind;
}

bool vm_descriptor_at(const vm_machine *m, vm_pid pid, uint64_t fd, struct vm_descriptor_view *out)
{
    uint32_t file = pid && pid < m->processes_n ? descriptor_file(m, pid, fd) : 0;
    if (file) {
        const struct open_file *open = &m->open_files[file];
        *out = (struct vm_descriptor_view){.object = open->object,
            .flags = open->flags,
            .position = open->position,
            .refs = open->refs};
    }
    return file != 0;
}

bool vm_pipe_at(const vm_machine *m, vm_pid pid, uint64_t fd, struct vm_pipe_view *out)
{
    struct vm_descriptor_view view;
    if (!vm_descriptor_at(m, pid, fd, &view) || !m->objects[view.object].channel) {
        return false;
    }
    const struct channel *channel = &m->channels[m->objects[view.object].channel];
    *out = (struct vm_pipe_view){.object = view.object,
        .queue = m->objects[view.object].kind == vm_object_kind_mqueue,
        .most = channel->most,
        .pages = channel->held,
        .bytes = channel->bytes,
        .readers = channel->readers,
        .writers = channel->writers};
    return true;
}

uint32_t vm_descriptors_of(const vm_machine *m, vm_pid pid)
{
    return pid && pid < m->processes_n ? (uint32_t)descriptor_count(m, pid) : 0;
}
