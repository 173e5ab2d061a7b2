/* SPDX-License-Identifier: MIT
 * The driver of a replay: references come in batches, room for their pages is made beforehand, and
 * the policy's loop runs over them. For OPT the trace is kept, four bytes a reference.
 */
#include "policy/replay.h"
#include "vm/describe.h"

#include <stdlib.h>
#include <string.h>

static const struct vm_replay_ops *const all_ops[] = {
#define POLICY(id, ...) &vm_replay_##id,
#include "vm/policies.def"
#undef POLICY
};

struct vm_replay {
    enum vm_policy_kind policy;
    const struct vm_replay_ops *ops;
    struct vm_replay_run run; /* its arrays are owned */
    uint64_t references;
    size_t page_room; /* pages that fit; the table has twice as many entries */
    uint32_t *whole;  /* owned; the trace so far, when the policy wants all of it */
    size_t whole_length, whole_room;
};
enum { FIRST_ROOM = 64, NEAR = 1 << 14, WARM = 16, AHEAD = 32 };

static uint32_t *grown(uint32_t *words, size_t old, size_t now)
{
    uint32_t *bigger = realloc(words, now * sizeof(*words));
    if (bigger) {
        memset(bigger + old, 0, (now - old) * sizeof(*words));
    }
    return bigger;
}

/* A page number as an entry has it. */
static uint64_t tag_of(vm_vpn vpn)
{
    return vpn < VM_REPLAY_WIDE ? vpn : VM_REPLAY_WIDE;
}

static void put_entry(struct vm_replay_entry *entry, vm_vpn vpn, uint32_t page)
{
    entry->word = tag_of(vpn) << VM_REPLAY_PAGE_BITS | (page + 1);
}

static bool is_empty(struct vm_replay_entry entry)
{
    return !(entry.word & VM_REPLAY_NOBODY);
}

static bool rehash(struct vm_replay_run *run, size_t room)
{
    struct vm_replay_entry *entry = calloc(room * 2, sizeof(*entry));
    if (!entry) {
        return false;
    }
    free(run->table.entry);
    run->table = (struct vm_replay_table){.entry = entry, .mask = room * 2 - 1, .shift = 64};
    for (size_t size = room * 2; size > 1; size /= 2) {
        run->table.shift--;
    }
    /* Page 0 is looked for here first: an empty entry that is no entry of page 0. */
    entry[0].word = UINT64_C(1) << VM_REPLAY_PAGE_BITS;
    entry[vm_replay_hash(run->table, VM_REPLAY_WIDE)].word = VM_REPLAY_NOBODY;
    for (uint32_t page = 0; page < run->pages; page++) {
        size_t at = vm_replay_hash(run->table, run->vpn[page]);
        while (!is_empty(entry[at])) {
            at = (at + 1) & run->table.mask;
        }
        put_entry(&entry[at], run->vpn[page], page);
    }
    return true;
}

static bool is_of(const struct vm_replay_run *run, struct vm_replay_entry entry, vm_vpn vpn)
{
    uint64_t tag = entry.word >> VM_REPLAY_PAGE_BITS;
    return tag == tag_of(vpn) && entry.word != VM_REPLAY_NOBODY &&
           (tag != VM_REPLAY_WIDE || run->vpn[vm_replay_entry_page(entry)] == vpn);
}

uint32_t vm_replay_find_page(struct vm_replay_run *run, size_t at, vm_vpn vpn)
{
    struct vm_replay_entry *entry = run->table.entry;
    for (; !is_empty(entry[at]); at = (at + 1) & run->table.mask) {
        if (is_of(run, entry[at], vpn)) {
            return vm_replay_entry_page(entry[at]);
        }
    }
    uint32_t page = run->pages++;
    put_entry(&entry[at], vpn, page);
    run->vpn[page] = vpn;
    return page;
}

enum vm_status vm_replay_number_room(struct vm_replay_run *run, size_t room)
{
    if (room > VM_REPLAY_PAGES_MAX) {
        return VM_LIMIT;
    }
    vm_vpn *vpn = realloc(run->vpn, room * sizeof(*vpn));
    if (!vpn) {
        return VM_NOMEM;
    }
    run->vpn = vpn;
    return rehash(run, room) ? VM_OK : VM_NOMEM;
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
    if (room > VM_REPLAY_PAGES_MAX) {
        return VM_LIMIT;
    }
    const struct vm_replay_ops *ops = replay->ops;
    struct vm_replay_run *run = &replay->run;
    uint32_t *page = grown(run->page, old * ops->page_words, room * ops->page_words);
    if (!page) {
        return VM_NOMEM;
    }
    run->page = page;
    size_t frames = run->frames < room && !ops->by_pages ? run->frames : room;
    size_t frame_room = frames * ops->frame_words + ops->extra_words;
    if (frame_room > run->frame_room) {
        uint32_t *frame = grown(run->frame, run->frame_room, frame_room);
        if (!frame) {
            return VM_NOMEM;
        }
        run->frame = frame;
        run->frame_room = frame_room;
    }
    enum vm_status status = vm_replay_number_room(run, room);
    if (status == VM_OK) {
        replay->page_room = room;
    }
    return status;
}

