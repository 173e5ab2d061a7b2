/* SPDX-License-Identifier: MIT
 * S3-FIFO (Yang, Zhang, Qiu, Yue, Rashmi: FIFO Queues are All You Need for Cache Eviction, SOSP
 * 2023, Algorithm 1). A new page goes to the head of the small queue (a tenth of the frames), one
 * that is remembered to that of the main queue. A hit counts up to 3. An eviction goes to the main
 * queue if it has more than F - F / 10 pages or the small one is empty, else to the small one. From
 * the small queue's tail pages used twice or more move to the main queue, their uses forgotten; the
 * first other one leaves and is remembered among 9 F / 10 ghosts, a FIFO. If all moved, the main
 * queue gives one up: its tail goes back to the head with one use less, or leaves if it has none.
 * The page that comes leaves the ghosts before the eviction.
 */
#include "policy/ghost.h"

enum {
    SMALL,
    SMALL_TAIL,
    SMALL_SIZE,
    MAIN,
    MAIN_TAIL,
    MAIN_SIZE,
    GHOSTS,
    GHOSTS_TAIL,
    GHOSTS_SIZE,
    FREQ,
    COMING,
    COMING_INDEX,
    NEXT,
    PREV,
    LIST,
    OBJECT,
    INDEX
};
enum { NOWHERE, IN_SMALL, IN_MAIN, IN_GHOSTS, LISTS };
enum { FREQ_MAX = 3, FREQ_MAIN = 2 };

static const struct list lists[LISTS] = {
    [IN_SMALL] = {NEXT, PREV, SMALL, SMALL_TAIL, SMALL_SIZE},
    [IN_MAIN] = {NEXT, PREV, MAIN, MAIN_TAIL, MAIN_SIZE},
    [IN_GHOSTS] = {NEXT, PREV, GHOSTS, GHOSTS_TAIL, GHOSTS_SIZE},
};

static uint32_t small_frames(const vm_machine *m)
{
    return policy_frames(m) / 10;
}

static uint32_t ghosts_most(const vm_machine *m)
{
    return (uint32_t)((uint64_t)policy_frames(m) * 9 / 10);
}

static uint32_t ghosts(const vm_machine *m)
{
    return ghosts_most(m) + 1; /* one too many for a moment */
}

static void leave(vm_machine *m, uint32_t node)
{
    list_remove(m, &lists[policy_word(m, LIST, node)], node);
    policy_put(m, LIST, node, NOWHERE);
}

static void enter(vm_machine *m, unsigned list, uint32_t node)
{
    policy_put(m, LIST, node, list);
    list_push_front(m, &lists[list], node);
}

static void forget(vm_machine *m, uint32_t node)
{
    leave(m, node);
    ghost_forget(m, node);
}

/* The page that is sought leaves the ghosts now; load will know it. */
static void expect(vm_machine *m)
{
    uint32_t ghost = ghost_incoming(m);
    if (ghost != NO_NODE) {
        EMIT(m, ghost_hit, .policy = m->policy, .memory = vm_memory_ghosts);
        forget(m, ghost);
        policy_put(m, COMING, 0, m->incoming.object);
        policy_put(m, COMING_INDEX, 0, m->incoming.index);
    }
}

static bool expected(vm_machine *m, vm_frame frame)
{
    const struct frame *page = &m->frames[frame];
    bool came =
        policy_word(m, COMING, 0) == page->object && policy_word(m, COMING_INDEX, 0) == page->index;
    policy_put(m, COMING, 0, 0);
    policy_put(m, COMING_INDEX, 0, 0);
    uint32_t ghost = ghost_of(m, frame);
    if (ghost != NO_NODE) { /* a frame was free: nobody had to leave */
        EMIT(m, ghost_hit, .policy = m->policy, .memory = vm_memory_ghosts);
        forget(m, ghost);
    }
    return came || ghost != NO_NODE;
}

static void load(vm_machine *m, vm_frame frame)
{
    enter(m, expected(m, frame) ? IN_MAIN : IN_SMALL, frame);
}

static void touch(vm_machine *m, vm_frame frame)
{
    uint64_t freq = policy_word(m, FREQ, frame);
    policy_put(m, FREQ, frame, freq < FREQ_MAX ? freq + 1 : FREQ_MAX);
}

