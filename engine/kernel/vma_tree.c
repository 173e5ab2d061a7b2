/* SPDX-License-Identifier: MIT
 * A treap over the mappings of each process: in order by address, a heap by a hash of the number.
 * Invariant: its shape follows from the mappings that are there, not from how they came: derived.
 */
#include "kernel/vma_tree.h"

#include "kernel/vma.h"

static uint32_t rank(uint32_t id)
{
    uint32_t hash = id * UINT32_C(0x9e3779b1);
    hash ^= hash >> 15;
    hash *= UINT32_C(0x85ebca6b);
    return hash ^ hash >> 13;
}

void vma_tree_insert(vm_machine *m, uint32_t id)
{
    struct vma *vma = &m->vmas[id];
    uint32_t *link = &m->processes[vma->pid].tree_vma;
    while (*link && rank(*link) > rank(id)) {
        link = vma->start < m->vmas[*link].start ? &m->vmas[*link].lower : &m->vmas[*link].higher;
    }
    uint32_t rest = *link, *lower = &vma->lower, *higher = &vma->higher;
    *link = id;
    while (rest) {
        if (m->vmas[rest].start < vma->start) {
            *lower = rest;
            lower = &m->vmas[rest].higher;
            rest = *lower;
        } else {
            *higher = rest;
            higher = &m->vmas[rest].lower;
            rest = *higher;
        }
    }
    *lower = *higher = 0;
}

void vma_tree_remove(vm_machine *m, uint32_t id)
{
    const struct vma *vma = &m->vmas[id];
    uint32_t *link = &m->processes[vma->pid].tree_vma;
    while (*link != id) {
        link = vma->start < m->vmas[*link].start ? &m->vmas[*link].lower : &m->vmas[*link].higher;
    }
    uint32_t lower = vma->lower, higher = vma->higher;
    while (lower && higher) {
        if (rank(lower) > rank(higher)) {
            *link = lower;
            link = &m->vmas[lower].higher;
            lower = *link;
        } else {
            *link = higher;
            link = &m->vmas[higher].lower;
            higher = *link;
        }
    }
    *link = lower ? lower : higher;
}

uint32_t vma_before(const vm_machine *m, vm_pid pid, vm_vpn vpn)
{
    uint32_t v = m->processes[pid].tree_vma, best = 0;
    while (v) {
        bool below = m->vmas[v].start < vpn;
        best = below ? v : best;
        v = below ? m->vmas[v].higher : m->vmas[v].lower;
    }
    return best;
}
