/* SPDX-License-Identifier: MIT
 * What all policies share: their words, the search for the least word, and the change of policy.
 * Words of region r begin at base(r): scalars take one word, per-frame regions one for each frame.
 * Invariant: the words of a frame that holds no evictable page are 0.
 */
#include "policy/policy.h"

#include "kernel/frame.h"
#include "kernel/limit.h"
#include "kernel/reclaim.h"
#include "policy/ghost.h"

#include <assert.h>

#define SEEN(...)
#define REGION(...) +1
#define POLICY(id, name, title, rule, source, least, regions)                                      \
    static_assert(0 regions <= POLICY_REGIONS_MAX, name " has too many regions");
#include "vm/policies.def"
#undef POLICY
#undef REGION
#undef SEEN

const struct vm_policy *const vm_policies[vm_policy_kind_count] = {
#define POLICY(id, ...) [vm_policy_kind_##id] = &vm_policy_##id,
#include "vm/policies.def"
#undef POLICY
};

uint64_t policy_region_words(const vm_machine *m, enum vm_region_shape shape)
{
    switch (shape) {
    case vm_region_scalar:
        return 1;
    case vm_region_frames:
        return m->frames_n;
    case vm_region_ghosts:
        return m->ghost_links_n;
    case vm_region_nodes:
        break;
    }
    return (uint64_t)m->frames_n + m->ghost_links_n;
}

/* Where each region of a policy begins; returns the words of all without those of ghosts. */
static uint32_t lay_out(vm_machine *m, enum vm_policy_kind kind)
{
    const struct vm_policy_desc *desc = vm_policy_desc(kind);
    uint32_t at = 0;
    m->ghost_stride = 0;
    for (size_t r = 0; r < desc->regions_n; r++) {
        enum vm_region_shape shape = desc->regions[r].shape;
        bool ghosts = shape == vm_region_ghosts || shape == vm_region_nodes;
        uint32_t words = shape == vm_region_scalar   ? 1
                         : shape == vm_region_ghosts ? 0
                                                     : m->frames_n;
        m->policy_base[r] = at;
        m->policy_split[r] = ghosts ? words : UINT32_MAX;
        m->ghost_column[r] = (uint8_t)m->ghost_stride;
        m->ghost_stride += ghosts;
        at += words;
    }
    m->ghost_base = at;
    return at;
}

/* The ghosts for which there is room from the start: what the operation that sets the policy may
 * evict when it has ended. */
static uint32_t ghosts_at_start(const vm_machine *m, enum vm_policy_kind kind)
{
    uint32_t most = vm_policies[kind]->ghosts ? vm_policies[kind]->ghosts(m) : 0;
    return most == UNBOUNDED ? m->frames_n : most;
}

/* Local replacement and limits: only what one process owns. */
static bool in_scope(const vm_machine *m, vm_frame f)
{
    return !m->scope.narrow || limit_owner(m, f) == m->scope.owner;
}

bool policy_may_evict(const vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    const uint8_t kept = vm_frame_bit_pinned | vm_frame_bit_locked;
    return frame_evictable_kind(frame) && !(frame->flags & kept) && f != m->busy[0] &&
           f != m->busy[1] && in_scope(m, f) && reclaim_possible(m, f);
}

uint32_t policy_pages(const vm_machine *m)
{
    uint32_t n = 0;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        n += frame_evictable_kind(&m->frames[f]);
    }
    return n;
}

void policy_look(vm_machine *m, vm_frame frame, uint64_t value, enum vm_verdict verdict)
{
    EMIT(m, look, .policy = m->policy, .frame = frame, .value = value, .verdict = verdict);
}

/* Whose frames are candidates; 0: everybody's. */
#define NOBODY UINT32_MAX
static vm_pid whose(const vm_machine *m)
{
    return !m->scope.narrow ? 0 : m->scope.owner ? m->scope.owner : NOBODY;
}

/* The ORDER_MAX frames with the least words, ascending: a later use only raises a word, so the
 * first of them whose word is unchanged is the least of all. */
static void collect(vm_machine *m)
{
    struct order *order = &m->order;
    const uint64_t *words = m->policy_words;
    order->n = order->at = 0;
    order->only = whose(m);
    for (vm_frame f = 0; f < m->frames_n; f++) {
        bool late = order->n == ORDER_MAX && words[f] >= order->word[ORDER_MAX - 1];
        if (!words[f] || late || !in_scope(m, f)) {
            continue;
        }
        uint32_t i = order->n < ORDER_MAX ? order->n++ : ORDER_MAX - 1;
        for (; i && order->word[i - 1] > words[f]; i--) {
            order->word[i] = order->word[i - 1];
            order->frame[i] = order->frame[i - 1];
        }
        order->word[i] = words[f];
        order->frame[i] = f;
    }
}

static vm_frame least_collected(vm_machine *m)
{
    struct order *order = &m->order;
    if (order->only != whose(m) || order->only == NOBODY) {
        return VM_NO_FRAME; /* of others; and what is nobody's is more with each process that ends
                             */
    }
    while (order->at < order->n) {
        vm_frame f = order->frame[order->at];
        if (m->policy_words[f] != order->word[order->at]) {
            order->at++; /* used or gone since: no longer among the least */
        } else if (policy_may_evict(m, f)) {
            return f;
        } else {
            return VM_NO_FRAME; /* the least is busy: search them all */
        }
    }
    return VM_NO_FRAME;
}

static vm_frame least_allowed(const vm_machine *m)
{
    vm_frame best = VM_NO_FRAME;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        uint64_t word = m->policy_words[f];
        if (word && (best == VM_NO_FRAME || word < m->policy_words[best]) &&
            policy_may_evict(m, f)) {
            best = f;
        }
    }
    return best;
}

