/* SPDX-License-Identifier: MIT
 * mmap, munmap, mprotect, brk: they change mappings, and entries only where a right is taken away.
 */
#include "kernel/mmap.h"

#include "kernel/file.h"
#include "kernel/page.h"
#include "kernel/process.h"
#include "kernel/vma.h"
#include "mmu/table.h"
#include "mmu/tlb.h"

/* Removes everything in [start, end). Two mappings are reserved for the splits. */
static void unmap_range(vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end)
{
    vma_split(m, pid, start);
    vma_split(m, pid, end);
    for (vm_vpn vpn = start; pte_next(m, pid, vpn, end, &vpn); vpn++) {
        tlb_drop_page(m, pid, vpn);
        page_zap(m, pid, vpn);
    }
    uint32_t v = vma_first_end_after(m, pid, start);
    while (v && m->vmas[v].start < end) {
        uint32_t next = m->vmas[v].next;
        vma_free(m, v);
        v = next;
    }
    table_prune(m, pid, start, end);
}

/* Where a mapping of `pages` goes; 0 when it cannot. */
static vm_vpn place(const vm_machine *m, vm_pid pid, const struct vm_op_mmap *op, uint64_t pages)
{
    vm_vpn hint = vpn_of(m, op->hint);
    bool fits = hint + pages <= m->user_end && hint + pages > hint;
    if (op->flags & vm_map_bit_fixed) {
        return fits ? hint : 0;
    }
    uint32_t next = op->hint ? vma_first_end_after(m, pid, hint) : 0;
    if (op->hint && fits && (!next || m->vmas[next].start >= hint + pages)) {
        return hint;
    }
    return vma_gap(m, pid, pages);
}

static enum vm_vma_kind kind_of(const struct vm_op_mmap *op)
{
    if (op->flags & vm_map_bit_pages) {
        return vm_vma_kind_pages;
    }
    if (!op->prot) {
        return vm_vma_kind_guard;
    }
    return op->flags & vm_map_bit_stack ? vm_vma_kind_stack : vm_vma_kind_map;
}

enum vm_status vm_op_mmap(vm_machine *m, const struct vm_op_mmap *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    if (op->prot > 7 || op->flags > 31 || op->object >= m->objects_n ||
        (op->object && m->objects[op->object].kind != vm_object_kind_file)) {
        return VM_INVALID;
    }
    status = RESERVE(m, objects, 1);
    status = status == VM_OK ? vma_reserve(m, 3) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    uint64_t pages = pages_of(m, op->bytes);
    call_begin(m, tid, vm_op_kind_mmap);
    bool whole = !(op->hint & (page_size(m) - 1));
    bool pages_mapping =
        op->flags & vm_map_bit_pages; /* may begin at page 0: a book's strings do */
    vm_vpn start = pages ? place(m, pid, op, pages) : 0;
    if (!pages || (!start && !(pages_mapping && op->flags & vm_map_bit_fixed)) ||
        (op->flags & vm_map_bit_fixed && !whole) || start + pages > m->user_end) {
        call_fail(m, tid, pages && whole ? vm_errno_code_enomem : vm_errno_code_einval);
        return VM_OK;
    }
    if (vma_first_end_after(m, pid, start) && op->flags & vm_map_bit_fixed) {
        EMIT(m, unmapped, .pid = pid, .start = start, .pages = pages);
        unmap_range(m, pid, start, start + pages); /* a fixed mapping replaces what was there */
    }
    EMIT(m, mapped, .pid = pid, .vma = vma_next(m), .start = start, .pages = pages);
    uint32_t object = (uint32_t)op->object, anon = 0;
    if (pages_mapping && !object) {
        object = object_new(m, vm_object_kind_file, (uint32_t)op->name, 0);
    } else if (!object) {
        anon = op->flags & vm_map_bit_shared
                   ? object_new(m, vm_object_kind_anon, (uint32_t)op->name, 0)
                   : 0;
    }
    struct vma vma = {.pid = pid,
        .start = start,
        .end = start + pages,
        .prot = (uint8_t)op->prot,
        .flags = (uint32_t)(op->flags & ~(uint64_t)vm_map_bit_fixed),
        .kind = (uint8_t)kind_of(op),
        .object = object,
        .anon = anon,
        .offset = object ? op->offset : start,
        .name = (uint32_t)op->name};
    vma_new(m, &vma);
    call_end(m, tid, start << m->config.page_shift);
    return VM_OK;
}

enum vm_status vm_op_munmap(vm_machine *m, const struct vm_op_munmap *op)
{
    enum vm_status status = task_ready(m, op->tid);
    status = status == VM_OK ? vma_reserve(m, 2) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    vm_vpn start = vpn_of(m, op->va);
    uint64_t pages = pages_of(m, op->bytes);
    call_begin(m, tid, vm_op_kind_munmap);
    if (op->va & (page_size(m) - 1) || !pages || start + pages > m->user_end ||
        start + pages < start) {
        call_fail(m, tid, vm_errno_code_einval);
        return VM_OK;
    }
    EMIT(m, unmapped, .pid = pid, .start = start, .pages = pages);
    unmap_range(m, pid, start, start + pages);
    call_end(m, tid, 0);
    return VM_OK;
}

