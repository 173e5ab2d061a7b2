/* SPDX-License-Identifier: MIT
 * Segments of processes, and what the hardware makes of an address (OSTEP, chapters 15 and 16).
 * Invariants: a process has at most one segment of a number; a present one lies in one piece of
 * memory, from its start or, growing down, from its end. With base and bounds a process has segment
 * 0 alone, and all of an address is the offset. With segmentation the top bits name the segment. Of
 * one that grows down, the offset minus the largest segment is negative; what it is away from the
 * end must not be more than the bounds.
 */
#include "older/segment.h"

#include "older/piece.h"

static void emit(struct vm_events *events, const struct segment_register *old,
    const struct segment_register *now, vm_pid pid, uint32_t number)
{
    EMIT_TO(events, segment_register, .pid = pid, .number = number, //
        .old_base = old->base, .base = now->base,                   //
        .old_bytes = old->bytes, .bytes = now->bytes,               //
        .old_prot = old->prot, .prot = now->prot,                   //
        .old_down = old->down, .down = now->down,                   //
        .old_present = old->present, .present = now->present,       //
        .old_share = old->share, .share = now->share,               //
        .old_name = old->name, .name = now->name);
}

void segment_describe(const vm_machine *m, struct vm_events *events)
{
    const struct segment_register none = {0};
    for (uint32_t s = 1; s < m->segment_registers_n; s++) {
        const struct segment_register *one = &m->segment_registers[s];
        if (one->bytes) {
            emit(events, &none, one, one->pid, one->number);
        }
    }
}

void segment_put(vm_machine *m, uint32_t segment, const struct segment_register *now)
{
    struct segment_register old = m->segment_registers[segment];
    const struct segment_register *named = now->bytes ? now : &old;
    m->segment_registers[segment] = *now;
    emit(m->events, &old, now, named->pid, named->number);
}

uint32_t segment_new(vm_machine *m, const struct segment_register *now)
{
    uint32_t s = 1;
    while (s < m->segment_registers_n && m->segment_registers[s].bytes) {
        s++;
    }
    if (s == m->segment_registers_n) {
        m->segment_registers[m->segment_registers_n++] = (struct segment_register){0};
    }
    segment_put(m, s, now);
    return s;
}

uint32_t segment_of(const vm_machine *m, vm_pid pid, uint32_t number)
{
    for (uint32_t s = 1; s < m->segment_registers_n; s++) {
        const struct segment_register *one = &m->segment_registers[s];
        if (one->bytes && one->pid == pid && one->number == number) {
            return s;
        }
    }
    return 0;
}

uint32_t segment_piece(const vm_machine *m, const struct segment_register *segment)
{
    return segment->present ? piece_holding(m, segment->base - (segment->down ? 1 : 0)) : 0;
}

vm_pa segment_base(const struct piece *piece, bool down)
{
    return piece->at + (down ? piece->bytes : 0);
}

uint32_t segment_of_piece(const vm_machine *m, uint32_t piece)
{
    for (uint32_t s = 1; s < m->segment_registers_n; s++) {
        const struct segment_register *one = &m->segment_registers[s];
        if (one->bytes && segment_piece(m, one) == piece) {
            return s;
        }
    }
    return 0;
}

uint64_t segment_most(const vm_machine *m)
{
    return UINT64_C(1) << (m->config.va_bits - m->config.segment_bits);
}

uint32_t segment_numbers(const vm_machine *m)
{
    return UINT32_C(1) << m->config.segment_bits;
}

vm_va segment_address(const vm_machine *m, const struct segment_register *segment)
{
    vm_va start = (vm_va)segment->number * segment_most(m);
    return segment->down ? start + segment_most(m) - segment->bytes : start;
}

static bool allows(const struct segment_register *segment, enum vm_access access)
{
    unsigned right = access == vm_access_store   ? (unsigned)vm_prot_bit_write
                     : access == vm_access_fetch ? (unsigned)vm_prot_bit_exec
                                                 : (unsigned)vm_prot_bit_read;
    return access == vm_access_none || segment->prot & right;
}

struct translation segment_translate(
    const vm_machine *m, vm_pid pid, vm_va va, uint64_t bytes, enum vm_access access)
{
    uint64_t most = segment_most(m);
    struct translation out = {.offset = va & (most - 1), .reason = vm_trap_reason_no_segment};
    if (va >= most * segment_numbers(m)) {
        out.offset = va;
        out.number = segment_numbers(m);
        out.reason =
            m->config.segment_bits ? vm_trap_reason_no_segment : vm_trap_reason_out_of_bounds;
        return out;
    }
    out.number = (uint32_t)(va / most);
    out.segment = segment_of(m, pid, out.number);
    if (!out.segment) {
        return out;
    }
    const struct segment_register *segment = &m->segment_registers[out.segment];
    uint64_t distance = most - out.offset; /* from the end of one that grows down */
    bool within = segment->down ? distance <= segment->bytes && bytes <= distance
                                : bytes <= segment->bytes && out.offset <= segment->bytes - bytes;
    out.fits = within && allows(segment, access) && segment->present;
    out.reason = within ? vm_trap_reason_segment_rights : vm_trap_reason_out_of_bounds;
    out.pa = segment->down ? segment->base - distance : segment->base + out.offset;
    return out;
}
