/* SPDX-License-Identifier: MIT
 * Free chunks, as glibc 2.36 keeps them: the thread's cache, fastbins, the unsorted list, and the
 * small and large bins. The bins are modelled by what they decide: an exact small chunk goes first
 * in, first out; everything else is best fit, of equal ones the oldest. Simpler than glibc: no
 * safe unlinking, and the links of the bins' lists are touches without a value.
 */
#include "userland/heap.h"

#include <stdlib.h>

static vm_va cache_of(const struct heap *h)
{
    return h->m->tasks[h->tid].allocator.cache;
}

/* The bin of the arena at work, or the cache of the thread. */
static struct bin_of place(const struct heap *h, enum bin bin)
{
    return (struct bin_of){bin, bin == BIN_CACHE ? cache_of(h) : h->arena};
}

static uint32_t pick(
    const struct heap *h, enum bin bin, uint64_t least, uint64_t most, enum pick how)
{
    return h->dead ? 0 : chunk_pick(h->m, h->mm, place(h, bin), least, most, how);
}

static bool cache_has_room(const struct heap *h, uint64_t bytes)
{
    return cache_of(h) && bytes <= CACHE_LARGEST &&
           chunk_count(h->m, h->mm, place(h, BIN_CACHE), bytes) < CACHE_EACH;
}

/* tcache->entries[] of a size: the newest chunk of the list. */
static void write_cache_head(struct heap *h, uint64_t bytes)
{
    uint32_t first = pick(h, BIN_CACHE, bytes, bytes, PICK_NEWEST);
    vm_va entry = cache_of(h) + CHUNK_HEADER + 128 + (bytes - CHUNK_LEAST) / 16 * 8;
    heap_write(h, entry, first ? heap_chunk(h, first)->va + CHUNK_HEADER : 0);
}

/* tcache_put: the link (its bits mixed with its own address: PROTECT_PTR) and a key against freeing
 * twice lie in the freed bytes. */
static void cache_put(struct heap *h, uint32_t c)
{
    struct chunk *chunk = heap_chunk(h, c);
    vm_va user = chunk->va + CHUNK_HEADER;
    uint64_t bytes = chunk->bytes;
    uint32_t first = pick(h, BIN_CACHE, bytes, bytes, PICK_NEWEST);
    uint64_t next = first ? heap_chunk(h, first)->va + CHUNK_HEADER : 0;
    EMIT(h->m, chunk_cached, .tid = h->tid, .va = chunk->va, .bytes = bytes);
    chunk_cache(h->m, h->mm, c, cache_of(h));
    heap_write(h, user, next ^ user >> 12);
    heap_write(h, user + 8, (h->m->config.seed + 1) * UINT64_C(0x9e3779b97f4a7c15));
    if (!h->dead) {
        write_cache_head(h, bytes);
    }
}

uint32_t bins_cached(struct heap *h, uint64_t bytes)
{
    uint32_t c = bytes <= CACHE_LARGEST ? pick(h, BIN_CACHE, bytes, bytes, PICK_NEWEST) : 0;
    if (!c) {
        return 0;
    }
    vm_va va = heap_chunk(h, c)->va;
    EMIT(h->m, chunk_uncached, .tid = h->tid, .va = va, .bytes = bytes);
    heap_touch(h, va + CHUNK_HEADER, vm_access_load);
    if (!h->dead) {
        chunk_set(h->m, h->mm, c, bytes, BIN_NONE, vm_chunk_state_used);
        write_cache_head(h, bytes);
    }
    heap_write(h, va + CHUNK_HEADER + 8, 0);
    return h->dead ? 0 : c;
}

/* The header of the chunk behind says whether this one is in use. */
static void tell_next(struct heap *h, uint32_t c)
{
    uint32_t next = h->dead ? 0 : chunk_after(h->m, c);
    if (next) {
        heap_head(h, heap_chunk(h, next)->va);
    }
}

/* Into the unsorted list: links behind the header, the size again at the end (prev_size). */
static void put_unsorted(struct heap *h, uint32_t c)
{
    vm_va va = heap_chunk(h, c)->va;
    uint64_t bytes = heap_chunk(h, c)->bytes;
    chunk_set(h->m, h->mm, c, bytes, BIN_UNSORTED, vm_chunk_state_free);
    heap_head(h, va);
    heap_touch(h, va + CHUNK_HEADER, vm_access_store);
    if (bytes >= LARGE_LEAST) { /* fd_nextsize: the links between sizes */
        heap_touch(h, va + 2 * CHUNK_HEADER, vm_access_store);
    }
    heap_write(h, va + bytes, bytes);
    tell_next(h, c);
}

