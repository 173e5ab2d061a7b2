/* SPDX-License-Identifier: MIT
 * Program headers become mappings (Linux: elf_load, elf_map, map_vdso). A mapping notes where in
 * the file its pages are; nothing is read but the one page in which the file's part of a segment
 * ends.
 */
#include "kernel/commit.h"
#include "kernel/file.h"
#include "kernel/image.h"
#include "kernel/mmap_place.h"
#include "kernel/vma.h"
#include "kernel/words.h"
#include "mmu/table.h"

/* Pages of what the kernel offers: data of clocks, code to read them (__VDSO_PAGES, vdso_image). */
#define VVAR_PAGES 4
#define VCLOCK_PAGES 2
#define VDSO_PAGES 2

static void map(vm_machine *m, const struct vma *wanted)
{
    struct vma now = *wanted, *vma = &now;
    if (!(now.flags & vm_map_bit_special) && is_accountable(now.prot, now.flags)) {
        now.flags |= vm_map_bit_account;
    }
    EMIT(m, segment_mapped, .pid = vma->pid, .vma = vma_next(m), .kind = vma->kind,
        .start = vma->start, .pages = vma->end - vma->start);
    vma_new(m, vma);
}

void page_zero_from(vm_machine *m, vm_frame f, uint32_t from)
{
    uint32_t w = m->frames[f].words;
    while (w) {
        uint32_t offset = m->words[w].offset;
        w = m->words[w].next;
        if (offset >= from) {
            words_put(m, vm_store_frame, f, 0, &m->frames[f].words, offset, 0);
        }
    }
}

/* The file's part ends within a page that the program may write: the rest of it is BSS. */
static bool clear_tail(vm_machine *m, vm_tid tid, vm_va end)
{
    vm_frame frame;
    EMIT(m, tail_cleared, .pid = m->tasks[tid].pid, .vpn = vpn_of(m, end), .va = end);
    if (!kernel_write(m, tid, end, &frame)) {
        return false;
    }
    page_zero_from(m, frame, (uint32_t)(end & (page_size(m) - 1)));
    return true;
}

static bool map_segment(
    vm_machine *m, vm_tid tid, uint32_t object, const struct segment *segment, vm_va bias)
{
    unsigned shift = m->config.page_shift;
    vm_va at = segment->va + bias;
    vm_vpn start = at >> shift;
    vm_vpn middle = segment->file_bytes ? pages_of(m, at + segment->file_bytes) : start;
    vm_vpn end = pages_of(m, at + segment->bytes);
    vm_pid pid = m->tasks[tid].pid;
    if (middle > start) {
        map(m, &(struct vma){.pid = pid,
                   .start = start,
                   .end = middle,
                   .prot = segment->prot,
                   .kind = segment->kind,
                   .object = object,
                   .offset = segment->file_offset >> shift,
                   .name = m->objects[object].name});
    }
    bool tail = segment->bytes > segment->file_bytes && segment->prot & vm_prot_bit_write &&
                (at + segment->file_bytes) & (page_size(m) - 1) && middle > start;
    if (tail && !clear_tail(m, tid, at + segment->file_bytes)) {
        return false;
    }
    if (end > middle) {
        map(m,
            &(struct vma){.pid = pid,
                .start = middle,
                .end = end,
                .prot = vm_prot_bit_read | vm_prot_bit_write | (segment->prot & vm_prot_bit_exec),
                .kind = vm_vma_kind_bss,
                .offset = middle,
                .name = m->objects[object].name});
    }
    return true;
}

bool segments_map(vm_machine *m, vm_tid tid, uint32_t object, vm_va bias)
{
    for (uint32_t s = elf_load(m, m->objects[object].first_segment); s;
         s = elf_load(m, m->segments[s].next)) {
        struct segment segment = m->segments[s];
        if (!map_segment(m, tid, object, &segment, bias)) {
            return false;
        }
    }
    return true;
}

void vdso_map(vm_machine *m, vm_pid pid, struct image *image)
{
    static const struct {
        uint8_t kind, prot, pages;
    } parts[] = {
        {vm_vma_kind_vvar, vm_prot_bit_read, VVAR_PAGES},
        {vm_vma_kind_vvar, vm_prot_bit_read, VCLOCK_PAGES},
        {vm_vma_kind_vdso, vm_prot_bit_read | vm_prot_bit_exec, VDSO_PAGES},
    };
    vm_vpn at;
    if (!map_gap(m, pid, VVAR_PAGES + VCLOCK_PAGES + VDSO_PAGES, &at)) {
        return;
    }
    if (!m->vdso) {
        m->vdso = object_new(m, vm_object_kind_vdso, 0, 0);
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        map(m, &(struct vma){.pid = pid,
                   .start = at,
                   .end = at + parts[i].pages,
                   .prot = parts[i].prot,
                   .flags = vm_map_bit_special,
                   .kind = parts[i].kind,
                   .object = m->vdso});
        image->vdso = at << m->config.page_shift;
        at += parts[i].pages;
    }
}
