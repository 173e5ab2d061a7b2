/* SPDX-License-Identifier: MIT
 * A page of private memory that nobody touched yet (Linux: do_anonymous_page): the zero page for a
 * read, a frame full of zeros for a write. The new frame is this process's own (PG_anon_exclusive).
 */
#include "kernel/fault_in.h"
#include "kernel/frame.h"
#include "kernel/page.h"

bool fault_anon(vm_machine *m, const struct fault_in *in)
{
    fault_note(m, in, vm_fault_zero);
    if (!in->store && m->config.kernel_frames) {
        vm_frame zero = m->config.kernel_frames - 1;
        EMIT(m, zero_page, .tid = in->tid, .vpn = in->vpn, .frame = zero);
        page_map(m, in->mm, in->vpn, zero, in->vma, false);
        return true;
    }
    vm_frame f = fault_frame(m, in, VM_NO_FRAME);
    if (f == VM_NO_FRAME) {
        return false;
    }
    EMIT(m, zero_fill, .frame = f);
    frame_set_flags(m, f, vm_frame_bit_dirty | vm_frame_bit_exclusive); /* no copy anywhere */
    count(m, in->pid, vm_counter_zero_fills, 1);
    page_map(m, in->mm, in->vpn, f, in->vma, true);
    return true;
}
