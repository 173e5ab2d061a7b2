/* SPDX-License-Identifier: MIT
 * Segments: made at a base that the free list gives or the scenario names, shared, resized, given
 * back. Invariants: the users of a piece are the present segments in it; segments that share have
 * the same base, size and direction.
 */
#include "older/ops.h"
#include "older/place.h"

#include "kernel/process.h"
#include "older/free_list.h"
#include "older/segment.h"

uint32_t segment_room(vm_machine *m, uint64_t bytes)
{
    uint64_t align = m->config.align, rounded = (bytes + align - 1) / align * align;
    return free_list_take(m, rounded, bytes);
}

/* The lowest number that the process has not used; segment_numbers: none. */
static uint32_t free_number(const vm_machine *m, vm_pid pid)
{
    uint32_t number = 0;
    while (number < segment_numbers(m) && segment_of(m, pid, number)) {
        number++;
    }
    return number;
}

/* What the caller of place or share got wrong about the number; *number: the one it gets. */
static enum vm_status choose_number(
    const vm_machine *m, uint64_t tid, uint64_t wanted, uint32_t *number)
{
    enum vm_status status = has_segments(m) ? task_ready(m, tid) : VM_UNSUPPORTED;
    if (status != VM_OK) {
        return status;
    }
    vm_pid pid = m->tasks[tid].pid;
    *number = wanted ? (uint32_t)(wanted - 1) : free_number(m, pid);
    bool free = wanted <= segment_numbers(m) && *number < segment_numbers(m) &&
                !segment_of(m, pid, *number);
    return free ? VM_OK : VM_INVALID;
}

static enum vm_status reserve(vm_machine *m)
{
    enum vm_status status = pieces_reserve(m, 2 * FREE_LIST_PIECES);
    return status == VM_OK ? RESERVE(m, segment_registers, 1) : status;
}

static void made(vm_machine *m, vm_tid tid, const struct segment_register *now)
{
    EMIT(m, segment_placed, .pid = now->pid, .number = now->number, .base = now->base,
        .bytes = now->bytes);
    segment_new(m, now);
    call_end(m, tid, segment_address(m, now));
}

enum vm_status vm_op_place(vm_machine *m, const struct vm_op_place *op)
{
    uint32_t number = 0;
    enum vm_status status = choose_number(m, op->tid, op->number, &number);
    if (status != VM_OK) {
        return status;
    }
    vm_pa most = m->config.memory_base + m->config.memory;
    bool sound = op->bytes && op->bytes <= segment_most(m) && op->bytes <= m->config.memory &&
                 op->prot < 8 && op->down <= 1 && op->at <= most && op->name <= UINT32_MAX &&
                 (!op->down || m->config.segment_bits) &&
                 (!op->down || !op->at || op->at > op->bytes);
    if (!sound) {
        return VM_INVALID;
    }
    status = reserve(m);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    call_begin(m, tid, vm_op_kind_place);
    vm_pa at = op->at ? op->at - 1 - (op->down ? op->bytes : 0) : 0;
    uint32_t piece = op->at ? free_list_take_at(m, at, op->bytes) : segment_room(m, op->bytes);
    if (!piece) {
        call_fail(m, tid, vm_errno_code_enomem);
        return VM_OK;
    }
    const struct segment_register now = {.pid = m->tasks[tid].pid,
        .number = number,
        .name = (uint32_t)op->name,
        .base = segment_base(&m->pieces[piece], op->down),
        .bytes = op->bytes,
        .prot = (uint8_t)op->prot,
        .down = op->down,
        .present = true};
    made(m, tid, &now);
    return VM_OK;
}

/* A number for segments that are one memory. */
static uint32_t next_share(const vm_machine *m)
{
    uint32_t most = 0;
    for (uint32_t s = 1; s < m->segment_registers_n; s++) {
        uint32_t share = m->segment_registers[s].share;
        most = share > most ? share : most;
    }
    return most + 1;
}

enum vm_status vm_op_share(vm_machine *m, const struct vm_op_share *op)
{
    uint32_t number = 0;
    enum vm_status status = choose_number(m, op->tid, op->number, &number);
    if (status != VM_OK) {
        return status;
    }
    bool known = op->pid && op->pid < m->processes_n && op->of < segment_numbers(m);
    uint32_t s = known ? segment_of(m, (vm_pid)op->pid, (uint32_t)op->of) : 0;
    if (!s || !m->segment_registers[s].present || op->prot >= 8 || op->name > UINT32_MAX) {
        return VM_INVALID;
    }
    status = reserve(m);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    call_begin(m, tid, vm_op_kind_share);
    struct segment_register of = m->segment_registers[s];
    uint32_t p = segment_piece(m, &of);
    struct piece piece = m->pieces[p];
    piece.users++;
    EMIT(m, segment_shared, .pid = m->tasks[tid].pid, .number = number, .from = of.pid,
        .of = of.number, .users = piece.users);
    piece_put(m, p, &piece);
    if (!of.share) {
        of.share = next_share(m);
        segment_put(m, s, &of);
    }
    struct segment_register now = of;
    now.pid = m->tasks[tid].pid;
    now.number = number;
    now.name = (uint32_t)op->name;
    now.prot = (uint8_t)op->prot;
    segment_new(m, &now);
    call_end(m, tid, segment_address(m, &now));
    return VM_OK;
}

