/* SPDX-License-Identifier: MIT
 * CLOCK-Pro (Jiang, Chen, Zhang: CLOCK-Pro: An Effective Improvement of the CLOCK Replacement,
 * USENIX ATC 2005, section 4). All pages stand in one list, the newest at the head: hot pages, cold
 * pages in memory, and cold pages that left in their test period. Each of three hands points at the
 * last, that is the oldest page of a kind: HAND_hot at a hot one, HAND_cold at a cold one in
 * memory, HAND_test at a cold one in its test period. With F frames mc, the cold pages there should
 * be, begins with 1 and stays within 1 .. F - 1. A hit sets the page's bit; a page is loaded with
 * bit 0. A page comes. Until memory was full once it is hot while fewer than F - mc pages are, else
 * cold in test. Later HAND_cold frees a frame first. Then a page that is in the list is promoted;
 *     any other is cold, in test. It goes to the head.
 *   HAND_cold. Bit 0: the victim; it stays in the list, in its place, if it is in test. Then, while
 *     more than F pages in the list are not in memory, HAND_test's page ends its test. Bit 1:
 *     cleared; the page goes to the head; it is promoted if it is in test, else a test begins.
 *   Promotion of y. mc grows by 1. While F - mc pages or more are hot and HAND_hot has not passed
 * y, HAND_hot takes its page to the head, hot with its bit cleared if that was 1, else cold and not
 *     in test, and moves on to the next hot page; each page that it passes on the way, but y, ends
 *     its test. y becomes hot if fewer than F - mc pages are hot now; else it is cold, a test
 * begins. A test ends. mc grows by 1 if the page's bit is set (it was used meanwhile), else it
 * shrinks by
 *     1. A page that is not in memory leaves the list.
 * Where the paper leaves room this is what its authors' program does: the first pages are hot, a
 * cold page used after its test begins another one, and a promotion that finds no older hot page is
 * refused.
 */
#include "policy/ghost.h"

enum {
    CLOCK,
    CLOCK_TAIL,
    CLOCK_SIZE,
    HAND_HOT,
    HAND_COLD,
    HAND_TEST,
    HOTS,
    GONE,
    TARGET,
    FULL,
    REFERENCED,
    HOT,
    TEST,
    IN,
    NEXT,
    PREV,
    OBJECT,
    INDEX
};

static const struct list clock = {NEXT, PREV, CLOCK, CLOCK_TAIL, CLOCK_SIZE};

static uint32_t ghosts(const vm_machine *m)
{
    return policy_frames(m) + 1; /* one too many for a moment */
}

static uint32_t hot_most(const vm_machine *m)
{
    uint64_t cold = policy_word(m, TARGET, 0);
    return policy_frames(m) > cold ? policy_frames(m) - (uint32_t)cold : 0;
}

static bool too_many_hot(const vm_machine *m)
{
    return policy_word(m, HOTS, 0) >= hot_most(m);
}

static bool is_hot(const vm_machine *m, uint32_t node)
{
    return !ghost_is(m, node) && policy_word(m, HOT, node);
}

/* Whether the hand may point at the node. */
static bool fits(const vm_machine *m, unsigned hand, uint32_t node)
{
    return hand == HAND_HOT    ? is_hot(m, node)
           : hand == HAND_COLD ? !ghost_is(m, node) && !is_hot(m, node)
                               : policy_word(m, TEST, node) != 0;
}

static void point(vm_machine *m, unsigned hand, uint32_t node)
{
    policy_put(m, hand, 0, node == NO_NODE ? 0 : (uint64_t)node + 1);
}

static uint32_t pointed(const vm_machine *m, unsigned hand)
{
    return list_node(policy_word(m, hand, 0));
}

/* The next newer node of the hand's kind. */
static uint32_t newer(const vm_machine *m, unsigned hand, uint32_t node)
{
    do {
        node = list_prev(m, &clock, node);
    } while (node != NO_NODE && !fits(m, hand, node));
    return node;
}

/* The node is about to be none of the hand's kind. */
static void leave_hand(vm_machine *m, unsigned hand, uint32_t node)
{
    if (pointed(m, hand) == node) {
        point(m, hand, newer(m, hand, node));
    }
}

static void set_target(vm_machine *m, bool more)
{
    uint64_t old = policy_word(m, TARGET, 0);
    uint64_t most = policy_frames(m) > 2 ? policy_frames(m) - 1 : 1;
    uint64_t target = more ? (old < most ? old + 1 : old) : old > 1 ? old - 1 : old;
    if (target != old) {
        EMIT(m, target_moved, .policy = m->policy, .old = old, .value = target);
        policy_put(m, TARGET, 0, target);
    }
}

