/* SPDX-License-Identifier: MIT
 * The memory management unit. A reference looks into the TLB, walks the table on a miss, traps into
 * the kernel when the entry does not allow it, and runs again after the kernel returned. One
 * reference counts once, each of its look-ups counts as a TLB hit or miss.
 */
#include "mmu/access.h"

#include "kernel/device.h"
#include "kernel/fault.h"
#include "kernel/frame.h"
#include "kernel/kernel_space.h"
#include "kernel/privacy.h"
#include "kernel/process.h"
#include "mmu/hashed.h"
#include "mmu/table.h"
#include "mmu/tlb.h"
#include "policy/policy.h"

#include <stdlib.h>

enum lookup { FOUND, TRAPPED };

struct reference {
    vm_tid tid;
    vm_pid pid;
    vm_va va;
    vm_vpn vpn;
    bool canonical;
    enum vm_access access;
    enum vm_trap_reason reason; /* of a trap */
    vm_frame frame;             /* of what was found */
    bool kernel;                /* it is the kernel's own access */
    bool faulted;               /* the page had to be brought in: what follows is no hit */
};

static bool refused(struct reference *ref, uint64_t entry)
{
    if (!(entry & vm_pte_bit_present)) {
        ref->reason = vm_trap_reason_not_present;
    } else if (!(entry & vm_pte_bit_user)) {
        ref->reason = vm_trap_reason_supervisor;
    } else if (ref->access == vm_access_store && !(entry & vm_pte_bit_writable)) {
        ref->reason = vm_trap_reason_read_only;
    } else if (ref->access == vm_access_fetch && entry & vm_pte_bit_no_execute) {
        ref->reason = vm_trap_reason_no_execute;
    } else {
        return false;
    }
    return true;
}

/* The hardware notes the use in the last-level entry; the first write also makes the frame dirty.
 */
static uint64_t mark_used(
    vm_machine *m, const struct reference *ref, uint32_t table, uint32_t index)
{
    uint64_t entry = *table_entry(m, table, index);
    uint64_t used = entry | vm_pte_bit_accessed;
    if (ref->access == vm_access_store && !(entry & vm_pte_bit_dirty)) {
        used |= vm_pte_bit_dirty;
        vm_frame f = leaf_frame(m, entry, ref->vpn);
        EMIT(m, dirty_set, .tid = ref->tid, .vpn = ref->vpn, .frame = f);
        if (!is_device_frame(f)) {
            frame_set_flags(
                m, f, (m->frames[f].flags & (uint8_t)~vm_frame_bit_lazyfree) | vm_frame_bit_dirty);
        }
    }
    table_set(m, table, index, used);
    return used;
}

/* Tables outside the frames lie behind the last frame, one after the other. */
static vm_pa table_address(const vm_machine *m, uint32_t table)
{
    uint32_t frame = m->tables[table].frame;
    if (frame) {
        return (vm_pa)(frame - 1) << m->config.page_shift;
    }
    return ((vm_pa)m->frames_n << m->config.page_shift) + ((vm_pa)(table - 1) << m->widest) * 8;
}

/* The walk has ended at an entry that allows the access: it is marked, and the TLB gets it. */
static void take(vm_machine *m, struct reference *ref, uint32_t table, uint32_t index)
{
    uint64_t entry = mark_used(m, ref, table, index);
    ref->frame = leaf_frame(m, entry, ref->vpn);
    if (m->tlb_n) {
        vm_vpn first = ref->vpn & ~pte_span(m, entry);
        uint32_t at = tlb_choose(m, tlb_set_of(m, ref->vpn, entry), cpu_of(m)->asid, first);
        EMIT(m, tlb_fill, .tid = ref->tid, .vpn = ref->vpn, .frame = ref->frame,
            .entry = tlb_place(m, at));
        tlb_fill(m, at, cpu_of(m)->asid, ref->vpn, entry);
    } else if (on_paper(m) && !ref->faulted) {
        EMIT(m, reference_hit, .tid = ref->tid, .vpn = ref->vpn, .frame = ref->frame);
    }
}