void segment_leave(vm_machine *m, uint32_t segment)
{
    const struct segment_register *now = &m->segment_registers[segment];
    uint32_t p = segment_piece(m, now);
    if (!p) {
        return;
    }
    struct piece piece = m->pieces[p];
    if (piece.users > 1) {
        piece.users--;
        piece_put(m, p, &piece);
    } else {
        free_list_give(m, p);
    }
}

static void drop(vm_machine *m, uint32_t segment)
{
    const struct segment_register old = m->segment_registers[segment];
    uint32_t p = segment_piece(m, &old);
    EMIT(m, segment_dropped, .pid = old.pid, .number = old.number,
        .users = p ? m->pieces[p].users - 1 : 0);
    segment_leave(m, segment);
    const struct segment_register none = {0};
    segment_put(m, segment, &none);
}

void segments_release(vm_machine *m, vm_pid pid)
{
    for (uint32_t s = 1; s < m->segment_registers_n; s++) {
        if (m->segment_registers[s].bytes && m->segment_registers[s].pid == pid) {
            drop(m, s);
        }
    }
}

/* The segment of an operation that names one; 0: *status says why not. */
static uint32_t named(const vm_machine *m, uint64_t tid, uint64_t number, enum vm_status *status)
{
    *status = has_segments(m) ? task_ready(m, tid) : VM_UNSUPPORTED;
    if (*status != VM_OK) {
        return 0;
    }
    uint32_t s =
        number < segment_numbers(m) ? segment_of(m, m->tasks[tid].pid, (uint32_t)number) : 0;
    *status = s ? VM_OK : VM_INVALID;
    return s;
}

enum vm_status vm_op_unload(vm_machine *m, const struct vm_op_unload *op)
{
    enum vm_status status;
    uint32_t s = named(m, op->tid, op->number, &status);
    if (!s) {
        return status;
    }
    status = reserve(m);
    if (status == VM_OK) {
        call_begin(m, (vm_tid)op->tid, vm_op_kind_unload);
        drop(m, s);
        call_end(m, (vm_tid)op->tid, 0);
    }
    return status;
}

void segments_rebase(vm_machine *m, const struct piece *from, uint32_t piece)
{
    for (uint32_t s = 1; s < m->segment_registers_n; s++) {
        struct segment_register now = m->segment_registers[s];
        vm_pa old = segment_base(from, now.down);
        if (!now.bytes || !now.present || now.base != old) {
            continue;
        }
        now.base = segment_base(&m->pieces[piece], now.down);
        EMIT(m, segment_moved, .pid = now.pid, .number = now.number, .from = old, .base = now.base,
            .bytes = now.bytes);
        segment_put(m, s, &now);
    }
}

static void set_bytes(vm_machine *m, uint32_t segment, uint32_t p, uint64_t bytes)
{
    struct segment_register now = m->segment_registers[segment];
    struct piece piece = m->pieces[p];
    piece.asked = bytes;
    piece_put(m, p, &piece);
    now.base = segment_base(&piece, now.down);
    now.bytes = bytes;
    segment_put(m, segment, &now);
}

static void shrink(vm_machine *m, uint32_t segment, uint64_t bytes)
{
    const struct segment_register old = m->segment_registers[segment];
    uint32_t p = segment_piece(m, &old);
    EMIT(m, segment_shrunk, .pid = old.pid, .number = old.number, .bytes = bytes);
    if (old.down) {
        p = free_list_cut_front(m, p, bytes);
    } else {
        free_list_cut(m, p, bytes);
    }
    set_bytes(m, segment, p, bytes);
}

/* In place when there is room beside it, else in another hole; false: there is none. */
static bool grow(vm_machine *m, uint32_t segment, uint64_t bytes)
{
    const struct segment_register old = m->segment_registers[segment];
    uint32_t p = segment_piece(m, &old);
    uint64_t have = m->pieces[p].bytes;
    if (bytes <= have || free_list_extend(m, &p, bytes - have, old.down)) {
        EMIT(m, segment_grown, .pid = old.pid, .number = old.number, .bytes = bytes);
        set_bytes(m, segment, p, bytes);
        return true;
    }
    uint32_t fresh = segment_room(m, bytes);
    if (!fresh) {
        return false;
    }
    EMIT(m, segment_moved, .pid = old.pid, .number = old.number, .from = old.base,
        .base = segment_base(&m->pieces[fresh], old.down), .bytes = old.bytes);
    count(m, 0, vm_counter_moved_bytes, (int64_t)old.bytes);
    set_bytes(m, segment, fresh, bytes);
    free_list_give(m, p);
    return true;
}

/* A segment that others use too, or that is on disk, cannot be resized: EBUSY. */
enum vm_status vm_op_resize(vm_machine *m, const struct vm_op_resize *op)
{
    enum vm_status status;
    uint32_t s = named(m, op->tid, op->number, &status);
    if (s && (!op->bytes || op->bytes > segment_most(m))) {
        status = VM_INVALID;
    }
    status = status == VM_OK ? reserve(m) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    const struct segment_register *now = &m->segment_registers[s];
    call_begin(m, tid, vm_op_kind_resize);
    if (now->share || !now->present) {
        call_fail(m, tid, vm_errno_code_ebusy);
        return VM_OK;
    }
    bool done = op->bytes == now->bytes;
    if (op->bytes < now->bytes) {
        shrink(m, s, op->bytes);
        done = true;
    } else if (!done) {
        done = grow(m, s, op->bytes);
    }
    if (done) {
        call_end(m, tid, segment_address(m, &m->segment_registers[s]));
    } else {
        call_fail(m, tid, vm_errno_code_enomem);
    }
    return VM_OK;
}
