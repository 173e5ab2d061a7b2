/* SPDX-License-Identifier: MIT
 * madvise (Linux: mm/madvise.c). The range is walked mapping by mapping; a hole is ENOMEM, but what
 * is mapped is done all the same. An advice that a mapping cannot take ends the walk there.
 */
#include "kernel/madvise.h"

#include "kernel/huge.h"
#include "kernel/page.h"
#include "kernel/page_cache.h"
#include "kernel/page_out.h"
#include "kernel/populate.h"
#include "kernel/process.h"
#include "kernel/readahead.h"
#include "kernel/vma.h"
#include "mmu/access.h"
#include "mmu/table.h"

struct advised {
    vm_tid tid;
    vm_pid pid, mm;
    enum vm_advice advice;
};

static enum vm_errno_code dont_need(vm_machine *m, const struct vma *vma, vm_vpn start, vm_vpn end)
{
    if (vma->flags & (vm_map_bit_locked | vm_map_bit_special)) {
        return vm_errno_code_einval;
    }
    vm_pid mm = vma->pid;
    pages_unmap(m, mm, start, end);
    /* try_to_free_pte: a table that the range covers whole is given back */
    vm_vpn table = UINT64_C(1) << m->config.level_bits[m->config.levels - 1];
    vm_vpn from = (start + table - 1) & ~(table - 1), to = end & ~(table - 1);
    if (from < to) {
        table_prune(m, mm, from, to);
    }
    return vm_errno_code_none;
}

/* Pages that are in swap, or in the file, come in before they are used. */
static enum vm_errno_code will_need(
    vm_machine *m, const struct advised *in, const struct vma *vma, vm_vpn start, vm_vpn end)
{
    for (vm_vpn vpn = start; pte_next(m, vma->pid, vpn, end, &vpn); vpn++) {
        uint64_t entry = pte_get(m, vma->pid, vpn);
        if (entry & vm_pte_bit_swapped) {
            readahead_slot(m, in->pid, (vm_slot)pte_number(entry));
        }
    }
    uint64_t from = vma->offset + (start - vma->start), to = from + (end - start);
    if (m->objects[vma->object].kind == vm_object_kind_file) {
        readahead_range(m, in->pid, vma->object, from, to);
    }
    bool shmem = m->objects[vma->object].kind == vm_object_kind_shmem;
    for (uint64_t i = from; shmem && i < to; i++) {
        const struct cached *cached = cache_at(m, vma->object, i);
        if (cached && cached->slot) {
            readahead_slot(m, in->pid, cached->slot - 1);
        }
    }
    return vm_errno_code_none;
}

/* A hole in the file or the shared memory: everybody reads zeros there. */
static enum vm_errno_code remove_pages(
    vm_machine *m, const struct vma *vma, vm_vpn start, vm_vpn end)
{
    enum vm_object_kind kind = (enum vm_object_kind)m->objects[vma->object].kind;
    bool holed = kind == vm_object_kind_file || kind == vm_object_kind_shmem;
    if (vma->flags & vm_map_bit_locked || !holed || vma->flags & vm_map_bit_pages) {
        return vm_errno_code_einval;
    }
    if (!(vma->flags & vm_map_bit_shared) || vma->flags & vm_map_bit_nowrite) {
        return vm_errno_code_eacces; /* vma_is_shared_maywrite */
    }
    uint32_t object = vma->object;
    uint64_t from = vma->offset + (start - vma->start);
    for (uint64_t i = from; i < from + (end - start); i++) {
        cache_remove(m, object, i);
    }
    return vm_errno_code_none;
}

static enum vm_errno_code give_up(
    vm_machine *m, const struct advised *in, const struct vma *vma, vm_vpn start, vm_vpn end)
{
    if (vma->flags & (vm_map_bit_locked | vm_map_bit_special)) {
        return vm_errno_code_einval;
    }
    if (in->advice == vm_advice_pageout) {
        pages_out(m, in->mm, start, end);
    } else {
        pages_cool(m, in->mm, start, end);
    }
    return vm_errno_code_none;
}

/* madvise_vma_behavior's new_flags. */
static uint32_t flags_after(uint32_t flags, enum vm_advice advice)
{
    const uint32_t order = vm_map_bit_random | vm_map_bit_sequential;
    const uint32_t huge = vm_map_bit_hugepage | vm_map_bit_nohugepage;
    switch (advice) {
    case vm_advice_normal:
        return flags & ~order;
    case vm_advice_random:
        return (flags & ~order) | vm_map_bit_random;
    case vm_advice_sequential:
        return (flags & ~order) | vm_map_bit_sequential;
    case vm_advice_hugepage:
        return (flags & ~huge) | vm_map_bit_hugepage;
    case vm_advice_nohugepage:
        return (flags & ~huge) | vm_map_bit_nohugepage;
    case vm_advice_dontfork:
        return flags | vm_map_bit_dontfork;
    case vm_advice_dofork:
        return flags & ~(uint32_t)vm_map_bit_dontfork;
    default:
        return flags;
    }
}

