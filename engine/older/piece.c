/* SPDX-License-Identifier: MIT
 * Memory in pieces, and lists of the free ones. Invariants: pieces lie end to end by address and
 * fill the memory; a hole is in exactly one list; a piece in use in none. A piece's address never
 * changes: what moves is another piece.
 */
#include "older/piece.h"

#include <assert.h>

static uint64_t address(const vm_machine *m, uint32_t piece)
{
    return piece ? m->pieces[piece].at + 1 : 0;
}

static void emit(
    const vm_machine *m, struct vm_events *events, const struct piece *old, const struct piece *now)
{
    EMIT_TO(events, piece, .at = now->at,             //
        .old_bytes = old->bytes, .bytes = now->bytes, //
        .old_state = old->state, .state = now->state, //
        .old_asked = old->asked, .asked = now->asked, //
        .old_users = old->users, .users = now->users, //
        .old_cache = old->cache, .cache = now->cache, //
        .old_next = address(m, old->next), .next = address(m, now->next));
}

static void emit_list(const vm_machine *m, struct vm_events *events, uint32_t list,
    const struct hole_list *old, const struct hole_list *now)
{
    EMIT_TO(events, hole_list, .list = list,                                  //
        .old_first = address(m, old->first), .first = address(m, now->first), //
        .old_rover = address(m, old->rover), .rover = address(m, now->rover));
}

void piece_describe(const vm_machine *m, struct vm_events *events)
{
    const struct piece none = {0};
    const struct hole_list empty = {0};
    for (uint32_t p = m->first_piece; p; p = m->pieces[p].after) {
        emit(m, events, &none, &m->pieces[p]);
    }
    for (uint32_t list = 0; list < m->hole_lists_n; list++) {
        if (m->hole_lists[list].first) {
            emit_list(m, events, list, &empty, &m->hole_lists[list]);
        }
    }
}

enum vm_status pieces_reserve(vm_machine *m, uint64_t more)
{
    return RESERVE(m, pieces, more);
}

uint32_t piece_at(const vm_machine *m, vm_pa at)
{
    uint32_t p = piece_holding(m, at);
    return p && m->pieces[p].at == at ? p : 0;
}

uint32_t piece_holding(const vm_machine *m, vm_pa at)
{
    uint32_t found = 0;
    for (uint32_t p = m->first_piece; p && m->pieces[p].at <= at; p = m->pieces[p].after) {
        found = at - m->pieces[p].at < m->pieces[p].bytes ? p : 0;
    }
    return found;
}

uint32_t piece_before(const vm_machine *m, uint32_t piece)
{
    uint32_t before = 0;
    for (uint32_t p = m->first_piece; p && p != piece; p = m->pieces[p].after) {
        before = p;
    }
    return before;
}

uint32_t piece_new(vm_machine *m, uint32_t before, const struct piece *now)
{
    uint32_t p = m->free_piece;
    if (p) {
        m->free_piece = m->pieces[p].after;
    } else {
        assert(m->pieces_n < m->pieces_room);
        p = m->pieces_n++;
    }
    uint32_t *link = before ? &m->pieces[before].after : &m->first_piece;
    m->pieces[p] = (struct piece){.at = now->at, .after = *link};
    *link = p;
    piece_put(m, p, now);
    return p;
}

void piece_put(vm_machine *m, uint32_t piece, const struct piece *now)
{
    struct piece old = m->pieces[piece];
    struct piece fresh = *now;
    fresh.after = old.after;
    assert(fresh.at == old.at);
    m->pieces[piece] = fresh;
    emit(m, m->events, &old, &fresh);
}

void piece_drop(vm_machine *m, uint32_t piece)
{
    uint32_t before = piece_before(m, piece);
    *(before ? &m->pieces[before].after : &m->first_piece) = m->pieces[piece].after;
    const struct piece gone = {.at = m->pieces[piece].at};
    piece_put(m, piece, &gone);
    m->pieces[piece].after = m->free_piece;
    m->free_piece = piece;
}

static void list_put(vm_machine *m, uint32_t list, struct hole_list now)
{
    struct hole_list old = m->hole_lists[list];
    m->hole_lists[list] = now;
    emit_list(m, m->events, list, &old, &now);
}

void rover_put(vm_machine *m, uint32_t piece)
{
    struct hole_list now = m->hole_lists[0];
    if (now.rover != piece) {
        now.rover = piece;
        list_put(m, 0, now);
    }
}

/* Does the new one belong before that one? */
static bool precedes(const struct piece *new, const struct piece *one, enum vm_list_order order)
{
    switch (order) {
    case vm_list_order_address:
        return new->at < one->at;
    case vm_list_order_size_up:
        return new->bytes < one->bytes;
    case vm_list_order_size_down:
        return new->bytes > one->bytes;
    default:
        return order == vm_list_order_front;
    }
}

/* Links `to` behind `before`, 0: as the first. */
static void link_behind(vm_machine *m, uint32_t list, uint32_t before, uint32_t to)
{
    if (before) {
        struct piece now = m->pieces[before];
        now.next = to;
        piece_put(m, before, &now);
    } else {
        struct hole_list now = m->hole_lists[list];
        now.first = to;
        list_put(m, list, now);
    }
}

void hole_insert(vm_machine *m, uint32_t list, uint32_t piece, enum vm_list_order order)
{
    uint32_t before = 0, one = m->hole_lists[list].first;
    while (one && !precedes(&m->pieces[piece], &m->pieces[one], order)) {
        before = one;
        one = m->pieces[one].next;
    }
    struct piece now = m->pieces[piece];
    now.next = one;
    piece_put(m, piece, &now);
    link_behind(m, list, before, piece);
}

void hole_remove(vm_machine *m, uint32_t list, uint32_t piece)
{
    uint32_t before = 0;
    for (uint32_t one = m->hole_lists[list].first; one != piece; one = m->pieces[one].next) {
        assert(one);
        before = one;
    }
    if (m->hole_lists[list].rover == piece) {
        rover_put(m, m->pieces[piece].next);
    }
    link_behind(m, list, before, m->pieces[piece].next);
    struct piece now = m->pieces[piece];
    now.next = 0;
    piece_put(m, piece, &now);
}

struct holes holes_of(const vm_machine *m)
{
    struct holes all = {0};
    for (uint32_t p = m->first_piece; p; p = m->pieces[p].after) {
        const struct piece *piece = &m->pieces[p];
        if (piece->state == vm_piece_state_hole) {
            all.n++;
            all.bytes += piece->bytes;
            all.largest = piece->bytes > all.largest ? piece->bytes : all.largest;
        }
    }
    return all;
}

bool pieces_begin(vm_machine *m)
{
    if (!m->config.memory) {
        return true;
    }
    if (pieces_reserve(m, 1) != VM_OK) {
        return false;
    }
    const struct piece all = {
        .at = m->config.memory_base, .bytes = m->config.memory, .state = vm_piece_state_hole};
    uint32_t p = piece_new(m, 0, &all), list = 0;
    bool buddies =
        m->config.kind == vm_machine_kind_buddy || m->config.kind == vm_machine_kind_slab;
    while (buddies && UINT64_C(1) << list < all.bytes) {
        list++;
    }
    hole_insert(m, list, p, vm_list_order_address);
    return true;
}
