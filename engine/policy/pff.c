/* SPDX-License-Identifier: MIT
 * Page-fault frequency (Chu and Opderbeck 1972, "The page fault frequency replacement algorithm").
 * A process that faults often gets more frames, one that faults seldom gives up what it has not
 * used since its last fault. The rule, at a fault of reference t (from 1), t' being the one of the
 * fault before:
 *   1. t - t' >= tau: every page that was not used since t' leaves; the page of t' itself was used
 *      then. With t - t' < tau, and at the first fault, none does.
 *   2. When F pages are resident still, the one used longest ago leaves. The page is loaded.
 * So use bits are cleared at every fault, before its own page's is set. `frames` is the most that
 * may be resident. Every page that leaves is an eviction; it is a write-back too if the page was
 * written since it was loaded. Between faults nothing changes. In the machine t counts the
 * references of the process that faults, and only pages charged to it leave in step 1.
 */
#include "kernel/limit.h"
#include "kernel/reclaim.h"
#include "policy/policy.h"
#include "policy/recency.h"

enum { USED };

static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, USED, frame, m->clock + 1);
}

static void drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, USED, frame, 0);
}

/* As if its last use were the longest ago. */
static void cool(vm_machine *m, vm_frame frame)
{
    policy_put(m, USED, frame, 1);
}

static void shrink(vm_machine *m, vm_pid mm, uint64_t since)
{
    for (vm_frame f = 0; f < m->frames_n; f++) {
        uint64_t used = policy_word(m, USED, f);
        if (used && used < since && limit_owner(m, f) == mm && policy_may_evict(m, f)) {
            policy_look(m, f, used, vm_verdict_chosen);
            reclaim_frame(m, f, mm);
        }
    }
}

static void fault(vm_machine *m, vm_pid mm)
{
    struct process *process = &m->processes[mm];
    uint64_t now = process->counter[vm_counter_references], interval = now - process->fault_time;
    if (process->fault_stamp && interval >= m->config.tau) {
        EMIT(m, fault_seldom, .pid = mm, .interval = interval, .tau = m->config.tau);
        shrink(m, mm, process->fault_stamp);
    } else if (process->fault_stamp && interval) {
        EMIT(m, fault_often, .pid = mm, .interval = interval, .tau = m->config.tau);
    }
    process->fault_time = now;
    process->fault_stamp = m->clock + 1;
}

static const char *check(const vm_machine *m)
{
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (policy_word(m, USED, f) > m->clock + 1) {
            return "156: no page was used later than now";
        }
    }
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        const struct process *process = &m->processes[pid];
        if (process->fault_stamp > m->clock + 1 ||
            process->fault_time > process->counter[vm_counter_references]) {
            return "158: no process faulted later than now";
        }
    }
    return NULL;
}

const struct vm_policy vm_policy_pff = {.load = touch,
    .touch = touch,
    .victim = policy_least,
    .cool = cool,
    .drop = drop,
    .pass = PASS_FINDS_SOME,
    .fault = fault,
    .check = check,
    .use = USE_TIME,
    .use_region = USED};

/* ---- replay of reference strings and traces ---- */

/* run->last: the reference of the fault before, 0 none. */
static void bring_in(struct vm_replay_run *run, uint64_t now)
{
    run->faults++;
    if (run->last && now - run->last >= run->params.tau) {
        while (run->used && recency_get(run, recency_oldest(run)).used < run->last) {
            recency_evict(run);
        }
    }
    if (run->used == run->frames) {
        recency_evict(run);
    }
    run->last = now;
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    recency_room(run, n);
    struct vm_replay_table table = run->table;
    for (size_t i = 0; i < n; i++) {
        uint64_t now = run->now + i + 1;
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        if (!recency_get(run, page).place) {
            bring_in(run, now);
        }
        recency_use(run, page, vm_replay_writes(&refs[i]), now);
    }
}

const struct vm_replay_ops vm_replay_pff = {.page_words = RECENCY_PAGE_WORDS,
    .frame_words = RECENCY_FRAME_WORDS,
    .extra_words = RECENCY_EXTRA_WORDS,
    .run = replay};
