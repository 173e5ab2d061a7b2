/* SPDX-License-Identifier: MIT
 * malloc, calloc and free (realloc: malloc_realloc.c). Each touches what glibc touches: headers,
 * links, the thread's cache; the user's bytes only where the library writes them.
 */
#include "userland/malloc.h"

#include "kernel/process.h"
#include "race/race.h"
#include "userland/malloc_arena.h"
#include "userland/malloc_block.h"

/* The chunk for a request (checked_request2size); 0: too large for any address space. */
uint64_t block_bytes(uint64_t bytes)
{
    if (bytes > INT64_MAX - CHUNK_LEAST) {
        return 0;
    }
    uint64_t with = (bytes + 8 + CHUNK_ALIGN - 1) & ~(uint64_t)(CHUNK_ALIGN - 1);
    return with < CHUNK_LEAST ? CHUNK_LEAST : with;
}

static struct heap heap_of(vm_machine *m, vm_tid tid)
{
    struct heap h = {.m = m, .tid = tid, .mm = mm_of(m, m->tasks[tid].pid)};
    arena_begin(&h);
    h.arena = m->tasks[tid].allocator.arena;
    return h;
}

/* Checks the caller and reserves; `pages` of user data may be gone over. */
enum vm_status block_begin(vm_machine *m, uint64_t tid, uint64_t pages, struct heap *out)
{
    enum vm_status status = task_ready(m, tid);
    if (status == VM_OK && pages > m->config.limits.pages) {
        status = VM_LIMIT;
    }
    status = status == VM_OK ? heap_reserve(m, (vm_tid)tid, pages) : status;
    if (status == VM_OK) {
        switch_to(m, (vm_tid)tid);
        *out = heap_of(m, (vm_tid)tid);
    }
    return status;
}

/* _int_malloc in the thread's arena; when that has nothing, in the main one (arena_get_retry). */
uint32_t block_from_arena(struct heap *h, uint64_t bytes)
{
    if (h->dead) {
        return 0;
    }
    if (!h->arena) {
        return heap_map_chunk(h, bytes);
    }
    uint32_t c = bins_malloc(h, bytes);
    if (!c && !h->dead && h->arena != ARENA_MAIN) {
        h->arena = ARENA_MAIN;
        c = bins_malloc(h, bytes);
    }
    return c;
}

void block_result(struct heap *h, uint64_t value)
{
    if (!h->dead && h->m->tasks[h->tid].ret != value) {
        struct task now = h->m->tasks[h->tid];
        now.ret = value;
        task_put(h->m, h->tid, &now);
    }
    h->m->outcome.value = value;
}

enum vm_status block_finish(struct heap *h, uint32_t c, uint64_t bytes)
{
    if (h->dead) {
        return VM_OK;
    }
    if (!c) {
        EMIT(h->m, malloc_failed, .tid = h->tid, .bytes = bytes);
        block_result(h, 0); /* NULL, and errno */
        h->m->outcome.value = (uint64_t) - (int64_t)vm_errno_code_enomem;
        return VM_OK;
    }
    vm_va va = heap_chunk(h, c)->va + CHUNK_HEADER;
    EMIT(h->m, malloc_returned, .tid = h->tid, .va = va);
    race_forget(h->m, mm_of(h->m, h->m->tasks[h->tid].pid), va, va + bytes);
    block_result(h, va);
    return VM_OK;
}

/* tcache_init: the thread's cache is a chunk of its own, the first that it asks for, filled with
 * zeros. */
void block_prepare(struct heap *h)
{
    struct allocator now = h->m->tasks[h->tid].allocator;
    if (h->dead || now.cache || now.over) {
        return;
    }
    EMIT(h->m, cache_made, .tid = h->tid, .bytes = CACHE_BYTES);
    arena_get(h, CACHE_BYTES);
    uint32_t c = block_from_arena(h, block_bytes(CACHE_BYTES));
    if (c) {
        struct chunk chunk = *heap_chunk(h, c);
        chunk_set(h->m, h->mm, c, chunk.bytes, BIN_OWN, (enum vm_chunk_state)chunk.state);
        now = h->m->tasks[h->tid].allocator;
        now.cache = chunk.va;
        allocator_put(h->m, h->tid, now);
        heap_zero(h, chunk.va + CHUNK_HEADER, CACHE_BYTES);
    }
}

