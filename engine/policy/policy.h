/* SPDX-License-Identifier: MIT
 * Replacement policies on the full machine. A policy keeps words in named regions (policies.def);
 * every change of a word is the one event `policy`, so drawing, undo and clone are the same for
 * all. Only frames that may ever be evicted (anonymous and file pages) are told to a policy.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "machine/world.h"
#include "vm/describe.h"

/* What `touch` comes to, so that a run of hits need not call it. */
enum policy_use {
    USE_CALL,    /* call it */
    USE_NOTHING, /* it does nothing */
    USE_BIT,     /* the frame's word of use_region becomes 1 */
    USE_TIME,    /* it becomes the present time, m->clock + 1 */
};

/* How many victims one pass over all frames finds: the estimate of kernel/reclaim_work.c. */
enum policy_pass {
    PASS_FINDS_ONE,  /* each search looks at all */
    PASS_FINDS_SOME, /* policy_least collects the next few */
    PASS_FINDS_ALL,  /* a search goes on where the one before ended */
};

struct vm_policy {
    /* A page came into `frame`; m->clock is the present reference. */
    void (*load)(vm_machine *m, vm_frame frame);
    /* A resident page was referenced; not called for the reference that brought it in. */
    void (*touch)(vm_machine *m, vm_frame frame);
    /* Chooses among the frames that policy_may_evict allows; VM_NO_FRAME when there is none.
     * Explains itself with `look` events. */
    vm_frame (*victim)(vm_machine *m);
    /* The page will not be used soon: it should be the next victim. NULL: the policy cannot know.
     */
    void (*cool)(vm_machine *m, vm_frame frame);
    /* The frame no longer holds a page. */
    void (*drop)(vm_machine *m, vm_frame frame);
    /* The timer: called when every config.tick-th reference is done. NULL: time means nothing. Room
     * for what it changes must be there: nothing is reserved for it. */
    void (*tick)(vm_machine *m);
    enum policy_pass pass;
    /* A page of `mm` is about to get a frame. It may evict. NULL: nothing happens then. */
    void (*fault)(vm_machine *m, vm_pid mm);
    /* The end of an operation when m->clock has come to m->policy_due, which it sets anew. It may
     * evict. NULL: there is no such time. */
    void (*settle)(vm_machine *m);
    enum policy_use use;
    uint8_t use_region;
    /* Ghosts (ghost.h): the most at a time, UNBOUNDED, or NULL for none; the regions of shape
     * ghosts that name the page. */
    uint32_t (*ghosts)(const vm_machine *m);
    uint8_t ghost_object, ghost_index;
    /* NULL, or the invariant of its own that is broken; may itself be NULL. */
    const char *(*check)(const vm_machine *m);
};
enum { UNBOUNDED = INT32_MAX };

#define POLICY(id, ...) extern const struct vm_policy vm_policy_##id;
#include "vm/policies.def"
#undef POLICY

/* Called by kernel and mmu. */
void policy_load(vm_machine *m, vm_frame frame);
void policy_drop(vm_machine *m, vm_frame frame);
void policy_cool(vm_machine *m, vm_frame frame); /* madvise: it is not needed soon */
vm_frame policy_victim(vm_machine *m);
enum vm_status policy_start(
    vm_machine *m, enum vm_policy_kind kind); /* words for it are reserved */
enum vm_status policy_change_reserve(vm_machine *m, enum vm_policy_kind kind);
void policy_change(vm_machine *m, enum vm_policy_kind kind); /* hands the resident pages over */
/* Room for what is remembered of so many pages that come during an operation. */
enum vm_status policy_reserve(vm_machine *m, uint64_t pages);
uint64_t policy_region_words(const vm_machine *m, enum vm_region_shape shape);
const char *policy_check(const vm_machine *m);
void policy_describe(const vm_machine *m, struct vm_events *events);
void policy_fault(vm_machine *m, vm_pid mm);
void policy_settle(vm_machine *m);
void policy_tick(vm_machine *m); /* the timer of the present policy, which has one */

extern const struct vm_policy *const vm_policies[vm_policy_kind_count];
static inline void policy_touch(vm_machine *m, vm_frame frame)
{
    if (m->frames[frame].loaded != m->clock) {
        vm_policies[m->policy]->touch(m, frame);
    }
}
/* A reference is done. */
static inline void policy_passed(vm_machine *m)
{
    if (vm_policies[m->policy]->tick && m->clock % m->config.tick == 0) {
        policy_tick(m);
    }
}

/* For the policies. Region r of the present policy; a per-frame region is indexed by frame, one of
 * ghosts by slot, one of nodes by frame and from frames_n on by slot. The frames' words come first,
 * then a row of ghost_stride words for each slot. */
static inline uint64_t policy_place(const vm_machine *m, unsigned region, uint32_t index)
{
    uint32_t split = m->policy_split[region], base = m->policy_base[region];
    return index < split ? base + (uint64_t)index
                         : m->ghost_base + (uint64_t)(index - split) * m->ghost_stride +
                               m->ghost_column[region];
}
static inline uint64_t policy_word(const vm_machine *m, unsigned region, uint32_t index)
{
    return m->policy_words[policy_place(m, region, index)];
}
static inline void policy_put(vm_machine *m, unsigned region, uint32_t index, uint64_t value)
{
    uint64_t *word = &m->policy_words[policy_place(m, region, index)];
    if (*word != value) {
        EMIT(m, policy, .region = region, .index = index, .old_value = *word, .value = value);
        *word = value;
    }
}
/* Frames that pages can have: the size of memory that the papers' formulas speak of. */
static inline uint32_t policy_frames(const vm_machine *m)
{
    return m->frames_n - m->config.kernel_frames;
}
bool policy_may_evict(const vm_machine *m, vm_frame frame);
uint32_t policy_pages(const vm_machine *m); /* frames that policies are told of */
void policy_look(vm_machine *m, vm_frame frame, uint64_t value, enum vm_verdict verdict);
/* The allowed frame whose word in region 0 is least; explained. */
vm_frame policy_least(vm_machine *m);
/* References so far of the process that the frame is charged to; 0: nobody's. */
uint64_t policy_owner_time(const vm_machine *m, vm_frame frame);
/* CLOCK cleared a reference bit: the entries' accessed bits go too, so that the next use sets them.
 */
void policy_forget_use(vm_machine *m, vm_frame frame);

#endif
