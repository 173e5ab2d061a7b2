/* SPDX-License-Identifier: MIT
 * Read-ahead. One page of a window carries a mark; who comes to it makes the next window be read
 * before it is needed. Invariant: what is read ahead takes only frames that are free, so it never
 * pushes anything out.
 */
#include "kernel/readahead.h"

#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/kswapd.h"
#include "kernel/page_cache.h"
#include "kernel/swap.h"
#include "kernel/words.h"

struct window {
    uint64_t start, size, async; /* the last `async` pages begin with the mark; 0: none */
};

/* A frame is free anyway, and the reader's limit allows it one more. */
static bool has_room(const vm_machine *m, vm_pid pid, enum vm_frame_kind kind)
{
    const struct process *process = &m->processes[pid ? mm_of(m, pid) : 0];
    bool full = process->frame_limit && process->charged >= process->frame_limit;
    return !full && watermark_allows(m, kind);
}

/* A frame that is free anyway, charged to the reader; VM_NO_FRAME: memory or its limit is short. */
static vm_frame spare_frame(
    vm_machine *m, vm_pid pid, enum vm_frame_kind kind, uint32_t object, uint64_t index)
{
    if (!has_room(m, pid, kind)) {
        return VM_NO_FRAME;
    }
    m->payer = pid ? mm_of(m, pid) : 0;
    vm_frame f = frame_take_quietly(m, kind, object, index);
    m->payer = 0;
    return f;
}

static bool read_page(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index)
{
    struct cached *cached = cache_at(m, object, index);
    if (!cached || cached->frame) {
        return true;
    }
    vm_frame f = spare_frame(m, pid, vm_frame_kind_file, object, index);
    if (f == VM_NO_FRAME) {
        return false;
    }
    cached->frame = f + 1;
    words_copy(m, cached->words, vm_store_frame, f, 0, &m->frames[f].words);
    count(m, pid, vm_counter_readaheads, 1);
    m->outcome.disk = true;
    return true;
}

static uint64_t missing(const vm_machine *m, uint32_t object, uint64_t from, uint64_t to)
{
    uint64_t n = 0;
    for (uint64_t i = from; i < to; i++) {
        n += !cache_find(m, object, i);
    }
    return n;
}

static uint64_t read_range(
    vm_machine *m, vm_pid pid, uint32_t object, uint64_t from, uint64_t to, uint64_t mark)
{
    uint64_t pages = object_pages(m, object);
    to = to < pages ? to : pages;
    if (!has_room(m, pid, vm_frame_kind_file)) { /* first: looking at a window takes long */
        return 0;
    }
    uint64_t n = from < to ? missing(m, object, from, to) : 0;
    if (!n || !cache_at(m, object, from)) {
        return 0;
    }
    EMIT(m, read_ahead, .object = object, .from = from, .pages = n);
    for (uint64_t i = from; i < to; i++) {
        bool fresh = !cache_find(m, object, i);
        if (!read_page(m, pid, object, i)) {
            break;
        }
        if (fresh && i == mark) {
            vm_frame f = cache_find(m, object, i) - 1;
            frame_set_flags(m, f, m->frames[f].flags | vm_frame_bit_readahead);
        }
    }
    watermark_check(m, pid);
    return n;
}

static void read_window(vm_machine *m, vm_pid pid, uint32_t object, const struct window *w)
{
    uint64_t mark = w->async ? w->start + w->size - w->async : UINT64_MAX;
    read_range(m, pid, object, w->start, w->start + w->size, mark);
}

/* do_sync_mmap_readahead, page_cache_sync_ra. */
void readahead_sync(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index,
    enum readahead_kind kind, uint64_t end)
{
    uint64_t ra = m->config.readahead;
    struct window w = {.start = index, .size = ra};
    if (!ra || kind == READAHEAD_NONE) {
        return;
    }
    if (kind == READAHEAD_AROUND) {
        w.start = index > ra / 2 ? index - ra / 2 : 0;
        w.async = ra / 4;
    } else if (kind == READAHEAD_FORWARD) {
        w.async = ra / 2;
    } else if (end - index < ra) {
        w.size = end - index;
    }
    read_window(m, pid, object, &w);
}

/* page_cache_async_ra: the next window begins where the cached pages end. */
void readahead_async(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index)
{
    uint32_t found = cache_find(m, object, index);
    uint64_t ra = m->config.readahead, start = index + 1;
    if (!found || !(m->frames[found - 1].flags & vm_frame_bit_readahead)) {
        return;
    }
    vm_frame f = found - 1;
    frame_set_flags(m, f, m->frames[f].flags & (uint8_t)~vm_frame_bit_readahead);
    while (start <= index + ra && cache_find(m, object, start)) {
        start++;
    }
    if (start - index <= ra) {
        read_window(m, pid, object, &(struct window){.start = start, .size = ra, .async = ra});
    }
}

uint64_t readahead_range(vm_machine *m, vm_pid pid, uint32_t object, uint64_t from, uint64_t to)
{
    return read_range(m, pid, object, from, to, UINT64_MAX);
}

bool readahead_slot(vm_machine *m, vm_pid pid, vm_slot s)
{
    const struct slot *slot = &m->slots[s];
    if (!slot->refs || slot->frame) {
        return true;
    }
    bool shmem = m->objects[slot->object].kind == vm_object_kind_shmem;
    enum vm_frame_kind kind = shmem ? vm_frame_kind_shmem : vm_frame_kind_anon;
    vm_frame f = spare_frame(m, pid, kind, slot->object, slot->index);
    if (f == VM_NO_FRAME) {
        return false;
    }
    words_copy(m, slot->words, vm_store_frame, f, 0, &m->frames[f].words);
    slot_set_frame(m, s, f + 1);
    if (shmem) {
        cache_at(m, slot->object, slot->index)->frame = f + 1;
    }
    count(m, pid, vm_counter_readaheads, 1);
    m->outcome.disk = true;
    return true;
}

void readahead_slots(vm_machine *m, vm_pid pid, vm_slot slot)
{
    vm_slot n = UINT32_C(1) << m->config.page_cluster, first = slot & ~(n - 1);
    uint32_t wanted = 0;
    for (vm_slot s = first; s < first + n && s < m->slots_n; s++) {
        wanted += m->slots[s].refs && !m->slots[s].frame;
    }
    if (!wanted || !watermark_allows(m, vm_frame_kind_anon)) {
        return;
    }
    EMIT(m, swap_read_ahead, .slot = first, .slots = wanted);
    for (vm_slot s = first; s < first + n && s < m->slots_n; s++) {
        if (!readahead_slot(m, pid, s)) {
            break;
        }
    }
    watermark_check(m, pid);
}

uint64_t readahead_most(const vm_machine *m, uint64_t pages)
{
    uint64_t slots = (UINT64_C(1) << m->config.page_cluster) - 1;
    uint64_t each = m->config.readahead > slots ? m->config.readahead : slots;
    return pages * each < m->frames_n ? pages * each : m->frames_n;
}