uint32_t block_take(struct heap *h, uint64_t bytes)
{
    uint64_t need = block_bytes(bytes);
    if (!need) {
        return 0;
    }
    block_prepare(h);
    uint32_t c = h->dead ? 0 : bins_cached(h, need);
    if (c || h->dead) {
        return c;
    }
    arena_get(h, need);
    return block_from_arena(h, need);
}

/* arena_for_chunk: the head of the chunk's heap names its arena. */
void block_arena(struct heap *h, const struct chunk *chunk)
{
    if (h->dead || !chunk->arena) {
        return;
    }
    h->arena = chunk->arena;
    if (chunk->arena > ARENA_MAIN) {
        heap_touch(h, chunk->va & ~(heap_most(h->m) - 1), vm_access_load);
        if (!h->dead) {
            EMIT(h->m, chunk_found, .tid = h->tid, .va = chunk->va, .arena = chunk->arena);
        }
    }
}

void block_give(struct heap *h, uint32_t c)
{
    struct chunk chunk = *heap_chunk(h, c);
    if (chunk.state != vm_chunk_state_mapped) {
        block_prepare(h);
        block_arena(h, &chunk);
        if (!h->dead) {
            bins_free(h, c);
        }
        return;
    }
    if (chunk.bytes > heap_mmap_threshold(h) && chunk.bytes <= THRESHOLD_LARGEST) {
        EMIT(h->m, threshold_raised, .tid = h->tid, .bytes = chunk.bytes);
        heap_process(h)->mmap_threshold = chunk.bytes;
        heap_process(h)->trim_threshold = 2 * chunk.bytes;
    }
    chunk_remove(h->m, h->mm, c);
    heap_munmap(h, chunk.va, chunk.bytes);
}

/* The chunk in use whose bytes begin at `va`; the library reads its header. 0: there is none, and
 * the program does not survive it. */
uint32_t block_owned(struct heap *h, vm_va va)
{
    vm_va header = va - CHUNK_HEADER;
    uint32_t c = va >= CHUNK_HEADER ? chunk_at(h->m, h->mm, header) : 0;
    uint8_t state = c ? heap_chunk(h, c)->state : vm_chunk_state_none;
    bool good = (state == vm_chunk_state_used || state == vm_chunk_state_mapped) &&
                heap_chunk(h, c)->bin != BIN_OWN;
    heap_touch(h, header + 8, vm_access_load);
    if (!good) {
        heap_abort(h, va);
    }
    return h->dead ? 0 : c;
}

enum vm_status vm_op_malloc(vm_machine *m, const struct vm_op_malloc *op)
{
    struct heap h;
    enum vm_status status = block_begin(m, op->tid, 1, &h);
    if (status != VM_OK) {
        return status;
    }
    EMIT(m, malloc_called, .tid = op->tid, .bytes = op->bytes, .chunk = block_bytes(op->bytes));
    return block_finish(&h, block_take(&h, op->bytes), op->bytes);
}

/* Bytes of the user's block that calloc must clear: all but what the kernel has just delivered,
 * which is zero (MORECORE_CLEARS). */
static uint64_t to_clear(const struct heap *h, uint32_t c, vm_va old_top, vm_va fresh)
{
    const struct chunk *chunk = heap_chunk(h, c);
    if (chunk->state == vm_chunk_state_mapped) {
        return 0;
    }
    bool carved = chunk->va == old_top && fresh > old_top && fresh - old_top < chunk->bytes;
    return (carved ? fresh - old_top : chunk->bytes) - 8;
}

static uint32_t take_zeroed(struct heap *h, uint64_t n, uint64_t each, uint64_t bytes)
{
    EMIT(h->m, calloc_called, .tid = h->tid, .n = n, .bytes = each);
    uint64_t need = block_bytes(bytes);
    if (need) {
        block_prepare(h);
    }
    arena_get(h, need);
    vm_va top = heap_state(h)->top, fresh = top + heap_top_bytes(h);
    const struct malloc_heap *heap = arena_heap(h);
    fresh = heap ? heap->va + heap->open : fresh;      /* what was open before may have been used */
    uint32_t c = need ? block_from_arena(h, need) : 0; /* calloc leaves the cache alone */
    uint64_t clear = c ? to_clear(h, c, top, fresh) : 0;
    if (clear) {
        vm_va va = heap_chunk(h, c)->va + CHUNK_HEADER;
        EMIT(h->m, calloc_cleared, .tid = h->tid, .va = va, .bytes = clear);
        heap_zero(h, va, clear);
    }
    return c;
}

