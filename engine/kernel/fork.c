/* SPDX-License-Identifier: MIT
 * fork (Linux: dup_mmap, copy_page_range). Mappings are copied. Entries are copied only where they
 * could not be faulted in again: in mappings with private pages of their own. Those become
 * read-only in both processes.
 */
#include "kernel/fork.h"

#include "kernel/commit.h"
#include "kernel/descriptor.h"
#include "kernel/exec.h"
#include "kernel/exit.h"
#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/huge.h"
#include "kernel/page.h"
#include "kernel/process.h"
#include "kernel/reclaim_work.h"
#include "kernel/vma.h"
#include "kernel/signal.h"
#include "kernel/words.h"
#include "mmu/shootdown.h"
#include "mmu/table.h"
#include "race/race.h"
#include "userland/activation.h"
#include "userland/malloc_arena.h"
#include "userland/pthread.h"
#include "userland/stack_cache.h"

/* Linux's copy_nonpresent_pte: one more name for the slot; the page is no longer one process's own.
 */
static void share_slot(vm_machine *m, vm_pid parent, vm_pid child, vm_vpn vpn, uint64_t entry)
{
    uint64_t shared = entry & ~(uint64_t)vm_pte_bit_exclusive;
    if (shared != entry) {
        pte_set(m, parent, vpn, shared);
    }
    page_copied(m, child, vpn, shared);
}

/* Shares one page; the child's table exists (copy_present_pte). */
static void share_page(vm_machine *m, vm_pid parent, vm_pid child, vm_vpn vpn, bool private)
{
    uint64_t entry = pte_get(m, parent, vpn);
    if (entry & vm_pte_bit_swapped) {
        share_slot(m, parent, child, vpn, entry);
        return;
    }
    vm_frame f = (vm_frame)pte_number(entry);
    bool counted = !(entry & vm_pte_bit_special);
    if (counted && m->frames_n <= 4096) { /* on large machines the mapping's summary must do */
        EMIT(m, page_shared, .parent = parent, .child = child, .vpn = vpn, .frame = f);
    }
    if (counted) {
        frame_set_flags(m, f, m->frames[f].flags & (uint8_t)~vm_frame_bit_exclusive);
    }
    if (private && entry & vm_pte_bit_writable) {
        entry = (entry & ~(uint64_t)vm_pte_bit_writable) | vm_pte_bit_cow;
        pte_set(m, parent, vpn, entry);
    }
    page_copied(m, child, vpn, entry & ~(uint64_t)(vm_pte_bit_accessed | vm_pte_bit_dirty));
}

/* vma_needs_copy: what no object can give again. Pages of files, of shared memory and of the vdso's
 * code the child faults in for itself, and the zero page too. */
static bool needs_copy(const struct vma *vma)
{
    bool lent = vma->flags & vm_map_bit_special && vma->kind != vm_vma_kind_vdso;
    return vma->anon || lent;
}

/* Copies one mapping and, where needed, its entries; false: no frame for a table. */
static bool copy_vma(vm_machine *m, vm_pid parent, vm_pid child, uint32_t v)
{
    struct vma copy = m->vmas[v];
    copy.pid = child;
    copy.flags &= ~(uint32_t)vm_map_bit_locked;
    uint64_t present = vm_resident(m, parent, copy.start, copy.end);
    EMIT(m, vma_copied, .child = child, .vma = v, .kind = copy.kind, .pages = present);
    if (copy.anon) { /* anon_vma_fork: what the child will write gets an identity of its own */
        copy.flags |= vm_map_bit_inherited;
        copy.anon = object_new(m, vm_object_kind_anon, m->objects[copy.anon].name, 0);
    }
    vma_new(m, &copy);
    if (!needs_copy(&copy)) {
        return true;
    }
    bool private = !(copy.flags & vm_map_bit_shared);
    for (vm_vpn vpn = copy.start; pte_next(m, parent, vpn, copy.end, &vpn); vpn++) {
        enum huge_copy huge = huge_share(m, parent, child, vpn);
        if (huge == HUGE_NO_FRAME || (huge == HUGE_NONE && !table_build(m, child, vpn))) {
            return false;
        }
        if (huge == HUGE_COPIED) {
            vpn += huge_pages(m) - 1;
            continue;
        }
        if (pte_get(m, parent, vpn)) { /* making room may have changed it, never removed it */
            share_page(m, parent, child, vpn, private);
        }
    }
    return true;
}

static void copy_registers(vm_machine *m, vm_tid from, vm_tid to)
{
    for (uint32_t w = m->tasks[from].registers; w; w = m->words[w].next) {
        registers_put(m, to, m->words[w].offset, m->words[w].value);
    }
}

