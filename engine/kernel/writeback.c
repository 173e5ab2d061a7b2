/* SPDX-License-Identifier: MIT
 * Write-back. Invariant: a clean page equals its copy on disk.
 */
#include "kernel/writeback.h"

#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/words.h"
#include "mmu/table.h"
#include "mmu/tlb.h"

static void clean_entries(vm_machine *m, vm_frame f)
{
    for (uint32_t r = m->frames[f].rmap; r; r = m->rmaps[r].next) {
        vm_pid pid = m->rmaps[r].pid;
        vm_vpn vpn = m->rmaps[r].vpn;
        uint64_t entry = pte_get(m, pid, vpn);
        if (entry & vm_pte_bit_dirty) {
            pte_set(m, pid, vpn, entry & ~(uint64_t)vm_pte_bit_dirty);
            tlb_drop_page(m, pid, vpn);
        }
    }
}

void writeback_page(vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    clean_entries(m, f);
    if (frame->kind == vm_frame_kind_file) {
        struct cached *cached = cache_at(m, frame->object, frame->index);
        EMIT(m, file_write, .frame = f, .object = frame->object, .index = frame->index);
        if (cached) {
            words_copy(m, frame->words, vm_store_file, frame->object, frame->index, &cached->words);
        }
        count(m, 0, vm_counter_file_writes, 1);
    } else {
        vm_slot slot = frame->slot - 1;
        EMIT(m, swap_write, .frame = f, .slot = slot);
        words_copy(m, frame->words, vm_store_slot, slot, 0, &m->slots[slot].words);
        count(m, 0, vm_counter_swap_outs, 1);
    }
    count(m, 0, vm_counter_writebacks, 1);
    m->outcome.writebacks++;
    m->outcome.disk = true;
    frame_set_flags(m, f, frame->flags & (uint8_t)~vm_frame_bit_dirty);
}