static void forget(vm_machine *m, uint32_t ghost)
{
    leave_hand(m, HAND_TEST, ghost);
    list_remove(m, &clock, ghost);
    policy_put(m, TEST, ghost, 0);
    policy_put(m, IN, ghost, 0);
    policy_put(m, GONE, 0, policy_word(m, GONE, 0) - 1);
    ghost_forget(m, ghost);
}

static void end_test(vm_machine *m, uint32_t node)
{
    bool gone = ghost_is(m, node);
    uint32_t slot = gone ? node - m->frames_n : 0;
    uint64_t object = gone ? policy_word(m, OBJECT, slot) : m->frames[node].object;
    uint64_t index = gone ? policy_word(m, INDEX, slot) : m->frames[node].index;
    bool used = !gone && policy_word(m, REFERENCED, node);
    EMIT(m, test_ended, .policy = m->policy, .object = object, .index = index,
        .end = used   ? vm_test_end_used
               : gone ? vm_test_end_forgotten
                      : vm_test_end_unused);
    if (gone) {
        forget(m, node);
    } else {
        leave_hand(m, HAND_TEST, node);
        policy_put(m, TEST, node, 0);
    }
    set_target(m, used);
}

/* HAND_hot moves on to the next hot page; tests end on the way, but y's. Whether it passed y. */
static bool advance_hot(vm_machine *m, uint32_t y)
{
    bool passed = false;
    uint32_t at = list_prev(m, &clock, pointed(m, HAND_HOT)), next;
    for (; at != NO_NODE && !is_hot(m, at); at = next) {
        next = list_prev(m, &clock, at);
        passed |= at == y;
        if (at != y && policy_word(m, TEST, at)) {
            end_test(m, at);
        }
    }
    point(m, HAND_HOT, at);
    return passed;
}

static void out(vm_machine *m, vm_frame frame)
{
    leave_hand(m, HAND_COLD, frame);
    leave_hand(m, HAND_TEST, frame);
    if (pointed(m, HAND_HOT) == frame) {
        advance_hot(m, NO_NODE);
    }
    list_remove(m, &clock, frame);
    policy_put(m, HOTS, 0, policy_word(m, HOTS, 0) - policy_word(m, HOT, frame));
    policy_put(m, HOT, frame, 0);
    policy_put(m, TEST, frame, 0);
    policy_put(m, IN, frame, 0);
}

static void to_head(vm_machine *m, vm_frame frame, bool hot, bool test)
{
    list_push_front(m, &clock, frame);
    policy_put(m, IN, frame, 1);
    policy_put(m, HOT, frame, hot);
    policy_put(m, TEST, frame, test);
    policy_put(m, HOTS, 0, policy_word(m, HOTS, 0) + hot);
    for (unsigned hand = HAND_HOT; hand <= HAND_TEST; hand++) {
        if (pointed(m, hand) == NO_NODE && fits(m, hand, frame)) {
            point(m, hand, frame);
        }
    }
}

/* The page y was used within its test: may it be hot? */
static bool promote(vm_machine *m, uint32_t y)
{
    bool passed = false;
    set_target(m, true);
    while (!passed && too_many_hot(m) && pointed(m, HAND_HOT) != NO_NODE) {
        vm_frame hot = pointed(m, HAND_HOT);
        uint64_t used = policy_word(m, REFERENCED, hot);
        policy_look(m, hot, used, used ? vm_verdict_cleared : vm_verdict_demoted);
        if (used) {
            policy_put(m, REFERENCED, hot, 0);
            policy_forget_use(m, hot);
        }
        passed = advance_hot(m, y);
        out(m, hot);
        to_head(m, hot, used, false);
    }
    return !too_many_hot(m);
}

static void say_rank(vm_machine *m, vm_frame frame, bool hot)
{
    EMIT(m, page_ranked, .policy = m->policy, .frame = frame,
        .rank = hot ? vm_rank_hot : vm_rank_cold);
}

static void load(vm_machine *m, vm_frame frame)
{
    if (!policy_word(m, TARGET, 0)) {
        policy_put(m, TARGET, 0, 1);
    }
    uint32_t ghost = ghost_of(m, frame);
    bool hot = !policy_word(m, FULL, 0) && !too_many_hot(m);
    if (ghost != NO_NODE) {
        EMIT(m, ghost_hit, .policy = m->policy, .memory = vm_memory_test);
        hot = promote(m, ghost);
        say_rank(m, frame, hot);
        forget(m, ghost);
    }
    to_head(m, frame, hot, !hot);
}

static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, REFERENCED, frame, 1);
}

static void drop(vm_machine *m, vm_frame frame)
{
    if (policy_word(m, IN, frame)) {
        out(m, frame);
    }
    policy_put(m, REFERENCED, frame, 0);
}

