/* SPDX-License-Identifier: MIT
 * A page of a file or of shared memory (Linux: do_fault): do_read_fault, do_cow_fault,
 * do_shared_fault. A private mapping never makes the file's own frame writable.
 */
#include "kernel/fault_in.h"
#include "kernel/frame.h"
#include "kernel/page.h"
#include "kernel/page_cache.h"
#include "kernel/readahead.h"
#include "kernel/shmem.h"
#include "mmu/table.h"

/* do_sync_mmap_readahead: what the program said about its way of reading. */
static enum readahead_kind reading(const struct vma *vma)
{
    return vma->flags & vm_map_bit_sequential ? READAHEAD_FORWARD
           : vma->prot & vm_prot_bit_exec     ? READAHEAD_EXEC
           : vma->flags & vm_map_bit_random   ? READAHEAD_NONE
                                              : READAHEAD_AROUND;
}

/* The frame with the page, wherever it comes from (filemap_fault, shmem_fault). */
static vm_frame find(vm_machine *m, const struct fault_in *in)
{
    uint32_t object = in->vma->object;
    uint64_t index = fault_index(in);
    if (m->objects[object].kind == vm_object_kind_shmem) {
        bool disk;
        return shmem_get(m, in->pid, object, index, &disk);
    }
    uint32_t found = cache_find(m, object, index);
    if (found) {
        EMIT(m, cache_hit, .object = object, .index = index, .frame = found - 1);
        if (!(in->vma->flags & vm_map_bit_random)) {
            readahead_async(m, in->pid, object, index);
        }
        return found - 1;
    }
    vm_frame f = cache_load(m, in->pid, object, index);
    if (f != VM_NO_FRAME && !(in->vma->flags & vm_map_bit_pages)) {
        uint64_t end = in->vma->offset + (in->vma->end - in->vma->start);
        readahead_sync(m, in->pid, object, index, reading(in->vma), end);
    }
    return f;
}

static bool on_disk(const vm_machine *m, const struct fault_in *in)
{
    uint32_t object = in->vma->object;
    uint64_t index = fault_index(in);
    return m->objects[object].kind == vm_object_kind_shmem ? shmem_on_disk(m, object, index)
                                                           : !cache_find(m, object, index);
}

/* Linux's vma_wants_writenotify: of a shared file the first write of a page is to be noticed. */
static bool notifies(const vm_machine *m, const struct fault_in *in)
{
    return m->objects[in->vma->object].kind == vm_object_kind_file &&
           !(in->vma->flags & vm_map_bit_pages);
}

/* filemap_map_pages: what a page around the fault brings without waiting; 0: nothing. Neither a
 * page that starts the next read-ahead nor one on its way to swap. */
static uint32_t at_hand(const vm_machine *m, const struct fault_in *in, vm_vpn vpn)
{
    uint64_t index = in->vma->offset + (vpn - in->vma->start);
    const struct cached *cached = cache_at(m, in->vma->object, index);
    if (vpn == in->vpn || !cached || !cached->frame || cached->slot ||
        m->frames[cached->frame - 1].flags & vm_frame_bit_readahead || pte_get(m, in->mm, vpn)) {
        return 0;
    }
    return cached->frame;
}

/* do_fault_around: the window is aligned by virtual address, then cut to the mapping and the table.
 */
static void map_around(vm_machine *m, const struct fault_in *in)
{
    uint64_t n = m->config.fault_around;
    uint64_t table = UINT64_C(1) << m->config.level_bits[m->config.levels - 1];
    uint64_t at = in->vpn & (table - 1), below = in->vpn - in->vma->start;
    uint64_t aligned = at & ~(n - 1), from = at > below ? at - below : 0;
    from = from > aligned ? from : aligned;
    uint64_t end = at + (in->vma->end - in->vpn), to = from + n;
    to = to < table ? to : table;
    to = to < end ? to : end;
    vm_vpn base = in->vpn - at;
    uint64_t pages = 0;
    for (uint64_t i = from; i < to; i++) {
        pages += at_hand(m, in, base + i) != 0;
    }
    if (!pages || !table_build(m, in->mm, in->vpn)) {
        return;
    }
    EMIT(m, fault_around, .tid = in->tid, .start = base + from, .pages = pages);
    for (uint64_t i = from; i < to; i++) {
        uint32_t frame = at_hand(m, in, base + i);
        if (frame) {
            bool writable = fault_shared(in) && !notifies(m, in);
            page_map_quietly(m, in->mm, base + i, frame - 1, in->vma, writable);
        }
    }
}

/* Pages around a fault are mapped by a read of what has a page cache. */
static bool maps_around(const vm_machine *m, const struct fault_in *in)
{
    return !in->store && m->config.fault_around > 1 && m->objects[in->vma->object].first_cached &&
           !(in->vma->flags & vm_map_bit_pages);
}

/* do_read_fault maps what is at hand before __do_fault finds that the page itself cannot be. */
void fault_around_end(vm_machine *m, const struct fault_in *in)
{
    if (maps_around(m, in)) {
        map_around(m, in);
    }
}

/* special_mapping_fault: code and data that the kernel lends to everybody lie in its own frames. */
static void map_vdso(vm_machine *m, const struct fault_in *in)
{
    uint64_t index = fault_index(in), last = m->config.kernel_frames - 1;
    fault_note(m, in, vm_fault_minor);
    page_map_special(m, in->mm, in->vpn, (vm_frame)(index < last ? index : 0), in->vma);
}

bool fault_file(vm_machine *m, const struct fault_in *in)
{
    if (m->objects[in->vma->object].kind == vm_object_kind_vdso) {
        map_vdso(m, in);
        return true;
    }
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
    bool notify = notifies(m, in);
    if (in->store && notify) {
        EMIT(m, write_noted, .tid = in->tid, .object = frame->object, .index = frame->index);
        frame_set_flags(m, f, frame->flags | vm_frame_bit_dirty);
    }
    page_map(m, in->mm, in->vpn, f, in->vma, fault_shared(in) && (in->store || !notify));
    /* Also what was read with it: who waited for the disk handles the fault again (VM_FAULT_RETRY).
     */
    fault_around_end(m, in);
    return true;
}