enum vm_status vm_replay_new(enum vm_policy_kind policy, uint32_t frames,
    const struct vm_policy_params *params, vm_replay **out)
{
    *out = NULL;
    const struct vm_policy_desc *desc = vm_policy_desc(policy);
    if (!desc || frames < desc->least_frames || (params && (!params->tick || !params->tau))) {
        return VM_INVALID;
    }
    vm_replay *replay = calloc(1, sizeof(*replay));
    if (!replay) {
        return VM_NOMEM;
    }
    replay->policy = policy;
    replay->ops = all_ops[policy];
    replay->run.frames = frames;
    replay->run.params = params ? *params : vm_policy_params_default();
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
    free(replay->run.table.entry);
    free(replay->run.vpn);
    free(replay->whole);
    free(replay);
}

/* Adds the references to the trace; of a page that repeats only the dirty bit. */
static enum vm_status keep(vm_replay *replay, const struct vm_trace_ref *refs, size_t n)
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
    struct vm_replay_table table = replay->run.table;
    uint32_t *whole = replay->whole;
    size_t length = replay->whole_length;
    for (size_t i = 0; i < n; i++) {
        uint32_t page = vm_replay_page(&replay->run, table, refs[i].vpn);
        uint32_t before = length ? whole[length - 1] : UINT32_MAX;
        bool same = before >> 1 == page;
        length += !same;
        whole[length - 1] = page << 1 | vm_replay_writes(&refs[i]) | (same ? before & 1 : 0);
    }
    replay->whole_length = length;
    return VM_OK;
}

/* Misses of a large table overlap when they are known beforehand: of references to come first the
 * entries are fetched, then their pages' words. */
static void warm_entries(const struct vm_replay_run *run, const struct vm_trace_ref *refs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        __builtin_prefetch(&run->table.entry[vm_replay_hash(run->table, refs[i].vpn)]);
    }
}

static void warm_pages(const vm_replay *replay, const struct vm_trace_ref *refs, size_t n)
{
    const struct vm_replay_run *run = &replay->run;
    for (size_t i = 0; i < n; i++) {
        const struct vm_replay_entry *entry = run->table.entry;
        size_t at = vm_replay_hash(run->table, refs[i].vpn);
        while (!is_empty(entry[at]) && !is_of(run, entry[at], refs[i].vpn)) {
            at = (at + 1) & run->table.mask;
        }
        size_t page = is_empty(entry[at]) ? run->pages : vm_replay_entry_page(entry[at]);
        __builtin_prefetch(&run->page[page * replay->ops->page_words]);
    }
}

static size_t lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void run_warm(vm_replay *replay, const struct vm_trace_ref *refs, size_t n)
{
    size_t entries = lesser(2 * (size_t)AHEAD, n), pages = lesser(AHEAD, n);
    warm_entries(&replay->run, refs, entries);
    warm_pages(replay, refs, pages);
    for (size_t at = 0; at < n; at += WARM) {
        size_t more = lesser(WARM, n - entries), next = lesser(WARM, n - pages);
        warm_entries(&replay->run, refs + entries, more);
        warm_pages(replay, refs + pages, next);
        entries += more;
        pages += next;
        replay->run.now = replay->references + at;
        replay->ops->run(&replay->run, refs + at, lesser(WARM, n - at));
    }
}

static enum vm_status feed_batch(vm_replay *replay, const struct vm_trace_ref *refs, size_t n)
{
    if (replay->ops->short_trace && replay->references + n > UINT32_MAX) {
        return VM_LIMIT;
    }
    enum vm_status status = reserve_pages(replay, n);
    if (status != VM_OK) {
        return status;
    }
    if (replay->ops->whole) {
        return keep(replay, refs, n);
    }
    replay->run.now = replay->references;
    if (replay->run.pages > NEAR) {
        run_warm(replay, refs, n);
    } else {
        replay->ops->run(&replay->run, refs, n);
    }
    return VM_OK;
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

size_t vm_replay_memory(const vm_replay *replay)
{
    if (!replay) {
        return 0;
    }
    const struct vm_replay_run *run = &replay->run;
    size_t words =
               replay->page_room * replay->ops->page_words + run->frame_room + replay->whole_room,
           each = sizeof(vm_vpn) + 2 * sizeof(struct vm_replay_entry);
    return sizeof(*replay) + words * sizeof(uint32_t) + replay->page_room * each;
}

uint64_t vm_replay_faults(const vm_replay *replay)
{
    return replay->run.faults;
}

enum vm_status vm_replay_end(vm_replay *replay, struct vm_replay_result *out)
{
    struct vm_replay_run *run = &replay->run;
    if (replay->ops->whole) {
        enum vm_status status = replay->ops->whole(run, replay->whole, replay->whole_length);
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
