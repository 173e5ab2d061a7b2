/* SPDX-License-Identifier: MIT
 * Swapping and compaction, which relocation makes possible: a process comes back to another base,
 * memory in use is moved together. Segments that share are in memory while one of their processes
 * is. Compaction moves everything to the low end, in the order of addresses.
 */
#include "older/ops.h"
#include "older/swap.h"

#include "kernel/process.h"
#include "older/free_list.h"
#include "older/place.h"
#include "older/segment.h"

bool process_is_in(const vm_machine *m, vm_pid pid)
{
    for (uint32_t s = 1; s < m->segment_registers_n; s++) {
        const struct segment_register *one = &m->segment_registers[s];
        if (one->bytes && one->pid == pid && !one->present) {
            return false;
        }
    }
    return true;
}

static enum vm_status living(const vm_machine *m, uint64_t pid)
{
    return !has_segments(m)                                    ? VM_UNSUPPORTED
           : !pid || pid >= m->processes_n                     ? VM_NO_TASK
           : m->processes[pid].state != vm_process_state_alive ? VM_ENDED
                                                               : VM_OK;
}

enum vm_status vm_op_swap_out(vm_machine *m, const struct vm_op_swap_out *op)
{
    enum vm_status status = living(m, op->pid);
    status = status == VM_OK ? pieces_reserve(m, FREE_LIST_PIECES) : status;
    if (status != VM_OK) {
        return status;
    }
    for (uint32_t s = 1; s < m->segment_registers_n; s++) {
        struct segment_register now = m->segment_registers[s];
        if (!now.bytes || now.pid != op->pid || !now.present) {
            continue;
        }
        EMIT(m, swapped_out, .pid = now.pid, .number = now.number, .bytes = now.bytes);
        count(m, now.pid, vm_counter_swap_outs, 1);
        segment_leave(m, s);
        now.present = false;
        now.base = 0;
        segment_put(m, s, &now);
    }
    return VM_OK;
}

/* Where the same memory is, for somebody else; 0: nowhere. */
static uint32_t shared_piece(const vm_machine *m, uint32_t share)
{
    for (uint32_t s = 1; share && s < m->segment_registers_n; s++) {
        const struct segment_register *one = &m->segment_registers[s];
        if (one->bytes && one->present && one->share == share) {
            return segment_piece(m, one);
        }
    }
    return 0;
}

static bool fetch(vm_machine *m, uint32_t segment)
{
    struct segment_register now = m->segment_registers[segment];
    uint32_t p = shared_piece(m, now.share);
    if (p) {
        struct piece piece = m->pieces[p];
        piece.users++;
        piece_put(m, p, &piece);
    } else {
        p = segment_room(m, now.bytes);
    }
    if (!p) {
        return false;
    }
    now.base = segment_base(&m->pieces[p], now.down);
    now.present = true;
    EMIT(m, swapped_in, .pid = now.pid, .number = now.number, .base = now.base, .bytes = now.bytes);
    count(m, now.pid, vm_counter_swap_ins, 1);
    segment_put(m, segment, &now);
    return true;
}

bool process_fetch(vm_machine *m, vm_pid pid)
{
    for (uint32_t s = 1; s < m->segment_registers_n; s++) {
        const struct segment_register *one = &m->segment_registers[s];
        if (one->bytes && one->pid == pid && !one->present && !fetch(m, s)) {
            EMIT(m, still_on_disk, .pid = pid);
            return false;
        }
    }
    return true;
}

enum vm_status vm_op_swap_in(vm_machine *m, const struct vm_op_swap_in *op)
{
    enum vm_status status = living(m, op->pid);
    status = status == VM_OK ? pieces_reserve(m, 16 * FREE_LIST_PIECES) : status;
    if (status == VM_OK && !process_fetch(m, (vm_pid)op->pid)) {
        m->outcome.fault = vm_fault_oom;
    }
    return status;
}

/* The piece in use behind a hole and the hole change places. Returns the hole. */
static uint32_t swap_places(vm_machine *m, uint32_t hole, uint32_t used)
{
    const struct piece free = m->pieces[hole];
    const struct piece from = m->pieces[used];
    struct piece moved = from;
    uint32_t before = piece_before(m, hole);
    EMIT(m, piece_moved, .from = from.at, .to = free.at, .bytes = moved.bytes);
    count(m, 0, vm_counter_moved_bytes, (int64_t)moved.bytes);
    hole_remove(m, 0, hole);
    piece_drop(m, used);
    piece_drop(m, hole);
    moved.at = free.at;
    uint32_t low = piece_new(m, before, &moved);
    const struct piece high = {
        .at = free.at + moved.bytes, .bytes = free.bytes, .state = vm_piece_state_hole};
    uint32_t p = piece_new(m, low, &high);
    hole_insert(m, 0, p, m->config.list_order);
    segments_rebase(m, &from, low);
    return p;
}

/* What lies behind a hole that has come up from below belongs to it, whether coalescing is on or
 * not. */
static void swallow(vm_machine *m, uint32_t hole, uint32_t next)
{
    struct piece now = m->pieces[hole];
    now.bytes += m->pieces[next].bytes;
    EMIT(m, holes_joined, .at = now.at, .other = m->pieces[next].at, .bytes = now.bytes);
    count(m, 0, vm_counter_joins, 1);
    hole_remove(m, 0, next);
    hole_remove(m, 0, hole);
    piece_drop(m, next);
    now.next = 0;
    piece_put(m, hole, &now);
    hole_insert(m, 0, hole, m->config.list_order);
}

enum vm_status vm_op_compact(vm_machine *m, const struct vm_op_compact *op)
{
    (void)op;
    if (!has_segments(m)) { /* elsewhere programs hold the addresses themselves */
        return VM_UNSUPPORTED;
    }
    enum vm_status status = pieces_reserve(m, FREE_LIST_PIECES);
    if (status != VM_OK) {
        return status;
    }
    struct holes all = holes_of(m);
    EMIT(m, compaction_begun, .holes = all.n, .free = all.bytes);
    uint32_t hole = 0;
    for (uint32_t p = m->first_piece; p;) {
        if (m->pieces[p].state == vm_piece_state_used) {
            hole = hole ? swap_places(m, hole, p) : 0;
        } else if (hole) {
            swallow(m, hole, p);
        } else {
            hole = p;
        }
        p = m->pieces[hole ? hole : p].after;
    }
    return VM_OK;
}
