/* SPDX-License-Identifier: MIT
 * The page cache. Invariant: cached[first_cached + i].frame is the one frame with (object, i), of
 * kind file or shmem, if there is one; nothing lies behind the object's last page.
 */
#include "kernel/page_cache.h"

#include "kernel/channel.h"
#include "kernel/file.h"
#include "kernel/frame.h"
#include "kernel/lock.h"
#include "kernel/page.h"
#include "kernel/readahead.h"
#include "kernel/reclaim.h"
#include "kernel/shmem.h"
#include "kernel/words.h"
#include "mmu/table.h"

#include <string.h>

struct cached *cache_at(const vm_machine *m, uint32_t object, uint64_t index)
{
    const struct object *o = &m->objects[object];
    return o->first_cached && index < pages_of(m, o->bytes) ? &m->cached[o->first_cached + index]
                                                            : NULL;
}

uint32_t cache_find(const vm_machine *m, uint32_t object, uint64_t index)
{
    const struct cached *cached = cache_at(m, object, index);
    return cached ? cached->frame : 0;
}

void cache_forget(vm_machine *m, uint32_t object, uint64_t index)
{
    struct cached *cached = cache_at(m, object, index);
    if (cached) {
        cached->frame = 0;
    }
}

/* Growing files get half as much again, so that writing page by page moves them seldom. */
static uint64_t room_for(const vm_machine *m, uint32_t object, uint64_t pages)
{
    uint64_t room = object ? m->objects[object].cached_room : 0;
    uint64_t grown = room + room / 2;
    return pages <= room ? 0 : grown > pages ? grown : pages;
}

enum vm_status cache_reserve(vm_machine *m, uint32_t object, uint64_t bytes)
{
    uint64_t pages = pages_of(m, bytes);
    if (pages > m->config.limits.pages) {
        return VM_LIMIT;
    }
    return RESERVE(m, cached, room_for(m, object, pages));
}

static void make_room(vm_machine *m, uint32_t object, uint64_t pages)
{
    struct object *o = &m->objects[object];
    uint64_t room = room_for(m, object, pages);
    if (!room) {
        return;
    }
    uint32_t old = o->first_cached, now = m->cached_n;
    if (old) {
        memcpy(&m->cached[now], &m->cached[old], o->cached_room * sizeof *m->cached);
        memset(&m->cached[old], 0, o->cached_room * sizeof *m->cached);
    }
    o->first_cached = now;
    o->cached_room = (uint32_t)room;
    m->cached_n += (uint32_t)room;
}

void cache_remove(vm_machine *m, uint32_t object, uint64_t index)
{
    struct cached *cached = cache_at(m, object, index);
    if (!cached) {
        return;
    }
    if (cached->frame) {
        vm_frame f = cached->frame - 1;
        page_unmap_all(m, f);
        frame_release(m, f);
    }
    shmem_forget_slot(m, object, index);
    words_clear(m, vm_store_file, object, index, &cached->words);
}

/* What lies behind `tail` bytes of the page reads 0 from now on. */
static void clear_tail(vm_machine *m, uint32_t object, uint64_t index, uint32_t tail)
{
    struct cached *cached = cache_at(m, object, index);
    if (!cached || !tail) {
        return;
    }
    words_cut(m, vm_store_file, object, index, &cached->words, tail);
    if (cached->frame) {
        vm_frame f = cached->frame - 1;
        words_cut(m, vm_store_frame, f, 0, &m->frames[f].words, tail);
    }
    if (cached->slot) {
        vm_slot s = cached->slot - 1;
        words_cut(m, vm_store_slot, s, 0, &m->slots[s].words, tail);
    }
}

/* unmap_mapping_range: pages behind the new end leave every mapping, private copies of them too. */
static void unmap_behind(vm_machine *m, uint32_t object, uint64_t pages)
{
    for (uint32_t v = 1; v < m->vmas_n; v++) {
        const struct vma *vma = &m->vmas[v];
        if (!vma->pid || vma->object != object || vma->flags & vm_map_bit_special) {
            continue;
        }
        vm_vpn from = vma->start + (pages > vma->offset ? pages - vma->offset : 0);
        pages_unmap(m, vma->pid, from, vma->end);
    }
}

void cache_resize(vm_machine *m, uint32_t object, uint64_t bytes)
{
    uint64_t old = object_pages(m, object), pages = pages_of(m, bytes);
    if (pages < old) {
        unmap_behind(m, object, pages);
    }
    for (uint64_t i = pages; i < old; i++) {
        cache_remove(m, object, i);
    }
    if (bytes < m->objects[object].bytes) {
        clear_tail(m, object, pages - 1, (uint32_t)(bytes & (page_size(m) - 1)));
    }
    make_room(m, object, pages);
    object_set_bytes(m, object, bytes);
}

