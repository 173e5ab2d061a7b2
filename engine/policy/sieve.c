/* SPDX-License-Identifier: MIT
 * SIEVE (Zhang, Yang, Yue, Vigfusson, Rashmi: SIEVE is Simpler than LRU, NSDI 2024, Algorithm 1).
 * The pages stand in a queue by the order of loading, the newest at the head. The hand goes from
 * the tail to the head and then begins at the tail again; it clears the visited bit of each page it
 * passes and takes the first whose bit is 0. A page is loaded with bit 0, a hit sets it; nothing
 * ever moves. After an eviction the hand stands on the next page towards the head; past the head it
 * stands nowhere, and the next search begins at the tail.
 */
#include "kernel/frame.h"
#include "policy/list.h"
#include "policy/replay.h"

#include <string.h>

enum { QUEUE, TAIL, SIZE, HAND, VISITED, NEXT, PREV };

static const struct list queue = {NEXT, PREV, QUEUE, TAIL, SIZE};

static void set_hand(vm_machine *m, uint32_t node)
{
    policy_put(m, HAND, 0, node == NO_NODE ? 0 : (uint64_t)node + 1);
}

static void load(vm_machine *m, vm_frame frame)
{
    list_push_front(m, &queue, frame);
}

static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, VISITED, frame, 1);
}

static void cool(vm_machine *m, vm_frame frame)
{
    policy_put(m, VISITED, frame, 0);
}

static void drop(vm_machine *m, vm_frame frame)
{
    if (policy_word(m, HAND, 0) == (uint64_t)frame + 1) {
        set_hand(m, list_prev(m, &queue, frame));
    }
    list_remove(m, &queue, frame);
    policy_put(m, VISITED, frame, 0);
}

static vm_frame victim(vm_machine *m)
{
    uint32_t at = list_node(policy_word(m, HAND, 0));
    /* Two rounds: the first may clear every bit, the second finds one, unless nothing is allowed.
     */
    for (uint64_t step = 0; step < 2 * (uint64_t)list_size(m, &queue) + 1; step++) {
        at = at == NO_NODE ? list_last(m, &queue) : at;
        if (at == NO_NODE) {
            break;
        }
        uint32_t towards_head = list_prev(m, &queue, at);
        if (policy_may_evict(m, at)) {
            uint64_t bit = policy_word(m, VISITED, at);
            policy_look(m, at, bit, bit ? vm_verdict_cleared : vm_verdict_chosen);
            set_hand(m, towards_head);
            if (!bit) {
                return at;
            }
            policy_put(m, VISITED, at, 0);
            policy_forget_use(m, at);
        }
        at = towards_head;
    }
    return VM_NO_FRAME;
}

static bool resident(const vm_machine *m, uint32_t node, uint64_t tag)
{
    (void)tag;
    return node < m->frames_n && frame_evictable_kind(&m->frames[node]);
}

static const char *check(const vm_machine *m)
{
    return list_check(m, &queue, resident, 0);
}

const struct vm_policy vm_policy_sieve = {.load = load,
    .touch = touch,
    .victim = victim,
    .cool = cool,
    .drop = drop,
    .check = check,
    .use = USE_BIT,
    .use_region = VISITED};

/* ---- replay of reference strings and traces ----
 *
 * The queue is an array, the tail first. The hand copies who it spares to the front of the array,
 * so that [0, start) are those that it has passed in this round, [hand, end) those that it has not,
 * and between them is nobody. At the end of a round the first become all; when the array is full
 * the second move down. Each page is moved once a round at most.
 */

enum { RESIDENT = 1, DIRTY = 2, SEEN = 4 };

static void round_ends(struct vm_replay_run *run)
{
    run->end = run->start;
    run->start = run->hand = 0;
}

static void evict(struct vm_replay_run *run)
{
    uint32_t *queued = run->frame;
    uint32_t *word = &run->page[queued[run->hand]];
    while (*word & SEEN) {
        *word &= ~(uint32_t)SEEN;
        queued[run->start++] = queued[run->hand++];
        if (run->hand == run->end) {
            round_ends(run);
        }
        word = &run->page[queued[run->hand]];
    }
    run->evictions++;
    run->writebacks += (*word & DIRTY) != 0;
    *word = 0;
    if (++run->hand == run->end) {
        round_ends(run);
    }
}

static void bring_in(struct vm_replay_run *run, uint32_t page)
{
    run->faults++;
    if (run->used < run->frames) {
        run->used++;
    } else {
        evict(run);
    }
    if (run->end == run->frame_room) {
        uint32_t waiting = run->end - run->hand;
        memmove(&run->frame[run->start], &run->frame[run->hand], waiting * sizeof *run->frame);
        run->hand = run->start;
        run->end = run->start + waiting;
    }
    run->frame[run->end++] = page;
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t dirty = vm_replay_writes(&refs[i]) * DIRTY, want = RESIDENT | SEEN | dirty;
        if ((pages[page] & want) == want) {
            continue; /* nothing is stored: hits do not wait for each other */
        }
        if (pages[page] & RESIDENT) {
            pages[page] |= want;
        } else {
            bring_in(run, page);
            pages[page] = RESIDENT | dirty;
        }
    }
}

const struct vm_replay_ops vm_replay_sieve = {
    .page_words = 1, .frame_words = 2, .extra_words = VM_REPLAY_BATCH, .run = replay};
