/* SPDX-License-Identifier: MIT
 * ARC (Megiddo and Modha: ARC: A Self-Tuning, Low Overhead Replacement Cache, FAST 2003, figure 4).
 * T1 has the pages used once since they came, T2 those used again, both by recency; B1 and B2
 * remember who left them. With c frames, |T1| + |B1| <= c and all four together <= 2c. p, a real
 * number from 0 to c, is the size that T1 should have:
 *   the page is in B1: p = min(c, p + max(1, |B2| / |B1|));
 *   the page is in B2: p = max(0, p - max(1, |B1| / |B2|)); both before it leaves its list.
 * REPLACE takes T1's least recent page to B1 if |T1| > p, or |T1| = p and the page is in B2; else
 * T2's to B2. A page in neither: if |T1| + |B1| = c, B1's oldest is forgotten and REPLACE runs, or,
 * when B1 is empty, T1's least recent leaves and is not remembered; else, if all four have 2c, B2's
 * oldest is forgotten, and REPLACE runs.
 * p is a multiple of 2^-52 (every step is 1 or more): its whole part and fraction are two words.
 */
#include "policy/queues.h"

enum {
    T1,
    T1_TAIL,
    T1_SIZE,
    T2,
    T2_TAIL,
    T2_SIZE,
    B1,
    B1_TAIL,
    B1_SIZE,
    B2,
    B2_TAIL,
    B2_SIZE,
    TARGET,
    FRACTION,
    COUNTED,
    NEXT,
    PREV,
    LIST,
    OBJECT,
    INDEX
};
enum { IN_T1 = QUEUE_NONE + 1, IN_T2, IN_B1, IN_B2, LISTS };

static const struct queues queues = {
    .list = {[IN_T1] = {NEXT, PREV, T1, T1_TAIL, T1_SIZE},
        [IN_T2] = {NEXT, PREV, T2, T2_TAIL, T2_SIZE},
        [IN_B1] = {NEXT, PREV, B1, B1_TAIL, B1_SIZE},
        [IN_B2] = {NEXT, PREV, B2, B2_TAIL, B2_SIZE}},
    .n = LISTS,
    .ghosts = IN_B1,
    .in = LIST,
};

static uint32_t size(const vm_machine *m, unsigned list)
{
    return queue_size(m, &queues, list);
}

static uint32_t ghosts(const vm_machine *m)
{
    return 2 * policy_frames(m); /* when kswapd has freed all frames */
}

static double target(const vm_machine *m)
{
    return (double)policy_word(m, TARGET, 0) + (double)policy_word(m, FRACTION, 0) * 0x1p-52;
}

static void set_target(vm_machine *m, double p)
{
    uint64_t old = policy_word(m, TARGET, 0), whole = (uint64_t)p;
    EMIT(m, target_moved, .policy = m->policy, .old = old, .value = whole);
    policy_put(m, TARGET, 0, whole);
    policy_put(m, FRACTION, 0, (uint64_t)((p - (double)whole) * 0x1p52));
}

static void forget(vm_machine *m, uint32_t node)
{
    if (policy_word(m, COUNTED, 0) == (uint64_t)node + 1) {
        policy_put(m, COUNTED, 0, 0);
    }
    queue_forget(m, &queues, node);
}

/* p moves, once for each page that comes back. */
static void learn(vm_machine *m, uint32_t ghost)
{
    if (policy_word(m, COUNTED, 0) == (uint64_t)ghost + 1) {
        return;
    }
    bool once = policy_word(m, LIST, ghost) == IN_B1;
    EMIT(m, ghost_hit, .policy = m->policy, .memory = once ? vm_memory_b1 : vm_memory_b2);
    policy_put(m, COUNTED, 0, (uint64_t)ghost + 1);
    double b1 = size(m, IN_B1), b2 = size(m, IN_B2), p = target(m), c = policy_frames(m);
    double ratio = once ? b2 / b1 : b1 / b2, step = ratio > 1 ? ratio : 1;
    double moved = once ? (p + step < c ? p + step : c) : p > step ? p - step : 0;
    set_target(m, moved);
}

