/* SPDX-License-Identifier: MIT
 * Page frames, the bitmap of the free ones, and the reverse mapping from a frame to the entries
 * that map it. Invariant: a frame is in the bitmap if and only if its kind is free; maps = length
 * of its rmap list.
 */
#include "kernel/frame.h"

#include "kernel/limit.h"
#include "kernel/page_cache.h"
#include "kernel/swap.h"
#include "kernel/words.h"
#include "policy/policy.h"

#include <assert.h>

static void emit(
    struct vm_events *events, vm_frame frame, const struct frame *old, const struct frame *now)
{
    EMIT_TO(events, frame, .frame = frame,                //
        .old_kind = old->kind, .kind = now->kind,         //
        .old_object = old->object, .object = now->object, //
        .old_index = old->index, .index = now->index,     //
        .old_maps = old->maps, .maps = now->maps,         //
        .old_flags = old->flags, .flags = now->flags,     //
        .old_slot = old->slot, .slot = now->slot,         //
        .old_charge = old->charge, .charge = now->charge);
}

void frame_describe(const vm_machine *m, struct vm_events *events)
{
    const struct frame nothing = {0};
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (m->frames[f].kind != vm_frame_kind_free) {
            emit(events, f, &nothing, &m->frames[f]);
        }
    }
}

static vm_frame lowest_free(vm_machine *m)
{
    uint32_t last = (m->frames_n + 63) / 64;
    for (uint32_t i = m->frame_hint / 64; i < last; i++) {
        if (m->free_frames[i]) {
            return i * 64 + (uint32_t)__builtin_ctzll(m->free_frames[i]);
        }
    }
    return VM_NO_FRAME;
}

void frame_claim(
    vm_machine *m, vm_frame f, enum vm_frame_kind kind, uint32_t object, uint64_t index)
{
    struct frame *frame = &m->frames[f];
    assert(frame->kind == vm_frame_kind_free && kind != vm_frame_kind_free);
    struct frame old = *frame;
    frame->kind = (uint8_t)kind;
    frame->object = object;
    frame->index = index;
    frame->loaded = m->clock;
    m->free_frames[f / 64] &= ~(UINT64_C(1) << (f % 64));
    m->frames_free--;
    limit_charge(m, frame);
    emit(m->events, f, &old, frame);
    if (frame_evictable_kind(frame)) {
        policy_load(m, f);
    }
}

static vm_frame take(
    vm_machine *m, enum vm_frame_kind kind, uint32_t object, uint64_t index, bool quietly)
{
    if (!m->frames_free) {
        return VM_NO_FRAME;
    }
    vm_frame f = lowest_free(m);
    assert(f != VM_NO_FRAME);
    m->frame_hint = f;
    if (!quietly) {
        EMIT(m, frame_taken, .frame = f, .kind = kind);
    }
    frame_claim(m, f, kind, object, index);
    return f;
}

vm_frame frame_take(vm_machine *m, enum vm_frame_kind kind, uint32_t object, uint64_t index)
{
    return take(m, kind, object, index, false);
}

vm_frame frame_take_quietly(vm_machine *m, enum vm_frame_kind kind, uint32_t object, uint64_t index)
{
    return take(m, kind, object, index, true);
}

void frame_release(vm_machine *m, vm_frame f)
{
    struct frame *frame = &m->frames[f];
    assert(frame->kind != vm_frame_kind_free && !frame->maps);
    if (frame_evictable_kind(frame)) {
        policy_drop(m, f);
    }
    if (frame->slot) {
        slot_set_frame(m, frame->slot - 1, 0);
    }
    if (frame->kind == vm_frame_kind_file || frame->kind == vm_frame_kind_shmem) {
        cache_forget(m, frame->object, frame->index);
    }
    words_clear(m, vm_store_frame, f, 0, &frame->words);
    limit_uncharge(m, frame);
    m->files_dirty -= frame_dirty_file(frame);
    struct frame old = *frame;
    *frame = (struct frame){0};
    m->free_frames[f / 64] |= UINT64_C(1) << (f % 64);
    m->frames_free++;
    if (f < m->frame_hint) {
        m->frame_hint = f;
    }
    emit(m->events, f, &old, frame);
}

void frame_set_flags(vm_machine *m, vm_frame f, uint8_t flags)
{
    struct frame old = m->frames[f];
    if (old.flags != flags) {
        m->frames[f].flags = flags;
        m->files_dirty += frame_dirty_file(&m->frames[f]);
        m->files_dirty -= frame_dirty_file(&old);
        emit(m->events, f, &old, &m->frames[f]);
    }
}

void frame_set_slot(vm_machine *m, vm_frame f, uint32_t slot_plus_one)
{
    struct frame old = m->frames[f];
    if (old.slot != slot_plus_one) {
        m->frames[f].slot = slot_plus_one;
        emit(m->events, f, &old, &m->frames[f]);
    }
}

void frame_map(vm_machine *m, vm_frame f, vm_pid pid, vm_vpn vpn)
{
    struct frame *frame = &m->frames[f];
    if (frame->kind == vm_frame_kind_zero) {
        return;
    }
    uint32_t node = m->free_rmap;
    if (node) {
        m->free_rmap = m->rmaps[node].next;
    } else {
        assert(m->rmaps_n < m->rmaps_room);
        node = m->rmaps_n++;
    }
    m->rmaps[node] = (struct rmap){.pid = pid, .vpn = vpn, .next = frame->rmap};
    struct frame old = *frame;
    frame->rmap = node;
    frame->maps++;
    emit(m->events, f, &old, frame);
}

void frame_unmap(vm_machine *m, vm_frame f, vm_pid pid, vm_vpn vpn)
{
    struct frame *frame = &m->frames[f];
    if (frame->kind == vm_frame_kind_zero) {
        return;
    }
    uint32_t *link = &frame->rmap;
    while (*link && (m->rmaps[*link].pid != pid || m->rmaps[*link].vpn != vpn)) {
        link = &m->rmaps[*link].next;
    }
    assert(*link);
    uint32_t node = *link;
    *link = m->rmaps[node].next;
    m->rmaps[node] = (struct rmap){.next = m->free_rmap};
    m->free_rmap = node;
    struct frame old = *frame;
    frame->maps--;
    emit(m->events, f, &old, frame);
}
