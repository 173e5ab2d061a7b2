/* SPDX-License-Identifier: MIT
 * Invariants of mappings: their order and index, what they promise, whose pages they name, and the
 * locks they put on frames.
 */
#include "machine/check.h"

#include "kernel/frame.h"
#include "kernel/vma.h"
#include "mmu/table.h"

static const char *check_mapping(const vm_machine *m, vm_pid pid, uint32_t v, vm_vpn end)
{
    const struct vma *vma = &m->vmas[v];
    if (vma->pid != pid || vma->start < end || vma->end <= vma->start) {
        return "25: mappings are in order and do not overlap";
    }
    if (vma_find(m, pid, vma->start) != v || vma_before(m, pid, vma->end) != v) {
        return "70: the index finds every mapping";
    }
    bool shared = vma->flags & vm_map_bit_shared;
    if (vma->anon && (shared || m->objects[vma->anon].kind != vm_object_kind_anon)) {
        return "71: only a private mapping has an identity of its private pages";
    }
    if (vma->flags & vm_map_bit_account && (shared || vma->flags & vm_map_bit_noreserve)) {
        return "72: a mapping that is promised is private, and was not asked for without promise";
    }
    return NULL;
}

static const char *check_list(const vm_machine *m, vm_pid pid)
{
    uint64_t promised = 0, n = 0;
    vm_vpn end = 0;
    for (uint32_t v = m->processes[pid].first_vma; v; v = m->vmas[v].next) {
        const char *problem = check_mapping(m, pid, v, end);
        if (problem) {
            return problem;
        }
        const struct vma *vma = &m->vmas[v];
        end = vma->end;
        promised += vma->flags & vm_map_bit_account ? vma->end - vma->start : 0;
        n++;
    }
    return n != m->processes[pid].vmas ? "73: mappings are counted"
           : promised != m->processes[pid].counter[vm_counter_committed]
               ? "74: a process has promised what its mappings say"
               : NULL;
}

static bool locked_by_a_mapping(const vm_machine *m, const struct frame *frame)
{
    for (uint32_t r = frame->rmap; r; r = m->rmaps[r].next) {
        uint32_t v = vma_find(m, m->rmaps[r].pid, m->rmaps[r].vpn);
        if (v && m->vmas[v].flags & vm_map_bit_locked) {
            return true;
        }
    }
    return false;
}

static const char *check_promises(const vm_machine *m)
{
    uint64_t promised = 0;
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        promised += m->processes[pid].counter[vm_counter_committed];
    }
    for (uint32_t o = 1; o < m->objects_n; o++) {
        promised += m->objects[o].promised;
    }
    return promised == m->counter[vm_counter_committed]
               ? NULL
               : "76: what is committed is what processes and shared memory were promised";
}

const char *check_mappings(const vm_machine *m)
{
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        const char *problem = check_list(m, pid);
        if (problem) {
            return problem;
        }
    }
    for (vm_frame f = 0; f < m->frames_n; f++) {
        const struct frame *frame = &m->frames[f];
        bool locked = frame->flags & vm_frame_bit_locked;
        if (frame_evictable_kind(frame) && locked != locked_by_a_mapping(m, frame)) {
            return "75: a frame is locked while a locked mapping maps it";
        }
    }
    return check_promises(m);
}
