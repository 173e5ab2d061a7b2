/* SPDX-License-Identifier: MIT
 * Swap slots and the bitmap of the free ones. Invariant: a slot is free if and only if refs and
 * frame are 0; frame and slot name each other.
 */
#include "kernel/swap.h"

#include "kernel/frame.h"
#include "kernel/words.h"

#include <assert.h>

static void emit(
    struct vm_events *events, vm_slot slot, const struct slot *old, const struct slot *now)
{
    EMIT_TO(events, slot, .slot = slot,                   //
        .old_object = old->object, .object = now->object, //
        .old_index = old->index, .index = now->index,     //
        .old_refs = old->refs, .refs = now->refs,         //
        .old_frame = old->frame, .frame = now->frame);
}

void slot_describe(const vm_machine *m, struct vm_events *events)
{
    const struct slot nothing = {0};
    for (vm_slot s = 0; s < m->slots_n; s++) {
        if (m->slots[s].refs || m->slots[s].frame) {
            emit(events, s, &nothing, &m->slots[s]);
        }
    }
}

vm_slot slot_take(vm_machine *m, uint32_t object, uint64_t index)
{
    for (uint32_t i = m->slot_hint / 64; m->slots_free && i < (m->slots_n + 63) / 64; i++) {
        if (!m->free_slots[i]) {
            continue;
        }
        vm_slot s = i * 64 + (uint32_t)__builtin_ctzll(m->free_slots[i]);
        m->free_slots[i] &= ~(UINT64_C(1) << (s % 64));
        m->slots_free--;
        m->slot_hint = s;

        m->slots[s].object = object;
        m->slots[s].index = index;
        const struct slot nothing = {0};
        emit(m->events, s, &nothing, &m->slots[s]);
        return s;
    }
    return VM_NO_SLOT;
}

static void settle(vm_machine *m, vm_slot s, const struct slot *old)
{
    struct slot *slot = &m->slots[s];
    if (!slot->refs && !slot->frame) {
        words_clear(m, vm_store_slot, s, 0, &slot->words);
        *slot = (struct slot){0};
        m->free_slots[s / 64] |= UINT64_C(1) << (s % 64);
        m->slots_free++;
        m->slot_hint = s < m->slot_hint ? s : m->slot_hint;
    }
    emit(m->events, s, old, slot);
}

void slot_set_refs(vm_machine *m, vm_slot s, uint32_t refs)
{
    struct slot old = m->slots[s];
    m->slots[s].refs = refs;
    settle(m, s, &old);
}

void slot_set_frame(vm_machine *m, vm_slot s, uint32_t frame_plus_one)
{
    struct slot old = m->slots[s];
    if (old.frame && old.frame != frame_plus_one) {
        frame_set_slot(m, old.frame - 1, 0);
    }
    m->slots[s].frame = frame_plus_one;
    if (frame_plus_one) {
        frame_set_slot(m, frame_plus_one - 1, s + 1);
    }
    settle(m, s, &old);
}
