/* SPDX-License-Identifier: MIT
 * Answers about machines without pages.
 */
#include "older/piece.h"
#include "older/segment.h"
#include "vm/older.h"

void vm_space_of(const vm_machine *m, struct vm_space *out)
{
    struct holes holes = holes_of(m);
    *out = (struct vm_space){.holes = holes.n, .free = holes.bytes, .largest = holes.largest};
    for (uint32_t p = m->first_piece; p; p = m->pieces[p].after) {
        const struct piece *piece = &m->pieces[p];
        if (piece->state != vm_piece_state_hole) {
            out->used += piece->bytes;
            out->internal += piece->bytes - piece->asked;
        }
    }
}

bool vm_hole_at(const vm_machine *m, uint64_t i, vm_pa *at, uint64_t *bytes)
{
    for (uint32_t list = 0; list < m->hole_lists_n; list++) {
        for (uint32_t p = m->hole_lists[list].first; p; p = m->pieces[p].next) {
            if (!i--) {
                *at = m->pieces[p].at;
                *bytes = m->pieces[p].bytes;
                return true;
            }
        }
    }
    return false;
}

static bool view(const vm_machine *m, uint32_t segment, struct vm_segment_view *out)
{
    const struct segment_register *one = &m->segment_registers[segment];
    *out = (struct vm_segment_view){0};
    if (!segment) {
        return false;
    }
    *out = (struct vm_segment_view){.number = one->number,
        .start = segment_address(m, one),
        .base = one->base,
        .bytes = one->bytes,
        .prot = one->prot,
        .down = one->down,
        .present = one->present};
    return true;
}

bool vm_segment_at(const vm_machine *m, vm_pid pid, vm_va va, struct vm_segment_view *out)
{
    uint64_t number = is_older(m) ? va / segment_most(m) : UINT64_MAX;
    return vm_segment_numbered(m, pid, number < UINT32_MAX ? (uint32_t)number : UINT32_MAX, out);
}

bool vm_segment_numbered(
    const vm_machine *m, vm_pid pid, uint32_t number, struct vm_segment_view *out)
{
    return view(m, has_segments(m) ? segment_of(m, pid, number) : 0, out);
}

bool vm_cache_at(const vm_machine *m, uint64_t cache, uint64_t *slabs, uint64_t *objects)
{
    bool known = cache && cache < m->slab_caches_n;
    *slabs = known ? m->slab_caches[cache].slabs : 0;
    *objects = known ? m->slab_caches[cache].used : 0;
    return known;
}
