/* SPDX-License-Identifier: MIT
 * Linux's active and inactive lists (mm/vmscan.c: shrink_active_list, shrink_inactive_list,
 * folio_check_references, inactive_is_low; Gorman, Understanding the Linux Virtual Memory Manager,
 * chapter 10). A page has two bits: accessed, which the hardware sets at each use, and referenced,
 * which remembers that the inactive list's scan found it accessed. The rule:
 *   - A page is loaded to the head of the inactive list, accessed 1, referenced 0. A use sets
 * accessed and moves nothing.
 *   - A fault with F pages resident scans until it has a victim. Before each step, while the
 * inactive list is low, the tail of the active list goes to the head of the inactive one with
 * accessed 0 (its referenced bit stays). The step is the tail of the inactive list: accessed 0: the
 * victim. accessed 1, referenced 0: accessed becomes 0, referenced 1, to the head of the inactive
 * list. accessed 1, referenced 1: accessed becomes 0, to the head of the active list.
 *   - Low: inactive * ratio < active. The ratio is 1 below 2^18 pages (1 GiB) on both lists; from
 *     there, with g = pages >> 18, it is the integer square root of 10 g.
 * Simpler than Linux: one pair of lists for anonymous and file pages, no batches of 32 pages, no
 * exception for pages of programs, and pages that come back soon after they left
 * (workingset_refault) begin on the inactive list like all others. In the machine, pages that may
 * not leave now (locked, another's under local replacement) are passed over and stay where they
 * are; when no page of the inactive list may, the scan takes from the active list although it is
 * not low.
 */
#include "kernel/frame.h"
#include "policy/chain.h"
#include "policy/list.h"

#define RATIO_SHIFT 18

static uint64_t ratio_of(uint64_t pages)
{
    uint64_t square = (pages >> RATIO_SHIFT) * 10, root = 1;
    while ((root + 1) * (root + 1) <= square) {
        root++;
    }
    return root;
}

static bool low(uint64_t inactive, uint64_t active)
{
    return inactive * ratio_of(inactive + active) < active;
}

enum {
    INACTIVE,
    INACTIVE_TAIL,
    INACTIVE_SIZE,
    ACTIVE,
    ACTIVE_TAIL,
    ACTIVE_SIZE,
    ACCESSED,
    REFERENCED,
    ON_ACTIVE,
    NEXT,
    PREV
};

static const struct list inactive = {NEXT, PREV, INACTIVE, INACTIVE_TAIL, INACTIVE_SIZE};
static const struct list active = {NEXT, PREV, ACTIVE, ACTIVE_TAIL, ACTIVE_SIZE};

static const struct list *list_of(const vm_machine *m, vm_frame frame)
{
    return policy_word(m, ON_ACTIVE, frame) ? &active : &inactive;
}

static void load(vm_machine *m, vm_frame frame)
{
    policy_put(m, ACCESSED, frame, 1);
    list_push_front(m, &inactive, frame);
}

static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, ACCESSED, frame, 1);
}

static void drop(vm_machine *m, vm_frame frame)
{
    list_remove(m, list_of(m, frame), frame);
    policy_put(m, ACCESSED, frame, 0);
    policy_put(m, REFERENCED, frame, 0);
    policy_put(m, ON_ACTIVE, frame, 0);
}

/* MADV_COLD (lru_deactivate), and to the tail: it is the next to be looked at. */
static void cool(vm_machine *m, vm_frame frame)
{
    drop(m, frame);
    list_push_back(m, &inactive, frame);
}

/* The last of the list that may leave; NO_NODE: none. */
static uint32_t last_allowed(const vm_machine *m, const struct list *list)
{
    uint32_t node = list_last(m, list);
    while (node != NO_NODE && !policy_may_evict(m, node)) {
        node = list_prev(m, list, node);
    }
    return node;
}

static void unaccess(vm_machine *m, vm_frame frame)
{
    if (policy_word(m, ACCESSED, frame)) {
        policy_put(m, ACCESSED, frame, 0);
        policy_forget_use(m, frame);
    }
}

static void move(vm_machine *m, vm_frame frame, bool to_active)
{
    list_remove(m, list_of(m, frame), frame);
    policy_put(m, ON_ACTIVE, frame, to_active);
    list_push_front(m, to_active ? &active : &inactive, frame);
}

static void deactivate(vm_machine *m, vm_frame frame)
{
    policy_look(m, frame, policy_word(m, ACCESSED, frame), vm_verdict_demoted);
    unaccess(m, frame);
    move(m, frame, false);
}