static void say_trap(vm_machine *m, const struct reference *ref)
{
    if (ref->kernel) {
        EMIT(m, trap_in_kernel, .tid = ref->tid, .va = ref->va, .access = ref->access,
            .reason = ref->reason);
    } else if (ref->canonical || m->config.kind == vm_machine_kind_sv39) {
        EMIT(m, trap, .tid = ref->tid, .va = ref->va, .access = ref->access, .reason = ref->reason);
    } else {
        EMIT(m, general_protection, .tid = ref->tid, .va = ref->va);
    }
    count(m, ref->pid, vm_counter_traps, 1);
    cpu_mode(m, vm_mode_kernel);
}

/* The walk of an inverted or hashed table. A page that is in memory, but not in the table, costs a
 * trap, in which the kernel enters it. */
static enum lookup search(vm_machine *m, struct reference *ref)
{
    vm_pid pid = mm_of(m, ref->pid);
    count(m, ref->pid, vm_counter_walks, 1);
    bool there = hashed_search(m, ref->tid, pid, ref->vpn);
    struct pte_place at = pte_place(m, pid, ref->vpn);
    uint64_t entry = at.table ? *table_entry(m, at.table, at.index) : 0;
    if (!there && hashed_takes(m, entry)) {
        ref->reason = vm_trap_reason_not_in_table;
        say_trap(m, ref);
        fault_refill(m, ref->tid, ref->va, ref->kernel);
        hashed_search(m, ref->tid, pid, ref->vpn);
    } else if (!there && entry & vm_pte_bit_present) {
        EMIT(m, row_none, .tid = ref->tid, .vpn = ref->vpn);
    }
    if (refused(ref, entry)) {
        return TRAPPED;
    }
    take(m, ref, at.table, at.index);
    return FOUND;
}

static enum lookup walk(vm_machine *m, struct reference *ref)
{
    uint32_t table = cpu_of(m)->root;
    bool quiet = on_paper(m);
    if (!quiet) {
        count(m, ref->pid, vm_counter_walks, 1);
    }
    for (unsigned level = m->config.levels;; level--) {
        uint32_t index = table_index(m, ref->vpn, level);
        uint64_t entry = *table_entry(m, table, index);
        if (!quiet) {
            vm_pa pa = table_address(m, table) + (vm_pa)index * 8;
            EMIT(m, walk_level, .tid = ref->tid, .level = level, .table = table, .index = index,
                .pa = pa, .entry = entry);
            count(m, ref->pid, vm_counter_walk_reads, 1);
        }
        if (level == 1 || !pte_names_table(entry)) {
            if (refused(ref, entry)) {
                return TRAPPED;
            }
            take(m, ref, table, index);
            return FOUND;
        }
        table = (uint32_t)pte_number(entry);
    }
}

static enum lookup hit(vm_machine *m, struct reference *ref, int at)
{
    uint64_t entry = m->tlb[at].pte;
    ref->frame = leaf_frame(m, entry, ref->vpn);
    EMIT(m, tlb_hit, .tid = ref->tid, .vpn = ref->vpn, .frame = ref->frame,
        .entry = tlb_place(m, (uint32_t)at));
    count(m, ref->pid, vm_counter_tlb_hits, 1);
    if (refused(ref, entry)) {
        return TRAPPED;
    }
    if (ref->access == vm_access_store && !(entry & vm_pte_bit_dirty)) {
        struct pte_place place = pte_place(m, mm_of(m, ref->pid), ref->vpn);
        if (place.table) { /* a preset entry may have no table behind it */
            tlb_set_pte(m, at, mark_used(m, ref, place.table, place.index));
        }
    }
    return FOUND;
}

static enum lookup look_up(vm_machine *m, struct reference *ref)
{
    if (!ref->canonical) {
        ref->reason = vm_trap_reason_non_canonical;
        return TRAPPED;
    }
    if (m->tlb_n) {
        int at = tlb_find(m, ref->vpn);
        if (at >= 0) {
            tlb_use(m, at);
            return hit(m, ref, at);
        }
        EMIT(m, tlb_miss, .tid = ref->tid, .vpn = ref->vpn, .set = tlb_set_of(m, ref->vpn, 0));
        count(m, ref->pid, vm_counter_tlb_misses, 1);
    }
    return is_hashed(m) ? search(m, ref) : walk(m, ref);
}