vm_frame cache_load(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index)
{
    vm_frame f = reclaim_take(m, pid, vm_frame_kind_file, object, index);
    if (f == VM_NO_FRAME) {
        return VM_NO_FRAME;
    }
    EMIT(m, file_read, .object = object, .index = index, .frame = f);
    struct cached *cached = cache_at(m, object, index);
    if (cached) { /* the pages of a reference string have no cache */
        cached->frame = f + 1;
        words_copy(m, cached->words, vm_store_frame, f, 0, &m->frames[f].words);
    }
    count(m, pid, vm_counter_file_reads, 1);
    m->outcome.disk = true;
    return f;
}

vm_frame cache_new(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index)
{
    vm_frame f = reclaim_take(m, pid, vm_frame_kind_file, object, index);
    if (f != VM_NO_FRAME) {
        EMIT(m, cache_page_made, .object = object, .index = index, .frame = f);
        cache_at(m, object, index)->frame = f + 1;
    }
    return f;
}

vm_frame cache_read(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index)
{
    uint32_t found = cache_find(m, object, index);
    if (found) {
        EMIT(m, cache_hit, .object = object, .index = index, .frame = found - 1);
        readahead_async(m, pid, object, index);
        return found - 1;
    }
    /* Who begins at the start, or where others were before, is likely to go on. */
    bool in_order = !index || cache_find(m, object, index - 1);
    vm_frame f = cache_load(m, pid, object, index);
    if (f != VM_NO_FRAME && in_order) {
        readahead_sync(m, pid, object, index, READAHEAD_FORWARD, UINT64_MAX);
    }
    return f;
}

/* Objects without a place on a disk: they go with the last who holds them. */
static bool is_held(const vm_machine *m, uint32_t object)
{
    return m->objects[object].kind == vm_object_kind_shmem || m->objects[object].channel;
}

void object_hold(vm_machine *m, uint32_t object)
{
    if (is_held(m, object)) {
        object_set_refs(m, object, m->objects[object].refs + 1);
    }
}

void object_drop(vm_machine *m, uint32_t object)
{
    if (!is_held(m, object)) {
        return;
    }
    object_set_refs(m, object, m->objects[object].refs - 1);
    if (!m->objects[object].refs && m->objects[object].channel) {
        channel_end(m, object);
    } else if (!m->objects[object].refs) {
        EMIT(m, shmem_freed, .object = object, .pages = shmem_pages(m, object));
        cache_resize(m, object, 0);
        object_gone(m, object);
        lock_drop_object(m, object);
    }
}

static bool has_cache(const vm_machine *m, uint64_t object)
{
    return object && object < m->objects_n && m->objects[object].kind == vm_object_kind_file;
}

/* As after an earlier reading: pages come in while frames are free, nobody is pushed out. */
enum vm_status vm_op_warm(vm_machine *m, const struct vm_op_warm *op)
{
    if (!has_cache(m, op->object)) {
        return VM_INVALID;
    }
    uint32_t object = (uint32_t)op->object;
    enum vm_status status = m->words_live ? RESERVE(m, words, m->words_live) : VM_OK;
    if (status != VM_OK) {
        return status;
    }
    uint64_t pages = object_pages(m, object);
    EMIT(m, warmed, .object = object, .pages = pages);
    for (uint64_t i = 0; i < pages && m->frames_free; i++) {
        struct cached *cached = cache_at(m, object, i);
        if (!cached || cached->frame) {
            continue;
        }
        vm_frame f = frame_take(m, vm_frame_kind_file, object, i);
        cached->frame = f + 1;
        words_copy(m, cached->words, vm_store_frame, f, 0, &m->frames[f].words);
    }
    return VM_OK;
}

static bool cache_may_drop(const vm_machine *m, vm_frame f)
{
    const struct frame *frame = &m->frames[f];
    const uint8_t keep = vm_frame_bit_dirty | vm_frame_bit_pinned | vm_frame_bit_locked;
    return frame->kind == vm_frame_kind_file && !frame->maps && !(frame->flags & keep);
}

/* echo 1 > /proc/sys/vm/drop_caches */
enum vm_status vm_op_drop_caches(vm_machine *m, const struct vm_op_drop_caches *op)
{
    (void)op;
    uint64_t frames = 0;
    for (vm_frame f = 0; f < m->frames_n; f++) {
        frames += cache_may_drop(m, f);
    }
    EMIT(m, caches_dropped, .frames = frames);
    for (vm_frame f = 0; f < m->frames_n; f++) {
        if (cache_may_drop(m, f)) {
            frame_release(m, f);
        }
    }
    return VM_OK;
}