enum vm_status vm_op_calloc(vm_machine *m, const struct vm_op_calloc *op)
{
    bool whole = !op->n || op->bytes <= INT64_MAX / op->n;
    uint64_t bytes = whole ? op->n * op->bytes : UINT64_MAX;
    uint64_t known = 0;
    if (task_ready(m, op->tid) == VM_OK) {
        known = heap_known(m, (vm_tid)op->tid);
    }
    struct heap h;
    uint64_t pages = pages_of(m, bytes < known ? bytes : known) + 2;
    enum vm_status status = block_begin(m, op->tid, pages, &h);
    if (status != VM_OK) {
        return status;
    }
    return block_finish(&h, take_zeroed(&h, op->n, op->bytes, bytes), bytes);
}

vm_va malloc_zeroed(vm_machine *m, vm_tid tid, uint64_t n, uint64_t bytes)
{
    struct heap h = heap_of(m, tid);
    uint32_t c = take_zeroed(&h, n, bytes, n * bytes);
    if (!c || h.dead) {
        return 0;
    }
    vm_va va = heap_chunk(&h, c)->va + CHUNK_HEADER;
    EMIT(m, malloc_returned, .tid = tid, .va = va);
    return va;
}

static void release(struct heap *h, vm_va va)
{
    EMIT(h->m, free_called, .tid = h->tid, .va = va);
    uint32_t c = va ? block_owned(h, va) : 0; /* free(NULL) does nothing */
    if (c) {
        block_give(h, c);
    }
}

/* The cached chunk that goes first: of the smallest size, the newest. */
static uint32_t next_cached(const struct heap *h, vm_va cache)
{
    const struct bin_of bin = {BIN_CACHE, cache};
    uint32_t c = h->dead ? 0 : chunk_pick(h->m, h->mm, bin, 0, UINT64_MAX, PICK_SMALLEST);
    uint64_t bytes = c ? heap_chunk(h, c)->bytes : 0;
    return c ? chunk_pick(h->m, h->mm, bin, bytes, bytes, PICK_NEWEST) : 0;
}

void malloc_thread_end(vm_machine *m, vm_tid tid)
{
    struct allocator own = m->tasks[tid].allocator;
    struct heap h = {.m = m, .tid = tid, .mm = mm_of(m, m->tasks[tid].pid)};
    if (!own.arena && !own.cache) {
        return;
    }
    EMIT(m, arena_left, .tid = tid, .arena = own.arena);
    allocator_put(m, tid, (struct allocator){.arena = own.arena, .over = true});
    for (uint32_t c; (c = next_cached(&h, own.cache)) != 0;) {
        struct chunk chunk = *heap_chunk(&h, c);
        chunk_set(m, h.mm, c, chunk.bytes, BIN_NONE, vm_chunk_state_used);
        block_arena(&h, &chunk);
        if (!h.dead) {
            bins_free(&h, c);
        }
    }
    uint32_t c = own.cache && !h.dead ? chunk_at(m, h.mm, own.cache) : 0;
    struct chunk chunk = *heap_chunk(&h, c);
    if (c && chunk.state == vm_chunk_state_mapped) {
        chunk_remove(m, h.mm, c);
        heap_munmap(&h, chunk.va, chunk.bytes);
    } else if (c) {
        chunk_set(m, h.mm, c, chunk.bytes, BIN_NONE, vm_chunk_state_used);
        block_arena(&h, &chunk);
        if (!h.dead) {
            bins_free(&h, c);
        }
    }
    if (!h.dead) {
        arena_detach(&h);
    }
}

enum vm_status vm_op_free(vm_machine *m, const struct vm_op_free *op)
{
    struct heap h;
    enum vm_status status = block_begin(m, op->tid, 1, &h);
    if (status != VM_OK) {
        return status;
    }
    release(&h, op->va);
    block_result(&h, 0);
    return VM_OK;
}

void malloc_give(vm_machine *m, vm_tid tid, vm_va va)
{
    struct heap h = heap_of(m, tid);
    release(&h, va);
}
