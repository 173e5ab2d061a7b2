/* SPDX-License-Identifier: MIT
 * Steps of malloc's functions that realloc takes, too (malloc.c). For the malloc files only.
 */
#ifndef USERLAND_MALLOC_BLOCK_H
#define USERLAND_MALLOC_BLOCK_H

#include "userland/heap.h"

/* Checks the caller and reserves; `pages` of user data may be gone over. */
enum vm_status block_begin(vm_machine *m, uint64_t tid, uint64_t pages, struct heap *out);
/* The chunk for a request (checked_request2size); 0: too large for any address space. */
uint64_t block_bytes(uint64_t bytes);
/* The thread's cache, if it has none yet. */
void block_prepare(struct heap *h);
/* A chunk of the thread's arena, or of the main one; 0: no memory. */
uint32_t block_from_arena(struct heap *h, uint64_t bytes);
/* malloc: from the cache, an arena or a mapping of its own; 0: no memory. */
uint32_t block_take(struct heap *h, uint64_t bytes);
/* The chunk in use at an address of the caller; 0: there is none, and the program does not survive
 * it. */
uint32_t block_owned(struct heap *h, vm_va va);
/* The arena that the chunk belongs to is the one to work in. */
void block_arena(struct heap *h, const struct chunk *chunk);
/* free. */
void block_give(struct heap *h, uint32_t c);
/* What the call returns. */
void block_result(struct heap *h, uint64_t value);
/* Returns the chunk to the caller; 0: NULL. */
enum vm_status block_finish(struct heap *h, uint32_t c, uint64_t bytes);

#endif
