/* SPDX-License-Identifier: MIT
 * The top chunk, at the end of the heap, and what malloc asks of the kernel (glibc's sysmalloc and
 * systrim). Simpler than glibc: when brk is refused, a request gets a mapping of its own, where
 * glibc would map 1 MiB as a second, discontiguous heap.
 */
#include "kernel/exit.h"
#include "kernel/process.h"
#include "userland/malloc_arena.h"

static uint64_t round_up(uint64_t bytes, uint64_t to)
{
    return (bytes + to - 1) / to * to;
}

uint64_t heap_mmap_threshold(const struct heap *h)
{
    uint64_t set = heap_process(h)->mmap_threshold;
    return set ? set : THRESHOLD_DEFAULT;
}

uint64_t heap_top_bytes(const struct heap *h)
{
    vm_va top = heap_state(h)->top;
    uint32_t c = top ? chunk_at(h->m, h->mm, top) : 0;
    return c ? heap_chunk(h, c)->bytes : 0;
}

void heap_abort(struct heap *h, vm_va va)
{
    if (!h->dead) {
        EMIT(h->m, malloc_aborted, .tid = h->tid, .va = va);
        count(h->m, h->m->tasks[h->tid].pid, vm_counter_signals, 1);
        process_end(h->m, h->m->tasks[h->tid].pid, 128 + 6);
        h->dead = true;
    }
}

uint32_t heap_carve(struct heap *h, uint64_t bytes)
{
    vm_machine *m = h->m;
    vm_va va = heap_state(h)->top;
    uint32_t c = h->dead ? 0 : chunk_at(m, h->mm, va);
    if (!c) {
        return 0;
    }
    uint64_t rest = heap_chunk(h, c)->bytes - bytes;
    EMIT(m, chunk_carved, .tid = h->tid, .va = va, .bytes = bytes);
    chunk_set(m, h->mm, c, bytes, BIN_NONE, vm_chunk_state_used);
    chunk_new(m, h->mm, h->arena, va + bytes, rest, vm_chunk_state_top);
    heap_state(h)->top = va + bytes;
    heap_head(h, va);
    heap_head(h, va + bytes);
    return h->dead ? 0 : c;
}

/* A chunk of which malloc itself knows the address is no more. */
static void forget_chunk(struct heap *h, const struct chunk *chunk)
{
    vm_machine *m = h->m;
    struct malloc_arena *arena = arena_numbered(m, h->mm, chunk->arena);
    if (arena && chunk->state == vm_chunk_state_top) {
        arena->top = 0;
    }
    for (vm_tid tid = 1; chunk->bin == BIN_OWN && tid < m->tasks_n; tid++) {
        struct allocator now = m->tasks[tid].allocator;
        if (now.cache == chunk->va && mm_of(m, m->tasks[tid].pid) == h->mm) {
            now.cache = 0;
            allocator_put(m, tid, now);
        }
    }
}

void heap_forget(struct heap *h, vm_va va, uint64_t bytes)
{
    vm_machine *m = h->m;
    for (uint32_t c = m->processes[h->mm].first_chunk, next; c; c = next) {
        struct chunk chunk = m->chunks[c];
        next = chunk.next;
        if (chunk.va < va + bytes && chunk.va + chunk.bytes > va) {
            forget_chunk(h, &chunk);
            chunk_remove(m, h->mm, c);
        }
    }
}

uint32_t heap_own_chunk(struct heap *h, vm_va va, uint64_t bytes)
{
    heap_forget(h, va, bytes);
    uint32_t c = chunk_new(h->m, h->mm, 0, va, bytes, vm_chunk_state_mapped);
    heap_head(h, va);
    return h->dead ? 0 : c;
}

uint32_t heap_map_chunk(struct heap *h, uint64_t bytes)
{
    uint64_t size = round_up(bytes + 8, page_size(h->m));
    EMIT(h->m, chunk_mapped, .tid = h->tid, .bytes = size);
    vm_va va = heap_mmap(h, size);
    return va ? heap_own_chunk(h, va, size) : 0;
}

/* The end of the heap was moved by somebody else (sbrk), or a heap is full: the old top stays
 * behind as a free chunk, fenced off by the bytes that are lost (fencepost). */
