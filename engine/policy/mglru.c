/* SPDX-License-Identifier: MIT
 * Linux's multi-generational LRU (Documentation/mm/multigen_lru.rst; mm/vmscan.c: walk_mm,
 * inc_max_seq, try_to_inc_min_seq, sort_folio, evict_folios, should_run_aging). Pages belong to
 * generations, numbered from the oldest to the youngest; each generation has a list. A page has an
 * accessed bit, which the hardware sets at each use. The rule:
 *   - At the start the oldest generation is 0, the youngest 1. A page is loaded into the youngest,
 * at the head of its list, accessed 1. A use sets accessed and moves nothing.
 *   - A fault with F pages resident repeats until it has a victim:
 *       1. While the oldest generation's list is empty and is not one of the two youngest, the
 * oldest is one younger.
 *       2. Only two generations are left: aging. Every resident page with accessed 1 gets accessed
 * 0 and belongs to the youngest generation, but stays where it is in its list (a walk through the
 * page tables finds pages, not lists). Then there is a new youngest generation. Begin again with 1.
 *       3. Three generations are left, and this fault has not come to this step before: with Y
 *          pages in the youngest generation and O in the oldest, there is aging, as in step 2, if
 *          2 Y > F or 4 O < F (should_run_aging: pages shall be spread evenly). A page counts for
 *          the generation that it belongs to. Begin again with 1.
 *       4. Otherwise eviction looks at the tail of the oldest list. A page of a younger generation
 *          goes to the head of that one's list. One with accessed 1 gets accessed 0 and goes to the
 *          head of the youngest list. Any other is the victim. Begin again with 1.
 *   The two youngest generations are never evicted from (MIN_NR_GENS), and there are at most four.
 * Simpler than Linux: one type of page instead of anonymous and file pages, no tiers for pages that
 * are read by system calls, no look-around at neighbouring entries, no refaults, and a page at a
 * time where Linux goes by batches.
 * In the machine, pages that may not leave now (locked, another's under local replacement) are
 * passed over. When no page of the generations before the two youngest may, there is aging; with
 * four generations (MAX_NR_GENS) the oldest list goes to the tail of the next before (inc_min_seq).
 * After four such rounds the furthest back that may leave does.
 */
#include "kernel/frame.h"
#include "policy/list.h"

enum { MIN_NR_GENS = 2, MAX_NR_GENS = 4 };

enum {
    AGINGS,
    OLDEST,
    LISTS, /* head, tail and size of each of four */
    ACCESSED = LISTS + 3 * MAX_NR_GENS,
    GENERATION,
    LISTED,
    NEXT,
    PREV
};

static struct list list_at(uint64_t generation)
{
    uint8_t at = (uint8_t)(LISTS + 3 * (generation % MAX_NR_GENS));
    return (struct list){NEXT, PREV, at, (uint8_t)(at + 1), (uint8_t)(at + 2)};
}

static uint64_t youngest(const vm_machine *m)
{
    return policy_word(m, AGINGS, 0) + 1;
}

static uint64_t oldest(const vm_machine *m)
{
    return policy_word(m, OLDEST, 0);
}

/* LISTED: in whose list the page is, plus one; 0: none. GENERATION may be ahead of it. */
static void enlist(vm_machine *m, vm_frame frame, uint64_t generation, bool tail)
{
    struct list list = list_at(generation);
    policy_put(m, GENERATION, frame, generation);
    policy_put(m, LISTED, frame, generation + 1);
    (tail ? list_push_back : list_push_front)(m, &list, frame);
}

static void unlist(vm_machine *m, vm_frame frame)
{
    struct list list = list_at(policy_word(m, LISTED, frame) - 1);
    list_remove(m, &list, frame);
}

static void load(vm_machine *m, vm_frame frame)
{
    policy_put(m, ACCESSED, frame, 1);
    enlist(m, frame, youngest(m), false);
}

static void touch(vm_machine *m, vm_frame frame)
{
    policy_put(m, ACCESSED, frame, 1);
}

static void drop(vm_machine *m, vm_frame frame)
{
    unlist(m, frame);
    policy_put(m, ACCESSED, frame, 0);
    policy_put(m, GENERATION, frame, 0);
    policy_put(m, LISTED, frame, 0);
}

/* To the tail of the oldest generation: it is the next to be looked at. */
static void cool(vm_machine *m, vm_frame frame)
{
    unlist(m, frame);
    policy_put(m, ACCESSED, frame, 0);
    enlist(m, frame, oldest(m), true);
}

/* Step 1: try_to_inc_min_seq. */
static void pass_empty(vm_machine *m)
{
    uint64_t at = oldest(m);
    struct list list = list_at(at);
    while (at + MIN_NR_GENS <= youngest(m) && !list_size(m, &list)) {
        EMIT(m, generation_empty, .generation = at);
        list = list_at(++at);
        policy_put(m, OLDEST, 0, at);
    }
}

