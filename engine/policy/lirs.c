/* SPDX-License-Identifier: MIT
 * LIRS (Jiang and Zhang: LIRS: An Efficient Low Inter-reference Recency Set Replacement Policy,
 * SIGMETRICS 2002, section 3.3). Lhirs = max(1, F / 100) frames are for pages whose last two uses
 * lie far apart (HIR), the others for LIR pages. Stack S has the pages by their last use: LIR, HIR,
 * and HIR pages that left; its lowest page is LIR, what would lie below is pruned. Queue Q has the
 * HIR pages in memory, its front leaves. S has no limit. A LIR page is used: to the top of S;
 * prune. A HIR page in S is used: it becomes LIR, at the top of S and out of Q; the lowest LIR page
 *     becomes HIR, at the end of Q; prune. The same when it comes back from the ghosts in S, after
 *     Q's front has left.
 *   A HIR page not in S is used: to the top of S and the end of Q; the same when a page comes that
 *     is not remembered, after Q's front has left.
 * While there are fewer LIR pages than may be, every page that comes is LIR.
 */
#include "policy/ghost.h"

enum {
    STACK,
    STACK_TAIL,
    STACK_SIZE,
    QUEUE,
    QUEUE_TAIL,
    QUEUE_SIZE,
    LIR,
    LIRS,
    STACK_NEXT,
    STACK_PREV,
    QUEUE_NEXT,
    QUEUE_PREV,
    IN,
    OBJECT,
    INDEX
};
enum { IN_STACK = 1, IN_QUEUE = 2 };

static const struct list stack = {STACK_NEXT, STACK_PREV, STACK, STACK_TAIL, STACK_SIZE};
static const struct list queue = {QUEUE_NEXT, QUEUE_PREV, QUEUE, QUEUE_TAIL, QUEUE_SIZE};

static uint32_t ghosts(const vm_machine *m)
{
    (void)m;
    return UNBOUNDED;
}

static uint32_t lirs_most(const vm_machine *m)
{
    uint32_t frames = policy_frames(m), hirs = frames / 100 ? frames / 100 : 1;
    return frames > hirs ? frames - hirs : 1;
}

static bool is_lir(const vm_machine *m, uint32_t node)
{
    return !ghost_is(m, node) && policy_word(m, LIR, node);
}

static void set_lir(vm_machine *m, vm_frame frame, bool lir)
{
    uint64_t change = (uint64_t)lir - policy_word(m, LIR, frame);
    policy_put(m, LIRS, 0, policy_word(m, LIRS, 0) + change);
    policy_put(m, LIR, frame, lir);
}

static void mark(vm_machine *m, uint32_t node, uint64_t in, bool set)
{
    uint64_t old = policy_word(m, IN, node);
    policy_put(m, IN, node, set ? old | in : old & ~in);
}

static bool has(const vm_machine *m, uint32_t node, uint64_t in)
{
    return policy_word(m, IN, node) & in;
}

static void out_of_stack(vm_machine *m, uint32_t node)
{
    if (has(m, node, IN_STACK)) {
        list_remove(m, &stack, node);
        mark(m, node, IN_STACK, false);
    }
}

static void out_of_queue(vm_machine *m, vm_frame frame)
{
    if (has(m, frame, IN_QUEUE)) {
        list_remove(m, &queue, frame);
        mark(m, frame, IN_QUEUE, false);
    }
}

static void to_top(vm_machine *m, vm_frame frame)
{
    out_of_stack(m, frame);
    list_push_front(m, &stack, frame);
    mark(m, frame, IN_STACK, true);
}

static void to_queue(vm_machine *m, vm_frame frame)
{
    out_of_queue(m, frame);
    list_push_back(m, &queue, frame);
    mark(m, frame, IN_QUEUE, true);
}

static void prune(vm_machine *m)
{
    uint32_t pages = 0, ghosts_n = 0, lowest = list_last(m, &stack);
    for (; lowest != NO_NODE && !is_lir(m, lowest); lowest = list_prev(m, &stack, lowest)) {
        pages++;
        ghosts_n += ghost_is(m, lowest);
    }
    if (pages) {
        EMIT(m, stack_pruned, .policy = m->policy, .pages = pages, .ghosts = ghosts_n);
    }
    lowest = list_last(m, &stack);
    while (lowest != NO_NODE && !is_lir(m, lowest)) {
        out_of_stack(m, lowest);
        if (ghost_is(m, lowest)) {
            ghost_forget(m, lowest);
        }
        lowest = list_last(m, &stack);
    }
}

