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
#include "policy/queues.h"

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
enum { IN_SMALL = QUEUE_NONE + 1, IN_MAIN, IN_GHOSTS, LISTS };
enum { FREQ_MAX = 3, FREQ_MAIN = 2 };

static const struct queues queues = {
    .list = {[IN_SMALL] = {NEXT, PREV, SMALL, SMALL_TAIL, SMALL_SIZE},
        [IN_MAIN] = {NEXT, PREV, MAIN, MAIN_TAIL, MAIN_SIZE},
        [IN_GHOSTS] = {NEXT, PREV, GHOSTS, GHOSTS_TAIL, GHOSTS_SIZE}},
    .n = LISTS,
    .ghosts = IN_GHOSTS,
    .in = LIST,
    .coming = COMING,
    .coming_index = COMING_INDEX,
    .memory = vm_memory_ghosts,
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

static void load(vm_machine *m, vm_frame frame)
{
    bool again = queue_came_back(m, &queues, frame);
    queue_enter(m, &queues, again ? IN_MAIN : IN_SMALL, frame);
}

static void touch(vm_machine *m, vm_frame frame)
{
    uint64_t freq = policy_word(m, FREQ, frame);
    policy_put(m, FREQ, frame, freq < FREQ_MAX ? freq + 1 : FREQ_MAX);
}

static void drop(vm_machine *m, vm_frame frame)
{
    queue_drop(m, &queues, frame);
    policy_put(m, FREQ, frame, 0);
}

/* As if it were the oldest of its queue, and unused. */
static void cool(vm_machine *m, vm_frame frame)
{
    queue_cool(m, &queues, frame);
    policy_put(m, FREQ, frame, 0);
}

static void remember(vm_machine *m, vm_frame frame)
{
    queue_remember(m, &queues, frame, IN_GHOSTS);
    if (queue_size(m, &queues, IN_GHOSTS) > ghosts_most(m)) {
        queue_forget(m, &queues, list_last(m, &queues.list[IN_GHOSTS]));
    }
}

static vm_frame from_small(vm_machine *m)
{
    const struct list *list = &queues.list[IN_SMALL];
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
        queue_leave(m, &queues, at);
        queue_enter(m, &queues, IN_MAIN, at);
        policy_put(m, FREQ, at, 0);
    }
    return VM_NO_FRAME;
}

/* Each page goes round as often as it has uses, so all have been asked after four rounds. */
static vm_frame from_main(vm_machine *m)
{
    const struct list *list = &queues.list[IN_MAIN];
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
            queue_leave(m, &queues, at);
            queue_enter(m, &queues, IN_MAIN, at);
            policy_put(m, FREQ, at, freq - 1);
        }
        /* Whoever may not leave stays at the tail: the round begins again behind it. */
        at = before == NO_NODE ? list_last(m, list) : before;
    }
    return VM_NO_FRAME;
}

static vm_frame victim(vm_machine *m)
{
    queue_expect(m, &queues);
    uint32_t main = policy_frames(m) - small_frames(m);
    bool from = queue_size(m, &queues, IN_MAIN) > main || !queue_size(m, &queues, IN_SMALL);
    vm_frame f = from ? from_main(m) : from_small(m);
    return f != VM_NO_FRAME ? f : from ? from_small(m) : from_main(m);
}

static const char *check(const vm_machine *m)
{
    const char *problem = queues_check(m, &queues);
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
