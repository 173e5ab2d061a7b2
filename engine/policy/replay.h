/* SPDX-License-Identifier: MIT
 * Replay of one policy over one memory, without a machine: numbers in arrays, no pointers.
 * Pages are numbered densely in order of their first reference; a reference is page << 1 | dirty.
 * Frames fill in the order 0 .. F-1. A policy is one `run` over a batch, registered by policies.def.
 */
#ifndef POLICY_REPLAY_H
#define POLICY_REPLAY_H

#include "vm/trace.h"

/* What a policy works on. The words are its own; they start as 0 and keep their place when they grow. */
struct vm_replay_run {
    uint32_t frames;    /* F */
    uint32_t pages;     /* distinct pages so far, this batch included */
    uint32_t used;      /* frames that hold a page */
    uint32_t hand;      /* the policy's */
    uint32_t *page;     /* page_words for each page */
    uint32_t *frame;    /* frame_words for each frame, then extra_words */
    size_t frame_room;  /* words in frame */
    uint32_t start, end; /* the policy's */
    const vm_vpn *vpn;  /* of each page */
    uint64_t seed;
    uint64_t faults, evictions, writebacks;
};

struct vm_replay_ops {
    uint8_t page_words, frame_words;
    uint32_t extra_words;
    bool whole; /* run is called once, with the whole trace: OPT */
    /* A repeat of the page just referenced is left out (its dirty bit is kept): it is a hit that changes
     * nothing. A policy to which it matters sets this. */
    bool repeats;
    enum vm_status (*run)(struct vm_replay_run *run, const uint32_t *refs, size_t n);
};
enum { VM_REPLAY_BATCH = 2048 }; /* references of a run, unless whole */

#define POLICY(name, title, least, regions) extern const struct vm_replay_ops vm_replay_##name;
#include "vm/policies.def"
#undef POLICY

#endif
