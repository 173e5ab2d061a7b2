/* SPDX-License-Identifier: MIT
 * A page of a file or of shared memory (Linux: do_fault): do_read_fault, do_cow_fault,
 * do_shared_fault. A private mapping never makes the file's own frame writable.
 */
#include "kernel/fault_in.h"
#include "kernel/frame.h"
#include "kernel/page.h"
#include "kernel/page_cache.h"
#include "kernel/shmem.h"

/* The frame with the page, wherever it comes from. */
static vm_frame find(vm_machine *m, const struct fault_in *in)
{
    uint32_t object = in->vma->object;
    uint64_t index = fault_index(in);
    if (m->objects[object].kind == vm_object_kind_shmem) {
        bool disk;
        return shmem_get(m, in->pid, object, index, &disk);
    }
    return cache_read(m, in->pid, object, index);
}

static bool on_disk(const vm_machine *m, const struct fault_in *in)
{
    uint32_t object = in->vma->object;
    uint64_t index = fault_index(in);
    return m->objects[object].kind == vm_object_kind_shmem ? shmem_on_disk(m, object, index)
                                                           : !cache_find(m, object, index);
}

bool fault_file(vm_machine *m, const struct fault_in *in)
{
    fault_note(m, in, on_disk(m, in) ? vm_fault_major : vm_fault_minor);
    vm_frame f = find(m, in);
    if (f == VM_NO_FRAME) {
        return false;
    }
    const struct frame *frame = &m->frames[f];
    if (in->store && !fault_shared(in)) {
        vm_frame to = fault_frame(m, in, f);
        if (to == VM_NO_FRAME) {
            return false;
        }
        fault_copy(m, in, f, to);
        return true;
    }
    /* Linux's vma_wants_writenotify: of a shared file the first write of a page is to be noticed.
     */
    bool notify = frame->kind == vm_frame_kind_file && !(in->vma->flags & vm_map_bit_pages);
    if (in->store && notify) {
        EMIT(m, write_noted, .tid = in->tid, .object = frame->object, .index = frame->index);
        frame_set_flags(m, f, frame->flags | vm_frame_bit_dirty);
    }
    page_map(m, in->mm, in->vpn, f, in->vma, fault_shared(in) && (in->store || !notify));
    return true;
}
