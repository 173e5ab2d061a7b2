/* SPDX-License-Identifier: MIT
 * Write-back. Invariant: a clean page equals its copy on disk, and no shared entry of a clean file
 * page is writable.
 */
#include "kernel/writeback.h"

#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/page_cache.h"
#include "kernel/words.h"
#include "mmu/shootdown.h"
#include "mmu/table.h"

/* page_mkclean: each entry that maps the page loses its dirty bit, and of a file its write bit. The
 * pages of a reference string stay writable: nobody is to be told. */
static void clean_entries(vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    bool file = frame->kind == vm_frame_kind_file && cache_at(m, frame->object, frame->index);
    const uint64_t taken = vm_pte_bit_dirty | (file ? vm_pte_bit_writable : 0);
    bool said = !file;
    shootdown_gather(m);
    for (uint32_t r = m->frames[f].rmap; r; r = m->rmaps[r].next) {
        vm_pid mm = m->rmaps[r].pid;
        vm_vpn vpn = m->rmaps[r].vpn;
        uint64_t entry = pte_get(m, mm, vpn);
        if (!(entry & taken)) {
            continue;
        }
        if (!said) {
            EMIT(m, write_protected, .frame = f, .object = frame->object, .index = frame->index);
            said = true;
        }
        pte_set(m, mm, vpn, entry & ~taken);
        tlb_drop_page(m, mm, vpn);
    }
    shootdown_finish(m);
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

uint64_t writeback_file(vm_machine *m, uint32_t object, uint64_t from, uint64_t to)
{
    uint64_t written = 0, pages = object_pages(m, object);
    if (m->objects[object].kind != vm_object_kind_file) {
        return 0; /* shared memory has no disk of its own */
    }
    for (uint64_t i = from; i < to && i < pages; i++) {
        uint32_t found = cache_find(m, object, i);
        if (found && m->frames[found - 1].flags & vm_frame_bit_dirty) {
            writeback_page(m, found - 1);
            written++;
        }
    }
    return written;
}

enum vm_status writeback_reserve(vm_machine *m, uint32_t object)
{
    uint64_t words = 0, pages = m->words_live ? object_pages(m, object) : 0;
    for (uint64_t i = 0; i < pages; i++) {
        uint32_t found = cache_find(m, object, i);
        words += found ? words_length(m, m->frames[found - 1].words) : 0;
    }
    return RESERVE(m, words, words);
}
