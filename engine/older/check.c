/* SPDX-License-Identifier: MIT
 * Invariants of machines without pages: 160-179 of segments, 180-199 of free space.
 */
#include "machine/check.h"
#include "older/buddy.h"
#include "older/piece.h"
#include "older/segment.h"
#include "older/slab.h"

static bool has_buddies(const vm_machine *m)
{
    return m->config.kind == vm_machine_kind_buddy || m->config.kind == vm_machine_kind_slab;
}

static const char *check_pieces(const vm_machine *m)
{
    vm_pa at = m->config.memory_base;
    bool hole = false;
    for (uint32_t p = m->first_piece; p; p = m->pieces[p].after) {
        const struct piece *piece = &m->pieces[p];
        bool free = piece->state == vm_piece_state_hole;
        if (piece->at != at || !piece->bytes || !piece->state) {
            return "180: pieces lie end to end and fill the memory";
        }
        if (free && (piece->asked || piece->users || piece->cache)) {
            return "181: a hole is nobody's";
        }
        if (free && hole && m->config.coalesce && !has_buddies(m)) {
            return "182: with coalescing no two holes lie side by side";
        }
        if (!free && (piece->next || piece->asked > piece->bytes)) {
            return "183: a piece in use is in no list and holds what was asked for";
        }
        if (has_buddies(m) && (piece->bytes & (piece->bytes - 1) ||
                                  (piece->at - m->config.memory_base) % piece->bytes)) {
            return "184: a buddy is a power of two and lies at a multiple of it";
        }
        hole = free;
        at += piece->bytes;
    }
    return at == m->config.memory_base + m->config.memory ? NULL
                                                          : "180: pieces lie end to end and fill "
                                                            "the memory";
}

static bool sorted(const vm_machine *m, uint32_t one, uint32_t next)
{
    const struct piece *a = &m->pieces[one], *b = &m->pieces[next];
    enum vm_list_order order = has_buddies(m) ? vm_list_order_address : m->config.list_order;
    return order == vm_list_order_address     ? a->at < b->at
           : order == vm_list_order_size_up   ? a->bytes <= b->bytes
           : order == vm_list_order_size_down ? a->bytes >= b->bytes
                                              : true;
}

static const char *check_lists(const vm_machine *m)
{
    uint64_t n = 0;
    for (uint32_t list = 0; list < m->hole_lists_n; list++) {
        uint32_t rover = m->hole_lists[list].rover;
        for (uint32_t p = m->hole_lists[list].first; p; p = m->pieces[p].next) {
            const struct piece *piece = &m->pieces[p];
            rover = rover == p ? 0 : rover;
            if (piece->state != vm_piece_state_hole || n++ > m->pieces_n ||
                (has_buddies(m) && buddy_order(piece->bytes) != list)) {
                return "185: a list holds holes, of buddies those of its size";
            }
            if (piece->next && !sorted(m, p, piece->next)) {
                return "186: a list is sorted as the machine says";
            }
        }
        if (rover) {
            return "187: next fit goes on at a hole of the list";
        }
    }
    return n == holes_of(m).n ? NULL : "188: every hole is in one list";
}

static const char *check_buddies(const vm_machine *m)
{
    vm_pa start = m->config.memory_base;
    for (uint32_t p = m->first_piece; has_buddies(m) && m->config.coalesce && p;
         p = m->pieces[p].after) {
        const struct piece *piece = &m->pieces[p];
        uint32_t buddy = piece_at(m, start + ((piece->at - start) ^ piece->bytes));
        const struct piece *other = &m->pieces[buddy];
        if (piece->state == vm_piece_state_hole && buddy && other->bytes == piece->bytes &&
            other->state == vm_piece_state_hole) {
            return "189: two free buddies are one block";
        }
    }
    return NULL;
}

static const char *check_slabs(const vm_machine *m)
{
    for (uint32_t c = 1; c < m->slab_caches_n; c++) {
        const struct slab_cache *cache = &m->slab_caches[c];
        uint32_t slabs = 0, used = 0, empty = 0, objects = 0;
        for (uint32_t p = m->first_piece; p; p = m->pieces[p].after) {
            const struct piece *piece = &m->pieces[p];
            bool mine = piece->state == vm_piece_state_slab && piece->cache == c;
            slabs += mine;
            used += mine ? piece->users : 0;
            empty += mine && !piece->users;
            if (mine && (piece->bytes != cache->slab || piece->users > slab_objects_each(cache) ||
                            piece->asked != piece->users * cache->bytes)) {
                return "190: a slab has its cache's size and counts its objects";
            }
        }
        for (uint32_t i = 0; i < m->slab_objects_n; i++) {
            const struct piece *piece = &m->pieces[piece_holding(m, m->slab_objects[i])];
            objects += piece->cache == c;
            if (piece->cache == c && (m->slab_objects[i] - piece->at) % cache->step) {
                return "191: an object lies at a multiple of the step in its slab";
            }
        }
        if (slabs != cache->slabs || used != cache->used || objects != used || empty > 1) {
            return "192: a cache counts its slabs and objects and keeps one empty slab at most";
        }
    }
    return NULL;
}

static const char *check_segments(const vm_machine *m)
{
    for (uint32_t s = 1; s < m->segment_registers_n; s++) {
        const struct segment_register *one = &m->segment_registers[s];
        if (!one->bytes) {
            continue;
        }
        if (m->processes[one->pid].state != vm_process_state_alive ||
            one->number >= segment_numbers(m) || one->bytes > segment_most(m)) {
            return "160: a segment belongs to a living process and can be addressed";
        }
        if (segment_of(m, one->pid, one->number) != s) {
            return "161: a process has one segment of a number";
        }
        uint32_t p = segment_piece(m, one);
        const struct piece *piece = &m->pieces[p];
        if (one->present &&
            (!p || piece->state != vm_piece_state_used ||
                segment_base(piece, one->down) != one->base || one->bytes > piece->bytes)) {
            return "162: a segment in memory lies in a piece in use";
        }
        if (!one->present && one->base) {
            return "163: a segment on disk has no base";
        }
    }
    return NULL;
}

static const char *check_users(const vm_machine *m)
{
    for (uint32_t p = m->first_piece; has_segments(m) && p; p = m->pieces[p].after) {
        uint32_t users = 0, share = 0;
        for (uint32_t s = 1; s < m->segment_registers_n; s++) {
            const struct segment_register *one = &m->segment_registers[s];
            if (!one->bytes || segment_piece(m, one) != p) {
                continue;
            }
            if (users && one->share != share) {
                return "164: segments in one piece share it";
            }
            share = one->share;
            users++;
        }
        if (users != m->pieces[p].users) {
            return "165: a piece counts the segments in it";
        }
        if (users > 1 && !share) {
            return "164: segments in one piece share it";
        }
    }
    return NULL;
}

const char *check_older(const vm_machine *m)
{
    const char *(*const checks[])(const vm_machine *) = {
        check_pieces, check_lists, check_buddies, check_slabs, check_segments, check_users};
    for (size_t i = 0; is_older(m) && i < sizeof checks / sizeof checks[0]; i++) {
        const char *problem = checks[i](m);
        if (problem) {
            return problem;
        }
    }
    return NULL;
}
