/* SPDX-License-Identifier: MIT
 * The mappings of each process, a list by address. Invariant: start < end, and no two overlap.
 */
#include "kernel/vma.h"

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
    uint32_t *link = &m->processes[vma->pid].first_vma;
    while (*link && m->vmas[*link].start < vma->start) {
        link = &m->vmas[*link].next;
    }
    m->vmas[id] = *vma;
    m->vmas[id].next = *link;
    *link = id;
    const struct vma nothing = {0};
    emit(m->events, id, &nothing, &m->vmas[id]);
    return id;
}

void vma_free(vm_machine *m, uint32_t id)
{
    struct vma old = m->vmas[id];
    uint32_t *link = &m->processes[old.pid].first_vma;
    while (*link != id) {
        link = &m->vmas[*link].next;
    }
    *link = old.next;
    const struct vma nothing = {0};
    m->vmas[id] = (struct vma){.next = m->free_vma};
    m->free_vma = id;
    emit(m->events, id, &old, &nothing);
}

void vma_set_range(vm_machine *m, uint32_t id, vm_vpn start, vm_vpn end)
{
    struct vma old = m->vmas[id];
    m->vmas[id].offset += start - old.start;
    m->vmas[id].start = start;
    m->vmas[id].end = end;
    emit(m->events, id, &old, &m->vmas[id]);
}

void vma_set_prot(vm_machine *m, uint32_t id, uint8_t prot)
{
    struct vma old = m->vmas[id];
    m->vmas[id].prot = prot;
    emit(m->events, id, &old, &m->vmas[id]);
}

void vma_set_anon(vm_machine *m, uint32_t id, uint32_t anon)
{
    struct vma old = m->vmas[id];
    m->vmas[id].anon = anon;
    emit(m->events, id, &old, &m->vmas[id]);
}

uint32_t vma_before(const vm_machine *m, vm_pid pid, uint32_t id)
{
    uint32_t before = 0;
    for (uint32_t v = m->processes[pid].first_vma; v != id; v = m->vmas[v].next) {
        before = v;
    }
    return before;
}

uint32_t vma_first_end_after(const vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    uint32_t v = m->processes[pid].first_vma;
    while (v && m->vmas[v].end <= vpn) {
        v = m->vmas[v].next;
    }
    return v;
}

uint32_t vma_find(const vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    uint32_t v = vma_first_end_after(m, pid, vpn);
    return v && m->vmas[v].start <= vpn ? v : 0;
}

void vma_split(vm_machine *m, vm_pid pid, vm_vpn at)
{
    uint32_t v = vma_find(m, pid, at);
    if (!v || m->vmas[v].start == at) {
        return;
    }
    struct vma upper = m->vmas[v];
    upper.offset += at - upper.start;
    upper.start = at;
    vma_set_range(m, v, m->vmas[v].start, at);
    vma_new(m, &upper);
}

static bool alike(const struct vma *a, const struct vma *b)
{
    return a->end == b->start && a->prot == b->prot && a->flags == b->flags && a->kind == b->kind &&
           a->object == b->object && a->anon == b->anon && a->name == b->name &&
           a->offset + (a->end - a->start) == b->offset;
}

void vma_merge(vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end)
{
    uint32_t v = m->processes[pid].first_vma;
    while (v && m->vmas[v].start <= end) {
        uint32_t next = m->vmas[v].next;
        if (next && m->vmas[v].end >= start && alike(&m->vmas[v], &m->vmas[next])) {
            vm_vpn far = m->vmas[next].end;
            vma_free(m, next);
            vma_set_range(m, v, m->vmas[v].start, far);
        } else {
            v = next;
        }
    }
}

vm_vpn vma_gap(const vm_machine *m, vm_pid pid, uint64_t pages)
{
    vm_vpn best = 0, floor = 1; /* page 0 is never mapped */
    vm_vpn top = m->processes[pid].map_top;
    for (uint32_t v = m->processes[pid].first_vma; floor < top; v = m->vmas[v].next) {
        vm_vpn ceiling = v && m->vmas[v].start < top ? m->vmas[v].start : top;
        if (ceiling >= floor + pages) {
            best = ceiling - pages;
        }
        if (!v) {
            break;
        }
        floor = m->vmas[v].end > floor ? m->vmas[v].end : floor;
    }
    return best;
}
