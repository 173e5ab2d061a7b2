/* SPDX-License-Identifier: MIT
 * Invariants of malloc: chunks, arenas, and who uses them.
 */
#include "machine/check.h"

#include "userland/malloc_arena.h"

/* Threads of the process, and of those that borrow its memory, that use the arena. A vfork child's
 * thread is its lender's. */
static uint32_t users(const vm_machine *m, vm_pid pid, uint32_t arena)
{
    uint32_t n = 0;
    for (vm_tid tid = 1; tid < m->tasks_n; tid++) {
        n += m->tasks[tid].pid == pid && m->tasks[tid].allocator.arena == arena;
    }
    return n;
}

static const char *check_arena(const vm_machine *m, vm_pid pid, const struct malloc_arena *arena)
{
    uint32_t top = arena->top ? chunk_at(m, pid, arena->top) : 0;
    if (arena->top && (!top || m->chunks[top].state != vm_chunk_state_top)) {
        return "64: a heap has a top";
    }
    for (uint32_t i = arena->heaps; i; i = m->malloc_heaps[i].next) {
        const struct malloc_heap *heap = &m->malloc_heaps[i];
        if (heap->bytes > heap->open || heap->open > heap_most(m) ||
            heap->va & (heap_most(m) - 1)) {
            return "66: a heap is aligned to its size and uses what it has opened";
        }
    }
    return NULL;
}

static const char *check_chunk(const vm_machine *m, vm_pid pid, uint32_t c)
{
    const struct chunk *chunk = &m->chunks[c];
    bool loose = chunk->bin >= BIN_UNSORTED; /* merged when it was freed */
    uint32_t next = chunk_after(m, c);
    if (loose && next &&
        (m->chunks[next].bin >= BIN_UNSORTED || m->chunks[next].state == vm_chunk_state_top)) {
        return "62: two free neighbours are one chunk";
    }
    const struct malloc_arena *arena = arena_numbered(m, pid, chunk->arena);
    if ((arena != NULL) != (chunk->arena != 0)) {
        return "67: a chunk belongs to an arena of its process, or is a mapping";
    }
    if ((chunk->state == vm_chunk_state_top) != (arena && chunk->va == arena->top)) {
        return "63: the top is the chunk that the allocator knows as its top";
    }
    return NULL;
}

static const char *check_process(const vm_machine *m, vm_pid pid)
{
    const struct process *process = &m->processes[pid];
    vm_va end = 0;
    const char *problem = NULL;
    for (uint32_t c = process->first_chunk; c && !problem; c = m->chunks[c].next) {
        const struct chunk *chunk = &m->chunks[c];
        if (chunk->va < end || !chunk->bytes || (chunk->va | chunk->bytes) & 15) {
            return "61: chunks are in order, aligned, and do not overlap";
        }
        end = chunk->va + chunk->bytes;
        problem = check_chunk(m, pid, c);
    }
    for (uint32_t a = process->malloc.arenas; a && !problem; a = m->malloc_arenas[a].next) {
        const struct malloc_arena *arena = &m->malloc_arenas[a];
        problem = check_arena(m, pid, arena);
        if (arena->threads < users(m, pid, arena->number)) {
            problem = "68: an arena counts the threads that use it";
        }
    }
    return problem;
}

const char *check_chunks(const vm_machine *m)
{
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        const struct process *process = &m->processes[pid];
        if (!process->root && (process->first_chunk || process->malloc.arenas)) {
            return "65: a process without an address space has no heap";
        }
        const char *problem = check_process(m, pid);
        if (problem) {
            return problem;
        }
    }
    return NULL;
}