static void drop(vm_machine *m, vm_frame frame)
{
    if (policy_word(m, LIST, frame)) {
        leave(m, frame);
    }
    policy_put(m, FREQ, frame, 0);
}

/* As if it were the oldest of its queue, and unused. */
static void cool(vm_machine *m, vm_frame frame)
{
    const struct list *list = &lists[policy_word(m, LIST, frame)];
    list_remove(m, list, frame);
    list_push_back(m, list, frame);
    policy_put(m, FREQ, frame, 0);
}

static void remember(vm_machine *m, vm_frame frame)
{
    uint32_t twin = ghost_of(m, frame);
    if (twin != NO_NODE) {
        forget(m, twin);
    }
    leave(m, frame);
    enter(m, IN_GHOSTS, ghost_add(m, m->frames[frame].object, m->frames[frame].index));
    if (list_size(m, &lists[IN_GHOSTS]) > ghosts_most(m)) {
        forget(m, list_last(m, &lists[IN_GHOSTS]));
    }
}

static vm_frame from_small(vm_machine *m)
{
    const struct list *list = &lists[IN_SMALL];
    for (uint32_t at = list_last(m, list), before; at != NO_NODE; at = before) {
        before = list_prev(m, list, at);
        if (!policy_may_evict(m, at)) {
            continue;
        }
        uint64_t freq = policy_word(m, FREQ, at);
        if (freq < FREQ_MAIN) {
            policy_look(m, at, freq, vm_verdict_chosen);
            remember(m, at);
            return at;
        }
        policy_look(m, at, freq, vm_verdict_promoted);
        leave(m, at);
        enter(m, IN_MAIN, at);
        policy_put(m, FREQ, at, 0);
    }
    return VM_NO_FRAME;
}

/* Each page goes round as often as it has uses, so all have been asked after four rounds. */
static vm_frame from_main(vm_machine *m)
{
    const struct list *list = &lists[IN_MAIN];
    uint64_t steps = (uint64_t)list_size(m, list) * (FREQ_MAX + 1);
    uint32_t at = list_last(m, list);
    for (; at != NO_NODE && steps; steps--) {
        uint32_t before = list_prev(m, list, at);
        if (policy_may_evict(m, at)) {
            uint64_t freq = policy_word(m, FREQ, at);
            policy_look(m, at, freq, freq ? vm_verdict_passed : vm_verdict_chosen);
            if (!freq) {
                return at;
            }
            leave(m, at);
            enter(m, IN_MAIN, at);
            policy_put(m, FREQ, at, freq - 1);
        }
        /* Whoever may not leave stays at the tail: the round begins again behind it. */
        at = before == NO_NODE ? list_last(m, list) : before;
    }
    return VM_NO_FRAME;
}

static vm_frame victim(vm_machine *m)
{
    expect(m);
    uint32_t main = policy_frames(m) - small_frames(m);
    bool from = list_size(m, &lists[IN_MAIN]) > main || !list_size(m, &lists[IN_SMALL]);
    vm_frame f = from ? from_main(m) : from_small(m);
    return f != VM_NO_FRAME ? f : from ? from_small(m) : from_main(m);
}

static bool member(const vm_machine *m, uint32_t node, uint64_t tag)
{
    return policy_word(m, LIST, node) == tag && ghost_is(m, node) == (tag == IN_GHOSTS);
}

static const char *check(const vm_machine *m)
{
    const char *problem = NULL;
    for (unsigned i = IN_SMALL; i < LISTS && !problem; i++) {
        problem = list_check(m, &lists[i], member, i);
    }
    for (vm_frame f = 0; f < m->frames_n && !problem; f++) {
        problem = policy_word(m, FREQ, f) > FREQ_MAX ? "147: S3-FIFO counts to three" : NULL;
    }
    return problem;
}

const struct vm_policy vm_policy_s3fifo = {.load = load,
    .touch = touch,
    .victim = victim,
    .cool = cool,
    .drop = drop,
    .ghosts = ghosts,
    .ghost_object = OBJECT,
    .ghost_index = INDEX,
    .check = check};