/* A page that may be evicted; what a device has is not in the frames. */
static bool is_page(const vm_machine *m, vm_frame f)
{
    return !is_device_frame(f) && frame_evictable_kind(&m->frames[f]);
}

/* What OPT goes by: the page the reference ended in, by its object, the same whatever frames are
 * free. A reference that found no page of its own (a signal, the zero page) has a key by address.
 */
static void record(vm_machine *m, const struct reference *ref, bool found)
{
    struct vm_keys *keys = m->recording;
    if (!keys) {
        return;
    }
    if (keys->length == keys->capacity) {
        size_t capacity = keys->capacity ? keys->capacity * 2 : 1024;
        uint64_t *key = realloc(keys->key, capacity * sizeof *key);
        if (!key) {
            keys->failed = true;
            return;
        }
        keys->key = key;
        keys->capacity = capacity;
    }
    bool page = found && is_page(m, ref->frame);
    const struct frame *frame = &m->frames[page ? ref->frame : 0];
    uint64_t nowhere = UINT64_C(1) << 63 | (uint64_t)ref->pid << 40;
    keys->key[keys->length++] =
        page ? (uint64_t)frame->object << 44 ^ frame->index : nowhere ^ ref->vpn;
}

/* An address on another thread's stack: says so, or forbids it. */
static bool stack_allowed(vm_machine *m, const struct reference *ref)
{
    if (!m->events && !stacks_strict(m)) {
        return true;
    }
    vm_tid owner = stack_of_other(m, ref->tid, ref->va);
    if (!owner) {
        return true;
    }
    if (stacks_strict(m)) {
        EMIT(m, stack_denied, .tid = ref->tid, .owner = owner, .va = ref->va);
        return false;
    }
    EMIT(m, stack_borrowed, .tid = ref->tid, .owner = owner, .va = ref->va);
    return true;
}

static enum access_end reach(
    vm_machine *m, vm_tid tid, vm_va va, enum vm_access access, bool kernel, vm_frame *frame)
{
    struct reference ref = {
        .tid = tid, .pid = m->tasks[tid].pid, .va = va, .access = access, .kernel = kernel};
    ref.canonical = canonical(m, va, &ref.vpn);
    m->clock++;
    if (kernel) {
        EMIT(m, kernel_access, .tid = tid, .va = va, .access = access);
    } else {
        EMIT(m, access, .tid = tid, .va = va, .access = access);
    }
    count(m, ref.pid, vm_counter_references, 1);
    if (m->watcher) {
        m->watcher(m->watcher_ctx, ref.pid, va >> m->config.page_shift);
    }
    if (!kernel && has_threads(m, tid) && !stack_allowed(m, &ref)) {
        count(m, ref.pid, vm_counter_traps, 1);
        cpu_mode(m, vm_mode_kernel);
        record(m, &ref, false);
        return fault_deny(m, tid, va) == FAULT_SKIP ? ACCESS_SKIPPED : ACCESS_KILLED;
    }
    while (look_up(m, &ref) == TRAPPED) {
        say_trap(m, &ref);
        enum fault_end end = fault_handle(m, tid, va, access, kernel);
        if (end != FAULT_RETRY) {
            record(m, &ref, false);
            return end == FAULT_SKIP ? ACCESS_SKIPPED : ACCESS_KILLED;
        }
        ref.faulted = true;
    }
    if (is_page(m, ref.frame)) {
        policy_touch(m, ref.frame);
    }
    if (m->events && !kernel) {
        vm_pa offset = va & (page_size(m) - 1);
        EMIT(m, access_done, .tid = tid, .va = va, .access = access,
            .pa = ((vm_pa)ref.frame << m->config.page_shift) + offset);
    }
    record(m, &ref, true);
    *frame = ref.frame;
    return ACCESS_DONE;
}

enum access_end access_page(
    vm_machine *m, vm_tid tid, vm_va va, enum vm_access access, vm_frame *frame)
{
    enum access_end end = reach(m, tid, va, access, false, frame);
    policy_passed(m);
    return end;
}

enum access_end access_by_kernel(
    vm_machine *m, vm_tid tid, vm_va va, enum vm_access access, vm_frame *frame)
{
    enum access_end end = reach(m, tid, va, access, true, frame);
    policy_passed(m);
    return end;
}
