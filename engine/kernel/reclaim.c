/* SPDX-License-Identifier: MIT
 * Eviction. Order: the policy names the victim; its entries are cleared; a dirty page is written to
 * its file or its slot, a clean one dropped; the frame is free.
 */
#include "kernel/reclaim.h"

#include "kernel/frame.h"
#include "kernel/kswapd.h"
#include "kernel/limit.h"
#include "kernel/oom.h"
#include "kernel/page.h"
#include "kernel/writeback.h"
#include "mmu/table.h"
#include "mmu/tlb.h"
#include "policy/policy.h"

bool reclaim_dirty(const vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    bool nowhere = frame->kind != vm_frame_kind_file && !frame->slot && !page_droppable(m, f);
    return nowhere || frame->flags & vm_frame_bit_dirty;
}

void policy_forget_use(vm_machine *m, vm_frame f)
{
    for (uint32_t r = m->frames[f].rmap; r; r = m->rmaps[r].next) {
        uint64_t entry = pte_get(m, m->rmaps[r].pid, m->rmaps[r].vpn);
        if (entry & vm_pte_bit_accessed) {
            pte_set(m, m->rmaps[r].pid, m->rmaps[r].vpn, entry & ~(uint64_t)vm_pte_bit_accessed);
            /* Others may remember the use longer: ptep_clear_flush_young sends nobody an interrupt
             */
            tlb_drop_local(m, m->rmaps[r].pid, m->rmaps[r].vpn);
        }
    }
}

void reclaim_frame(vm_machine *m, vm_frame f, vm_pid pid)
{
    struct frame *frame = &m->frames[f];
    bool dirty = reclaim_dirty(m, f), drop = page_droppable(m, f);
    const struct rmap *first = &m->rmaps[frame->rmap];
    EMIT(m, evict, .policy = m->policy, .frame = f, .pid = frame->rmap ? first->pid : 0,
        .vpn = frame->rmap ? first->vpn : frame->index, .dirty = dirty);
    count(m, pid, vm_counter_evictions, 1);
    m->outcome.evictions++;
    if (frame->kind != vm_frame_kind_file && !drop) {
        page_give_slot(m, f); /* there is one: reclaim_possible */
    }
    page_unmap_all(m, f);
    if (dirty) {
        writeback_page(m, f);
    } else if (drop) {
        EMIT(m, dropped_lazy, .frame = f);
    } else {
        EMIT(m, dropped_clean, .frame = f);
    }
    frame_release(m, f);
}

bool reclaim_one(vm_machine *m, vm_pid pid, struct scope scope)
{
    m->scope = scope;
    vm_frame victim = policy_victim(m);
    m->scope = (struct scope){0};
    if (victim == VM_NO_FRAME) {
        return false;
    }
    reclaim_frame(m, victim, pid);
    return true;
}

/* Room for one frame by the process in need: with local replacement from its own, then from what
 * nobody owns any more. Only who has nothing to give up takes from others. */
static bool make_room(vm_machine *m, vm_pid pid, vm_pid mm)
{
    if (m->frames_free) {
        EMIT(m, direct_reclaim, .pid = pid, .free = m->frames_free, .min = m->config.watermark_min);
    } else {
        EMIT(m, reclaim, .policy = m->policy);
    }
    count(m, pid, vm_counter_direct_reclaims, 1);
    if (m->config.local && m->processes[mm].charged) {
        EMIT(m, reclaim_own, .pid = mm, .pages = m->processes[mm].charged);
        if (reclaim_one(m, pid, (struct scope){.narrow = true, .owner = mm}) ||
            reclaim_one(m, pid, (struct scope){.narrow = true, .owner = 0})) {
            return true;
        }
    }
    return reclaim_one(m, pid, (struct scope){0});
}

static vm_frame take(
    vm_machine *m, vm_pid pid, enum vm_frame_kind kind, uint32_t object, uint64_t index)
{
    vm_pid mm = pid ? mm_of(m, pid) : 0;
    if (mm && reclaim_is_page(kind) && kind != vm_frame_kind_buffer) {
        policy_fault(m, mm);
    }
    if (reclaim_is_page(kind) && !limit_make_room(m, mm)) {
        return VM_NO_FRAME;
    }
    while (!watermark_allows(m, kind)) {
        if (!make_room(m, pid, mm) && !oom_kill(m)) {
            return VM_NO_FRAME;
        }
    }
    m->payer = mm;
    vm_frame f = frame_take(m, kind, object, index);
    m->payer = 0;
    watermark_check(m, pid);
    return f;
}

vm_frame reclaim_take(
    vm_machine *m, vm_pid pid, enum vm_frame_kind kind, uint32_t object, uint64_t index)
{
    const struct frame page = {.kind = (uint8_t)kind};
    struct incoming outer = m->incoming;
    m->incoming = (struct incoming){frame_evictable_kind(&page), object, index};
    vm_frame f = take(m, pid, kind, object, index);
    m->incoming = outer;
    return f;
}
