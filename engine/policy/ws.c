/* SPDX-License-Identifier: MIT
 * Denning's working set (Denning 1968, "The working set model for program behavior"; Denning 1980,
 * "Working sets past and present"). W(t, tau) is the set of pages that a process used in its
 * references t - tau + 1 .. t. Exactly these are resident. The rule, at reference t (from 1) to
 * page p:
 *   1. p is not resident: a fault. When F pages are resident, the one used longest ago leaves. p is
 *      loaded.
 *   2. Every page whose last use is at or before t - tau leaves.
 * So, while fewer than F pages are in the working set, a reference faults exactly when it is the
 * page's first or comes more than tau references after the one before it.
 * `frames` is the most that may be resident. Every page that leaves is an eviction; it is a
 * write-back too if the page was written since it was loaded.
 * In the machine t counts the references of the process that the page is charged to: while another
 * runs, nothing of its working set leaves. Who uses the page does not matter; what nobody owns any
 * more is in no working set. When no frame is free, the page leaves that has been idle longest in
 * its own process's time. Step 2 is done at the end of the operation.
 */
#include "kernel/limit.h"
#include "kernel/reclaim.h"
#include "policy/policy.h"
#include "policy/recency.h"

enum { USED };

/* A word of 0 is no page's. */
static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, USED, frame, policy_owner_time(m, frame) + 1);
}

static void drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, USED, frame, 0);
}

/* References of the owner since the last use; nobody's pages are older than any. */
static uint64_t idle(const vm_machine *m, vm_frame f)
{
    uint64_t now = policy_owner_time(m, f) + 1, used = policy_word(m, USED, f);
    return !limit_owner(m, f) ? UINT64_MAX : now > used ? now - used : 0;
}

/* As if its last use were the longest ago. */
static void cool(vm_machine *m, vm_frame frame)
{
    policy_put(m, USED, frame, 1);
}

static vm_frame victim(vm_machine *m)
{
    vm_frame best = VM_NO_FRAME;
    uint64_t longest = 0;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (!policy_word(m, USED, f) || !policy_may_evict(m, f)) {
            continue;
        }
        uint64_t age = idle(m, f);
        if (best == VM_NO_FRAME || age > longest) {
            best = f;
            longest = age;
        }
    }
    if (best != VM_NO_FRAME) {
        policy_look(m, best, policy_word(m, USED, best), vm_verdict_chosen);
    }
    return best;
}

static void leave(vm_machine *m, vm_frame f)
{
    EMIT(m, working_set_left, .pid = limit_owner(m, f), .frame = f, .tau = m->config.tau);
    reclaim_frame(m, f, 0);
}

/* Between two calls every page's idle time grows by no more than the machine's. */
static void settle(vm_machine *m)
{
    uint64_t tau = m->config.tau, soonest = tau;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (!policy_word(m, USED, f) || !policy_may_evict(m, f)) {
            continue;
        }
        uint64_t age = idle(m, f);
        if (age >= tau) {
            leave(m, f);
        } else if (tau - age < soonest) {
            soonest = tau - age;
        }
    }
    m->policy_due = m->clock > UINT64_MAX - soonest ? UINT64_MAX : m->clock + soonest;
}

static const char *check(const vm_machine *m)
{
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (limit_owner(m, f) && policy_word(m, USED, f) > policy_owner_time(m, f) + 1) {
            return "156: no page was used later than now";
        }
    }
    return NULL;
}

const struct vm_policy vm_policy_ws = {.load = touch,
    .touch = touch,
    .victim = victim,
    .cool = cool,
    .drop = drop,
    .pass = PASS_FINDS_ONE,
    .settle = settle,
    .check = check,
    .use = USE_CALL};

/* ---- replay of reference strings and traces ---- */

/* `due`: before it no page can have to leave. */
static uint64_t expire(struct vm_replay_run *run, uint64_t now)
{
    const uint64_t tau = run->params.tau;
    while (run->used) {
        uint64_t used = recency_get(run, recency_oldest(run)).used;
        if (now - used < tau) {
            return tau > UINT64_MAX - used ? UINT64_MAX : used + tau;
        }
        recency_evict(run);
    }
    return 0;
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    recency_room(run, n);
    struct vm_replay_table table = run->table;
    uint64_t due = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t now = run->now + i + 1;
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        if (!recency_get(run, page).place) {
            run->faults++;
            if (run->used == run->frames) {
                recency_evict(run);
            }
        }
        recency_use(run, page, vm_replay_writes(&refs[i]), now);
        if (now >= due) {
            due = expire(run, now);
        }
    }
}

const struct vm_replay_ops vm_replay_ws = {.page_words = RECENCY_PAGE_WORDS,
    .frame_words = RECENCY_FRAME_WORDS,
    .extra_words = RECENCY_EXTRA_WORDS,
    .run = replay};
