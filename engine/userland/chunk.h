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
    BIN_FAST,     /* a fastbin: free, but not yet merged with its neighbours */
    BIN_UNSORTED, /* freed or left over since the last search */
    BIN_SORTED,   /* the small and the large bins */
};
/* Which of several fitting chunks. */
enum pick { PICK_NEWEST, PICK_OLDEST, PICK_SMALLEST };

void chunk_describe(const vm_machine *m, struct vm_events *events);
uint32_t chunk_new(
    vm_machine *m, vm_pid mm, vm_va va, uint64_t bytes, enum vm_chunk_state state); /* reserved */
/* Changes a chunk where it lies. A bin notes when the chunk came. */
void chunk_set(
    vm_machine *m, vm_pid mm, uint32_t id, uint64_t bytes, enum bin bin, enum vm_chunk_state state);
void chunk_remove(vm_machine *m, vm_pid mm, uint32_t id);

uint32_t chunk_at(const vm_machine *m, vm_pid mm, vm_va va);     /* 0: no header there */
uint32_t chunk_before(const vm_machine *m, vm_pid mm, vm_va va); /* that ends at `va`; 0 none */
uint32_t chunk_after(const vm_machine *m, uint32_t id);          /* that begins at its end */
/* A chunk of the bin with least <= bytes <= most; 0 none. */
uint32_t chunk_pick(
    const vm_machine *m, vm_pid mm, enum bin bin, uint64_t least, uint64_t most, enum pick pick);
uint32_t chunk_count(const vm_machine *m, vm_pid mm, enum bin bin, uint64_t bytes); /* 0: any */

/* fork: the child's heap is a copy. exec, exit: it is gone. */
enum vm_status chunks_reserve_copy(vm_machine *m, vm_pid from);
void chunks_copy(vm_machine *m, vm_pid from, vm_pid to);
void chunks_drop(vm_machine *m, vm_pid mm);

#endif