void heap_retire(struct heap *h, uint32_t top)
{
    uint64_t bytes = (heap_chunk(h, top)->bytes - 32) & ~(uint64_t)(CHUNK_ALIGN - 1);
    if (heap_chunk(h, top)->bytes < 2 * CHUNK_LEAST) {
        chunk_remove(h->m, h->mm, top);
        return;
    }
    chunk_set(h->m, h->mm, top, bytes, BIN_NONE, vm_chunk_state_used);
    bins_free(h, top);
}

/* The kernel moved the end from `old` to `end`: the top reaches up to it. */
static void take_growth(struct heap *h, vm_va old, vm_va end)
{
    struct malloc_arena *state = heap_state(h);
    heap_forget(h, old, end - old);
    uint32_t top = state->top ? chunk_at(h->m, h->mm, state->top) : 0;
    if (top && heap_chunk(h, top)->va + heap_chunk(h, top)->bytes == old) {
        chunk_set(h->m, h->mm, top, end - state->top, BIN_NONE, vm_chunk_state_top);
    } else {
        if (top) {
            state->top = 0;
            heap_retire(h, top);
        }
        vm_va va = round_up(old, CHUNK_ALIGN);
        if (!h->dead) {
            chunk_new(h->m, h->mm, h->arena, va, end - va, vm_chunk_state_top);
            state->top = va;
        }
    }
    if (!h->dead) {
        heap_head(h, state->top);
    }
}

static bool grow(struct heap *h, uint64_t bytes)
{
    vm_machine *m = h->m;
    const struct malloc_arena *state = heap_state(h);
    if (!state->top) {
        heap_brk(h, 0); /* where does the heap end? */
    }
    vm_va old = m->processes[h->mm].brk, top_end = state->top + heap_top_bytes(h);
    if (h->dead) {
        return false;
    }
    if (state->top && old < top_end) {
        heap_abort(h, state->top); /* "break adjusted to free malloc space" */
        return false;
    }
    uint64_t size = bytes + TOP_PAD + CHUNK_LEAST;
    bool joined = state->top && old == top_end;
    size -= joined ? heap_top_bytes(h) : 0;
    vm_va end = round_up(joined ? old + round_up(size, page_size(m)) : old + size, page_size(m));
    EMIT(m, heap_grown, .tid = h->tid, .bytes = end - old);
    if (end < old || !heap_brk(h, end)) {
        return false;
    }
    take_growth(h, old, end);
    return !h->dead;
}

/* The heap of the arena grows within its space, or another heap follows it. */
static bool grow_heap(struct heap *h, uint64_t bytes)
{
    uint64_t top = heap_top_bytes(h);
    return (top && arena_grow(h, bytes + CHUNK_LEAST - top)) || arena_extend(h, bytes);
}

uint32_t heap_more(struct heap *h, uint64_t bytes)
{
    bool large = bytes >= heap_mmap_threshold(h);
    uint32_t c = large ? heap_map_chunk(h, bytes) : 0;
    if (c || h->dead) {
        return c;
    }
    bool grown = h->arena == ARENA_MAIN ? grow(h, bytes) : grow_heap(h, bytes);
    if (grown && heap_top_bytes(h) >= bytes + CHUNK_LEAST) {
        return heap_carve(h, bytes);
    }
    return h->dead || large ? 0 : heap_map_chunk(h, bytes);
}

void heap_trim(struct heap *h)
{
    vm_machine *m = h->m;
    const struct malloc_arena *state = heap_state(h);
    uint64_t top = heap_top_bytes(h), page = page_size(m);
    uint64_t set = heap_process(h)->trim_threshold, threshold = set ? set : THRESHOLD_DEFAULT;
    if (!h->dead && h->arena != ARENA_MAIN) {
        arena_trim(h, threshold);
        return;
    }
    if (h->dead || top < threshold || top <= TOP_PAD + CHUNK_LEAST + 1) {
        return;
    }
    uint64_t extra = (top - CHUNK_LEAST - 1 - TOP_PAD) / page * page;
    vm_va end = state->top + top;
    if (!extra || m->processes[h->mm].brk != end) {
        return;
    }
    EMIT(m, heap_trimmed, .tid = h->tid, .bytes = extra);
    if (heap_brk(h, end - extra) && !h->dead) {
        chunk_set(
            m, h->mm, chunk_at(m, h->mm, state->top), top - extra, BIN_NONE, vm_chunk_state_top);
        heap_head(h, state->top);
    }
}
