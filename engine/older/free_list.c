/* SPDX-License-Identifier: MIT
 * One list of holes of any size (OSTEP, chapter 17; Knuth, TAOCP, section 2.5; Wilson et al.,
 * Dynamic Storage Allocation: A Survey, 1995). The search goes in the order of the list: first fit
 * takes the first hole that is large enough; best fit the smallest, worst fit the largest such
 * hole, of equals the first, and looks at all of them; next fit is first fit from where the last
 * search ended, around the whole list. The request gets the low part of the hole; the rest keeps
 * the hole's place, in a list by size it is put where it belongs. With coalescing no two holes lie
 * side by side.
 */
#include "older/free_list.h"

static bool sorted_by_size(const vm_machine *m)
{
    return m->config.list_order == vm_list_order_size_up ||
           m->config.list_order == vm_list_order_size_down;
}

static enum vm_hole_verdict judge(
    const vm_machine *m, uint32_t hole, uint64_t bytes, uint32_t chosen)
{
    uint64_t size = m->pieces[hole].bytes, yet = m->pieces[chosen].bytes;
    bool stops = m->config.fit == vm_fit_first || m->config.fit == vm_fit_next;
    bool better = !chosen || (m->config.fit == vm_fit_best ? size < yet : size > yet);
    return size < bytes ? vm_hole_verdict_too_small
           : stops      ? vm_hole_verdict_fits
           : better     ? vm_hole_verdict_best_yet
                        : vm_hole_verdict_not_better;
}

/* The hole that the strategy takes; 0: none is large enough. */
static uint32_t search(vm_machine *m, uint64_t bytes)
{
    const struct hole_list *list = &m->hole_lists[0];
    bool around = m->config.fit == vm_fit_next && list->rover;
    uint32_t start = around ? list->rover : list->first, chosen = 0;
    uint64_t looked = 0;
    for (uint32_t hole = start; hole;) {
        enum vm_hole_verdict verdict = judge(m, hole, bytes, chosen);
        looked++;
        EMIT(m, hole_examined, .at = m->pieces[hole].at, .bytes = m->pieces[hole].bytes,
            .needed = bytes, .verdict = verdict);
        count(m, 0, vm_counter_searched, 1);
        if (verdict == vm_hole_verdict_fits || verdict == vm_hole_verdict_best_yet) {
            chosen = hole;
        }
        if (verdict == vm_hole_verdict_fits) {
            break;
        }
        hole = m->pieces[hole].next;
        hole = !hole && around ? list->first : hole;
        hole = hole == start ? 0 : hole;
    }
    if (chosen) {
        EMIT(m, hole_taken, .fit = m->config.fit, .at = m->pieces[chosen].at,
            .bytes = m->pieces[chosen].bytes, .searched = looked);
    }
    return chosen;
}

/* A hole in the memory behind `before`, in its place in the list. */
static uint32_t make_hole(vm_machine *m, uint32_t before, vm_pa at, uint64_t bytes)
{
    const struct piece hole = {.at = at, .bytes = bytes, .state = vm_piece_state_hole};
    uint32_t p = piece_new(m, before, &hole);
    hole_insert(m, 0, p, m->config.list_order);
    return p;
}

/* In lists by when a hole was freed, the rest of one stays where the hole was. */
static void insert_rest(vm_machine *m, uint32_t hole, uint32_t rest)
{
    bool in_place = m->config.list_order != vm_list_order_address && !sorted_by_size(m);
    if (!in_place) {
        hole_remove(m, 0, hole);
        hole_insert(m, 0, rest, m->config.list_order);
        return;
    }
    struct piece now = m->pieces[rest];
    now.next = m->pieces[hole].next;
    piece_put(m, rest, &now);
    struct piece old = m->pieces[hole];
    old.next = rest;
    piece_put(m, hole, &old);
    hole_remove(m, 0, hole);
}

/* The hole's first bytes come into use. */
static void cut(vm_machine *m, uint32_t hole, uint64_t bytes, uint64_t asked, bool always)
{
    struct piece now = m->pieces[hole];
    uint64_t rest = now.bytes - bytes, least = m->config.split;
    bool splits = rest && (always || (least && rest >= least));
    bool rover = m->hole_lists[0].rover == hole;
    uint32_t other = m->pieces[hole].next;
    if (splits) {
        EMIT(m, hole_split, .at = now.at, .needed = bytes, .rest = rest);
        count(m, 0, vm_counter_splits, 1);
        const struct piece fresh = {
            .at = now.at + bytes, .bytes = rest, .state = vm_piece_state_hole};
        now.bytes = bytes;
        piece_put(m, hole, &now);
        other = piece_new(m, hole, &fresh);
        insert_rest(m, hole, other);
    } else {
        if (rest) {
            EMIT(m, rest_kept, .at = now.at, .rest = rest);
        }
        hole_remove(m, 0, hole);
    }
    if (m->config.fit == vm_fit_next && (!always || rover)) {
        rover_put(m, other);
    }
    now = m->pieces[hole];
    now.state = vm_piece_state_used;
    now.asked = asked;
    now.users = 1;
    piece_put(m, hole, &now);
    count(m, 0, vm_counter_placements, 1);
}

