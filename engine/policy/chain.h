/* SPDX-License-Identifier: MIT
 * Doubly linked lists of frames, in a replay: what linux-lists and mglru keep. Up to CHAINS of them
 * stand at the beginning of run->frame, behind them three words for each frame. Links are a frame's
 * number plus one, 0 is the end. Invariant: each used frame is in one chain, but for the victim
 * until its frame is filled again.
 */
#ifndef POLICY_CHAIN_H
#define POLICY_CHAIN_H

#include "policy/replay.h"

enum {
    CHAINS = 4,
    CHAIN_FRAME_WORDS = 3,
    CHAIN_WORDS = 4,
    CHAIN_EXTRA_WORDS = CHAINS * CHAIN_WORDS
};
enum { FRAME_PAGE, FRAME_NEXT, FRAME_PREV };
enum { CHAIN_FIRST, CHAIN_LAST, CHAIN_SIZE, CHAIN_OWN /* the policy's */ };

static inline uint32_t *chain_frame(struct vm_replay_run *run, uint32_t frame)
{
    return run->frame + CHAIN_EXTRA_WORDS + (size_t)frame * CHAIN_FRAME_WORDS;
}

static inline uint32_t *chain_words(struct vm_replay_run *run, unsigned chain)
{
    return run->frame + (size_t)chain * CHAIN_WORDS;
}

static inline uint32_t chain_size(struct vm_replay_run *run, unsigned chain)
{
    return chain_words(run, chain)[CHAIN_SIZE];
}

/* The chain is not empty. */
static inline uint32_t chain_last(struct vm_replay_run *run, unsigned chain)
{
    return chain_words(run, chain)[CHAIN_LAST] - 1;
}

static inline void chain_push(struct vm_replay_run *run, unsigned chain, uint32_t frame)
{
    uint32_t *ends = chain_words(run, chain), *word = chain_frame(run, frame);
    word[FRAME_NEXT] = ends[CHAIN_FIRST];
    word[FRAME_PREV] = 0;
    if (ends[CHAIN_FIRST]) {
        chain_frame(run, ends[CHAIN_FIRST] - 1)[FRAME_PREV] = frame + 1;
    } else {
        ends[CHAIN_LAST] = frame + 1;
    }
    ends[CHAIN_FIRST] = frame + 1;
    ends[CHAIN_SIZE]++;
}

/* Takes the last one out. */
static inline uint32_t chain_pop(struct vm_replay_run *run, unsigned chain)
{
    uint32_t *ends = chain_words(run, chain), frame = ends[CHAIN_LAST] - 1;
    ends[CHAIN_LAST] = chain_frame(run, frame)[FRAME_PREV];
    if (ends[CHAIN_LAST]) {
        chain_frame(run, ends[CHAIN_LAST] - 1)[FRAME_NEXT] = 0;
    } else {
        ends[CHAIN_FIRST] = 0;
    }
    ends[CHAIN_SIZE]--;
    return frame;
}

#endif
