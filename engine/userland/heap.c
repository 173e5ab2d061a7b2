/* SPDX-License-Identifier: MIT
 * What malloc does to memory, one page at a time through the MMU, and what it asks of the kernel.
 * All room is reserved: a call that the kernel refuses is the simulated kernel's refusal.
 */
#include "userland/heap.h"

#include "kernel/madvise.h"
#include "kernel/mmap.h"
#include "kernel/mremap.h"
#include "kernel/process.h"
#include "kernel/vma.h"
#include "kernel/words.h"
#include "mmu/table.h"
#include "userland/copy.h"
#include "userland/malloc_arena.h"

#define HEADS 24 /* pages of headers and links that one call touches, fastbins apart */

/* Bytes that brk and the heaps of arenas hold open. */
static uint64_t open_bytes(const vm_machine *m, vm_pid mm)
{
    const struct process *process = &m->processes[mm];
    uint64_t bytes = process->brk - process->brk_start;
    for (uint32_t a = process->malloc.arenas; a; a = m->malloc_arenas[a].next) {
        for (uint32_t i = m->malloc_arenas[a].heaps; i; i = m->malloc_heaps[i].next) {
            bytes += m->malloc_heaps[i].open;
        }
    }
    return bytes;
}

uint64_t heap_known(const vm_machine *m, vm_tid tid)
{
    return open_bytes(m, mm_of(m, m->tasks[tid].pid));
}

/* Chunks that one call may merge, or move out of the thread's cache. */
static uint64_t loose_chunks(const vm_machine *m, vm_pid mm)
{
    uint64_t n = 0;
    for (uint32_t c = m->processes[mm].first_chunk; c; c = m->chunks[c].next) {
        n += m->chunks[c].bin == BIN_FAST || m->chunks[c].bin == BIN_CACHE;
    }
    return n;
}

struct malloc_arena *heap_state(const struct heap *h)
{
    struct malloc_arena *arena = arena_numbered(h->m, h->mm, h->arena);
    return arena ? arena : &h->m->malloc_arenas[0]; /* the process died: nothing is found there */
}

enum vm_status heap_reserve(vm_machine *m, vm_tid tid, uint64_t pages)
{
    vm_pid mm = mm_of(m, m->tasks[tid].pid);
    uint64_t heap = pages_of(m, open_bytes(m, mm)) + 2 * pages;
    uint64_t fast = 3 * loose_chunks(m, mm);
    uint64_t touched = 2 * pages + HEADS + pages_of(m, CACHE_BYTES) + (fast < heap ? fast : heap);
    uint64_t span = UINT64_C(1) << m->config.level_bits[m->config.levels - 1];
    /* The heap is one range, and two chunks may have mappings of their own. */
    uint64_t tables = 2 * (heap / span) + 12 * (uint64_t)m->config.levels;
    tables += 2 * vm_tables_of(m, mm); /* mremap makes tables for entries that move */
    enum vm_status status = table_reserve(m, tables);
    uint64_t live = m->words_live + 2 * touched, page = page_size(m) / 8;
    status = status == VM_OK ? RESERVE(m, words, 2 * HEADS) : status;
    status = status == VM_OK ? user_reserve(m, touched, pages << m->config.page_shift) : status;
    status = status == VM_OK
                 ? RESERVE(m, words, (2 * touched + 2) * (page < live ? page : live) + 2 * live)
                 : status;
    status = status == VM_OK ? RESERVE(m, chunks, 8) : status;
    status = status == VM_OK ? RESERVE(m, objects, 8) : status;
    status = status == VM_OK ? arenas_reserve(m) : status;
    return status == VM_OK ? vma_reserve(m, 24) : status;
}

/* False: the process ended, or a handler stepped over the access. */
static bool reach(struct heap *h, vm_va va, enum vm_access access, vm_frame *frame)
{
    if (h->dead) {
        return false;
    }
    enum access_end end = access_page(h->m, h->tid, va, access, frame);
    h->dead = h->m->tasks[h->tid].state == vm_task_state_ended;
    return end == ACCESS_DONE && !h->dead;
}

void heap_touch(struct heap *h, vm_va va, enum vm_access access)
{
    vm_frame frame;
    reach(h, va, access, &frame);
}

static void put_word(vm_machine *m, vm_frame f, vm_va va, uint64_t value)
{
    words_put(
        m, vm_store_frame, f, 0, &m->frames[f].words, (uint32_t)(va & (page_size(m) - 1)), value);
}

void heap_write(struct heap *h, vm_va va, uint64_t value)
{
    vm_frame frame;
    if (reach(h, va, vm_access_store, &frame)) {
        put_word(h->m, frame, va, value);
    }
}

/* Bytes from `va` to the end of its page, `bytes` at most. */
static uint64_t piece(const vm_machine *m, vm_va va, uint64_t bytes)
{
    uint64_t left = page_size(m) - (va & (page_size(m) - 1));
    return left < bytes ? left : bytes;
}

