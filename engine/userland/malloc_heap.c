/* SPDX-License-Identifier: MIT
 * Heaps of arenas (glibc 2.36, arena.c: new_heap, grow_heap, shrink_heap, heap_trim): mappings
 * aligned to their size, of which malloc opens as much as it needs. Invariant: of a heap, `bytes`
 * are in use and `open` may be read and written; bytes <= open <= HEAP_MAX_SIZE.
 */
#include "userland/malloc_arena.h"

#include <assert.h>

enum { HEAP_LEAST = 32 << 10 }; /* HEAP_MIN_SIZE */

/* HEAP_MAX_SIZE. A small machine has a 64th of its addresses for a heap. */
uint64_t heap_most(const vm_machine *m)
{
    unsigned bits = m->config.va_bits;
    return bits > 32    ? UINT64_C(64) << 20
           : bits == 32 ? UINT64_C(1) << 20
           : bits > 6   ? UINT64_C(1) << (bits - 6)
                        : 1;
}

static uint32_t take(vm_machine *m)
{
    uint32_t id = m->free_malloc_heap;
    if (id) {
        m->free_malloc_heap = m->malloc_heaps[id].next;
    } else {
        assert(m->malloc_heaps_n < m->malloc_heaps_room);
        id = m->malloc_heaps_n++;
    }
    return id;
}

static void remove_first(vm_machine *m, uint32_t *list)
{
    uint32_t id = *list;
    *list = m->malloc_heaps[id].next;
    m->malloc_heaps[id] = (struct malloc_heap){.next = m->free_malloc_heap};
    m->free_malloc_heap = id;
}

void heaps_drop(vm_machine *m, uint32_t *list)
{
    while (*list) {
        remove_first(m, list);
    }
}

void heaps_copy(vm_machine *m, uint32_t from, uint32_t *list)
{
    uint32_t *link = list;
    for (; from; from = m->malloc_heaps[from].next) {
        uint32_t id = take(m);
        m->malloc_heaps[id] = m->malloc_heaps[from];
        m->malloc_heaps[id].next = 0;
        *link = id;
        link = &m->malloc_heaps[id].next;
    }
}

struct malloc_heap *arena_heap(const struct heap *h)
{
    uint32_t id = heap_state(h)->heaps;
    return id ? &h->m->malloc_heaps[id] : NULL;
}

/* Space of HEAP_MAX_SIZE, aligned to it: where the last one ended, else the aligned half of twice
 * as much. 0: no room. */
static vm_va aligned(struct heap *h)
{
    uint64_t most = heap_most(h->m);
    struct malloc_process *process = heap_process(h);
    vm_va hint = process->next_heap;
    process->next_heap = 0;
    vm_va va = hint ? heap_map_closed(h, hint, most) : 0;
    if (va && !(va & (most - 1))) {
        return va;
    }
    if (va) {
        heap_munmap(h, va, most);
    }
    vm_va both = heap_map_closed(h, 0, 2 * most);
    if (both) {
        va = (both + most - 1) & ~(most - 1);
        if (va != both) {
            heap_munmap(h, both, va - both);
        } else {
            process->next_heap = va + most;
        }
        heap_munmap(h, va + most, most - (va - both));
        return h->dead ? 0 : va;
    }
    va = heap_map_closed(h, 0, most);
    if (va & (most - 1)) {
        heap_munmap(h, va, most);
        return 0;
    }
    return va;
}

bool heap_new(struct heap *h, uint64_t bytes, struct malloc_heap *out)
{
    uint64_t most = heap_most(h->m), page = page_size(h->m);
    uint64_t least = HEAP_LEAST < most ? HEAP_LEAST : most;
    if (h->dead || bytes > most || most < page) {
        return false;
    }
    bytes = bytes + TOP_PAD < least ? least : bytes + TOP_PAD <= most ? bytes + TOP_PAD : most;
    bytes = (bytes + page - 1) / page * page;
    EMIT(h->m, heap_reserved, .tid = h->tid, .bytes = most);
    vm_va va = aligned(h);
    if (!va || h->dead) {
        return false;
    }
    EMIT(h->m, heap_opened, .tid = h->tid, .va = va, .bytes = bytes);
    if (!heap_open(h, va, bytes)) {
        heap_munmap(h, va, most);
        return false;
    }
    *out = (struct malloc_heap){.va = va, .bytes = bytes, .open = bytes};
    heap_forget(h, va, most);
    return true;
}

static void write_size(struct heap *h, const struct malloc_heap *heap)
{
    vm_va va = heap->va;
    uint64_t bytes = heap->bytes, open = heap->open;
    heap_write(h, va + 16, bytes);
    heap_write(h, va + 24, open);
}

