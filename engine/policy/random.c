/* SPDX-License-Identifier: MIT
 * RANDOM: the victim is drawn uniformly over the frames. The generator is SplitMix64 (Steele, Lea,
 * Flood 2014), its state the seed: draw number k, from 1, is its mix of seed + k * golden. Of a
 * draw the upper 32 bits times F, divided by 2^32, are the frame; it is drawn again when the lower
 * half of that product is below 2^32 mod F, so that all frames are equally likely (Lemire 2019).
 * Where some frames may not leave, it is drawn over the others, in the order of their numbers.
 */
#include "policy/policy.h"
#include "policy/unmoved.h"

enum { DRAWS };

static uint64_t draw(uint64_t seed, uint64_t number)
{
    uint64_t z = seed + number * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Uniformly below `limit`, which is not 0; *draws counts. */
static uint32_t below(uint64_t seed, uint64_t *draws, uint32_t limit)
{
    uint32_t unfair = (uint32_t)(0 - limit) % limit; /* 2^32 mod limit */
    uint64_t product;
    do {
        product = (draw(seed, ++*draws) >> 32) * limit;
    } while ((uint32_t)product < unfair);
    return (uint32_t)(product >> 32);
}

static void nothing(vm_machine *m, vm_frame frame)
{
    (void)m;
    (void)frame;
}

static vm_frame victim(vm_machine *m)
{
    uint32_t allowed = 0;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        allowed += policy_may_evict(m, f);
    }
    if (!allowed) {
        return VM_NO_FRAME;
    }
    uint64_t draws = policy_word(m, DRAWS, 0);
    uint32_t left = below(m->config.seed, &draws, allowed);
    vm_frame f = 0;
    for (; left || !policy_may_evict(m, f); f++) {
        left -= policy_may_evict(m, f);
    }
    policy_look(m, f, draws, vm_verdict_chosen);
    policy_put(m, DRAWS, 0, draws);
    return f;
}

const struct vm_policy vm_policy_random = {
    .load = nothing, .touch = nothing, .victim = victim, .drop = nothing, .use = USE_NOTHING};

/* ---- replay of reference strings and traces ----
 *
 * `start` and `end` are the halves of the number of draws.
 */

static uint32_t chosen(struct vm_replay_run *run)
{
    uint64_t draws = (uint64_t)run->start << 32 | run->end;
    uint32_t at = below(run->params.seed, &draws, run->frames);
    run->start = (uint32_t)(draws >> 32);
    run->end = (uint32_t)draws;
    return at;
}

static void replay(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    unmoved_replay(run, refs, n, chosen);
}

const struct vm_replay_ops vm_replay_random = {.page_words = 1, .frame_words = 1, .run = replay};
