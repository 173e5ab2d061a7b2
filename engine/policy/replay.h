/* SPDX-License-Identifier: MIT
 * Replay of one policy over one memory, without a machine: numbers in arrays, no pointers.
 * Pages are numbered densely in order of their first reference, through an open hash; frames fill
 * in the order 0 .. F-1. A policy is one loop over references, registered by policies.def: it asks
 * for each reference's page number inline, so that a hit is two loads and no call.
 */
#ifndef POLICY_REPLAY_H
#define POLICY_REPLAY_H

#include "vm/trace.h"

#include <assert.h>

/* A page number and the page's number plus one, in one word, so that the table of a million pages
 * has 16 MiB. A page number that has no room is VM_REPLAY_WIDE here, and looked up in `vpn`. The
 * first place where VM_REPLAY_WIDE itself is looked for is taken by nobody (VM_REPLAY_NOBODY). */
enum { VM_REPLAY_PAGE_BITS = 28, VM_REPLAY_PAGES_MAX = 1 << (VM_REPLAY_PAGE_BITS - 1) };
#define VM_REPLAY_WIDE ((UINT64_C(1) << (64 - VM_REPLAY_PAGE_BITS)) - 1)
#define VM_REPLAY_NOBODY ((UINT64_C(1) << VM_REPLAY_PAGE_BITS) - 1)
struct vm_replay_entry {
    uint64_t word; /* without the page's number it is empty */
};

static inline uint32_t vm_replay_entry_page(struct vm_replay_entry entry)
{
    return (uint32_t)(entry.word & VM_REPLAY_NOBODY) - 1;
}

/* At most half full; it has room for the batch's new pages. Loops keep a copy in registers. */
struct vm_replay_table {
    struct vm_replay_entry *entry;
    size_t mask;
    unsigned shift; /* 64 - log2 of its size */
};

/* What a policy works on. The words are its own; they start as 0 and keep their place when they
 * grow. */
struct vm_replay_run {
    uint32_t frames;     /* F */
    uint32_t pages;      /* distinct pages so far */
    uint32_t used;       /* frames that hold a page; the policy counts them */
    uint64_t now;        /* references before those that are given */
    uint32_t hand;       /* the policy's */
    uint32_t *page;      /* page_words for each page */
    uint32_t *frame;     /* frame_words for each frame, then extra_words */
    size_t frame_room;   /* words in frame */
    uint32_t start, end; /* the policy's */
    uint64_t last;       /* the policy's */
    struct vm_replay_log {
        uint32_t front, middle, end;
    } log[2];          /* policy/logs.h */
    uint32_t count[8]; /* the policy's */
    double target;     /* the policy's */
    vm_vpn *vpn;       /* of each page */
    struct vm_replay_table table;
    struct vm_policy_params params;
    uint64_t faults, evictions, writebacks;
};

/* One of run and whole. */
struct vm_replay_ops {
    uint8_t page_words, frame_words;
    uint32_t extra_words;
    bool short_trace; /* its counts and times have 32 bits: at most UINT32_MAX references */
    bool by_pages;    /* frame_words for each page, not for each frame: what left is remembered */
    /* The next references, at most VM_REPLAY_BATCH. */
    void (*run)(struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n);
    /* The whole trace at once, as page << 1 | dirty. Repeats of a page are one reference: they are
     * hits. */
    enum vm_status (*whole)(struct vm_replay_run *run, const uint32_t *refs, size_t n);
};
enum { VM_REPLAY_BATCH = 2048 };

static inline size_t vm_replay_hash(struct vm_replay_table table, vm_vpn vpn)
{
    return (size_t)((vpn * UINT64_C(0x9E3779B97F4A7C15)) >> table.shift);
}

/* Room for the numbers of `room` pages, a power of two: `vpn` and `table`. */
enum vm_status vm_replay_number_room(struct vm_replay_run *run, size_t room);

/* When the first entry is another page's, or empty. */
uint32_t vm_replay_find_page(struct vm_replay_run *run, size_t at, vm_vpn vpn);

/* The number of the page; a new one gets the next. `table` is run->table. */
static inline uint32_t vm_replay_page(
    struct vm_replay_run *run, struct vm_replay_table table, vm_vpn vpn)
{
    size_t at = vm_replay_hash(table, vpn);
    struct vm_replay_entry entry = table.entry[at];
    return entry.word >> VM_REPLAY_PAGE_BITS == vpn ? vm_replay_entry_page(entry)
                                                    : vm_replay_find_page(run, at, vpn);
}

/* A hand will soon come to the words of pages further on in its circle, which need not be in the
 * cache: of the ring frame[0 .. frames-1], from `at` on. */
enum { VM_REPLAY_AHEAD = 12 };
static inline void vm_replay_expect(const struct vm_replay_run *run, uint32_t at, uint32_t words)
{
    uint32_t left = run->frames - at,
             to = left > VM_REPLAY_AHEAD ? at + VM_REPLAY_AHEAD : VM_REPLAY_AHEAD - left;
    if (to < run->frames) {
        __builtin_prefetch(&run->page[(size_t)run->frame[to] * words]);
    }
}

/* Of the four letters, W and M have this bit. */
enum { VM_REPLAY_WRITES = 'W' & 'M' & ~'R' & ~'I' & 4 };
static_assert(VM_REPLAY_WRITES == 4, "W and M differ from R and I in bit 2");

static inline uint32_t vm_replay_writes(const struct vm_trace_ref *ref)
{
    return (uint32_t)ref->kind / VM_REPLAY_WRITES & 1;
}

#define POLICY(id, ...) extern const struct vm_replay_ops vm_replay_##id;
#include "vm/policies.def"
#undef POLICY

#endif