static enum vm_errno_code set_flags(
    vm_machine *m, const struct advised *in, uint32_t v, vm_vpn start, vm_vpn end)
{
    uint32_t flags = m->vmas[v].flags;
    if (in->advice == vm_advice_dofork && flags & vm_map_bit_special) {
        return vm_errno_code_einval;
    }
    bool splits = m->vmas[v].start < start || m->vmas[v].end > end;
    if (splits && m->processes[in->mm].vmas + 1 >= MAP_COUNT_MAX) {
        return vm_errno_code_enomem;
    }
    uint32_t after = flags_after(flags, in->advice);
    if (after != flags) {
        vma_set_flags(m, v, start, end, after);
    }
    return vm_errno_code_none;
}

/* One mapping's part of the range. */
static enum vm_errno_code advise(
    vm_machine *m, const struct advised *in, uint32_t v, vm_vpn start, vm_vpn end)
{
    const struct vma *vma = &m->vmas[v];
    switch (in->advice) {
    case vm_advice_dontneed:
        return dont_need(m, vma, start, end);
    case vm_advice_free:
        if (vma->object || vma->flags & (vm_map_bit_locked | vm_map_bit_special)) {
            return vm_errno_code_einval;
        }
        pages_free_lazily(m, in->mm, start, end);
        return vm_errno_code_none;
    case vm_advice_willneed:
        return will_need(m, in, vma, start, end);
    case vm_advice_remove:
        return remove_pages(m, vma, start, end);
    case vm_advice_pageout:
    case vm_advice_cold:
        return give_up(m, in, vma, start, end);
    default:
        return set_flags(m, in, v, start, end);
    }
}

/* madvise_walk_vmas */
static enum vm_errno_code walk(vm_machine *m, const struct advised *in, vm_vpn start, vm_vpn end)
{
    enum vm_errno_code hole = vm_errno_code_none;
    while (start < end) {
        uint32_t v = vma_first_end_after(m, in->mm, start);
        if (!v || m->vmas[v].start >= end) {
            return vm_errno_code_enomem;
        }
        if (m->vmas[v].start > start) {
            hole = vm_errno_code_enomem;
            start = m->vmas[v].start;
        }
        vm_vpn to = m->vmas[v].end < end ? m->vmas[v].end : end;
        enum vm_errno_code error = advise(m, in, v, start, to);
        if (error != vm_errno_code_none) {
            return error;
        }
        start = to;
    }
    return hole;
}

static enum vm_errno_code populate(
    vm_machine *m, const struct advised *in, vm_vpn start, vm_vpn end)
{
    static const uint8_t answer[] = {[POPULATE_DONE] = vm_errno_code_none,
        [POPULATE_HOLE] = vm_errno_code_enomem,
        [POPULATE_DENIED] = vm_errno_code_einval,
        [POPULATE_BUS] = vm_errno_code_efault,
        [POPULATE_NOMEM] = vm_errno_code_enomem};
    bool write = in->advice == vm_advice_populate_write;
    return (enum vm_errno_code)answer[populate_range(m, in->tid, start, end, write)];
}

static bool is_populate(uint64_t advice)
{
    return advice == vm_advice_populate_read || advice == vm_advice_populate_write;
}

static enum vm_status reserve(vm_machine *m, uint64_t advice, uint64_t pages)
{
    if (is_populate(advice)) {
        return pages > m->config.limits.pages ? VM_LIMIT : access_reserve(m, pages);
    }
    enum vm_status status = vma_reserve(m, 3);
    return status == VM_OK ? RESERVE(m, words, m->words_live) : status;
}

enum vm_status vm_op_madvise(vm_machine *m, const struct vm_op_madvise *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK || op->advice >= vm_advice_count) {
        return status != VM_OK ? status : VM_INVALID;
    }
    vm_vpn start = vpn_of(m, op->va), end = start + pages_of(m, op->bytes);
    bool sane = !(op->va & (page_size(m) - 1)) && end >= start;
    status = reserve(m, op->advice, sane ? end - start : 0);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid pid = m->tasks[tid].pid;
    struct advised in = {
        .tid = tid, .pid = pid, .mm = mm_of(m, pid), .advice = (enum vm_advice)op->advice};
    call_begin(m, tid, vm_op_kind_madvise);
    if (!sane) {
        call_fail(m, tid, vm_errno_code_einval);
        return VM_OK;
    }
    EMIT(m, advised, .tid = tid, .start = start, .pages = end - start, .advice = op->advice);
    enum vm_errno_code error =
        is_populate(op->advice) ? populate(m, &in, start, end) : walk(m, &in, start, end);
    if (error != vm_errno_code_none) {
        call_fail(m, tid, error);
    } else {
        call_end(m, tid, 0);
    }
    return VM_OK;
}
