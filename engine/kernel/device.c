/* SPDX-License-Identifier: MIT
 * Devices as objects. A character device has no pages; a `device` has memory of its own: its values
 * are kept with the object's pages, it has no page cache and its pages are never faulted in, never
 * evicted and in nobody's resident set.
 */
#include "kernel/device.h"

#include "kernel/descriptor.h"
#include "kernel/file.h"
#include "kernel/mmap.h"
#include "kernel/page_cache.h"
#include "kernel/vma.h"
#include "mmu/table.h"

#include <assert.h>

static vm_frame first_frame(const vm_machine *m, uint32_t object)
{
    vm_frame f = DEVICE_FIRST_FRAME;
    for (uint32_t o = 1; o < object; o++) {
        f += m->objects[o].kind == vm_object_kind_device ? (vm_frame)object_pages(m, o) : 0;
    }
    return f;
}

void device_place(const vm_machine *m, vm_frame frame, uint32_t *object, uint64_t *index)
{
    uint64_t at = frame - DEVICE_FIRST_FRAME;
    uint32_t o = 1;
    for (; m->objects[o].kind != vm_object_kind_device || at >= object_pages(m, o); o++) {
        assert(o + 1 < m->objects_n);
        at -= m->objects[o].kind == vm_object_kind_device ? object_pages(m, o) : 0;
    }
    *object = o;
    *index = at;
}

static uint32_t device_of(const vm_machine *m, const struct vm_op_mmap *op)
{
    uint32_t file = op->fd ? descriptor_file(m, m->tasks[op->tid].pid, op->fd - 1) : 0;
    uint32_t object = file ? m->open_files[file].object : (uint32_t)op->object;
    return m->objects[object].kind == vm_object_kind_device ? object : 0;
}

enum vm_status device_reserve(vm_machine *m, const struct vm_op_mmap *op)
{
    uint32_t object = device_of(m, op);
    uint64_t tables = object_pages(m, object) >> m->config.level_bits[m->config.levels - 1];
    return object ? table_reserve(m, tables * 2 + 2 * m->config.levels) : VM_OK;
}

enum vm_errno_code device_refusal(
    const vm_machine *m, uint32_t object, uint64_t offset, uint64_t pages, uint64_t map_flags)
{
    uint64_t all = object_pages(m, object);
    bool inside = offset <= all && pages <= all - offset;
    /* A private mapping would have to copy what it writes; drivers refuse that. */
    return inside && map_flags & vm_map_bit_shared ? vm_errno_code_none : vm_errno_code_einval;
}

static uint64_t rights_of(const struct vma *vma)
{
    uint64_t rights = vm_pte_bit_present | vm_pte_bit_leaf | vm_pte_bit_special;
    rights |= vma->prot ? vm_pte_bit_user : 0;
    rights |= vma->prot & vm_prot_bit_write ? vm_pte_bit_writable : 0;
    return rights | (vma->prot & vm_prot_bit_exec ? 0 : vm_pte_bit_no_execute);
}

bool device_map(vm_machine *m, vm_pid pid, vm_va va)
{
    const struct vma vma = m->vmas[vma_find(m, mm_of(m, pid), vpn_of(m, va))];
    if (m->objects[vma.object].kind != vm_object_kind_device) {
        return true;
    }
    vm_frame first = first_frame(m, vma.object) + (vm_frame)vma.offset;
    EMIT(m, device_mapped, .pid = vma.pid, .object = vma.object, .start = vma.start,
        .pages = vma.end - vma.start, .pa = (vm_pa)first << m->config.page_shift);
    for (vm_vpn vpn = vma.start; vpn < vma.end; vpn++) {
        if (!table_build(m, vma.pid, vpn)) {
            unmap_range(m, vma.pid, vma.start, vma.end);
            return false;
        }
        vm_frame f = first + (vm_frame)(vpn - vma.start);
        pte_set(m, vma.pid, vpn, (uint64_t)f << PTE_SHIFT | rights_of(&vma));
    }
    return true;
}

void terminal_show(vm_machine *m, vm_tid tid, uint32_t object, const uint8_t *bytes, uint32_t n)
{
    for (uint32_t done = 0; done < n; done += 64) {
        uint64_t words[8] = {0};
        uint32_t part = n - done < 64 ? n - done : 64;
        for (uint32_t i = 0; i < part; i++) {
            words[i / 8] |= (uint64_t)bytes[done + i] << (8 * (i % 8));
        }
        EMIT(m, terminal_shows, .tid = tid, .object = object, .bytes = part, .w0 = words[0],
            .w1 = words[1], .w2 = words[2], .w3 = words[3], .w4 = words[4], .w5 = words[5],
            .w6 = words[6], .w7 = words[7]);
    }
}

enum vm_status vm_op_device(vm_machine *m, const struct vm_op_device *op)
{
    bool memory = op->kind == vm_object_kind_device;
    bool stream = op->kind == vm_object_kind_char_null || op->kind == vm_object_kind_char_zero ||
                  op->kind == vm_object_kind_terminal;
    if ((!memory && !stream) || (memory && !op->bytes) || (stream && op->bytes)) {
        return VM_INVALID;
    }
    enum vm_status status = RESERVE(m, objects, 1);
    status = status == VM_OK ? cache_reserve(m, 0, op->bytes) : status;
    if (status != VM_OK) {
        return status;
    }
    uint32_t id = object_new(m, (enum vm_object_kind)op->kind, (uint32_t)op->name, 0);
    if (memory) {
        cache_resize(m, id, op->bytes); /* a place for the values of each page */
    }
    m->outcome.value = id;
    return VM_OK;
}
