/* SPDX-License-Identifier: MIT
 * A page whose entry names a swap slot (Linux: do_swap_page): it is still in memory in the swap
 * cache (minor), or must be read (major). It stays in the swap cache as long as it is clean and
 * swap is not scarce.
 */
#include "kernel/fault_in.h"
#include "kernel/frame.h"
#include "kernel/page.h"
#include "kernel/readahead.h"
#include "kernel/reclaim.h"
#include "kernel/swap.h"
#include "kernel/words.h"
#include "mmu/table.h"

static vm_frame read_slot(vm_machine *m, const struct fault_in *in, vm_slot s)
{
    const struct slot *slot = &m->slots[s];
    vm_frame f = reclaim_take(m, in->pid, vm_frame_kind_anon, slot->object, slot->index);
    if (f == VM_NO_FRAME) {
        return VM_NO_FRAME;
    }
    EMIT(m, swap_read, .slot = s, .frame = f);
    words_copy(m, slot->words, vm_store_frame, f, 0, &m->frames[f].words);
    slot_set_frame(m, s, f + 1);
    count(m, in->pid, vm_counter_swap_ins, 1);
    m->outcome.disk = true;
    readahead_slots(m, in->pid, s);
    return f;
}

/* folio_free_swap: nobody names the slot any more, the frame has the only copy. */
static void give_up_slot(vm_machine *m, vm_frame f)
{
    uint32_t slot = m->frames[f].slot;
    if (slot && !m->slots[slot - 1].refs) {
        frame_set_flags(m, f, m->frames[f].flags | vm_frame_bit_dirty);
        slot_set_frame(m, slot - 1, 0);
    }
}

/* vm_swap_full: more than half of the slots are taken. */
static bool swap_scarce(const vm_machine *m)
{
    return 2 * (uint64_t)m->slots_free < m->slots_n;
}

bool fault_swap(vm_machine *m, const struct fault_in *in, uint64_t entry)
{
    vm_slot s = (vm_slot)pte_number(entry);
    const struct slot *slot = &m->slots[s];
    fault_note(m, in, slot->frame ? vm_fault_minor : vm_fault_major);
    vm_frame f;
    if (slot->frame) {
        f = slot->frame - 1;
        EMIT(m, swap_hit, .slot = s, .frame = f);
    } else {
        f = read_slot(m, in, s);
        if (f == VM_NO_FRAME) {
            return false;
        }
    }
    bool unshared = slot->refs == 1 && !m->frames[f].maps;
    bool own = entry & vm_pte_bit_exclusive || (unshared && (in->store || swap_scarce(m)));
    vm_frame copy = VM_NO_FRAME;
    if (in->store && !own) {
        copy = fault_frame(m, in, f);
        if (copy == VM_NO_FRAME) {
            return false;
        }
    }
    page_forget_slot(m, in->mm, in->vpn);
    if (unshared && (in->store || swap_scarce(m) || in->vma->flags & vm_map_bit_locked)) {
        give_up_slot(m, f);
    }
    if (copy != VM_NO_FRAME) {
        fault_copy(m, in, f, copy);
        return true;
    }
    if (own) {
        frame_set_flags(m, f, m->frames[f].flags | vm_frame_bit_exclusive);
    }
    page_map(m, in->mm, in->vpn, f, in->vma, own);
    return true;
}
