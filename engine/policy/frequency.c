/* SPDX-License-Identifier: MIT
 * Counting uses. Invariant of the heap: a node's key is at most its page's, and at least that of
 * the node above it; so a top whose key is its page's is the least of all, and a hit need not touch
 * it.
 */
#include "policy/frequency.h"

void frequency_use(vm_machine *m, vm_frame frame)
{
    policy_put(m, FREQUENCY_COUNT, frame, policy_word(m, FREQUENCY_COUNT, frame) + 1);
    policy_put(m, FREQUENCY_STAMP, frame, m->clock + 1);
}

void frequency_drop(vm_machine *m, vm_frame frame)
{
    policy_put(m, FREQUENCY_COUNT, frame, 0);
    policy_put(m, FREQUENCY_STAMP, frame, 0);
}

/* The order in which frames leave: by count, then by stamp. */
static bool before(const vm_machine *m, vm_frame f, vm_frame best, bool greatest)
{
    uint64_t mine = policy_word(m, FREQUENCY_COUNT, f);
    uint64_t its = policy_word(m, FREQUENCY_COUNT, best);
    if (mine != its) {
        return (mine > its) == greatest;
    }
    return policy_word(m, FREQUENCY_STAMP, f) < policy_word(m, FREQUENCY_STAMP, best);
}

/* The few others with the victim's count: between them the stamp decided. */
static void show_ties(vm_machine *m, vm_frame best)
{
    enum { SHOWN = 8 };
    uint64_t count = policy_word(m, FREQUENCY_COUNT, best);
    uint32_t shown = 0;
    for (vm_frame f = 0; m->events && f < m->frames_n && shown < SHOWN; f++) {
        if (f != best && policy_word(m, FREQUENCY_COUNT, f) == count && policy_may_evict(m, f)) {
            policy_look(m, f, count, vm_verdict_tied);
            shown++;
        }
    }
}

vm_frame frequency_victim(vm_machine *m, bool greatest)
{
    vm_frame best = VM_NO_FRAME;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (policy_may_evict(m, f) && (best == VM_NO_FRAME || before(m, f, best, greatest))) {
            best = f;
        }
    }
    if (best != VM_NO_FRAME) {
        show_ties(m, best);
        policy_look(m, best, policy_word(m, FREQUENCY_COUNT, best), vm_verdict_chosen);
    }
    return best;
}

/* ---- replay of reference strings and traces ---- */

enum { BRANCHES = 4 }; /* a node and those below it: few cache lines, a flat heap */

static void sink(
    struct frequency_node *heap, uint32_t used, uint32_t place, struct frequency_node node)
{
    for (;;) {
        size_t first = (size_t)place * BRANCHES + 1;
        if (first >= used) {
            break;
        }
        size_t last = first + BRANCHES < used ? first + BRANCHES : used, least = first;
        for (size_t child = first + 1; child < last; child++) {
            least = heap[child].key < heap[least].key ? child : least;
        }
        if (heap[least].key >= node.key) {
            break;
        }
        heap[place] = heap[least];
        place = (uint32_t)least;
    }
    heap[place] = node;
}

static void build(struct vm_replay_run *run, struct frequency_node *heap)
{
    for (uint32_t place = run->used; place-- > 0;) {
        sink(heap, run->used, place, heap[place]);
    }
}

/* The page that leaves is on top afterwards. */
static struct frequency_node *settle(struct vm_replay_run *run)
{
    struct frequency_node *heap = (struct frequency_node *)run->frame;
    for (;;) {
        uint32_t page = heap[0].page;
        uint64_t key = frequency_key(&run->page[(size_t)page * FREQUENCY_PAGE_WORDS]);
        if (key == heap[0].key) {
            return heap;
        }
        sink(heap, run->used, 0, (struct frequency_node){key, page});
    }
}

static void evict(struct vm_replay_run *run, uint32_t page, struct frequency_rule rule)
{
    uint32_t *victim = &run->page[(size_t)page * FREQUENCY_PAGE_WORDS];
    run->evictions++;
    run->writebacks += victim[FREQUENCY_FLAGS] & FREQUENCY_DIRTY;
    victim[FREQUENCY_FLAGS] = 0;
    if (!rule.perfect) {
        victim[FREQUENCY_USES] = 0;
    }
}

void frequency_bring_in(
    struct vm_replay_run *run, uint32_t page, uint32_t now, struct frequency_rule rule)
{
    uint32_t *word = &run->page[(size_t)page * FREQUENCY_PAGE_WORDS];
    word[FREQUENCY_TIME] = now;
    struct frequency_node node = {
        (uint64_t)(word[FREQUENCY_USES] + 1) << 32 | now, page}; /* with the use that loads it */
    run->faults++;
    if (run->used < run->frames) {
        struct frequency_node *heap = (struct frequency_node *)run->frame;
        heap[run->used++] = node;
        if (run->used == run->frames) {
            build(run, heap);
        }
        return;
    }
    struct frequency_node *heap = settle(run);
    evict(run, heap[0].page, rule);
    sink(heap, run->used, 0, node);
}
