/* SPDX-License-Identifier: MIT
 * An estimate from above of the frames that the policy examines during an operation. A real kernel
 * reschedules while it searches; here an operation is one step, and nobody can interrupt it.
 * Invariant: nothing is changed, and who has room enough pays two comparisons.
 */
#include "kernel/reclaim_work.h"

#include "kernel/frame.h"
#include "kernel/reclaim.h"
#include "policy/policy.h"

#define EXAMINED_MAX (UINT64_C(1) << 28) /* about half a second */

struct supply {
    uint64_t evictable; /* frames that are free or may become victims */
    bool kept;          /* some frame is passed over at each search */
};

/* With fewer slots than evictions, pages without one do not count: swap fills on the way. */
static struct supply supply_of(const vm_machine *m, uint64_t evictions)
{
    const uint8_t kept = vm_frame_bit_pinned | vm_frame_bit_locked;
    struct supply supply = {.evictable = m->frames_free};
    for (vm_frame f = 0; f < m->frames_n; f++) {
        const struct frame *frame = &m->frames[f];
        if (!frame_evictable_kind(frame)) {
            continue;
        }
        bool room = m->slots_free >= evictions || frame->kind == vm_frame_kind_file || frame->slot;
        bool may = room && !(frame->flags & kept);
        supply.evictable += may;
        supply.kept = supply.kept || !may;
    }
    return supply;
}

/* The fewest frames among which a victim of one process is looked for; UINT64_MAX: no scopes. */
static uint64_t narrowest(const vm_machine *m)
{
    uint64_t least = UINT64_MAX;
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        const struct process *process = &m->processes[pid];
        uint64_t local = m->config.local ? (uint64_t)m->frames_free + process->charged : UINT64_MAX;
        uint64_t own = process->frame_limit ? process->frame_limit : UINT64_MAX;
        own = own < local ? own : local;
        least = process->root && own < least ? own : least;
    }
    return least;
}

/* Victims that one pass over all frames finds. */
static uint64_t victims_a_pass(const vm_machine *m, uint64_t evictions)
{
    struct supply supply = supply_of(m, evictions);
    uint64_t scope = narrowest(m);
    uint64_t found = supply.evictable < scope ? supply.evictable : scope;
    enum policy_pass pass = vm_policies[m->policy]->pass;
    if (pass != PASS_FINDS_ALL) { /* a pass collects some of the least, if none is kept */
        bool alone = pass == PASS_FINDS_ONE || supply.kept || m->config.local;
        uint64_t most = alone ? 1 : ORDER_MAX;
        found = found < most ? found : most;
    }
    return found ? found : 1;
}

enum vm_status reclaim_work_evictions(const vm_machine *m, uint64_t evictions)
{
    const uint64_t most = EXAMINED_MAX / (m->frames_n ? m->frames_n : 1);
    if (evictions <= most) {
        return VM_OK;
    }
    return evictions / victims_a_pass(m, evictions) <= most ? VM_OK : VM_LIMIT;
}

enum vm_status reclaim_work(const vm_machine *m, uint64_t pages)
{
    uint64_t wanted = pages + m->config.watermark_high;
    if (wanted <= EXAMINED_MAX / (m->frames_n ? m->frames_n : 1)) {
        return VM_OK;
    }
    bool plenty = wanted <= m->frames_free;
    uint64_t evictions = narrowest(m) < wanted ? wanted : plenty ? 0 : wanted - m->frames_free;
    return reclaim_work_evictions(m, evictions);
}
