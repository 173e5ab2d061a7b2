/* SPDX-License-Identifier: MIT
 * What a page fault means and what is done about it: the mapping, its rights, the tables, then one
 * of zero-fill, file, swap, copy-on-write. Mirrors Linux's handle_mm_fault and do_fault /
 * do_anonymous_page / do_swap_page / do_wp_page.
 */
#include "kernel/fault.h"

#include "kernel/exit.h"
#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/page.h"
#include "kernel/process.h"
#include "kernel/reclaim.h"
#include "kernel/stack.h"
#include "kernel/swap.h"
#include "kernel/vma.h"
#include "kernel/words.h"
#include "mmu/table.h"
#include "mmu/tlb.h"

struct fault_in {
    vm_tid tid;
    vm_pid pid;
    vm_vpn vpn;
    bool store;
    const struct vma *vma;
};

static void note(vm_machine *m, const struct fault_in *in, enum vm_fault kind)
{
    EMIT(m, fault, .tid = in->tid, .vpn = in->vpn, .kind = kind);
    bool major = kind == vm_fault_major;
    count(m, in->pid, vm_counter_faults, 1);
    count(m, in->pid, major ? vm_counter_major : vm_counter_minor, 1);
    m->outcome.fault = kind;
    m->outcome.faults++;
    m->outcome.majors += major;
}

static bool write_copy(vm_machine *m, const struct fault_in *in, vm_frame from);

static bool fault_zero(vm_machine *m, const struct fault_in *in)
{
    note(m, in, vm_fault_zero);
    if (!in->store && m->config.kernel_frames) {
        vm_frame zero = m->config.kernel_frames - 1;
        EMIT(m, zero_page, .tid = in->tid, .vpn = in->vpn, .frame = zero);
        page_map(m, in->pid, in->vpn, zero, in->vma, false);
        return true;
    }
    uint64_t index = in->vma->offset + (in->vpn - in->vma->start);
    vm_frame f = reclaim_take(m, in->pid, vm_frame_kind_anon, in->vma->anon, index);
    if (f == VM_NO_FRAME) {
        return false;
    }
    EMIT(m, zero_fill, .frame = f);
    frame_set_flags(m, f, vm_frame_bit_dirty); /* there is no copy anywhere */
    count(m, in->pid, vm_counter_zero_fills, 1);
    page_map(m, in->pid, in->vpn, f, in->vma, true);
    return true;
}

/* The frame with a page of a file, read from disk when it is not in the cache. */
static vm_frame file_frame(
    vm_machine *m, const struct fault_in *in, uint32_t object, uint64_t index)
{
    struct cached *cached = cache_at(m, object, index);
    if (cached && cached->frame) {
        EMIT(m, cache_hit, .object = object, .index = index, .frame = cached->frame - 1);
        return cached->frame - 1;
    }
    vm_frame f = reclaim_take(m, in->pid, vm_frame_kind_file, object, index);
    if (f == VM_NO_FRAME) {
        return VM_NO_FRAME;
    }
    EMIT(m, file_read, .object = object, .index = index, .frame = f);
    if (cached) {
        cached->frame = f + 1;
        words_copy(m, cached->words, vm_store_frame, f, 0, &m->frames[f].words);
    }
    count(m, in->pid, vm_counter_file_reads, 1);
    m->outcome.disk = true;
    return f;
}

static bool fault_file(vm_machine *m, const struct fault_in *in)
{
    uint32_t object = in->vma->object;
    uint64_t index = in->vma->offset + (in->vpn - in->vma->start);
    const struct cached *cached = cache_at(m, object, index);
    note(m, in, cached && cached->frame ? vm_fault_minor : vm_fault_major);
    vm_frame f = file_frame(m, in, object, index);
    if (f == VM_NO_FRAME) {
        return false;
    }
    bool shared = in->vma->flags & (vm_map_bit_shared | vm_map_bit_pages);
    if (in->store && !shared) {
        return write_copy(m, in, f);
    }
    page_map(m, in->pid, in->vpn, f, in->vma, shared);
    return true;
}

/* A private copy of `from` becomes the page; it may be mapped there read-only already. */
static bool write_copy(vm_machine *m, const struct fault_in *in, vm_frame from)
{
    uint64_t index = in->vma->offset + (in->vpn - in->vma->start);
    m->busy[0] = from;
    vm_frame to = reclaim_take(m, in->pid, vm_frame_kind_anon, in->vma->anon, index);
    m->busy[0] = VM_NO_FRAME;
    if (to == VM_NO_FRAME) {
        return false;
    }
    EMIT(m, cow_copy, .tid = in->tid, .vpn = in->vpn, .from = from, .to = to);
    words_copy(m, m->frames[from].words, vm_store_frame, to, 0, &m->frames[to].words);
    frame_set_flags(m, to, vm_frame_bit_dirty);
    count(m, in->pid, vm_counter_copies, 1);
    m->outcome.copies++;
    page_map(m, in->pid, in->vpn, to, in->vma, true);
    frame_settle(m, from);
    return true;
}

static void make_writable(vm_machine *m, const struct fault_in *in, vm_frame f, uint64_t entry)
{
    entry = (entry | vm_pte_bit_writable) & ~(uint64_t)vm_pte_bit_cow;
    EMIT(m, entry_set, .pid = in->pid, .vpn = in->vpn, .frame = f, .entry = entry);
    pte_set(m, in->pid, in->vpn, entry);
    tlb_drop_page(m, in->pid, in->vpn);
}