/* One step on the inactive list; whether the page is the victim. */
static bool examine(vm_machine *m, vm_frame frame)
{
    if (!policy_word(m, ACCESSED, frame)) {
        policy_look(m, frame, 0, vm_verdict_chosen);
        return true;
    }
    bool again = policy_word(m, REFERENCED, frame);
    policy_look(m, frame, 1, again ? vm_verdict_promoted : vm_verdict_cleared);
    unaccess(m, frame);
    policy_put(m, REFERENCED, frame, 1);
    move(m, frame, again);
    return false;
}

static vm_frame victim(vm_machine *m)
{
    for (;;) {
        uint32_t from_active = last_allowed(m, &active), tail = last_allowed(m, &inactive);
        uint32_t cold = list_size(m, &inactive), hot = list_size(m, &active);
        if (from_active != NO_NODE && (low(cold, hot) || tail == NO_NODE)) {
            if (low(cold, hot)) {
                EMIT(m, inactive_low, .inactive = cold, .active = hot);
            }
            deactivate(m, from_active);
        } else if (tail == NO_NODE) {
            return VM_NO_FRAME;
        } else if (examine(m, tail)) {
            return tail;
        }
    }
}

static bool on_list(const vm_machine *m, uint32_t node, uint64_t tag)
{
    return node < m->frames_n && frame_evictable_kind(&m->frames[node]) &&
           policy_word(m, ON_ACTIVE, node) == tag;
}

static const char *check(const vm_machine *m)
{
    if (list_size(m, &inactive) + list_size(m, &active) != policy_pages(m)) {
        return "153: every page is on one of Linux's two lists";
    }
    const char *problem = list_check(m, &inactive, on_list, 0);
    return problem ? problem : list_check(m, &active, on_list, 1);
}

const struct vm_policy vm_policy_linux_lists = {.load = load,
    .touch = touch,
    .victim = victim,
    .cool = cool,
    .drop = drop,
    .pass = PASS_FINDS_ONE,
    .check = check,
    .use = USE_BIT,
    .use_region = ACCESSED};

/* ---- replay of reference strings and traces ---- */

enum { RESIDENT = 1, DIRTY = 2, USED = 4, TWICE = 8 };
enum { COLD, HOT }; /* chains: the inactive list, the active one */

/* The frame of the victim, which is in no chain any more. */
static uint32_t scan(struct vm_replay_run *run)
{
    for (;;) {
        if (low(chain_size(run, COLD), chain_size(run, HOT))) {
            uint32_t frame = chain_pop(run, HOT);
            run->page[chain_frame(run, frame)[FRAME_PAGE]] &= ~(uint32_t)USED;
            chain_push(run, COLD, frame);
            continue;
        }
        uint32_t frame = chain_pop(run, COLD);
        uint32_t *flags = &run->page[chain_frame(run, frame)[FRAME_PAGE]];
        if (!(*flags & USED)) {
            return frame;
        }
        chain_push(run, *flags & TWICE ? HOT : COLD, frame);
        *flags = (*flags | TWICE) & ~(uint32_t)USED;
    }
}

static void bring_in(struct vm_replay_run *run, uint32_t page)
{
    uint32_t frame = run->used;
    run->faults++;
    if (run->used < run->frames) {
        run->used++;
    } else {
        frame = scan(run);
        uint32_t victim = chain_frame(run, frame)[FRAME_PAGE];
        run->evictions++;
        run->writebacks += (run->page[victim] & DIRTY) != 0;
        run->page[victim] = 0;
    }
    chain_frame(run, frame)[FRAME_PAGE] = page;
    chain_push(run, COLD, frame);
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    struct vm_replay_table table = run->table;
    uint32_t *pages = run->page;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(run, table, refs[i].vpn);
        uint32_t want = RESIDENT | USED | vm_replay_writes(&refs[i]) * DIRTY;
        if ((pages[page] & want) == want) {
            continue; /* nothing is stored: hits do not wait for each other */
        }
        if (!(pages[page] & RESIDENT)) {
            bring_in(run, page);
        }
        pages[page] |= want;
    }
}

const struct vm_replay_ops vm_replay_linux_lists = {.page_words = 1,
    .frame_words = CHAIN_FRAME_WORDS,
    .extra_words = CHAIN_EXTRA_WORDS,
    .run = replay};