static void clear_words(vm_machine *m, vm_frame f, vm_va va, uint64_t bytes)
{
    uint32_t from = (uint32_t)(va & (page_size(m) - 1));
    for (uint32_t w = m->frames[f].words, next; w; w = next) {
        next = m->words[w].next;
        uint32_t offset = m->words[w].offset;
        if (offset >= from && offset - from < bytes) {
            put_word(m, f, va - from + offset, 0);
        }
    }
}

void heap_zero(struct heap *h, vm_va va, uint64_t bytes)
{
    while (bytes && !h->dead) {
        uint64_t n = piece(h->m, va, bytes);
        vm_frame frame;
        if (reach(h, va, vm_access_store, &frame)) {
            clear_words(h->m, frame, va, n);
        }
        va += n;
        bytes -= n;
    }
}

void heap_copy(struct heap *h, vm_va to, vm_va from, uint64_t bytes)
{
    vm_machine *m = h->m;
    while (bytes && !h->dead) {
        uint64_t n = piece(m, to, piece(m, from, bytes));
        if (user_read(m, h->tid, from, (uint32_t)n, m->scratch) == ACCESS_DONE) {
            user_write(m, h->tid, to, (uint32_t)n, m->scratch);
        }
        h->dead = m->tasks[h->tid].state == vm_task_state_ended;
        to += n;
        from += n;
        bytes -= n;
    }
}

void heap_head(struct heap *h, vm_va va)
{
    uint32_t c = h->dead ? 0 : chunk_at(h->m, h->mm, va);
    if (!c) {
        return;
    }
    const struct chunk *chunk = heap_chunk(h, c);
    if (chunk->state == vm_chunk_state_mapped) {
        heap_write(h, va + 8, chunk->bytes | 2); /* IS_MMAPPED */
        return;
    }
    uint32_t before = chunk_before(h->m, h->mm, va);
    uint8_t bin = before ? heap_chunk(h, before)->bin : BIN_NONE;
    bool in_use = bin != BIN_UNSORTED && bin != BIN_SORTED; /* caches and fastbins keep the bit */
    uint64_t other = chunk->arena > ARENA_MAIN ? 4 : 0;     /* NON_MAIN_ARENA */
    heap_write(h, va + 8, chunk->bytes | in_use | other);
}

/* The result of the system call that just ended; h->dead when the process did not survive it. */
static uint64_t answer(struct heap *h, enum vm_status status)
{
    h->dead = h->m->tasks[h->tid].state == vm_task_state_ended;
    return status == VM_OK && !h->dead ? h->m->outcome.value
                                       : (uint64_t) - (int64_t)vm_errno_code_enomem;
}

static bool failed(uint64_t value)
{
    return value > UINT64_MAX - vm_errno_code_count;
}

bool heap_brk(struct heap *h, vm_va end)
{
    if (h->dead) {
        return false;
    }
    const struct vm_op_brk op = {.tid = h->tid, .va = end};
    return answer(h, vm_op_brk(h->m, &op)) == end;
}

vm_va heap_mmap(struct heap *h, uint64_t bytes)
{
    if (h->dead) {
        return 0;
    }
    const struct vm_op_mmap op = {
        .tid = h->tid, .bytes = bytes, .prot = vm_prot_bit_read | vm_prot_bit_write};
    uint64_t value = answer(h, vm_op_mmap(h->m, &op));
    return failed(value) ? 0 : value;
}

void heap_munmap(struct heap *h, vm_va va, uint64_t bytes)
{
    if (!h->dead) {
        const struct vm_op_munmap op = {.tid = h->tid, .va = va, .bytes = bytes};
        answer(h, vm_op_munmap(h->m, &op));
    }
}

vm_va heap_map_closed(struct heap *h, vm_va hint, uint64_t bytes)
{
    if (h->dead) {
        return 0;
    }
    const struct vm_op_mmap op = {
        .tid = h->tid, .hint = hint, .bytes = bytes, .flags = vm_map_bit_noreserve};
    uint64_t value = answer(h, vm_op_mmap(h->m, &op));
    return failed(value) ? 0 : value;
}

bool heap_open(struct heap *h, vm_va va, uint64_t bytes)
{
    if (h->dead) {
        return false;
    }
    const struct vm_op_mprotect op = {
        .tid = h->tid, .va = va, .bytes = bytes, .prot = vm_prot_bit_read | vm_prot_bit_write};
    return !failed(answer(h, vm_op_mprotect(h->m, &op)));
}

void heap_give_back(struct heap *h, vm_va va, uint64_t bytes)
{
    if (!h->dead) {
        const struct vm_op_madvise op = {
            .tid = h->tid, .va = va, .bytes = bytes, .advice = vm_advice_dontneed};
        answer(h, vm_op_madvise(h->m, &op));
    }
}

vm_va heap_mremap(struct heap *h, vm_va va, uint64_t old_bytes, uint64_t new_bytes)
{
    if (h->dead) {
        return 0;
    }
    const struct vm_op_mremap op = {.tid = h->tid,
        .va = va,
        .old_bytes = old_bytes,
        .new_bytes = new_bytes,
        .flags = vm_mremap_bit_maymove};
    uint64_t value = answer(h, vm_op_mremap(h->m, &op));
    return failed(value) ? 0 : value;
}