static void load(vm_machine *m, vm_frame frame)
{
    uint32_t ghost = ghost_of(m, frame);
    if (ghost == NO_NODE) {
        queue_enter(m, &queues, IN_T1, frame);
    } else {
        learn(m, ghost); /* when a frame was free */
        forget(m, ghost);
        queue_enter(m, &queues, IN_T2, frame);
    }
    uint32_t c = policy_frames(m);
    while (size(m, IN_T1) + size(m, IN_B1) > c && size(m, IN_B1)) {
        forget(m, list_last(m, &queues.list[IN_B1]));
    }
    while (size(m, IN_T1) + size(m, IN_B1) + size(m, IN_T2) + size(m, IN_B2) > 2 * c) {
        forget(m, list_last(m, &queues.list[size(m, IN_B2) ? IN_B2 : IN_B1]));
    }
}

static void touch(vm_machine *m, vm_frame frame)
{
    if (list_first(m, &queues.list[IN_T2]) != frame) {
        if (policy_word(m, LIST, frame) == IN_T1) {
            EMIT(m, page_ranked, .policy = m->policy, .frame = frame, .rank = vm_rank_t2);
        }
        queue_leave(m, &queues, frame);
        queue_enter(m, &queues, IN_T2, frame);
    }
}

static void drop(vm_machine *m, vm_frame frame)
{
    queue_drop(m, &queues, frame);
}

/* As if it were the least recent of its list. */
static void cool(vm_machine *m, vm_frame frame)
{
    queue_cool(m, &queues, frame);
}

/* The least recent page of the list that may leave; VM_NO_FRAME: none. */
static vm_frame least_recent(const vm_machine *m, unsigned list)
{
    uint32_t at = list_last(m, &queues.list[list]);
    while (at != NO_NODE && !policy_may_evict(m, at)) {
        at = list_prev(m, &queues.list[list], at);
    }
    return at == NO_NODE ? VM_NO_FRAME : at;
}

static void remember(vm_machine *m, vm_frame frame)
{
    unsigned list = policy_word(m, LIST, frame) == IN_T1 ? IN_B1 : IN_B2;
    uint32_t twin = ghost_of(m, frame);
    if (twin != NO_NODE) {
        forget(m, twin); /* which may have been counted */
    }
    queue_remember(m, &queues, frame, list);
}

/* Case IV of a page that is not remembered; true: T1's victim shall not be either. */
static bool make_room(vm_machine *m)
{
    uint32_t c = policy_frames(m), first = size(m, IN_T1) + size(m, IN_B1);
    if (first >= c) {
        if (!size(m, IN_B1)) {
            return true;
        }
        forget(m, list_last(m, &queues.list[IN_B1]));
    } else if (first + size(m, IN_T2) + size(m, IN_B2) >= 2 * c) {
        forget(m, list_last(m, &queues.list[IN_B2]));
    }
    return false;
}

static vm_frame victim(vm_machine *m)
{
    uint32_t ghost = ghost_incoming(m);
    bool alone = false, in_b2 = false;
    if (ghost != NO_NODE) {
        learn(m, ghost);
        in_b2 = policy_word(m, LIST, ghost) == IN_B2;
    } else {
        alone = make_room(m);
    }
    double t1 = size(m, IN_T1), p = target(m);
    bool once = t1 > 0 && (alone || t1 > p || (in_b2 && t1 == p));
    vm_frame f = least_recent(m, once ? IN_T1 : IN_T2);
    f = f != VM_NO_FRAME ? f : least_recent(m, once ? IN_T2 : IN_T1);
    if (f != VM_NO_FRAME) {
        bool from_t1 = policy_word(m, LIST, f) == IN_T1;
        policy_look(m, f, size(m, from_t1 ? IN_T1 : IN_T2), vm_verdict_chosen);
        if (!(alone && from_t1)) {
            remember(m, f);
        }
    }
    return f;
}

static const char *check(const vm_machine *m)
{
    const char *problem = queues_check(m, &queues);
    if (problem || target(m) > policy_frames(m)) {
        return problem ? problem : "148: ARC's p is no more than the frames";
    }
    uint64_t c = policy_frames(m), once = (uint64_t)size(m, IN_T1) + size(m, IN_B1);
    if (once > c) {
        return "151: ARC's T1 and B1 have no more pages than there are frames";
    }
    bool few = once + size(m, IN_T2) + size(m, IN_B2) <= 2 * c;
    return few ? NULL : "152: ARC knows no more pages than twice the frames";
}

const struct vm_policy vm_policy_arc = {.load = load,
    .touch = touch,
    .victim = victim,
    .cool = cool,
    .drop = drop,
    .ghosts = ghosts,
    .ghost_object = OBJECT,
    .ghost_index = INDEX,
    .check = check};