static enum vm_status reserve(vm_machine *m, vm_pid mm, vm_tid tid)
{
    vm_pid parent = m->tasks[tid].pid;
    uint64_t vmas = 0, entries = 0;
    for (uint32_t v = m->processes[mm].first_vma; v; v = m->vmas[v].next) {
        vmas++;
        entries += vm_resident(m, mm, m->vmas[v].start, m->vmas[v].end);
    }
    if (m->config.limits.processes && m->processes_n > m->config.limits.processes) {
        return VM_LIMIT;
    }
    enum vm_status status = RESERVE(m, processes, 1);
    status = status == VM_OK ? RESERVE(m, tasks, 1) : status;
    status = status == VM_OK ? vma_reserve(m, vmas) : status;
    status = status == VM_OK ? RESERVE(m, objects, vmas) : status;
    status = status == VM_OK ? RESERVE(m, rmaps, entries) : status;
    status = status == VM_OK ? descriptor_reserve(m, descriptor_count(m, parent), 0) : status;
    status = status == VM_OK ? table_reserve(m, vm_tables_of(m, parent) + 1) : status;
    status = status == VM_OK ? chunks_reserve_copy(m, mm) : status;
    status = status == VM_OK ? arenas_reserve_copy(m, mm) : status;
    status = status == VM_OK ? activations_reserve_copy(m, tid) : status;
    status = status == VM_OK ? stack_cache_reserve_copy(m, parent) : status;
    status = status == VM_OK ? signal_frames_reserve(m, tid) : status;
    uint64_t frames = m->config.tables_outside ? 0 : vm_tables_of(m, parent) + 1;
    status = status == VM_OK ? reclaim_work(m, frames) : status;
    uint64_t words = words_length(m, m->tasks[tid].registers);
    if (m->words_live > words) { /* making room for tables may write pages to swap */
        words += m->words_live;
    }
    return status == VM_OK ? RESERVE(m, words, words) : status;
}

/* Where things lie, as in the address space that is copied. */
static void copy_layout(vm_machine *m, vm_pid mm, vm_pid child)
{
    struct process now = m->processes[child];
    const struct process *old = &m->processes[mm];
    now.brk_start = old->brk_start;
    now.brk = old->brk;
    now.map_top = old->map_top;
    now.map_base = old->map_base;
    now.thread_stack = old->thread_stack;
    process_put(m, child, &now);
    chunks_copy(m, mm, child);
}

enum vm_status vm_op_fork(vm_machine *m, const struct vm_op_fork *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    vm_pid parent = m->tasks[tid].pid, mm = mm_of(m, parent);
    status = reserve(m, mm, tid);
    if (status != VM_OK) {
        return status;
    }
    call_begin(m, tid, vm_op_kind_fork);
    if (!commit_allows_copy(m, mm)) {
        call_fail(m, tid, vm_errno_code_enomem);
        return VM_OK;
    }
    EMIT(m, forked, .parent = parent, .child = m->processes_n);
    vm_pid child = process_new(m, (uint32_t)op->label, m->processes[parent].program, parent);
    process_inherit(m, parent, child);
    copy_layout(m, mm, child);
    arenas_copy(m, tid, child);
    descriptor_fork(m, parent, child);
    bool room = process_give_root(m, child);
    for (uint32_t v = m->processes[mm].first_vma; room && v; v = m->vmas[v].next) {
        room = m->vmas[v].flags & vm_map_bit_dontfork || copy_vma(m, mm, child, v);
    }
    tlb_drop_process(m, mm); /* entries that lost their write bit must not be remembered */
    if (!room) {
        struct process gone = m->processes[child];
        gone.parent = 0; /* nobody learns of a child that never was */
        process_put(m, child, &gone);
        process_end(m, child, 0);
        gone = m->processes[child];
        gone.state = vm_process_state_reaped;
        process_put(m, child, &gone);
        m->outcome.fault = vm_fault_oom;
        call_fail(m, tid, vm_errno_code_enomem);
        return VM_OK;
    }
    struct task task = m->tasks[m->processes[child].task];
    task.sp = m->tasks[tid].sp;
    task.pc = m->tasks[tid].pc;
    task.fp = m->tasks[tid].fp;
    task_put(m, m->processes[child].task, &task);
    task_inherit(m, tid, m->processes[child].task);
    signals_copy_thread(m, tid, m->processes[child].task);
    signal_frames_copy(m, tid, m->processes[child].task);
    copy_registers(m, tid, m->processes[child].task);
    stack_cache_copy(m, tid, child);
    race_fork(m, tid, m->processes[child].task);
    stack_put(m, m->processes[child].task, &m->tasks[tid].stack);
    activations_copy(m, tid, m->processes[child].task);
    call_end(m, tid, child);
    return VM_OK;
}
