/* SPDX-License-Identifier: MIT
 * 2Q, the full version (Johnson and Shasha: 2Q: A Low Overhead High Performance Buffer Management
 * Replacement Algorithm, VLDB 1994). A page that comes for the first time goes to the FIFO queue
 * A1in, where hits change nothing. Who leaves A1in is remembered in A1out, also a FIFO; who is
 * referenced while it is remembered comes to the front of Am, an LRU list. A frame is reclaimed
 * from A1in's tail while A1in has more than Kin = F / 4 pages, else from Am's, whose pages are
 * forgotten at once. A1out remembers Kout = F / 2 pages; the page that comes leaves it before the
 * reclaim.
 */
#include "policy/queues.h"

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
enum { IN_A1IN = QUEUE_NONE + 1, IN_AM, IN_A1OUT, LISTS };

static const struct queues queues = {
    .list = {[IN_A1IN] = {NEXT, PREV, A1IN, A1IN_TAIL, A1IN_SIZE},
        [IN_AM] = {NEXT, PREV, AM, AM_TAIL, AM_SIZE},
        [IN_A1OUT] = {NEXT, PREV, A1OUT, A1OUT_TAIL, A1OUT_SIZE}},
    .n = LISTS,
    .ghosts = IN_A1OUT,
    .in = LIST,
    .coming = COMING,
    .coming_index = COMING_INDEX,
    .memory = vm_memory_a1out,
};

static uint32_t ghosts(const vm_machine *m)
{
    return policy_frames(m) / 2 + 1; /* one too many for a moment */
}

static void load(vm_machine *m, vm_frame frame)
{
    bool again = queue_came_back(m, &queues, frame);
    queue_enter(m, &queues, again ? IN_AM : IN_A1IN, frame);
}

static void touch(vm_machine *m, vm_frame frame)
{
    if (policy_word(m, LIST, frame) == IN_AM && list_first(m, &queues.list[IN_AM]) != frame) {
        queue_leave(m, &queues, frame);
        queue_enter(m, &queues, IN_AM, frame);
    }
}

static void drop(vm_machine *m, vm_frame frame)
{
    queue_drop(m, &queues, frame);
}

/* As if it were the oldest of its list. */
static void cool(vm_machine *m, vm_frame frame)
{
    queue_cool(m, &queues, frame);
}

static void remember(vm_machine *m, vm_frame frame)
{
    queue_remember(m, &queues, frame, IN_A1OUT);
    if (queue_size(m, &queues, IN_A1OUT) > policy_frames(m) / 2) {
        queue_forget(m, &queues, list_last(m, &queues.list[IN_A1OUT]));
    }
}

static vm_frame victim(vm_machine *m)
{
    queue_expect(m, &queues);
    bool first = queue_size(m, &queues, IN_A1IN) > policy_frames(m) / 4;
    unsigned order[] = {first ? IN_A1IN : IN_AM, first ? IN_AM : IN_A1IN};
    for (unsigned i = 0; i < 2; i++) {
        const struct list *list = &queues.list[order[i]];
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

static const char *check(const vm_machine *m)
{
    const char *problem = queues_check(m, &queues);
    bool bound = queue_size(m, &queues, IN_A1OUT) <= policy_frames(m) / 2;
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