vm_frame policy_least(vm_machine *m)
{
    vm_frame f = least_collected(m);
    if (f == VM_NO_FRAME) {
        collect(m);
        f = least_collected(m);
    }
    if (f == VM_NO_FRAME) {
        f = least_allowed(m);
    }
    if (f != VM_NO_FRAME) {
        policy_look(m, f, m->policy_words[f], vm_verdict_chosen);
    }
    return f;
}

void policy_load(vm_machine *m, vm_frame frame)
{
    vm_policies[m->policy]->load(m, frame);
}

void policy_drop(vm_machine *m, vm_frame frame)
{
    vm_policies[m->policy]->drop(m, frame);
}

void policy_cool(vm_machine *m, vm_frame frame)
{
    if (vm_policies[m->policy]->cool) {
        vm_policies[m->policy]->cool(m, frame);
        m->order = (struct order){0}; /* a word became less */
    }
}

vm_frame policy_victim(vm_machine *m)
{
    return vm_policies[m->policy]->victim(m);
}

void policy_fault(vm_machine *m, vm_pid mm)
{
    if (vm_policies[m->policy]->fault) {
        vm_policies[m->policy]->fault(m, mm);
    }
}

void policy_settle(vm_machine *m)
{
    if (m->clock >= m->policy_due) {
        vm_policies[m->policy]->settle(m);
    }
}

uint64_t policy_owner_time(const vm_machine *m, vm_frame frame)
{
    vm_pid owner = limit_owner(m, frame);
    return owner ? m->processes[owner].counter[vm_counter_references] : 0;
}

/* The first time to settle: at once, if ever. */
static uint64_t first_due(enum vm_policy_kind kind)
{
    return vm_policies[kind]->settle ? 0 : UINT64_MAX;
}

void policy_tick(vm_machine *m)
{
    EMIT(m, policy_tick, .policy = m->policy, .reference = m->clock);
    vm_policies[m->policy]->tick(m);
    m->order = (struct order){0}; /* words may have become less */
}

enum vm_status policy_start(vm_machine *m, enum vm_policy_kind kind)
{
    uint32_t words = lay_out(m, kind);
    enum vm_status status = RESERVE(m, policy_words, words);
    if (status == VM_OK) {
        m->policy_words_n = words;
        m->policy = kind;
        m->policy_due = first_due(kind);
        status = ghost_reserve(m, ghosts_at_start(m, kind));
    }
    return status;
}

/* Who was resident before and who comes may all leave within the operation. A clone has no room
 * beyond what it uses, so also a policy that knows its most asks each time. */
enum vm_status policy_reserve(vm_machine *m, uint64_t pages)
{
    const struct vm_policy *policy = vm_policies[m->policy];
    if (!policy->ghosts) {
        return VM_OK;
    }
    uint32_t most = policy->ghosts(m);
    return ghost_reserve(m, most == UNBOUNDED ? m->frames_n + pages : most - m->ghost_links_n);
}

/* The words of the old policy are not given back. */
enum vm_status policy_change_reserve(vm_machine *m, enum vm_policy_kind kind)
{
    uint64_t ghosts = ghosts_at_start(m, kind);
    uint64_t words = lay_out(m, kind) + ghosts * m->ghost_stride;
    lay_out(m, m->policy);
    uint64_t more = words > m->policy_words_n ? words - m->policy_words_n : 0;
    enum vm_status status = RESERVE(m, policy_words, more);
    if (status == VM_OK) {
        more = ghosts > m->ghost_links_n ? ghosts - m->ghost_links_n : 0;
        status = RESERVE(m, ghost_links, more);
    }
    return status == VM_OK ? ghost_reserve(m, 0) : status;
}

static void clear_words(vm_machine *m)
{
    const struct vm_policy_desc *desc = vm_policy_desc(m->policy);
    for (unsigned r = 0; r < desc->regions_n; r++) {
        uint64_t words = policy_region_words(m, desc->regions[r].shape);
        for (uint32_t i = 0; i < words; i++) {
            policy_put(m, r, i, 0);
        }
    }
}

void policy_change(vm_machine *m, enum vm_policy_kind kind)
{
    clear_words(m);
    machine_set_word(m, vm_machine_word_policy, m->policy, kind);
    m->policy = kind;
    m->policy_due = first_due(kind);
    ghost_reset(m);
    m->policy_words_n = lay_out(m, kind);
    m->order = (struct order){0};
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (frame_evictable_kind(&m->frames[f])) {
            policy_load(m, f);
        }
    }
}

void policy_describe(const vm_machine *m, struct vm_events *events)
{
    const struct vm_policy_desc *desc = vm_policy_desc(m->policy);
    for (unsigned r = 0; r < desc->regions_n; r++) {
        uint64_t words = policy_region_words(m, desc->regions[r].shape);
        for (uint32_t i = 0; i < words; i++) {
            if (policy_word(m, r, i)) {
                EMIT_TO(events, policy, .region = r, .index = i, .value = policy_word(m, r, i));
            }
        }
    }
}

const char *policy_check(const vm_machine *m)
{
    const struct vm_policy_desc *desc = vm_policy_desc(m->policy);
    for (unsigned r = 0; r < desc->regions_n; r++) {
        enum vm_region_shape shape = desc->regions[r].shape;
        bool frames = shape == vm_region_frames || shape == vm_region_nodes;
        for (vm_frame f = 0; frames && f < m->frames_n; f++) {
            if (!frame_evictable_kind(&m->frames[f]) && policy_word(m, r, f)) {
                return "28: a policy keeps words only of pages it may evict";
            }
        }
    }
    const char *problem = ghost_check(m);
    return problem || !vm_policies[m->policy]->check ? problem : vm_policies[m->policy]->check(m);
}
