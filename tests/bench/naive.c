/* SPDX-License-Identifier: MIT
 * The baseline: what one writes first. A hash map with chains of allocated nodes, which also form
 * the doubly linked list of the policy; OPT and LFU look at every resident page at a fault.
 */
#include "bench.h"

#include <stdlib.h>

enum { BUCKETS = 1 << 16 };

struct node {
    vm_vpn vpn;
    bool dirty, referenced;
    size_t next_use, uses;
    struct node *chain, *newer, *older;
};
struct naive {
    struct node *bucket[BUCKETS];
    struct node *oldest, *newest;
    uint32_t held;
};

static size_t hash(vm_vpn vpn)
{
    return (size_t)((vpn * UINT64_C(0x9E3779B97F4A7C15)) >> 48) % BUCKETS;
}

static struct node *find(struct naive *naive, vm_vpn vpn)
{
    struct node *node = naive->bucket[hash(vpn)];
    while (node && node->vpn != vpn) {
        node = node->chain;
    }
    return node;
}

static void unlink_node(struct naive *naive, struct node *node)
{
    *(node->older ? &node->older->newer : &naive->oldest) = node->newer;
    *(node->newer ? &node->newer->older : &naive->newest) = node->older;
}

static void append(struct naive *naive, struct node *node)
{
    node->older = naive->newest;
    node->newer = NULL;
    *(naive->newest ? &naive->newest->newer : &naive->oldest) = node;
    naive->newest = node;
}

bool naive_knows(enum vm_policy_kind policy)
{
    switch (policy) {
    case vm_policy_kind_fifo:
    case vm_policy_kind_lru:
    case vm_policy_kind_clock:
    case vm_policy_kind_clock0:
    case vm_policy_kind_opt:
    case vm_policy_kind_lfu:
    case vm_policy_kind_lfu_fifo:
    case vm_policy_kind_mru:
        return true;
    default:
        return false;
    }
}

/* Its list is in the order of uses, not of loads. */
static bool by_use(enum vm_policy_kind policy)
{
    return policy == vm_policy_kind_lru || policy == vm_policy_kind_lfu ||
           policy == vm_policy_kind_mru;
}

static struct node *victim(struct naive *naive, enum vm_policy_kind policy)
{
    struct node *best = naive->oldest;
    if (policy == vm_policy_kind_mru) {
        return naive->newest;
    }
    if (policy == vm_policy_kind_lfu || policy == vm_policy_kind_lfu_fifo) {
        for (struct node *node = best; node; node = node->newer) {
            best = node->uses < best->uses ? node : best;
        }
    }
    if (policy == vm_policy_kind_clock || policy == vm_policy_kind_clock0) {
        while (best->referenced) {
            best->referenced = false;
            unlink_node(naive, best);
            append(naive, best);
            best = naive->oldest;
        }
    }
    if (policy == vm_policy_kind_opt) {
        for (struct node *node = best; node; node = node->newer) {
            bool tie = node->next_use == best->next_use && node->vpn < best->vpn;
            best = node->next_use > best->next_use || tie ? node : best;
        }
    }
    return best;
}

static void evict(struct naive *naive, struct node *node, struct vm_replay_result *out)
{
    out->evictions++;
    out->writebacks += node->dirty;
    unlink_node(naive, node);
    struct node **at = &naive->bucket[hash(node->vpn)];
    while (*at != node) {
        at = &(*at)->chain;
    }
    *at = node->chain;
    free(node);
    naive->held--;
}

static size_t *next_uses(const struct vm_trace_ref *ref, size_t length)
{
    size_t *next = malloc(length * sizeof *next);
    struct naive *seen = calloc(1, sizeof *seen);
    bench_check(next && seen, "no memory");
    for (size_t i = length; i-- > 0;) {
        struct node *node = find(seen, ref[i].vpn);
        if (!node) {
            node = calloc(1, sizeof *node);
            bench_check(node, "no memory");
            *node = (struct node){.vpn = ref[i].vpn, .next_use = SIZE_MAX};
            node->chain = seen->bucket[hash(node->vpn)];
            seen->bucket[hash(node->vpn)] = node;
            append(seen, node);
        }
        next[i] = node->next_use;
        node->next_use = i;
    }
    for (struct node *node = seen->oldest, *newer; node; node = newer) {
        newer = node->newer;
        free(node);
    }
    free(seen);
    return next;
}

struct vm_replay_result naive_replay(
    enum vm_policy_kind policy, uint32_t frames, const struct vm_trace_ref *ref, size_t length)
{
    struct vm_replay_result out = {.policy = policy, .frames = frames, .references = length};
    struct naive *naive = calloc(1, sizeof *naive);
    bench_check(naive, "no memory");
    size_t *next = policy == vm_policy_kind_opt ? next_uses(ref, length) : NULL;
    for (size_t i = 0; i < length; i++) {
        struct node *node = find(naive, ref[i].vpn);
        if (node) {
            out.hits++;
            if (by_use(policy)) {
                unlink_node(naive, node);
                append(naive, node);
            }
        } else {
            out.faults++;
            if (naive->held == frames) {
                evict(naive, victim(naive, policy), &out);
            }
            node = calloc(1, sizeof *node);
            bench_check(node, "no memory");
            node->vpn = ref[i].vpn;
            node->chain = naive->bucket[hash(node->vpn)];
            naive->bucket[hash(node->vpn)] = node;
            append(naive, node);
            naive->held++;
        }
        node->referenced = policy != vm_policy_kind_clock0 || node->uses;
        node->uses++;
        node->dirty |= ref[i].kind == 'W' || ref[i].kind == 'M';
        node->next_use = next ? next[i] : 0;
    }
    while (naive->oldest) {
        struct node *node = naive->oldest;
        unlink_node(naive, node);
        free(node);
    }
    free(naive);
    free(next);
    return out;
}