/* A free chunk for use: whole, or cut when enough is left for another one. */
static uint32_t use(struct heap *h, uint32_t c, uint64_t bytes)
{
    struct chunk *chunk = heap_chunk(h, c);
    vm_va va = chunk->va;
    uint64_t had = chunk->bytes;
    EMIT(h->m, chunk_reused, .tid = h->tid, .va = va, .bytes = had);
    bool cut = had - bytes >= CHUNK_LEAST;
    chunk_set(h->m, h->mm, c, cut ? bytes : had, BIN_NONE, vm_chunk_state_used);
    if (cut) {
        EMIT(h->m, chunk_split, .tid = h->tid, .va = va, .bytes = bytes, .rest = had - bytes);
        uint32_t rest =
            chunk_new(h->m, h->mm, h->arena, va + bytes, had - bytes, vm_chunk_state_free);
        if (bytes < LARGE_LEAST) {
            heap_state(h)->last_rest = va + bytes;
        }
        put_unsorted(h, rest);
    }
    heap_head(h, va);
    if (!cut) {
        tell_next(h, c);
    }
    return h->dead ? 0 : c;
}

/* A large bin keeps equal chunks in a row; a new one goes into the second place (so that the first,
 * which carries the links to other sizes, stays). The row's order is that of the stamps, falling.
 */
static void sort_in(struct heap *h, uint32_t c)
{
    uint64_t bytes = heap_chunk(h, c)->bytes;
    uint32_t head = bytes < LARGE_LEAST ? 0 : pick(h, BIN_SORTED, bytes, bytes, PICK_NEWEST);
    chunk_set(h->m, h->mm, c, bytes, BIN_SORTED, vm_chunk_state_free);
    if (head) {
        uint64_t since = heap_chunk(h, head)->since;
        heap_chunk(h, head)->since = heap_chunk(h, c)->since;
        heap_chunk(h, c)->since = since;
    }
    heap_touch(h, heap_chunk(h, c)->va + CHUNK_HEADER, vm_access_store);
}

/* Bins from 1024 bytes on: ranges of 64, 512, 4096, … bytes (largebin_index_64). */
static uint64_t large_bin(uint64_t bytes)
{
    static const struct {
        unsigned shift;
        uint64_t last, base;
    } ranges[] = {{6, 48, 48}, {9, 20, 91}, {12, 10, 110}, {15, 4, 119}, {18, 2, 124}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (bytes >> ranges[i].shift <= ranges[i].last) {
            return ranges[i].base + (bytes >> ranges[i].shift);
        }
    }
    return 126;
}

/* The smallest sorted chunk that is large enough. Of equal ones, in the bin of the request's own
 * size the second of the row (it is cheapest to unlink), in any other the last. */
static uint32_t best_fit(const struct heap *h, uint64_t bytes)
{
    uint32_t fit = pick(h, BIN_SORTED, bytes, UINT64_MAX, PICK_SMALLEST);
    uint64_t size = fit ? heap_chunk(h, fit)->bytes : 0;
    if (bytes < LARGE_LEAST || !fit || large_bin(size) != large_bin(bytes)) {
        return fit;
    }
    uint32_t head = pick(h, BIN_SORTED, size, size, PICK_NEWEST), second = 0;
    for (uint32_t c = h->m->processes[h->mm].first_chunk; c; c = heap_chunk(h, c)->next) {
        const struct chunk *chunk = heap_chunk(h, c);
        if (chunk_in(chunk, place(h, BIN_SORTED)) && chunk->bytes == size && c != head &&
            (!second || chunk->since > heap_chunk(h, second)->since)) {
            second = c;
        }
    }
    return second ? second : head;
}

/* Chunks of one size move from a bin into the cache while it has room (tcache stashing). */
static void stash(struct heap *h, enum bin bin, uint64_t bytes, enum pick how)
{
    while (!h->dead && cache_has_room(h, bytes)) {
        uint32_t c = pick(h, bin, bytes, bytes, how);
        if (!c) {
            return;
        }
        cache_put(h, c);
        if (bin == BIN_SORTED) {
            tell_next(h, c);
        }
    }
}

/* Merges with free neighbours; into the top, or the unsorted list. Returns the size it grew to. */
static uint64_t merge(struct heap *h, uint32_t c)
{
    vm_machine *m = h->m;
    uint32_t before = chunk_before(m, h->mm, heap_chunk(h, c)->va), after = chunk_after(m, c);
    uint8_t left = before ? heap_chunk(h, before)->bin : BIN_NONE;
    uint8_t right = after ? heap_chunk(h, after)->bin : BIN_NONE;
    bool top = after && heap_chunk(h, after)->state == vm_chunk_state_top;
    uint64_t bytes = heap_chunk(h, c)->bytes;
    uint32_t into = c;
    if (left == BIN_UNSORTED || left == BIN_SORTED) {
        bytes += heap_chunk(h, before)->bytes;
        into = before;
    }
    bool join = right == BIN_UNSORTED || right == BIN_SORTED;
    bytes += join || top ? heap_chunk(h, after)->bytes : 0;
    vm_va va = heap_chunk(h, into)->va;
    if (top) {
        EMIT(m, top_joined, .tid = h->tid, .va = va, .bytes = bytes);
    } else if (join || into != c) {
        EMIT(m, chunk_joined, .tid = h->tid, .va = va, .bytes = bytes);
    } else {
        EMIT(m, chunk_freed, .tid = h->tid, .va = va, .bytes = bytes);
    }
    if (join || top) {
        chunk_remove(m, h->mm, after);
    }
    if (into != c) {
        chunk_remove(m, h->mm, c);
    }
    if (top) {
        chunk_set(m, h->mm, into, bytes, BIN_NONE, vm_chunk_state_top);
        heap_state(h)->top = va;
        heap_head(h, va);
    } else {
        chunk_set(m, h->mm, into, bytes, BIN_UNSORTED, vm_chunk_state_free);
        put_unsorted(h, into);
    }
    return bytes;
}

