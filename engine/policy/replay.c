/* SPDX-License-Identifier: MIT
 * The driver of a replay: references come in batches, repeats of the last page fall out, page numbers
 * become dense through a hash, and the policy's loop runs over what is left. Three short loops without
 * calls; none of them branches on the trace but at a new page.
 */
#include "policy/replay.h"
#include "vm/describe.h"

#include <stdlib.h>
#include <string.h>

static const struct vm_replay_ops *const all_ops[] = {
#define POLICY(name, title, least, regions) &vm_replay_##name,
#include "vm/policies.def"
#undef POLICY
};

struct entry {
    vm_vpn vpn;
    uint32_t page; /* plus one; 0: the entry is empty */
};
struct vm_replay {
    enum vm_policy_kind policy;
    const struct vm_replay_ops *ops;
    struct vm_replay_run run;
    uint64_t references;
    struct entry *table; /* owned; open addressing, at most half full */
    unsigned table_shift; /* 64 - log2 of its size */
    vm_vpn *vpn;          /* owned; of each page */
    size_t page_room;     /* pages that fit; the table has twice as many entries */
    uint32_t *whole; /* owned; the trace so far, when the policy wants all of it */
    size_t whole_length, whole_room;
};
enum { FIRST_ROOM = 64, PAGES_MAX = 1 << 28 };

static inline size_t hash(const struct vm_replay *replay, vm_vpn vpn)
{
    return (size_t)((vpn * UINT64_C(0x9E3779B97F4A7C15)) >> replay->table_shift);
}

static uint32_t *grown(uint32_t *words, size_t old, size_t now)
{
    uint32_t *bigger = realloc(words, now * sizeof(*words));
    if (bigger) {
        memset(bigger + old, 0, (now - old) * sizeof(*words));
    }
    return bigger;
}

static bool rehash(vm_replay *replay, size_t room)
{
    struct entry *table = calloc(room * 2, sizeof(*table));
    if (!table) {
        return false;
    }
    free(replay->table);
    replay->table = table;
    replay->table_shift = 64;
    for (size_t size = room * 2; size > 1; size /= 2) {
        replay->table_shift--;
    }
    for (uint32_t page = 0; page < replay->run.pages; page++) {
        size_t at = hash(replay, replay->vpn[page]);
        while (table[at].page) {
            at = (at + 1) & (room * 2 - 1);
        }
        table[at] = (struct entry){replay->vpn[page], page + 1};
    }
    return true;
}

/* Room for `more` new pages everywhere. */
static enum vm_status reserve_pages(vm_replay *replay, size_t more)
{
    if (replay->run.pages + more <= replay->page_room) {
        return VM_OK;
    }
    size_t old = replay->page_room, room = old ? old * 2 : FIRST_ROOM;
    while (room < replay->run.pages + more) {
        room *= 2;
    }
    if (room > PAGES_MAX) {
        return VM_LIMIT;
    }
    const struct vm_replay_ops *ops = replay->ops;
    struct vm_replay_run *run = &replay->run;
    vm_vpn *vpn = realloc(replay->vpn, room * sizeof(*vpn));
    if (!vpn) {
        return VM_NOMEM;
    }
    replay->vpn = vpn;
    run->vpn = vpn;
    uint32_t *page = grown(run->page, old * ops->page_words, room * ops->page_words);
    if (!page) {
        return VM_NOMEM;
    }
    run->page = page;
    size_t frames = run->frames < room ? run->frames : room;
    size_t frame_room = frames * ops->frame_words + ops->extra_words;
    if (frame_room > run->frame_room) {
        uint32_t *frame = grown(run->frame, run->frame_room, frame_room);
        if (!frame) {
            return VM_NOMEM;
        }
        run->frame = frame;
        run->frame_room = frame_room;
    }
    if (!rehash(replay, room)) {
        return VM_NOMEM;
    }
    replay->page_room = room;
    return VM_OK;
}

enum vm_status vm_replay_new(enum vm_policy_kind policy, uint32_t frames, uint64_t seed, vm_replay **out)
{
    *out = NULL;
    const struct vm_policy_desc *desc = vm_policy_desc(policy);
    if (!desc || frames < desc->least_frames) {
        return VM_INVALID;
    }
    vm_replay *replay = calloc(1, sizeof(*replay));
    if (!replay) {
        return VM_NOMEM;
    }
    replay->policy = policy;
    replay->ops = all_ops[policy];
    replay->run.frames = frames;
    replay->run.seed = seed;
    enum vm_status status = reserve_pages(replay, 1);
    if (status != VM_OK) {
        vm_replay_free(replay);
        return status;
    }
    *out = replay;
    return VM_OK;
}

