/* SPDX-License-Identifier: MIT
 * A write to a page that is mapped read-only though its mapping allows writing (Linux: do_wp_page):
 * a copy, or the same frame when nobody else can see it; of a shared mapping a note that the page
 * gets dirty.
 */
#include "kernel/fault_in.h"
#include "kernel/frame.h"
#include "kernel/huge.h"
#include "kernel/page.h"
#include "kernel/reclaim.h"
#include "kernel/swap.h"
#include "kernel/words.h"
#include "mmu/table.h"
#include "mmu/tlb.h"

vm_frame fault_frame(vm_machine *m, const struct fault_in *in, vm_frame keep)
{
    m->busy[0] = keep;
    vm_frame f = reclaim_take(m, in->pid, vm_frame_kind_anon, in->vma->anon, fault_index(in));
    m->busy[0] = VM_NO_FRAME;
    return f;
}

void fault_copy(vm_machine *m, const struct fault_in *in, vm_frame from, vm_frame to)
{
    EMIT(m, cow_copy, .tid = in->tid, .vpn = in->vpn, .from = from, .to = to);
    words_copy(m, m->frames[from].words, vm_store_frame, to, 0, &m->frames[to].words);
    frame_set_flags(m, to, vm_frame_bit_dirty | vm_frame_bit_exclusive);
    count(m, in->pid, vm_counter_copies, 1);
    m->outcome.copies++;
    page_map(m, in->mm, in->vpn, to, in->vma, true);
    frame_settle(m, from);
}

static void make_writable(vm_machine *m, const struct fault_in *in, vm_frame f, uint64_t entry)
{
    entry = (entry | vm_pte_bit_writable) & ~(uint64_t)vm_pte_bit_cow;
    EMIT(m, entry_set, .pid = in->mm, .vpn = in->vpn, .frame = f, .entry = entry);
    pte_set(m, in->mm, in->vpn, entry);
    tlb_drop_local(m, in->mm, in->vpn); /* elsewhere it only forbids more: fault_spurious */
}

/* wp_page_reuse: the frame is this process's own from now on, its copy in swap is given up. */
static void reuse(vm_machine *m, const struct fault_in *in, vm_frame f, uint64_t entry)
{
    const struct frame *frame = &m->frames[f];
    fault_note(m, in, vm_fault_reuse);
    count(m, in->pid, vm_counter_reuses, 1);
    EMIT(m, cow_reuse, .tid = in->tid, .vpn = in->vpn, .frame = f);
    if (frame->slot && !(frame->flags & vm_frame_bit_exclusive)) {
        frame_set_flags(m, f, frame->flags | vm_frame_bit_dirty);
        slot_set_frame(m, frame->slot - 1, 0);
    }
    frame_set_flags(m, f, frame->flags | vm_frame_bit_exclusive);
    make_writable(m, in, f, entry);
}

/* wp_page_shared: the file's page gets dirty, and the kernel wants to know. */
static void note_write(vm_machine *m, const struct fault_in *in, vm_frame f, uint64_t entry)
{
    const struct frame *frame = &m->frames[f];
    fault_note(m, in, vm_fault_minor);
    if (frame->kind == vm_frame_kind_file) {
        EMIT(m, write_noted, .tid = in->tid, .object = frame->object, .index = frame->index);
        frame_set_flags(m, f, frame->flags | vm_frame_bit_dirty);
    }
    make_writable(m, in, f, entry);
}

bool fault_write(vm_machine *m, const struct fault_in *in, uint64_t entry)
{
    if (entry & vm_pte_bit_huge) {
        if (huge_write(m, in)) {
            return true;
        }
        entry = pte_get(m, in->mm, in->vpn);
    }
    vm_frame f = (vm_frame)pte_number(entry);
    if (m->frames[f].kind == vm_frame_kind_zero) {
        return fault_anon(m, in);
    }
    if (fault_shared(in)) {
        note_write(m, in, f, entry);
        return true;
    }
    if (frame_reusable(m, f)) {
        reuse(m, in, f, entry);
        return true;
    }
    fault_note(m, in, vm_fault_cow);
    vm_frame to = fault_frame(m, in, f);
    if (to == VM_NO_FRAME) {
        return false;
    }
    fault_copy(m, in, f, to);
    return true;
}
