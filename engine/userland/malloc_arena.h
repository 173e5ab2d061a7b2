/* SPDX-License-Identifier: MIT
 * malloc's arenas and heaps (glibc: arena.c). An arena has its own chunks, bins and top. The first
 * one of a process, number 1, lives where brk is; the others live in heaps, each aligned to its
 * size, so that the address of a chunk says whose it is.
 */
#ifndef USERLAND_MALLOC_ARENA_H
#define USERLAND_MALLOC_ARENA_H

#include "userland/heap.h"

#define ARENA_MAIN 1
#define HEAP_HEADER 48 /* heap_info, at the start of each heap */
/* malloc_state, behind it in an arena's first heap; smaller where a page is. */
#define ARENA_STATE(m) (page_size(m) >= 4096 ? 2208 : CHUNK_ALIGN)

/* ---- malloc_arena.c ---- */
void arena_describe(const vm_machine *m, struct vm_events *events);
enum vm_status arenas_reserve(vm_machine *m); /* for one call of malloc */
struct malloc_arena *arena_numbered(const vm_machine *m, vm_pid mm, uint32_t number); /* NULL */
void allocator_put(vm_machine *m, vm_tid tid, struct allocator now);
/* ptmalloc_init: the main arena is the main thread's. */
void arena_begin(struct heap *h);
/* arena_get: the thread's arena, or one that it gets now: a free one, a new one, or one that others
 * use. h->arena is its number, 0 when there was no room for another one. */
void arena_get(struct heap *h, uint64_t bytes);
void arena_detach(struct heap *h); /* the thread ends; without threads the arena is free */

/* fork by a thread; the end of a process or of its program; the end of all its threads. */
enum vm_status arenas_reserve_copy(vm_machine *m, vm_pid from);
void arenas_copy(vm_machine *m, vm_tid from, vm_pid to);
void arenas_drop(vm_machine *m, vm_pid mm);
void allocators_drop(vm_machine *m, vm_pid pid);

/* ---- malloc_heap.c ---- */
uint64_t heap_most(const vm_machine *m); /* HEAP_MAX_SIZE */
/* new_heap: space for a heap, of which `bytes` and some more are open. */
bool heap_new(struct heap *h, uint64_t bytes, struct malloc_heap *out);
/* It becomes the arena's last one; what lies behind its head and `state` is the top. */
void heap_adopt(struct heap *h, const struct malloc_heap *heap, uint64_t state);
struct malloc_heap *arena_heap(const struct heap *h); /* of the top; NULL: the main arena */
bool arena_grow(struct heap *h, uint64_t bytes);      /* the top's heap gets larger */
bool arena_extend(struct heap *h, uint64_t bytes);    /* another heap, whose space is the top */
void arena_trim(struct heap *h, uint64_t threshold);  /* heap_trim */
void heaps_copy(vm_machine *m, uint32_t from, uint32_t *list);
void heaps_drop(vm_machine *m, uint32_t *list);

#endif