/* malloc_consolidate: what the fastbins hold back is merged, size by size, newest first. */
static void consolidate(struct heap *h)
{
    uint32_t c;
    while ((c = pick(h, BIN_FAST, 0, UINT64_MAX, PICK_SMALLEST)) != 0) {
        c = pick(h, BIN_FAST, heap_chunk(h, c)->bytes, heap_chunk(h, c)->bytes, PICK_NEWEST);
        heap_touch(h, heap_chunk(h, c)->va + CHUNK_HEADER, vm_access_load);
        if (!h->dead) {
            merge(h, c);
        }
    }
}

void bins_free(struct heap *h, uint32_t c)
{
    vm_va va = heap_chunk(h, c)->va;
    uint64_t bytes = heap_chunk(h, c)->bytes;
    if (cache_has_room(h, bytes)) {
        cache_put(h, c);
    } else if (bytes <= FAST_LARGEST) {
        EMIT(h->m, chunk_held, .tid = h->tid, .va = va, .bytes = bytes);
        chunk_set(h->m, h->mm, c, bytes, BIN_FAST, vm_chunk_state_free);
        heap_touch(h, va + CHUNK_HEADER, vm_access_store);
    } else if (merge(h, c) >= CONSOLIDATE_LEAST) {
        consolidate(h);
        if (!h->dead) {
            heap_trim(h);
        }
    }
}

void bins_split(struct heap *h, uint32_t c, uint64_t bytes)
{
    struct chunk *chunk = heap_chunk(h, c);
    vm_va va = chunk->va;
    uint64_t rest = chunk->bytes - bytes;
    if (rest < CHUNK_LEAST) {
        heap_head(h, va);
        tell_next(h, c);
        return;
    }
    EMIT(h->m, chunk_split, .tid = h->tid, .va = va, .bytes = bytes, .rest = rest);
    chunk_set(h->m, h->mm, c, bytes, BIN_NONE, vm_chunk_state_used);
    uint32_t other = chunk_new(h->m, h->mm, h->arena, va + bytes, rest, vm_chunk_state_used);
    heap_head(h, va);
    heap_head(h, va + bytes);
    if (!h->dead) {
        bins_free(h, other);
    }
}

/* Goes through the unsorted list, oldest first: an exact fit is taken (or cached, when the cache
 * has room for it), everything else sorted into its bin. */
static uint32_t sort_unsorted(struct heap *h, uint64_t bytes)
{
    bool cached = false;
    for (uint32_t c; (c = pick(h, BIN_UNSORTED, 0, UINT64_MAX, PICK_OLDEST)) != 0;) {
        const struct chunk *chunk = heap_chunk(h, c);
        bool alone = chunk_count(h->m, h->mm, place(h, BIN_UNSORTED), 0) == 1;
        if (bytes < LARGE_LEAST && alone && chunk->va == heap_state(h)->last_rest &&
            chunk->bytes > bytes + CHUNK_LEAST) {
            return use(h, c, bytes);
        }
        if (chunk->bytes != bytes) {
            sort_in(h, c);
        } else if (cache_has_room(h, bytes)) {
            cached = true;
            cache_put(h, c);
            tell_next(h, c);
        } else {
            return use(h, c, bytes);
        }
    }
    return cached && !h->dead ? bins_cached(h, bytes) : 0;
}

uint32_t bins_malloc(struct heap *h, uint64_t bytes)
{
    uint32_t c = 0;
    if (bytes <= FAST_LARGEST && (c = pick(h, BIN_FAST, bytes, bytes, PICK_NEWEST)) != 0) {
        c = use(h, c, bytes);
        stash(h, BIN_FAST, bytes, PICK_NEWEST);
    } else if (bytes < LARGE_LEAST && (c = pick(h, BIN_SORTED, bytes, bytes, PICK_OLDEST)) != 0) {
        c = use(h, c, bytes);
        stash(h, BIN_SORTED, bytes, PICK_OLDEST);
    } else if (bytes >= LARGE_LEAST) {
        consolidate(h);
    }
    while (!c && !h->dead) {
        c = sort_unsorted(h, bytes);
        uint32_t fit = c || h->dead ? 0 : best_fit(h, bytes);
        if (fit) {
            c = use(h, fit, bytes);
        } else if (!c && heap_top_bytes(h) >= bytes + CHUNK_LEAST) {
            c = heap_carve(h, bytes);
        } else if (!c && pick(h, BIN_FAST, 0, UINT64_MAX, PICK_OLDEST)) {
            consolidate(h);
        } else if (!c) {
            return h->dead ? 0 : heap_more(h, bytes);
        }
    }
    return h->dead ? 0 : c;
}
