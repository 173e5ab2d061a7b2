/* SPDX-License-Identifier: MIT
 * The chunks of a heap: pieces of memory that malloc knows, one row each, by address. A chunk is
 * named by the address of its header; the user's pointer lies 16 bytes behind it.
 */
#ifndef USERLAND_CHUNK_H
#define USERLAND_CHUNK_H

#include "machine/world.h"

/* Where malloc would look for a chunk that is not in use. */
enum bin {
    BIN_NONE,
    BIN_CACHE,    /* the thread's cache (tcache) */
    BIN_OWN,      /* in use by malloc itself: a thread's cache */
    BIN_FAST,     /* a fastbin: free, but not yet merged with its neighbours */
    BIN_UNSORTED, /* freed or left over since the last search */
    BIN_SORTED,   /* the small and the large bins */
};
/* Which of several fitting chunks. */
enum pick { PICK_NEWEST, PICK_OLDEST, PICK_SMALLEST };

void chunk_describe(const vm_machine *m, struct vm_events *events);
/* arena: its number; 0 for a mapping of its own. Reserved. */
uint32_t chunk_new(
    vm_machine *m, vm_pid mm, uint32_t arena, vm_va va, uint64_t bytes, enum vm_chunk_state state);
/* Changes a chunk where it lies. A bin notes when the chunk came. */
void chunk_set(
    vm_machine *m, vm_pid mm, uint32_t id, uint64_t bytes, enum bin bin, enum vm_chunk_state state);
/* It lies in this thread's cache. */
void chunk_cache(vm_machine *m, vm_pid mm, uint32_t id, vm_va cache);
void chunk_remove(vm_machine *m, vm_pid mm, uint32_t id);

uint32_t chunk_at(const vm_machine *m, vm_pid mm, vm_va va);     /* 0: no header there */
uint32_t chunk_before(const vm_machine *m, vm_pid mm, vm_va va); /* that ends at `va`; 0 none */
uint32_t chunk_after(const vm_machine *m, uint32_t id);          /* that begins at its end */
/* The chunks of a bin: in an arena (its number), or in a cache (its address). */
struct bin_of {
    enum bin bin;
    uint64_t owner;
};
/* A chunk of the bin with least <= bytes <= most; 0 none. */
uint32_t chunk_pick(const vm_machine *m, vm_pid mm, struct bin_of bin, uint64_t least,
    uint64_t most, enum pick pick);
uint32_t chunk_count(
    const vm_machine *m, vm_pid mm, struct bin_of bin, uint64_t bytes); /* 0: any */
bool chunk_in(const struct chunk *chunk, struct bin_of bin);

/* fork: the child's heap is a copy. exec, exit: it is gone. */
enum vm_status chunks_reserve_copy(vm_machine *m, vm_pid from);
void chunks_copy(vm_machine *m, vm_pid from, vm_pid to);
void chunks_drop(vm_machine *m, vm_pid mm);

#endif