void heap_adopt(struct heap *h, const struct malloc_heap *heap, uint64_t state)
{
    vm_machine *m = h->m;
    struct malloc_arena *arena = heap_state(h);
    vm_va before = arena->heaps ? m->malloc_heaps[arena->heaps].va : 0, first = arena->first;
    vm_va top = heap->va + HEAP_HEADER + state;
    EMIT(m, heap_written, .tid = h->tid, .va = heap->va, .arena = h->arena);
    uint32_t id = take(m);
    m->malloc_heaps[id] = *heap;
    m->malloc_heaps[id].next = arena->heaps;
    arena->heaps = id;
    arena->top = top;
    chunk_new(m, h->mm, h->arena, top, heap->va + heap->bytes - top, vm_chunk_state_top);
    heap_write(h, heap->va, first + HEAP_HEADER); /* ar_ptr */
    heap_write(h, heap->va + 8, before);
    write_size(h, heap);
    heap_zero(h, heap->va + HEAP_HEADER, state);
    heap_head(h, top);
}

bool arena_grow(struct heap *h, uint64_t bytes)
{
    struct malloc_heap *heap = arena_heap(h);
    uint64_t page = page_size(h->m), more = (bytes + page - 1) / page * page;
    if (h->dead || !heap || more < bytes || more > heap_most(h->m) - heap->bytes) {
        return false;
    }
    uint64_t end = heap->bytes + more;
    if (end > heap->open) {
        vm_va from = heap->va + heap->open;
        EMIT(h->m, heap_opened, .tid = h->tid, .va = from, .bytes = end - heap->open);
        if (!heap_open(h, from, end - heap->open)) {
            return false;
        }
        heap = arena_heap(h);
        heap->open = end;
    }
    heap->bytes = end;
    write_size(h, heap);
    uint32_t top = h->dead ? 0 : chunk_at(h->m, h->mm, heap_state(h)->top);
    if (top) {
        chunk_set(h->m, h->mm, top, heap_chunk(h, top)->bytes + more, BIN_NONE, vm_chunk_state_top);
        heap_head(h, heap_state(h)->top);
    }
    return top && !h->dead;
}

bool arena_extend(struct heap *h, uint64_t bytes)
{
    struct malloc_heap heap;
    uint64_t head = HEAP_HEADER + CHUNK_LEAST;
    vm_va old = heap_state(h)->top;
    if (bytes > heap_most(h->m) - head || !heap_new(h, bytes + head, &heap)) {
        return false;
    }
    uint32_t top = old ? chunk_at(h->m, h->mm, old) : 0;
    heap_adopt(h, &heap, 0);
    if (top && !h->dead) {
        heap_retire(h, top);
    }
    return !h->dead;
}

/* The last heap holds nothing but the top: it goes, and the space at the end of the one before it
 * is the top again. */
static bool delete_heap(struct heap *h)
{
    vm_machine *m = h->m;
    struct malloc_arena *arena = heap_state(h);
    struct malloc_heap heap = *arena_heap(h);
    const struct malloc_heap *before = &m->malloc_heaps[heap.next];
    if (!heap.next || arena->top != heap.va + HEAP_HEADER) {
        return false;
    }
    vm_va end = before->va + before->bytes, va = end - CHUNK_LEAST; /* the fenceposts */
    uint32_t c = chunk_before(m, h->mm, va);
    c = c && heap_chunk(h, c)->bin >= BIN_UNSORTED ? c : 0;
    va = c ? heap_chunk(h, c)->va : va;
    if (end - va + heap_most(m) - before->bytes < TOP_PAD + CHUNK_LEAST + page_size(m)) {
        return false;
    }
    EMIT(m, heap_deleted, .tid = h->tid, .va = heap.va);
    chunk_remove(m, h->mm, chunk_at(m, h->mm, arena->top));
    remove_first(m, &arena->heaps);
    if (c) {
        chunk_set(m, h->mm, c, end - va, BIN_NONE, vm_chunk_state_top);
    } else {
        chunk_new(m, h->mm, h->arena, va, end - va, vm_chunk_state_top);
    }
    arena->top = va;
    struct malloc_process *process = heap_process(h);
    process->next_heap = process->next_heap == heap.va + heap_most(m) ? 0 : process->next_heap;
    heap_munmap(h, heap.va, heap_most(m));
    heap_head(h, va);
    return !h->dead;
}

void arena_trim(struct heap *h, uint64_t threshold)
{
    vm_machine *m = h->m;
    while (!h->dead && heap_top_bytes(h) && delete_heap(h)) {
    }
    uint64_t top = heap_top_bytes(h), page = page_size(m);
    if (h->dead || top < threshold || top <= TOP_PAD + CHUNK_LEAST + 1) {
        return;
    }
    uint64_t extra = (top - CHUNK_LEAST - 1 - TOP_PAD) / page * page;
    struct malloc_heap *heap = arena_heap(h);
    if (!extra || extra > heap->bytes - HEAP_HEADER) {
        return;
    }
    vm_va from = heap->va + heap->bytes - extra;
    EMIT(m, heap_shrunk, .tid = h->tid, .va = heap->va, .bytes = extra);
    heap->bytes -= extra;
    chunk_set(m, h->mm, chunk_at(m, h->mm, heap_state(h)->top), top - extra, BIN_NONE,
        vm_chunk_state_top);
    heap_give_back(h, from, extra);
    write_size(h, arena_heap(h));
    heap_head(h, heap_state(h)->top);
}
