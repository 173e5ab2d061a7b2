/* SPDX-License-Identifier: MIT
 * `preset map`, `preset tlb` and `set policy`. A preset page gets a mapping of its own, so that the
 * address space says what the entry says. A preset TLB entry must agree with the page table.
 */
#include "machine/preset.h"

#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/page.h"
#include "kernel/process.h"
#include "kernel/reclaim.h"
#include "kernel/vma.h"
#include "mmu/access.h"
#include "mmu/table.h"
#include "mmu/tlb.h"
#include "policy/policy.h"

/* The frame is claimed before the tables take frames of their own. It is no victim of theirs, and
 * neither is the process: it is the one at work (m->runner). */
static void give(vm_machine *m, vm_tid tid, vm_frame f, const struct vma *vma)
{
    m->runner = tid;
    m->payer = vma->pid;
    frame_claim(m, f, vm_frame_kind_anon, vma->anon, vma->offset);
    m->payer = 0;
    frame_set_flags(m, f, vm_frame_bit_dirty | vm_frame_bit_exclusive);
    vma_new(m, vma);
    m->busy[0] = f;
    bool built = table_build(m, vma->pid, vma->start);
    m->busy[0] = VM_NO_FRAME;
    if (built) {
        page_map(m, vma->pid, vma->start, f, vma, true);
    } else {
        frame_release(m, f);
    }
}

enum vm_status vm_op_preset_map(vm_machine *m, const struct vm_op_preset_map *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_pid pid = mm_of(m, m->tasks[op->tid].pid);
    if (op->vpn >= m->user_end || op->frame >= m->frames_n || op->prot > 7 ||
        vma_find(m, pid, op->vpn) || m->frames[op->frame].kind != vm_frame_kind_free) {
        return VM_INVALID;
    }
    const struct process *process = &m->processes[pid];
    if (process->frame_limit && process->charged >= process->frame_limit) {
        return VM_INVALID; /* a given page is not loaded: nothing makes room for it */
    }
    status = access_reserve(m, 1);
    status = status == VM_OK ? RESERVE(m, objects, 1) : status;
    status = status == VM_OK ? vma_reserve(m, 1) : status;
    if (status != VM_OK) {
        return status;
    }
    EMIT(m, preset, .pid = pid, .vpn = op->vpn, .frame = op->frame);
    uint32_t object = object_new(m, vm_object_kind_anon, 0, 0);
    struct vma vma = {.pid = pid,
        .start = op->vpn,
        .end = op->vpn + 1,
        .prot = (uint8_t)op->prot,
        .kind = vm_vma_kind_map,
        .anon = object,
        .offset = op->vpn};
    give(m, (vm_tid)op->tid, (vm_frame)op->frame, &vma);
    return VM_OK;
}

enum vm_status vm_op_preset_tlb(vm_machine *m, const struct vm_op_preset_tlb *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    vm_pid pid = mm_of(m, m->tasks[op->tid].pid);
    uint64_t entry = op->vpn < pages_in_space(m) ? pte_get(m, pid, op->vpn) : 0;
    if (!m->tlb_n || op->set >= m->config.tlb_sets || tlb_set_of(m, op->vpn, entry) != op->set ||
        !(entry & vm_pte_bit_present) || pte_number(entry) != op->frame) {
        return VM_INVALID;
    }
    switch_to(m, (vm_tid)op->tid);
    EMIT(m, preset, .pid = pid, .vpn = op->vpn, .frame = op->frame);
    pte_set(m, pid, op->vpn, entry | vm_pte_bit_accessed);
    uint16_t asid = m->processes[pid].asid;
    struct pte_place place = pte_place(m, pid, op->vpn);
    uint64_t leaf = *table_entry(m, place.table, place.index); /* of a huge page: all of it */
    uint32_t at = tlb_choose(m, (uint32_t)op->set, asid, op->vpn & ~pte_span(m, leaf));
    tlb_fill(m, at, asid, op->vpn, leaf);
    return VM_OK;
}

enum vm_status vm_op_set_policy(vm_machine *m, const struct vm_op_set_policy *op)
{
    if (op->policy >= vm_policy_kind_count ||
        m->frames_n < vm_policy_desc((unsigned)op->policy)->least_frames) {
        return VM_INVALID;
    }
    enum vm_status status = policy_change_reserve(m, (enum vm_policy_kind)op->policy);
    if (status != VM_OK) {
        return status;
    }
    EMIT(m, policy_set, .policy = op->policy);
    policy_change(m, (enum vm_policy_kind)op->policy);
    return VM_OK;
}