static uint32_t missing(vm_machine *m, uint64_t bytes)
{
    struct holes all = holes_of(m);
    EMIT(m, hole_missing, .needed = bytes, .free = all.bytes, .holes = all.n);
    count(m, 0, vm_counter_no_room, 1);
    return 0;
}

uint32_t free_list_take(vm_machine *m, uint64_t bytes, uint64_t asked)
{
    uint32_t hole = search(m, bytes);
    if (!hole) {
        return missing(m, bytes);
    }
    cut(m, hole, bytes, asked, false);
    return hole;
}

uint32_t free_list_take_at(vm_machine *m, vm_pa at, uint64_t bytes)
{
    uint32_t hole = piece_holding(m, at);
    const struct piece *one = &m->pieces[hole];
    if (!hole || one->state != vm_piece_state_hole || one->bytes - (at - one->at) < bytes) {
        EMIT(m, place_busy, .at = at, .needed = bytes);
        count(m, 0, vm_counter_no_room, 1);
        return 0;
    }
    EMIT(m, hole_named, .at = one->at, .needed = bytes);
    if (one->at < at) {
        struct piece low = *one;
        hole_remove(m, 0, hole);
        uint64_t rest = low.bytes - (at - low.at);
        low.bytes = at - low.at;
        low.next = 0;
        piece_put(m, hole, &low);
        uint32_t high = make_hole(m, hole, at, rest);
        hole_insert(m, 0, hole, m->config.list_order);
        hole = high;
    }
    cut(m, hole, bytes, bytes, true);
    return hole;
}

/* The hole and the free piece behind it become one. */
static void join(vm_machine *m, uint32_t low, uint32_t high)
{
    struct piece now = m->pieces[low];
    uint64_t bytes = now.bytes + m->pieces[high].bytes;
    EMIT(m, holes_joined, .at = now.at, .other = m->pieces[high].at, .bytes = bytes);
    count(m, 0, vm_counter_joins, 1);
    bool rover = m->hole_lists[0].rover == low || m->hole_lists[0].rover == high;
    hole_remove(m, 0, high);
    hole_remove(m, 0, low);
    piece_drop(m, high);
    now = m->pieces[low];
    now.bytes = bytes;
    piece_put(m, low, &now);
    hole_insert(m, 0, low, m->config.list_order);
    if (rover) {
        rover_put(m, low);
    }
}

static bool is_hole(const vm_machine *m, uint32_t piece)
{
    return piece && m->pieces[piece].state == vm_piece_state_hole;
}

static void settle(vm_machine *m, uint32_t hole)
{
    if (!m->config.coalesce) {
        return;
    }
    if (is_hole(m, m->pieces[hole].after)) {
        join(m, hole, m->pieces[hole].after);
    }
    uint32_t before = piece_before(m, hole);
    if (is_hole(m, before)) {
        join(m, before, hole);
    }
}

void free_list_give(vm_machine *m, uint32_t piece)
{
    struct piece now = m->pieces[piece];
    EMIT(m, piece_released, .at = now.at, .bytes = now.bytes);
    now = (struct piece){.at = now.at, .bytes = now.bytes, .state = vm_piece_state_hole};
    piece_put(m, piece, &now);
    hole_insert(m, 0, piece, m->config.list_order);
    settle(m, piece);
}

void free_list_cut(vm_machine *m, uint32_t piece, uint64_t bytes)
{
    struct piece now = m->pieces[piece];
    uint64_t rest = now.bytes - bytes;
    now.bytes = bytes;
    piece_put(m, piece, &now);
    settle(m, make_hole(m, piece, now.at + bytes, rest));
}

uint32_t free_list_cut_front(vm_machine *m, uint32_t piece, uint64_t bytes)
{
    struct piece low = m->pieces[piece], high = low;
    high.at += low.bytes - bytes;
    high.bytes = bytes;
    low = (struct piece){.at = low.at, .bytes = low.bytes - bytes, .state = vm_piece_state_hole};
    piece_put(m, piece, &low);
    uint32_t stays = piece_new(m, piece, &high);
    hole_insert(m, 0, piece, m->config.list_order);
    settle(m, piece);
    return stays;
}

bool free_list_extend(vm_machine *m, uint32_t *piece, uint64_t bytes, bool down)
{
    uint32_t hole = down ? piece_before(m, *piece) : m->pieces[*piece].after;
    if (!is_hole(m, hole) || m->pieces[hole].bytes < bytes) {
        return false;
    }
    struct piece free = m->pieces[hole], used = m->pieces[*piece];
    hole_remove(m, 0, hole);
    uint64_t rest = free.bytes - bytes;
    used.bytes += bytes;
    if (!down) {
        piece_drop(m, hole);
        piece_put(m, *piece, &used);
        if (rest) {
            make_hole(m, *piece, used.at + used.bytes, rest);
        }
        return true;
    }
    uint32_t before = piece_before(m, hole);
    piece_drop(m, *piece);
    piece_drop(m, hole);
    used.at -= bytes;
    *piece = piece_new(m, before, &used);
    if (rest) {
        make_hole(m, before, free.at, rest);
    }
    return true;
}