/* inc_min_seq: what is left in the oldest list joins the next generation. */
static void merge_oldest(vm_machine *m)
{
    uint64_t next = oldest(m) + 1;
    struct list list = list_at(oldest(m));
    for (uint32_t f = list_last(m, &list); f != NO_NODE; f = list_last(m, &list)) {
        uint64_t generation = policy_word(m, GENERATION, f);
        unlist(m, f);
        enlist(m, f, generation > next ? generation : next, true);
    }
    policy_put(m, OLDEST, 0, next);
}

static void age(vm_machine *m)
{
    uint64_t young = youngest(m);
    if (young - oldest(m) + 1 == MAX_NR_GENS) {
        merge_oldest(m);
    }
    EMIT(m, generation_aged, .youngest = young + 1);
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (policy_word(m, ACCESSED, f)) {
            policy_put(m, ACCESSED, f, 0);
            policy_forget_use(m, f);
            policy_put(m, GENERATION, f, young);
        }
    }
    policy_put(m, AGINGS, 0, young);
}

/* The last of the list that may leave; NO_NODE: none. */
static uint32_t last_allowed(const vm_machine *m, uint64_t generation)
{
    struct list list = list_at(generation);
    uint32_t node = list_last(m, &list);
    while (node != NO_NODE && !policy_may_evict(m, node)) {
        node = list_prev(m, &list, node);
    }
    return node;
}

/* The furthest back, of the generations before `end`. */
static uint32_t last_before(const vm_machine *m, uint64_t end)
{
    for (uint64_t generation = oldest(m); generation < end; generation++) {
        uint32_t node = last_allowed(m, generation);
        if (node != NO_NODE) {
            return node;
        }
    }
    return NO_NODE;
}

/* Step 3. */
static bool uneven(const vm_machine *m)
{
    uint64_t old = 0, young = 0, total = 0;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (policy_word(m, LISTED, f)) {
            total++;
            old += policy_word(m, GENERATION, f) == oldest(m);
            young += policy_word(m, GENERATION, f) == youngest(m);
        }
    }
    return young * MIN_NR_GENS > total || old * (MIN_NR_GENS + 2) < total;
}

/* Step 4; whether the page is the victim. */
static bool examine(vm_machine *m, vm_frame frame)
{
    uint64_t generation = policy_word(m, GENERATION, frame);
    bool ahead = generation + 1 > policy_word(m, LISTED, frame);
    if (!ahead && !policy_word(m, ACCESSED, frame)) {
        policy_look(m, frame, generation, vm_verdict_chosen);
        return true;
    }
    policy_look(m, frame, generation, ahead ? vm_verdict_sorted : vm_verdict_promoted);
    if (!ahead) {
        policy_put(m, ACCESSED, frame, 0);
        policy_forget_use(m, frame);
        generation = youngest(m);
    }
    unlist(m, frame);
    enlist(m, frame, generation, false);
    return false;
}

static vm_frame victim(vm_machine *m)
{
    bool spread = false;
    for (unsigned agings = 0; agings <= MAX_NR_GENS;) {
        pass_empty(m);
        uint32_t node = last_before(m, youngest(m) + 1 - MIN_NR_GENS);
        if (node == NO_NODE) {
            age(m);
            agings++;
        } else if (!spread && youngest(m) - oldest(m) == MIN_NR_GENS) {
            spread = true;
            if (uneven(m)) {
                age(m);
            }
        } else if (examine(m, node)) {
            return node;
        }
    }
    uint32_t node = last_before(m, youngest(m) + 1);
    if (node == NO_NODE) {
        return VM_NO_FRAME;
    }
    policy_look(m, node, policy_word(m, GENERATION, node), vm_verdict_chosen);
    return node;
}

static bool on_list(const vm_machine *m, uint32_t node, uint64_t tag)
{
    return node < m->frames_n && frame_evictable_kind(&m->frames[node]) &&
           policy_word(m, LISTED, node) == tag + 1 && policy_word(m, GENERATION, node) >= tag &&
           policy_word(m, GENERATION, node) <= youngest(m);
}

static const char *check(const vm_machine *m)
{
    const char *problem = NULL;
    uint32_t listed = 0;
    uint64_t generations = youngest(m) - oldest(m) + 1;
    if (oldest(m) > youngest(m) || generations < MIN_NR_GENS || generations > MAX_NR_GENS) {
        return "154: there are two to four generations";
    }
    for (uint64_t at = oldest(m); !problem && at <= youngest(m); at++) {
        struct list list = list_at(at);
        problem = list_check(m, &list, on_list, at);
        listed += list_size(m, &list);
    }
    return problem || listed == policy_pages(m) ? problem
                                                : "155: every page is in a generation's list";
}

const struct vm_policy vm_policy_mglru = {.load = load,
    .touch = touch,
    .victim = victim,
    .cool = cool,
    .drop = drop,
    .pass = PASS_FINDS_ONE,
    .check = check,
    .use = USE_BIT,
    .use_region = ACCESSED};
