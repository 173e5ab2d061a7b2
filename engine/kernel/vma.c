/* SPDX-License-Identifier: MIT
 * The mappings of each process, a list by address, and the promises (VM_ACCOUNT) they make.
 * Invariant: start < end, and no two overlap; `committed` is the pages of those that are accounted.
 */
#include "kernel/vma.h"

#include "kernel/huge.h"
#include "kernel/page_cache.h"
#include "kernel/vma_tree.h"

#include <assert.h>

static void emit(
    struct vm_events *events, uint32_t id, const struct vma *old, const struct vma *now)
{
    EMIT_TO(events, vma, .vma = id,                       //
        .old_pid = old->pid, .pid = now->pid,             //
        .old_start = old->start, .start = now->start,     //
        .old_end = old->end, .end = now->end,             //
        .old_prot = old->prot, .prot = now->prot,         //
        .old_flags = old->flags, .flags = now->flags,     //
        .old_kind = old->kind, .kind = now->kind,         //
        .old_object = old->object, .object = now->object, //
        .old_offset = old->offset, .offset = now->offset, //
        .old_name = old->name, .name = now->name,         //
        .old_anon = old->anon, .anon = now->anon);
}

void vma_describe(const vm_machine *m, struct vm_events *events)
{
    const struct vma nothing = {0};
    for (uint32_t v = 1; v < m->vmas_n; v++) {
        if (m->vmas[v].pid) {
            emit(events, v, &nothing, &m->vmas[v]);
        }
    }
}

static int64_t promised(const struct vma *vma)
{
    return vma->flags & vm_map_bit_account ? (int64_t)(vma->end - vma->start) : 0;
}

/* Says what changed, and keeps the promises' sum. */
static void changed(vm_machine *m, uint32_t id, const struct vma *old, const struct vma *now)
{
    emit(m->events, id, old, now);
    int64_t more = promised(now) - promised(old);
    if (more) {
        count(m, now->pid ? now->pid : old->pid, vm_counter_committed, more);
    }
}

enum vm_status vma_reserve(vm_machine *m, uint64_t more)
{
    if (m->config.limits.vmas && m->vmas_n + more > m->config.limits.vmas && !m->free_vma) {
        return VM_LIMIT;
    }
    return RESERVE(m, vmas, more);
}

uint32_t vma_new(vm_machine *m, const struct vma *vma)
{
    assert(vma->start < vma->end);
    uint32_t id = m->free_vma;
    if (id) {
        m->free_vma = m->vmas[id].next;
    } else {
        assert(m->vmas_n < m->vmas_room);
        id = m->vmas_n++;
    }
    struct process *process = &m->processes[vma->pid];
    uint32_t before = vma_before(m, vma->pid, vma->start);
    uint32_t *link = before ? &m->vmas[before].next : &process->first_vma;
    m->vmas[id] = *vma;
    m->vmas[id].next = *link;
    *link = id;
    process->vmas++;
    vma_tree_insert(m, id);
    const struct vma nothing = {0};
    changed(m, id, &nothing, &m->vmas[id]);
    object_hold(m, vma->object);
    return id;
}

void vma_free(vm_machine *m, uint32_t id)
{
    struct vma old = m->vmas[id];
    struct process *process = &m->processes[old.pid];
    uint32_t before = vma_before(m, old.pid, old.start);
    *(before ? &m->vmas[before].next : &process->first_vma) = old.next;
    process->vmas--;
    vma_tree_remove(m, id);
    const struct vma nothing = {0};
    m->vmas[id] = (struct vma){.next = m->free_vma};
    m->free_vma = id;
    changed(m, id, &old, &nothing);
    object_drop(m, old.object);
}

void vma_put(vm_machine *m, uint32_t id, const struct vma *now)
{
    struct vma old = m->vmas[id];
    assert(now->start < now->end && now->pid == old.pid);
    m->vmas[id] = *now;
    m->vmas[id].next = old.next;
    m->vmas[id].lower = old.lower;
    m->vmas[id].higher = old.higher;
    changed(m, id, &old, &m->vmas[id]);
}

void vma_set_range(vm_machine *m, uint32_t id, vm_vpn start, vm_vpn end)
{
    struct vma now = m->vmas[id];
    now.offset += start - now.start;
    now.start = start;
    now.end = end;
    vma_put(m, id, &now);
    huge_split_at(m, now.pid, start); /* vma_adjust_trans_huge */
    huge_split_at(m, now.pid, end);
}

uint32_t vma_first_end_after(const vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    uint32_t v = vma_before(m, pid, vpn + 1);
    if (!v) {
        return m->processes[pid].first_vma;
    }
    return m->vmas[v].end > vpn ? v : m->vmas[v].next;
}

uint32_t vma_find(const vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    uint32_t v = vma_before(m, pid, vpn + 1);
    return v && m->vmas[v].end > vpn ? v : 0;
}

void vma_split(vm_machine *m, vm_pid pid, vm_vpn at)
{
    uint32_t v = vma_find(m, pid, at);
    if (!v || m->vmas[v].start == at) {
        return;
    }
    EMIT(m, vma_split, .pid = pid, .vma = v, .at = at);
    struct vma upper = m->vmas[v];
    upper.offset += at - upper.start;
    upper.start = at;
    vma_set_range(m, v, m->vmas[v].start, at);
    vma_new(m, &upper);
}

vm_vpn vma_covered(const vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end)
{
    for (uint32_t v = vma_find(m, pid, start); v && m->vmas[v].start <= start && start < end;
         v = m->vmas[v].next) {
        start = m->vmas[v].end < end ? m->vmas[v].end : end;
    }
    return start;
}
