/* SPDX-License-Identifier: MIT
 * When neighbours become one mapping (Linux's mm/vma.c: can_vma_merge_after, can_vma_merge_before,
 * is_mergeable_anon_vma, vma_merge_new_range, vma_merge_existing_range). Alike are rights, flags
 * and object, with offsets that go on; kind and name are for people and stop nothing. Invariant: a
 * merge never changes which object or identity a page belongs to.
 */
#include "kernel/vma.h"

struct sides {
    uint32_t prev, next;
    bool left, right;
};

static uint64_t pages(const struct vma *vma)
{
    return vma->end - vma->start;
}

static bool alike(const struct vma *a, const struct vma *b)
{
    const uint32_t differ = vm_map_bit_inherited; /* no VM_ flag in Linux */
    return a->prot == b->prot && !((a->flags ^ b->flags) & ~differ) && a->object == b->object;
}

/* vma_had_uncowed_parents: since 6.16 such a mapping gives and takes no identity. */
static bool had_parents(const struct vma *vma)
{
    return vma->anon && vma->flags & vm_map_bit_inherited;
}

/* is_mergeable_anon_vma: `with` grows over `range`. */
static bool anon_agrees(const struct vma *with, const struct vma *range)
{
    if (!with->anon && range->anon) {
        return !had_parents(range);
    }
    if (with->anon && !range->anon) {
        return !had_parents(with);
    }
    return with->anon == range->anon;
}

/* Which neighbours can take in `range`; both only when they agree with each other too. */
static struct sides sides_of(
    const vm_machine *m, const struct vma *range, uint32_t prev, uint32_t next)
{
    struct sides sides = {.prev = prev, .next = next};
    if (range->flags & vm_map_bit_special) {
        return sides;
    }
    const struct vma *below = &m->vmas[prev], *above = &m->vmas[next];
    sides.left = prev && below->end == range->start && alike(below, range) &&
                 anon_agrees(below, range) && below->offset + pages(below) == range->offset;
    sides.right = next && above->start == range->end && alike(above, range) &&
                  anon_agrees(above, range) && range->offset + pages(range) == above->offset;
    if (sides.left && sides.right) {
        sides.right = !below->anon || !above->anon || below->anon == above->anon;
    }
    return sides;
}

static struct sides sides_of_new(const vm_machine *m, const struct vma *as)
{
    return sides_of(
        m, as, vma_before(m, as->pid, as->start), vma_first_end_after(m, as->pid, as->end - 1));
}

/* dup_anon_vma, and a word for the picture where the survivor has none. */
static void take_over(struct vma *into, const struct vma *from)
{
    into->anon = into->anon ? into->anon : from->anon;
    into->name = into->name ? into->name : from->name;
}

/* The survivor's new extent; what it swallows is gone or shrunk already. */
static uint32_t grow(vm_machine *m, uint32_t target, const struct vma *now)
{
    struct vma grown = *now;
    if (grown.start < m->vmas[target].start) {
        grown.offset -= m->vmas[target].start - grown.start;
    }
    vma_put(m, target, &grown);
    return target;
}

static void say(vm_machine *m, uint32_t target, const struct vma *now)
{
    EMIT(m, vma_merged, .pid = now->pid, .vma = target, .start = now->start, .pages = pages(now));
}

static uint32_t place(vm_machine *m, const struct vma *as, const struct sides *sides)
{
    if (!sides->left && !sides->right) {
        return vma_new(m, as);
    }
    uint32_t target = sides->left ? sides->prev : sides->next;
    struct vma now = m->vmas[target];
    take_over(&now, as);
    now.start = sides->left ? now.start : as->start;
    now.end = sides->right ? m->vmas[sides->next].end : as->end;
    bool both = sides->left && sides->right;
    if (both) {
        take_over(&now, &m->vmas[sides->next]);
    }
    say(m, target, &now);
    if (both) {
        vma_free(m, sides->next);
    }
    return grow(m, target, &now);
}

uint32_t vma_place(vm_machine *m, const struct vma *as)
{
    struct sides sides = sides_of_new(m, as);
    return place(m, as, &sides);
}

uint32_t vma_merge_target(const vm_machine *m, const struct vma *as)
{
    struct sides sides = sides_of_new(m, as);
    return sides.left ? sides.prev : sides.right ? sides.next : 0;
}

uint32_t vma_place_above(vm_machine *m, const struct vma *as, uint32_t below)
{
    struct sides sides = sides_of(m, as, below, 0);
    return place(m, as, &sides);
}

/* vma_merge_existing_range: `range` is what [start, end) of mapping `id` is to become. */
static uint32_t merge_existing(
    vm_machine *m, uint32_t id, const struct vma *range, const struct sides *sides)
{
    const struct vma middle = m->vmas[id];
    bool whole = range->start == middle.start && range->end == middle.end;
    bool both = sides->left && sides->right;
    uint32_t target = sides->left ? sides->prev : sides->next;
    struct vma now = m->vmas[target];
    if (both && m->vmas[sides->next].anon) {
        take_over(&now, &m->vmas[sides->next]);
    }
    take_over(&now, range);
    now.start = sides->left ? now.start : range->start;
    now.end = sides->right ? m->vmas[sides->next].end : range->end;
    say(m, target, &now);
    if (both) {
        vma_free(m, sides->next);
    }
    if (whole) {
        vma_free(m, id);
    } else if (sides->left) {
        vma_set_range(m, id, range->end, middle.end);
    } else {
        vma_set_range(m, id, middle.start, range->start);
    }
    return grow(m, target, &now);
}

/* What nobody may touch is a guard to the reader, and no longer one when it may be used. */
static uint8_t kind_with(uint8_t kind, uint8_t prot, uint32_t flags)
{
    if (kind == vm_vma_kind_guard || kind == vm_vma_kind_map || kind == vm_vma_kind_thread_stack) {
        uint8_t usable = flags & vm_map_bit_stack ? vm_vma_kind_thread_stack : vm_vma_kind_map;
        return prot ? usable : vm_vma_kind_guard;
    }
    return kind;
}

uint32_t vma_modify(
    vm_machine *m, uint32_t id, vm_vpn start, vm_vpn end, uint8_t prot, uint32_t flags)
{
    struct vma now = m->vmas[id];
    vm_pid pid = now.pid;
    now.prot = prot;
    now.flags = flags;
    now.kind = kind_with(now.kind, prot, flags);
    now.offset += start - now.start;
    now.start = start;
    now.end = end;
    bool from_start = start == m->vmas[id].start, to_end = end == m->vmas[id].end;
    struct sides sides = sides_of(
        m, &now, from_start ? vma_before(m, pid, start) : 0, to_end ? m->vmas[id].next : 0);
    if (sides.left || sides.right) {
        return merge_existing(m, id, &now, &sides);
    }
    vma_split(m, pid, start);
    vma_split(m, pid, end);
    id = vma_find(m, pid, start);
    vma_put(m, id, &now);
    return id;
}
