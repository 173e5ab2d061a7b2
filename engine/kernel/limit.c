/* SPDX-License-Identifier: MIT
 * Charges and limits, as a memory control group of one process. A page is charged to the process
 * that touched it first, until its frame is free again: also while only the page cache or the swap
 * cache holds it, and also when others map it later. Page tables are not charged. What an ended
 * process leaves is nobody's. Invariant: `charged` is the number of frames whose charge it is.
 */
#include "kernel/limit.h"

#include "kernel/frame.h"
#include "kernel/oom.h"
#include "kernel/process.h"
#include "kernel/reclaim.h"

void limit_charge(vm_machine *m, struct frame *frame)
{
    if (m->payer && reclaim_is_page((enum vm_frame_kind)frame->kind)) {
        frame->charge = (uint16_t)m->payer;
        m->processes[m->payer].charged++;
    }
}

void limit_uncharge(vm_machine *m, const struct frame *frame)
{
    if (frame->charge) {
        m->processes[frame->charge].charged--;
    }
}

bool limit_make_room(vm_machine *m, vm_pid mm)
{
    const struct process *process = &m->processes[mm];
    while (process->frame_limit && process->charged >= process->frame_limit) {
        EMIT(m, limit_reached, .pid = mm, .pages = process->charged);
        if (!reclaim_one(m, mm, (struct scope){.narrow = true, .owner = mm})) {
            oom_limit(m, mm);
            return false;
        }
    }
    return true;
}

enum vm_status limit_reserve(vm_machine *m)
{
    uint64_t page = page_size(m) / 8;
    return RESERVE(m, words, page < m->words_live ? page : m->words_live);
}

/* memory_max_write reclaims until the group is below its new limit, or kills. */
void limit_enforce(vm_machine *m, vm_pid mm)
{
    const struct process *process = &m->processes[mm];
    while (process->frame_limit && process->charged > process->frame_limit) {
        if (!reclaim_one(m, mm, (struct scope){.narrow = true, .owner = mm})) {
            oom_limit(m, mm);
            return;
        }
    }
}

const char *limit_check(const vm_machine *m)
{
    uint32_t dirty = 0, all = 0;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        const struct frame *frame = &m->frames[f];
        dirty += frame_dirty_file(frame);
        all += frame->charge != 0;
        if (frame->charge >= m->processes_n ||
            (frame->charge && !reclaim_is_page((enum vm_frame_kind)frame->kind))) {
            return "50: only pages are charged, and to processes";
        }
    }
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        const struct process *process = &m->processes[pid];
        uint32_t charged = 0;
        all -= process->charged;
        for (vm_frame f = 0; process->charged && f < m->frames_n; f++) {
            charged += m->frames[f].charge == pid;
        }
        if (charged != process->charged) {
            return "51: a process counts the frames charged to it";
        }
        if (process->root && process->frame_limit && charged > process->frame_limit) {
            return "52: a process holds no more than its limit";
        }
    }
    if (all) {
        return "51: a process counts the frames charged to it";
    }
    if (m->payer || m->scope.narrow || m->kswapd_awake || m->doomed || m->busy[0] != VM_NO_FRAME) {
        return "53: between operations nothing is under way";
    }
    return dirty == m->files_dirty ? NULL : "54: dirty file pages are counted";
}

uint32_t vm_charged(const vm_machine *m, vm_pid pid)
{
    return pid && pid < m->processes_n ? m->processes[pid].charged : 0;
}
