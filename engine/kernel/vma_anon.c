/* SPDX-License-Identifier: MIT
 * The identity of a mapping's private pages (Linux's anon_vma, mm/rmap.c): given at the first
 * private write, shared with a neighbour that this mapping may later merge with. Invariant: it is
 * an object of kind anon, and it never changes while the mapping has it.
 */
#include "kernel/file.h"
#include "kernel/vma.h"

#include <assert.h>

/* The two would be one mapping but for their rights, which mprotect may make equal. */
static bool compatible(const struct vma *a, const struct vma *b)
{
    const uint32_t differ = vm_map_bit_inherited; /* no VM_ flag in Linux */
    return a->end == b->start && a->object == b->object && !((a->flags ^ b->flags) & ~differ) &&
           b->offset == a->offset + (b->start - a->start);
}

static uint32_t reusable(const struct vma *of, const struct vma *a, const struct vma *b)
{
    return of->anon && !(of->flags & vm_map_bit_inherited) && compatible(a, b) ? of->anon : 0;
}

/* find_mergeable_anon_vma: the neighbour above first. */
static uint32_t mergeable(const vm_machine *m, uint32_t v)
{
    const struct vma *vma = &m->vmas[v];
    const struct vma *next = &m->vmas[vma->next],
                     *prev = &m->vmas[vma_before(m, vma->pid, vma->start)];
    uint32_t anon = vma->next ? reusable(next, vma, next) : 0;
    return anon ? anon : reusable(prev, prev, vma);
}

void vma_anon_prepare(vm_machine *m, uint32_t v)
{
    assert(!m->vmas[v].anon);
    uint32_t anon = mergeable(m, v);
    if (!anon) {
        anon = object_new(m, vm_object_kind_anon, m->vmas[v].name, 0);
    }
    struct vma now = m->vmas[v];
    now.anon = anon;
    vma_put(m, v, &now);
}

bool vma_needs_anon(const vm_machine *m, const struct vma *vma, bool store)
{
    bool private = !(vma->flags & (vm_map_bit_shared | vm_map_bit_pages));
    bool frame = store || (!vma->object && !m->config.kernel_frames); /* no zero page to read */
    return private && frame && !vma->anon;
}