void vm_replay_free(vm_replay *replay)
{
    if (!replay) {
        return;
    }
    free(replay->run.page);
    free(replay->run.frame);
    free(replay->table);
    free(replay->vpn);
    free(replay->whole);
    free(replay);
}

static bool writes(char kind)
{
    return (kind == 'W') | (kind == 'M');
}

/* Leaves out repeats of the page before. The first may repeat the last batch's page: it stays. */
static size_t squeeze(const struct vm_trace_ref *refs, size_t n, bool repeats, vm_vpn *vpn, uint8_t *dirty)
{
    size_t kept = 0;
    vm_vpn last = refs[0].vpn;
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        bool other = repeats || refs[i].vpn != last;
        size_t moved = kept + (other && i > 0);
        sum = (moved == kept ? sum : 0u) | writes(refs[i].kind);
        kept = moved;
        last = refs[i].vpn;
        vpn[kept] = last;
        dirty[kept] = (uint8_t)sum;
    }
    return kept + 1;
}

static uint32_t page_of(vm_replay *replay, vm_vpn vpn)
{
    size_t mask = replay->page_room * 2 - 1, at = hash(replay, vpn);
    for (;;) {
        struct entry *entry = &replay->table[at];
        if (entry->vpn == vpn && entry->page) {
            return entry->page - 1;
        }
        if (!entry->page) {
            uint32_t page = replay->run.pages++;
            *entry = (struct entry){vpn, page + 1};
            replay->vpn[page] = vpn;
            return page;
        }
        at = (at + 1) & mask;
    }
}

static enum vm_status keep(vm_replay *replay, const uint32_t *refs, size_t n)
{
    if (replay->whole_room - replay->whole_length < n) {
        size_t room = replay->whole_room ? replay->whole_room * 2 : 1 << 16;
        uint32_t *whole = realloc(replay->whole, room * sizeof(*whole));
        if (!whole) {
            return VM_NOMEM;
        }
        replay->whole = whole;
        replay->whole_room = room;
    }
    memcpy(replay->whole + replay->whole_length, refs, n * sizeof(*refs));
    replay->whole_length += n;
    return VM_OK;
}

static enum vm_status feed_batch(vm_replay *replay, const struct vm_trace_ref *refs, size_t n)
{
    vm_vpn vpn[VM_REPLAY_BATCH];
    uint8_t dirty[VM_REPLAY_BATCH];
    uint32_t dense[VM_REPLAY_BATCH];
    enum vm_status status = reserve_pages(replay, n);
    if (status != VM_OK) {
        return status;
    }
    size_t kept = squeeze(refs, n, replay->ops->repeats, vpn, dirty);
    for (size_t i = 0; i < kept; i++) {
        dense[i] = page_of(replay, vpn[i]) << 1 | dirty[i];
    }
    return replay->ops->whole ? keep(replay, dense, kept) : replay->ops->run(&replay->run, dense, kept);
}

enum vm_status vm_replay_feed(vm_replay *replay, const struct vm_trace_ref *refs, size_t n)
{
    enum vm_status status = VM_OK;
    for (size_t at = 0; at < n && status == VM_OK; at += VM_REPLAY_BATCH) {
        size_t batch = n - at < VM_REPLAY_BATCH ? n - at : VM_REPLAY_BATCH;
        status = feed_batch(replay, refs + at, batch);
        replay->references += status == VM_OK ? batch : 0;
    }
    return status;
}

enum vm_status vm_replay_end(vm_replay *replay, struct vm_replay_result *out)
{
    struct vm_replay_run *run = &replay->run;
    if (replay->ops->whole) {
        enum vm_status status = replay->ops->run(run, replay->whole, replay->whole_length);
        if (status != VM_OK) {
            return status;
        }
        replay->whole_length = 0;
    }
    *out = (struct vm_replay_result){
        .policy = replay->policy,
        .frames = run->frames,
        .references = replay->references,
        .hits = replay->references - run->faults,
        .faults = run->faults,
        .evictions = run->evictions,
        .writebacks = run->writebacks,
        .distinct_pages = run->pages,
    };
    return VM_OK;
}