/* Too many LIR pages: the lowest becomes HIR. */
static void demote(vm_machine *m)
{
    while (policy_word(m, LIRS, 0) > lirs_most(m)) {
        prune(m);
        uint32_t lowest = list_last(m, &stack);
        EMIT(m, page_ranked, .policy = m->policy, .frame = lowest, .rank = vm_rank_hir);
        set_lir(m, lowest, false);
        out_of_stack(m, lowest);
        to_queue(m, lowest);
    }
    prune(m);
}

static void promote(vm_machine *m, vm_frame frame)
{
    EMIT(m, page_ranked, .policy = m->policy, .frame = frame, .rank = vm_rank_lir);
    out_of_queue(m, frame);
    to_top(m, frame);
    set_lir(m, frame, true);
    demote(m);
}

static void load(vm_machine *m, vm_frame frame)
{
    uint32_t ghost = ghost_of(m, frame);
    if (ghost != NO_NODE) {
        EMIT(m, ghost_hit, .policy = m->policy, .memory = vm_memory_stack);
        out_of_stack(m, ghost);
        ghost_forget(m, ghost);
    }
    if (ghost != NO_NODE || policy_word(m, LIRS, 0) < lirs_most(m)) {
        promote(m, frame);
    } else {
        to_top(m, frame);
        to_queue(m, frame);
    }
}

static void touch(vm_machine *m, vm_frame frame)
{
    if (is_lir(m, frame)) {
        if (list_first(m, &stack) != frame) {
            to_top(m, frame);
            prune(m);
        }
    } else if (has(m, frame, IN_STACK) || policy_word(m, LIRS, 0) < lirs_most(m)) {
        promote(m, frame);
    } else {
        to_top(m, frame);
        to_queue(m, frame);
    }
}

static void drop(vm_machine *m, vm_frame frame)
{
    out_of_queue(m, frame);
    out_of_stack(m, frame);
    set_lir(m, frame, false);
    prune(m);
}

/* As if it had become HIR before all others. */
static void cool(vm_machine *m, vm_frame frame)
{
    set_lir(m, frame, false);
    out_of_stack(m, frame);
    out_of_queue(m, frame);
    list_push_front(m, &queue, frame);
    mark(m, frame, IN_QUEUE, true);
    prune(m);
}

/* Its place in S goes to its ghost. */
static void remember(vm_machine *m, vm_frame frame)
{
    uint32_t twin = ghost_of(m, frame);
    if (twin != NO_NODE) {
        out_of_stack(m, twin);
        ghost_forget(m, twin);
    }
    uint32_t ghost = ghost_add(m, m->frames[frame].object, m->frames[frame].index);
    list_replace(m, &stack, frame, ghost);
    mark(m, frame, IN_STACK, false);
    mark(m, ghost, IN_STACK, true);
}

static vm_frame victim(vm_machine *m)
{
    uint32_t at = list_first(m, &queue);
    while (at != NO_NODE && !policy_may_evict(m, at)) {
        at = list_next(m, &queue, at);
    }
    if (at == NO_NODE) { /* none of them may leave: the lowest LIR page that may */
        at = list_last(m, &stack);
        while (at != NO_NODE && (ghost_is(m, at) || !policy_may_evict(m, at))) {
            at = list_prev(m, &stack, at);
        }
    }
    if (at == NO_NODE) {
        return VM_NO_FRAME;
    }
    policy_look(m, at, policy_word(m, LIR, at), vm_verdict_chosen);
    if (has(m, at, IN_STACK) && !is_lir(m, at)) {
        remember(m, at);
    }
    return at;
}

static bool in_stack(const vm_machine *m, uint32_t node, uint64_t tag)
{
    bool hir = ghost_is(m, node) || (!policy_word(m, LIR, node) && has(m, node, IN_QUEUE));
    return has(m, node, tag) && (hir || is_lir(m, node));
}

static bool in_queue(const vm_machine *m, uint32_t node, uint64_t tag)
{
    return has(m, node, tag) && !policy_word(m, LIR, node);
}

static const char *check(const vm_machine *m)
{
    const char *problem = list_check(m, &stack, in_stack, IN_STACK);
    problem = problem ? problem : list_check(m, &queue, in_queue, IN_QUEUE);
    uint32_t lowest = list_last(m, &stack);
    if (!problem && lowest != NO_NODE && !is_lir(m, lowest)) {
        problem = "149: the lowest page of LIRS' stack is LIR";
    }
    bool few = policy_word(m, LIRS, 0) <= lirs_most(m);
    return problem || few ? problem : "150: LIRS keeps frames for pages with a large distance";
}

const struct vm_policy vm_policy_lirs = {.load = load,
    .touch = touch,
    .victim = victim,
    .cool = cool,
    .drop = drop,
    .ghosts = ghosts,
    .ghost_object = OBJECT,
    .ghost_index = INDEX,
    .check = check};