/* As if it were the oldest of all, and unused. */
static void cool(vm_machine *m, vm_frame frame)
{
    out(m, frame);
    list_push_back(m, &clock, frame);
    policy_put(m, IN, frame, 1);
    policy_put(m, REFERENCED, frame, 0);
    point(m, HAND_COLD, frame);
}

/* The victim's place in the list goes to its ghost. */
static void remember(vm_machine *m, vm_frame frame)
{
    uint32_t twin = ghost_of(m, frame);
    if (twin != NO_NODE) {
        forget(m, twin);
    }
    uint32_t ghost = ghost_add(m, m->frames[frame].object, m->frames[frame].index);
    leave_hand(m, HAND_COLD, frame);
    list_replace(m, &clock, frame, ghost);
    policy_put(m, TEST, ghost, 1);
    policy_put(m, IN, ghost, 1);
    if (pointed(m, HAND_TEST) == frame) {
        point(m, HAND_TEST, ghost);
    }
    policy_put(m, TEST, frame, 0);
    policy_put(m, IN, frame, 0);
    policy_put(m, GONE, 0, policy_word(m, GONE, 0) + 1);
    while (policy_word(m, GONE, 0) > policy_frames(m)) {
        end_test(m, pointed(m, HAND_TEST));
    }
}

/* The oldest page of the hand's kind that may leave. */
static vm_frame oldest(const vm_machine *m, unsigned hand)
{
    uint32_t at = pointed(m, hand);
    while (at != NO_NODE && !policy_may_evict(m, at)) {
        at = newer(m, hand, at);
    }
    return at == NO_NODE ? VM_NO_FRAME : at;
}

static void spare(vm_machine *m, vm_frame frame)
{
    bool test = policy_word(m, TEST, frame);
    policy_look(m, frame, 1, vm_verdict_cleared);
    policy_put(m, REFERENCED, frame, 0);
    policy_forget_use(m, frame);
    bool hot = test && promote(m, frame);
    say_rank(m, frame, hot);
    out(m, frame);
    to_head(m, frame, hot, !hot);
}

static vm_frame victim(vm_machine *m)
{
    policy_put(m, FULL, 0, 1);
    vm_frame cold = oldest(m, HAND_COLD);
    while (cold != VM_NO_FRAME && policy_word(m, REFERENCED, cold)) {
        spare(m, cold);
        cold = oldest(m, HAND_COLD);
    }
    vm_frame f = cold != VM_NO_FRAME ? cold : oldest(m, HAND_HOT); /* as long as none is cold */
    if (f != VM_NO_FRAME) {
        policy_look(m, f, policy_word(m, REFERENCED, f), vm_verdict_chosen);
        if (policy_word(m, TEST, f)) {
            remember(m, f);
        }
    }
    return f;
}

static bool member(const vm_machine *m, uint32_t node, uint64_t tag)
{
    return policy_word(m, IN, node) == tag &&
           (ghost_is(m, node)              ? policy_word(m, TEST, node)
               : policy_word(m, HOT, node) ? !policy_word(m, TEST, node)
                                           : true);
}

static const char *check(const vm_machine *m)
{
    const char *problem = list_check(m, &clock, member, 1);
    uint64_t hots = 0, gone = 0;
    uint32_t last[] = {NO_NODE, NO_NODE, NO_NODE};
    uint32_t at = problem ? NO_NODE : list_first(m, &clock);
    for (; at != NO_NODE; at = list_next(m, &clock, at)) {
        hots += is_hot(m, at);
        gone += ghost_is(m, at);
        for (unsigned i = 0; i < 3; i++) {
            last[i] = fits(m, HAND_HOT + i, at) ? at : last[i];
        }
    }
    for (unsigned i = 0; i < 3 && !problem; i++) {
        bool right = pointed(m, HAND_HOT + i) == last[i];
        problem = right ? NULL : "153: each of CLOCK-Pro's hands points at the oldest of its kind";
    }
    if (!problem && (hots != policy_word(m, HOTS, 0) || gone != policy_word(m, GONE, 0))) {
        problem = "154: CLOCK-Pro's hot pages and ghosts are counted";
    }
    uint64_t target = policy_word(m, TARGET, 0);
    bool bound = target <= 1 || target < policy_frames(m);
    return problem || bound ? problem : "155: CLOCK-Pro wants fewer cold pages than frames";
}

const struct vm_policy vm_policy_clock_pro = {.load = load,
    .touch = touch,
    .victim = victim,
    .cool = cool,
    .drop = drop,
    .ghosts = ghosts,
    .ghost_object = OBJECT,
    .ghost_index = INDEX,
    .check = check,
    .use = USE_BIT,
    .use_region = REFERENCED};
