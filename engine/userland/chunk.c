/* SPDX-License-Identifier: MIT
 * Chunks. Invariant: the list of a process is by address, and no two chunks overlap.
 */
#include "userland/chunk.h"

#include <assert.h>

static void emit(
    struct vm_events *events, vm_pid mm, vm_va va, const struct chunk *old, const struct chunk *now)
{
    EMIT_TO(events, chunk, .pid = mm, .va = va, //
        .old_bytes = old->bytes, .bytes = now->bytes, .old_state = old->state, .state = now->state,
        .old_arena = old->arena, .arena = now->arena);
}

void chunk_describe(const vm_machine *m, struct vm_events *events)
{
    const struct chunk nothing = {0};
    for (vm_pid pid = 1; pid < m->processes_n; pid++) {
        for (uint32_t c = m->processes[pid].first_chunk; c; c = m->chunks[c].next) {
            emit(events, pid, m->chunks[c].va, &nothing, &m->chunks[c]);
        }
    }
}

uint32_t chunk_new(
    vm_machine *m, vm_pid mm, uint32_t arena, vm_va va, uint64_t bytes, enum vm_chunk_state state)
{
    uint32_t id = m->free_chunk;
    if (id) {
        m->free_chunk = m->chunks[id].next;
    } else {
        assert(m->chunks_n < m->chunks_room);
        id = m->chunks_n++;
    }
    uint32_t *link = &m->processes[mm].first_chunk;
    while (*link && m->chunks[*link].va < va) {
        link = &m->chunks[*link].next;
    }
    m->chunks[id] = (struct chunk){
        .va = va, .bytes = bytes, .state = (uint8_t)state, .arena = arena, .next = *link};
    *link = id;
    const struct chunk nothing = {0};
    emit(m->events, mm, va, &nothing, &m->chunks[id]);
    return id;
}

void chunk_set(
    vm_machine *m, vm_pid mm, uint32_t id, uint64_t bytes, enum bin bin, enum vm_chunk_state state)
{
    struct chunk *chunk = &m->chunks[id], old = *chunk;
    chunk->bytes = bytes;
    chunk->state = (uint8_t)state;
    chunk->bin = (uint8_t)bin;
    chunk->cache = 0;
    chunk->since = bin ? ++m->processes[mm].malloc.stamp : 0;
    if (old.bytes != bytes || old.state != state) {
        emit(m->events, mm, chunk->va, &old, chunk);
    }
}

void chunk_cache(vm_machine *m, vm_pid mm, uint32_t id, vm_va cache)
{
    chunk_set(m, mm, id, m->chunks[id].bytes, BIN_CACHE, vm_chunk_state_cached);
    m->chunks[id].cache = cache;
}

void chunk_remove(vm_machine *m, vm_pid mm, uint32_t id)
{
    struct chunk old = m->chunks[id];
    uint32_t *link = &m->processes[mm].first_chunk;
    while (*link != id) {
        link = &m->chunks[*link].next;
    }
    *link = old.next;
    m->chunks[id] = (struct chunk){.next = m->free_chunk};
    m->free_chunk = id;
    const struct chunk nothing = {0};
    emit(m->events, mm, old.va, &old, &nothing);
}

uint32_t chunk_at(const vm_machine *m, vm_pid mm, vm_va va)
{
    uint32_t c = m->processes[mm].first_chunk;
    while (c && m->chunks[c].va < va) {
        c = m->chunks[c].next;
    }
    return c && m->chunks[c].va == va ? c : 0;
}

uint32_t chunk_before(const vm_machine *m, vm_pid mm, vm_va va)
{
    uint32_t c = m->processes[mm].first_chunk;
    while (c && m->chunks[c].va + m->chunks[c].bytes < va) {
        c = m->chunks[c].next;
    }
    return c && m->chunks[c].va + m->chunks[c].bytes == va ? c : 0;
}

uint32_t chunk_after(const vm_machine *m, uint32_t id)
{
    const struct chunk *chunk = &m->chunks[id];
    uint32_t next = chunk->next;
    return next && m->chunks[next].va == chunk->va + chunk->bytes ? next : 0;
}

static bool better(const struct chunk *one, const struct chunk *than, enum pick pick)
{
    switch (pick) {
    case PICK_NEWEST:
        return one->since > than->since;
    case PICK_SMALLEST:
        if (one->bytes != than->bytes) {
            return one->bytes < than->bytes;
        }
        break;
    case PICK_OLDEST:
        break;
    }
    return one->since < than->since;
}

bool chunk_in(const struct chunk *chunk, struct bin_of bin)
{
    uint64_t owner = bin.bin == BIN_CACHE ? chunk->cache : chunk->arena;
    return chunk->bin == bin.bin && owner == bin.owner;
}

uint32_t chunk_pick(const vm_machine *m, vm_pid mm, struct bin_of bin, uint64_t least,
    uint64_t most, enum pick pick)
{
    uint32_t best = 0;
    for (uint32_t c = m->processes[mm].first_chunk; c; c = m->chunks[c].next) {
        const struct chunk *chunk = &m->chunks[c];
        if (chunk_in(chunk, bin) && chunk->bytes >= least && chunk->bytes <= most &&
            (!best || better(chunk, &m->chunks[best], pick))) {
            best = c;
        }
    }
    return best;
}

uint32_t chunk_count(const vm_machine *m, vm_pid mm, struct bin_of bin, uint64_t bytes)
{
    uint32_t n = 0;
    for (uint32_t c = m->processes[mm].first_chunk; c; c = m->chunks[c].next) {
        n += chunk_in(&m->chunks[c], bin) && (!bytes || m->chunks[c].bytes == bytes);
    }
    return n;
}

enum vm_status chunks_reserve_copy(vm_machine *m, vm_pid from)
{
    uint64_t n = 0;
    for (uint32_t c = m->processes[from].first_chunk; c; c = m->chunks[c].next) {
        n++;
    }
    return RESERVE(m, chunks, n);
}

void chunks_copy(vm_machine *m, vm_pid from, vm_pid to)
{
    uint32_t last = 0;
    for (uint32_t c = m->processes[from].first_chunk; c; c = m->chunks[c].next) {
        /* Linked behind the last one, so that a long list is not searched for each. */
        struct chunk copy = m->chunks[c];
        uint32_t first = m->processes[to].first_chunk;
        m->processes[to].first_chunk = 0;
        uint32_t id =
            chunk_new(m, to, copy.arena, copy.va, copy.bytes, (enum vm_chunk_state)copy.state);
        m->chunks[id].bin = copy.bin;
        m->chunks[id].since = copy.since;
        m->chunks[id].cache = copy.cache;
        m->processes[to].first_chunk = first ? first : id;
        if (last) {
            m->chunks[last].next = id;
        }
        last = id;
    }
}

void chunks_drop(vm_machine *m, vm_pid mm)
{
    while (m->processes[mm].first_chunk) {
        chunk_remove(m, mm, m->processes[mm].first_chunk);
    }
}
