/* SPDX-License-Identifier: MIT
 * realloc: where the block lies, if it can be; else by mremap, or a new block and a copy.
 * Invariant: what the caller wrote is kept as far as both sizes go.
 */
#include "userland/malloc.h"

#include "kernel/process.h"
#include "userland/malloc_arena.h"
#include "userland/malloc_block.h"

/* Pages of a mapping that are copied where the kernel refuses to move it; glibc copies any number.
 */
#define MOVED_MOST 4096

/* The chunk where it lies, larger or smaller; false: it must move. */
static bool resize_in_place(struct heap *h, uint32_t c, uint64_t need)
{
    vm_machine *m = h->m;
    uint64_t had = heap_chunk(h, c)->bytes;
    vm_va va = heap_chunk(h, c)->va;
    uint32_t next = chunk_after(m, c);
    uint64_t more = next ? heap_chunk(h, next)->bytes : 0;
    uint8_t bin = next ? heap_chunk(h, next)->bin : BIN_NONE;
    bool top = next && heap_chunk(h, next)->state == vm_chunk_state_top;
    if (had < need && top && had + more >= need + CHUNK_LEAST) {
        EMIT(m, realloc_kept, .tid = h->tid, .va = va + CHUNK_HEADER, .bytes = need);
        chunk_remove(m, h->mm, next);
        chunk_set(m, h->mm, c, need, BIN_NONE, vm_chunk_state_used);
        chunk_new(m, h->mm, h->arena, va + need, had + more - need, vm_chunk_state_top);
        heap_state(h)->top = va + need;
        heap_head(h, va);
        heap_head(h, va + need);
        return true;
    }
    if (had < need) {
        bool join = bin == BIN_UNSORTED || bin == BIN_SORTED;
        if (!join || had + more < need) {
            return false;
        }
        EMIT(m, chunk_joined, .tid = h->tid, .va = va, .bytes = had + more);
        chunk_remove(m, h->mm, next);
        chunk_set(m, h->mm, c, had + more, BIN_NONE, vm_chunk_state_used);
    }
    EMIT(m, realloc_kept, .tid = h->tid, .va = va + CHUNK_HEADER, .bytes = need);
    bins_split(h, c, need);
    return true;
}

/* A new chunk, the old bytes copied, the old chunk freed. */
static uint32_t move(struct heap *h, uint32_t c, uint64_t bytes, bool mapped)
{
    uint64_t had = heap_chunk(h, c)->bytes;
    vm_va from = heap_chunk(h, c)->va + CHUNK_HEADER;
    uint32_t fresh = mapped ? block_take(h, bytes) : block_from_arena(h, block_bytes(bytes));
    if (!fresh || chunk_at(h->m, h->mm, from - CHUNK_HEADER) != c) {
        return fresh; /* the old block was unmapped behind malloc's back */
    }
    if (!mapped &&
        fresh == chunk_after(h->m, c)) { /* the heap grew: what is new lies just behind */
        uint64_t both = had + heap_chunk(h, fresh)->bytes;
        chunk_remove(h->m, h->mm, fresh);
        chunk_set(h->m, h->mm, c, both, BIN_NONE, vm_chunk_state_used);
        EMIT(h->m, realloc_kept, .tid = h->tid, .va = from, .bytes = block_bytes(bytes));
        bins_split(h, c, block_bytes(bytes));
        return h->dead ? 0 : c;
    }
    vm_va to = heap_chunk(h, fresh)->va + CHUNK_HEADER;
    EMIT(h->m, realloc_moved, .tid = h->tid, .from = from, .to = to, .bytes = had);
    heap_copy(h, to, from, had - (mapped ? CHUNK_HEADER : 8));
    if (!h->dead) {
        block_give(h, c);
    }
    return h->dead ? 0 : fresh;
}

/* mremap_chunk: the kernel moves the pages, nothing is copied. */
static uint32_t resize_mapped(struct heap *h, uint32_t c, uint64_t bytes)
{
    vm_machine *m = h->m;
    struct chunk old = *heap_chunk(h, c);
    uint64_t need = block_bytes(bytes), size = pages_of(m, need + 8) << m->config.page_shift;
    if (size == old.bytes) {
        EMIT(m, realloc_kept, .tid = h->tid, .va = old.va + CHUNK_HEADER, .bytes = size);
        return c;
    }
    vm_va va = heap_mremap(h, old.va, old.bytes, size);
    if (h->dead) {
        return 0;
    }
    if (va) {
        chunk_remove(m, h->mm, c);
        return heap_own_chunk(h, va, size);
    }
    if (old.bytes - 8 >= need) {
        return c;
    }
    return pages_of(m, old.bytes) > MOVED_MOST ? 0 : move(h, c, bytes, true);
}

enum vm_status vm_op_realloc(vm_machine *m, const struct vm_op_realloc *op)
{
    uint64_t pages = 2;
    if (task_ready(m, op->tid) == VM_OK && op->va >= CHUNK_HEADER) {
        vm_pid mm = mm_of(m, m->tasks[op->tid].pid);
        uint32_t c = chunk_at(m, mm, op->va - CHUNK_HEADER);
        uint64_t old = c ? pages_of(m, m->chunks[c].bytes) : 0;
        pages += c && m->chunks[c].state == vm_chunk_state_mapped && old > MOVED_MOST ? 0 : old;
    }
    struct heap h;
    enum vm_status status = block_begin(m, op->tid, pages, &h);
    if (status != VM_OK) {
        return status;
    }
    EMIT(m, realloc_called, .tid = op->tid, .va = op->va, .bytes = op->bytes);
    if (!op->va) {
        return block_finish(&h, block_take(&h, op->bytes), op->bytes);
    }
    uint32_t c = block_owned(&h, op->va);
    if (c && !op->bytes) {
        block_give(&h, c);
        block_result(&h, 0);
        return VM_OK;
    }
    uint64_t need = block_bytes(op->bytes);
    if (!c || !need) {
        return block_finish(&h, 0, op->bytes);
    }
    struct chunk chunk = *heap_chunk(&h, c);
    if (chunk.state != vm_chunk_state_mapped) {
        block_prepare(&h);
        block_arena(&h, &chunk);
    }
    if (h.dead) {
        return VM_OK;
    }
    if (chunk.state == vm_chunk_state_mapped) {
        c = resize_mapped(&h, c, op->bytes);
    } else if (!resize_in_place(&h, c, need)) {
        c = move(&h, c, op->bytes, false);
    }
    return block_finish(&h, c, op->bytes);
}