/* A write through a read-only entry of a mapping that allows writing. */
static bool fault_write(vm_machine *m, const struct fault_in *in, uint64_t entry)
{
    vm_frame f = (vm_frame)pte_number(entry);
    if (m->frames[f].kind == vm_frame_kind_zero) {
        return fault_zero(m, in);
    }
    if (in->vma->flags & (vm_map_bit_shared | vm_map_bit_pages)) {
        note(m, in, vm_fault_minor);
        make_writable(m, in, f, entry);
        return true;
    }
    if (frame_exclusive(m, f)) {
        note(m, in, vm_fault_reuse);
        count(m, in->pid, vm_counter_reuses, 1);
        EMIT(m, cow_reuse, .tid = in->tid, .vpn = in->vpn, .frame = f);
        make_writable(m, in, f, entry);
        return true;
    }
    note(m, in, vm_fault_cow);
    return write_copy(m, in, f);
}

static bool fault_swap(vm_machine *m, const struct fault_in *in, uint64_t entry)
{
    vm_slot s = (vm_slot)pte_number(entry);
    struct slot *slot = &m->slots[s];
    note(m, in, slot->frame ? vm_fault_minor : vm_fault_major);
    vm_frame f;
    if (slot->frame) {
        f = slot->frame - 1;
        EMIT(m, swap_hit, .slot = s, .frame = f);
    } else {
        f = reclaim_take(m, in->pid, vm_frame_kind_anon, slot->object, slot->index);
        if (f == VM_NO_FRAME) {
            return false;
        }
        EMIT(m, swap_read, .slot = s, .frame = f);
        words_copy(m, slot->words, vm_store_frame, f, 0, &m->frames[f].words);
        slot_set_frame(m, s, f + 1);
        count(m, in->pid, vm_counter_swap_ins, 1);
        m->outcome.disk = true;
    }
    pte_set(m, in->pid, in->vpn, 0);
    slot_set_refs(m, s, slot->refs - 1);
    bool alone = !slot->refs && !m->frames[f].maps;
    if (in->store && !alone) {
        return write_copy(m, in, f);
    }
    page_map(m, in->pid, in->vpn, f, in->vma, alone);
    return true;
}

static bool resolve(vm_machine *m, const struct fault_in *in)
{
    if (!table_build(m, in->pid, in->vpn)) {
        return false;
    }
    uint64_t entry = pte_get(m, in->pid, in->vpn);
    if (entry & vm_pte_bit_swapped) {
        return fault_swap(m, in, entry);
    }
    if (entry & vm_pte_bit_present) {
        return !in->store || entry & vm_pte_bit_writable || fault_write(m, in, entry);
    }
    return !in->vma->object ? fault_zero(m, in) : fault_file(m, in);
}

static enum fault_end signal_fault(
    vm_machine *m, const struct fault_in *in, vm_va va, enum vm_fault kind)
{
    bool bus = kind == vm_fault_bus;
    enum vm_signo signo = bus ? vm_signo_sigbus : vm_signo_sigsegv;
    enum vm_si_code code = bus                            ? vm_si_code_adrerr
                           : kind == vm_fault_segv_maperr ? vm_si_code_maperr
                                                          : vm_si_code_accerr;
    EMIT(m, signal, .tid = in->tid, .signo = signo, .code = code, .va = va);
    count(m, in->pid, vm_counter_faults, 1);
    count(m, in->pid, vm_counter_signals, 1);
    m->outcome.fault = kind;
    m->outcome.faults++;
    const struct process *process = &m->processes[in->pid];
    if ((bus ? process->on_bus : process->on_segv) == vm_signal_action_skip) {
        EMIT(m, signal_skipped, .tid = in->tid, .signo = signo);
        cpu_mode(m, vm_mode_user);
        return FAULT_SKIP;
    }
    process_end(m, in->pid, bus ? 128 + 7 : 128 + 11);
    return FAULT_KILLED;
}

enum fault_end fault_handle(vm_machine *m, vm_tid tid, vm_va va, enum vm_access access)
{
    struct fault_in in = {.tid = tid,
        .pid = m->tasks[tid].pid,
        .vpn = vpn_of(m, va),
        .store = access == vm_access_store};
    bool canonical = in.vpn < pages_in_space(m);
    uint32_t v = canonical ? vma_find(m, in.pid, in.vpn) : 0;
    if (!v && canonical) {
        v = stack_grow(m, tid, in.pid, in.vpn);
    }
    if (!v) {
        return signal_fault(m, &in, va, vm_fault_segv_maperr);
    }
    struct vma vma = m->vmas[v];
    in.vma = &vma;
    uint8_t need = access == vm_access_store   ? vm_prot_bit_write
                   : access == vm_access_fetch ? vm_prot_bit_exec
                                               : vm_prot_bit_read;
    if (!(vma.prot & need)) {
        return signal_fault(m, &in, va, vm_fault_segv_accerr);
    }
    EMIT(m, vma_found, .tid = tid, .vma = v, .kind = vma.kind, .prot = vma.prot);
    bool file =
        m->objects[vma.object].kind == vm_object_kind_file && !(vma.flags & vm_map_bit_pages);
    if (file && vma.offset + (in.vpn - vma.start) >= object_pages(m, vma.object)) {
        return signal_fault(m, &in, va, vm_fault_bus);
    }
    if (vma_needs_anon(m, &vma, in.store)) {
        vma_anon_prepare(m, v);
        vma = m->vmas[v];
    }
    if (!resolve(m, &in)) {
        m->outcome.fault = vm_fault_oom;
        process_end(m, in.pid, 128 + 9);
        return FAULT_KILLED;
    }
    EMIT(m, fault_return, .tid = tid, .va = va);
    cpu_mode(m, vm_mode_user);
    return FAULT_RETRY;
}