/* Takes rights out of the entries; new rights come with the next fault. */
static void protect_entries(vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end, uint8_t prot)
{
    for (vm_vpn vpn = start; pte_next(m, pid, vpn, end, &vpn); vpn++) {
        uint64_t entry = pte_get(m, pid, vpn), now = entry;
        if (!(entry & vm_pte_bit_present)) {
            continue;
        }
        now &= ~(uint64_t)(vm_pte_bit_user | vm_pte_bit_no_execute | vm_pte_bit_cow);
        now |= prot ? vm_pte_bit_user : 0;
        now |= prot & vm_prot_bit_exec ? 0 : vm_pte_bit_no_execute;
        if (!(prot & vm_prot_bit_write)) {
            now &= ~(uint64_t)vm_pte_bit_writable;
        } else if (!(now & vm_pte_bit_writable)) {
            now |= vm_pte_bit_cow;
        }
        if (now != entry) {
            pte_set(m, pid, vpn, now);
            tlb_drop_page(m, pid, vpn);
        }
    }
}

/* Every page of [start, end) is in some mapping. */
static bool covered(const vm_machine *m, vm_pid pid, vm_vpn start, vm_vpn end)
{
    for (uint32_t v = vma_find(m, pid, start); v && m->vmas[v].start <= start;
         v = m->vmas[v].next) {
        start = m->vmas[v].end;
        if (start >= end) {
            return true;
        }
    }
    return false;
}

enum vm_status vm_op_mprotect(vm_machine *m, const struct vm_op_mprotect *op)
{
    enum vm_status status = task_ready(m, op->tid);
    status = status == VM_OK ? vma_reserve(m, 2) : status;
    if (status != VM_OK || op->prot > 7) {
        return status != VM_OK ? status : VM_INVALID;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    vm_vpn start = vpn_of(m, op->va), end = start + pages_of(m, op->bytes);
    call_begin(m, tid, vm_op_kind_mprotect);
    if (op->va & (page_size(m) - 1) || end < start || end > m->user_end) {
        call_fail(m, tid, vm_errno_code_einval);
        return VM_OK;
    }
    if (start < end && !covered(m, pid, start, end)) {
        call_fail(m, tid, vm_errno_code_enomem);
        return VM_OK;
    }
    EMIT(m, protected, .pid = pid, .start = start, .pages = end - start, .prot = op->prot);
    vma_split(m, pid, start);
    vma_split(m, pid, end);
    for (uint32_t v = vma_first_end_after(m, pid, start); v && m->vmas[v].start < end;
         v = m->vmas[v].next) {
        vma_set_prot(m, v, (uint8_t)op->prot);
    }
    protect_entries(m, pid, start, end, (uint8_t)op->prot);
    vma_merge(m, pid, start, end);
    call_end(m, tid, 0);
    return VM_OK;
}

/* The heap's mapping that ends at `end` and can simply grow; what replaced or protected it cannot.
 */
static uint32_t growable_heap(const vm_machine *m, vm_pid pid, vm_vpn end)
{
    uint32_t v = vma_find(m, pid, end - 1);
    bool heap = v && m->vmas[v].kind == vm_vma_kind_heap && m->vmas[v].end == end &&
                m->vmas[v].prot == (vm_prot_bit_read | vm_prot_bit_write);
    return heap ? v : 0;
}

enum vm_status vm_op_brk(vm_machine *m, const struct vm_op_brk *op)
{
    enum vm_status status = task_ready(m, op->tid);
    status = status == VM_OK ? vma_reserve(m, 2) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    struct process now = m->processes[pid];
    vm_vpn first = pages_of(m, now.brk_start), old = pages_of(m, now.brk),
           end = pages_of(m, op->va);
    call_begin(m, tid, vm_op_kind_brk);
    uint32_t next = vma_first_end_after(m, pid, old > first ? old : first);
    bool blocked = next && m->vmas[next].start < end && m->vmas[next].end > old;
    if (op->va < now.brk_start || end > m->user_end || (end > old && blocked)) {
        call_end(m, tid, now.brk); /* as the system call: the answer is where the heap ends */
        return VM_OK;
    }
    EMIT(m, brk_moved, .pid = pid, .va = op->va);
    uint32_t heap = old > first ? growable_heap(m, pid, old) : 0;
    if (end < old) {
        unmap_range(m, pid, end, old);
    } else if (end > old && heap) {
        vma_set_range(m, heap, m->vmas[heap].start, end);
    } else if (end > old) {
        struct vma vma = {.pid = pid,
            .start = old,
            .end = end,
            .prot = vm_prot_bit_read | vm_prot_bit_write,
            .kind = vm_vma_kind_heap,
            .offset = old};
        vma_new(m, &vma);
    }
    now = m->processes[pid]; /* the new mapping may be its first */
    now.brk = op->va;
    process_put(m, pid, &now);
    call_end(m, tid, op->va);
    return VM_OK;
}
