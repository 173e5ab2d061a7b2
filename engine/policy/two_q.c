/* SPDX-License-Identifier: MIT
 * 2Q, the full version (Johnson and Shasha: 2Q: A Low Overhead High Performance Buffer Management
 * Replacement Algorithm, VLDB 1994). A page that comes for the first time goes to the FIFO queue
 * A1in, where hits change nothing. Who leaves A1in is remembered in A1out, also a FIFO; who is
 * referenced while it is remembered comes to the front of Am, an LRU list. A frame is reclaimed
 * from A1in's tail while A1in has more than Kin = F / 4 pages, else from Am's, whose pages are
 * forgotten at once. A1out remembers Kout = F / 2 pages; the page that comes leaves it before the
 * reclaim.
 */
#include "policy/ghost.h"

enum {
    A1IN,
    A1IN_TAIL,
    A1IN_SIZE,
    AM,
    AM_TAIL,
    AM_SIZE,
    A1OUT,
    A1OUT_TAIL,
    A1OUT_SIZE,
    COMING,
    COMING_INDEX,
    NEXT,
    PREV,
    LIST,
    OBJECT,
    INDEX
};
enum { NOWHERE, IN_A1IN, IN_AM, IN_A1OUT, LISTS };

static const struct list lists[LISTS] = {
    [IN_A1IN] = {NEXT, PREV, A1IN, A1IN_TAIL, A1IN_SIZE},
    [IN_AM] = {NEXT, PREV, AM, AM_TAIL, AM_SIZE},
    [IN_A1OUT] = {NEXT, PREV, A1OUT, A1OUT_TAIL, A1OUT_SIZE},
};

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

static uint32_t ghosts(const vm_machine *m)
{
    return policy_frames(m) / 2 + 1; /* one too many for a moment */
}

/* The page that is sought leaves A1out now; load will know it. */
static void expect(vm_machine *m)
{
    uint32_t ghost = ghost_incoming(m);
    if (ghost != NO_NODE) {
        EMIT(m, ghost_hit, .policy = m->policy, .memory = vm_memory_a1out);
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
        EMIT(m, ghost_hit, .policy = m->policy, .memory = vm_memory_a1out);
        forget(m, ghost);
    }
    return came || ghost != NO_NODE;
}

static void load(vm_machine *m, vm_frame frame)
{
    enter(m, expected(m, frame) ? IN_AM : IN_A1IN, frame);
}

static void touch(vm_machine *m, vm_frame frame)
{
    if (policy_word(m, LIST, frame) == IN_AM && list_first(m, &lists[IN_AM]) != frame) {
        leave(m, frame);
        enter(m, IN_AM, frame);
    }
}

static void drop(vm_machine *m, vm_frame frame)
{
    if (policy_word(m, LIST, frame)) {
        leave(m, frame);
    }
}

/* As if it were the oldest of its list. */
static void cool(vm_machine *m, vm_frame frame)
{
    const struct list *list = &lists[policy_word(m, LIST, frame)];
    list_remove(m, list, frame);
    list_push_back(m, list, frame);
}

static void remember(vm_machine *m, vm_frame frame)
{
    uint32_t twin = ghost_of(m, frame);
    if (twin != NO_NODE) {
        forget(m, twin);
    }
    leave(m, frame);
    enter(m, IN_A1OUT, ghost_add(m, m->frames[frame].object, m->frames[frame].index));
    if (list_size(m, &lists[IN_A1OUT]) > policy_frames(m) / 2) {
        forget(m, list_last(m, &lists[IN_A1OUT]));
    }
}

static vm_frame victim(vm_machine *m)
{
    expect(m);
    bool first = list_size(m, &lists[IN_A1IN]) > policy_frames(m) / 4;
    unsigned order[] = {first ? IN_A1IN : IN_AM, first ? IN_AM : IN_A1IN};
    for (unsigned i = 0; i < 2; i++) {
        const struct list *list = &lists[order[i]];
        uint32_t at = list_last(m, list);
        while (at != NO_NODE && !policy_may_evict(m, at)) {
            at = list_prev(m, list, at);
        }
        if (at != NO_NODE) {
            policy_look(m, at, list_size(m, list), vm_verdict_chosen);
            if (order[i] == IN_A1IN) {
                remember(m, at);
            }
            return at;
        }
    }
    return VM_NO_FRAME;
}

static bool member(const vm_machine *m, uint32_t node, uint64_t tag)
{
    return policy_word(m, LIST, node) == tag && ghost_is(m, node) == (tag == IN_A1OUT);
}

static const char *check(const vm_machine *m)
{
    const char *problem = NULL;
    for (unsigned i = IN_A1IN; i < LISTS && !problem; i++) {
        problem = list_check(m, &lists[i], member, i);
    }
    bool bound = list_size(m, &lists[IN_A1OUT]) <= policy_frames(m) / 2;
    return problem || bound ? problem : "146: 2Q remembers half as many pages as there are frames";
}

const struct vm_policy vm_policy_two_q = {.load = load,
    .touch = touch,
    .victim = victim,
    .cool = cool,
    .drop = drop,
    .ghosts = ghosts,
    .ghost_object = OBJECT,
    .ghost_index = INDEX,
    .check = check};
