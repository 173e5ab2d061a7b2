/* SPDX-License-Identifier: MIT
 * Blocks of powers of two (Knowlton 1965; Knuth, TAOCP, section 2.5, algorithms R and S; OSTEP,
 * section 17.4; Linux: mm/page_alloc.c, __rmqueue_smallest and __free_one_page). Invariants: a free
 * block of 2^k bytes is in list k, a list is sorted by address; a block lies at a multiple of its
 * size from the start of memory; no two free blocks are buddies. Of the free blocks that are large
 * enough the smallest is taken, of these the lowest; its lower half is split further.
 */
#include "older/buddy.h"

uint32_t buddy_order(uint64_t bytes)
{
    uint32_t order = 0;
    while (order < HOLE_LISTS && UINT64_C(1) << order < bytes) {
        order++;
    }
    return order;
}

/* Halves a free block; the lower half is left out of the lists. */
static void split(vm_machine *m, uint32_t piece)
{
    struct piece low = m->pieces[piece], high = low;
    uint64_t half = low.bytes / 2;
    EMIT(m, buddy_split, .at = low.at, .bytes = low.bytes, .buddy = low.at + half);
    count(m, 0, vm_counter_splits, 1);
    low.bytes = high.bytes = half;
    high.at += half;
    piece_put(m, piece, &low);
    hole_insert(m, buddy_order(half), piece_new(m, piece, &high), vm_list_order_address);
}

uint32_t buddy_take(vm_machine *m, uint64_t bytes, uint64_t asked)
{
    uint32_t least = buddy_order(bytes < m->config.align ? m->config.align : bytes);
    if (least < HOLE_LISTS) {
        EMIT(m, buddy_sized, .asked = bytes, .bytes = UINT64_C(1) << least);
    }
    uint32_t order = least;
    while (order < HOLE_LISTS && !m->hole_lists[order].first) {
        count(m, 0, vm_counter_searched, 1);
        order++;
    }
    if (order >= HOLE_LISTS) {
        struct holes all = holes_of(m);
        EMIT(m, hole_missing, .needed = bytes, .free = all.bytes, .holes = all.n);
        count(m, 0, vm_counter_no_room, 1);
        return 0;
    }
    count(m, 0, vm_counter_searched, 1);
    uint32_t piece = m->hole_lists[order].first;
    hole_remove(m, order, piece);
    for (; order > least; order--) {
        split(m, piece);
    }
    struct piece now = m->pieces[piece];
    EMIT(m, buddy_given, .at = now.at, .bytes = now.bytes);
    now.state = vm_piece_state_used;
    now.asked = asked;
    now.users = 1;
    piece_put(m, piece, &now);
    count(m, 0, vm_counter_placements, 1);
    return piece;
}

/* The block that the free one makes with its buddy; 0: that is not free as a whole. */
static uint32_t join(vm_machine *m, uint32_t piece)
{
    vm_pa start = m->config.memory_base;
    struct piece now = m->pieces[piece];
    vm_pa at = start + ((now.at - start) ^ now.bytes);
    uint32_t buddy = piece_at(m, at);
    const struct piece *other = &m->pieces[buddy];
    if (!buddy || other->state != vm_piece_state_hole || other->bytes != now.bytes) {
        EMIT(m, buddy_busy, .at = now.at, .buddy = at, .bytes = now.bytes);
        return 0;
    }
    EMIT(m, buddy_joined, .at = now.at, .buddy = at, .bytes = 2 * now.bytes);
    count(m, 0, vm_counter_joins, 1);
    uint32_t order = buddy_order(now.bytes), low = at < now.at ? buddy : piece;
    hole_remove(m, order, piece);
    hole_remove(m, order, buddy);
    piece_drop(m, low == piece ? buddy : piece);
    now = m->pieces[low];
    now.bytes *= 2;
    piece_put(m, low, &now);
    hole_insert(m, order + 1, low, vm_list_order_address);
    return low;
}

void buddy_give(vm_machine *m, uint32_t piece)
{
    struct piece now = m->pieces[piece];
    EMIT(m, piece_released, .at = now.at, .bytes = now.bytes);
    now = (struct piece){.at = now.at, .bytes = now.bytes, .state = vm_piece_state_hole};
    piece_put(m, piece, &now);
    hole_insert(m, buddy_order(now.bytes), piece, vm_list_order_address);
    while (m->config.coalesce && piece && m->pieces[piece].bytes < m->config.memory) {
        piece = join(m, piece);
    }
}
