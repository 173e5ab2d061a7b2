/* SPDX-License-Identifier: MIT
 * What the files of malloc share: a thread at work on its process's heap. Its process can die under
 * it (a fault may find no memory, or the program unmapped its heap); from then on every function
 * here does nothing and finds nothing.
 */
#ifndef USERLAND_HEAP_H
#define USERLAND_HEAP_H

#include "userland/chunk.h"

#define CHUNK_HEADER 16 /* before the user's bytes */
#define CHUNK_LEAST 32
#define CHUNK_ALIGN 16
#define CACHE_LARGEST                                                                              \
    1040                  /* chunks up to here fit into the thread's cache: requests up to 1032    \
                           */
#define CACHE_EACH 7      /* of each size */
#define CACHE_BYTES 0x280 /* tcache_perthread_struct */
#define FAST_LARGEST 128
#define LARGE_LEAST 1024        /* from here on a large bin: best fit */
#define CONSOLIDATE_LEAST 65536 /* a merged chunk of this size tidies up (malloc_consolidate) */
#define THRESHOLD_DEFAULT (UINT64_C(128) << 10)
#define THRESHOLD_LARGEST (UINT64_C(32) << 20)
#define TOP_PAD (UINT64_C(128) << 10)

struct heap {
    vm_machine *m;
    vm_tid tid;
    vm_pid mm;      /* whose heap */
    uint32_t arena; /* number of the arena at work; 0: none */
    bool dead;      /* the process ended */
};

/* Room for everything that one call can do when it goes over `pages` pages of user data. */
enum vm_status heap_reserve(vm_machine *m, vm_tid tid, uint64_t pages);
uint64_t heap_known(const vm_machine *m, vm_tid tid); /* bytes that the process's heaps hold */

/* ---- memory, through the MMU (heap.c) ---- */
void heap_touch(struct heap *h, vm_va va, enum vm_access access);
void heap_write(struct heap *h, vm_va va, uint64_t value);
void heap_zero(struct heap *h, vm_va va, uint64_t bytes);
void heap_copy(struct heap *h, vm_va to, vm_va from, uint64_t bytes);
/* Writes the header of a chunk: its size, and whether the one before it is in use. */
void heap_head(struct heap *h, vm_va va);

/* ---- the kernel's help (heap.c) ---- */
bool heap_brk(struct heap *h, vm_va end);
vm_va heap_mmap(struct heap *h, uint64_t bytes); /* 0: refused */
void heap_munmap(struct heap *h, vm_va va, uint64_t bytes);
vm_va heap_map_closed(struct heap *h, vm_va hint, uint64_t bytes); /* PROT_NONE; 0: refused */
bool heap_open(struct heap *h, vm_va va, uint64_t bytes);          /* for reading and writing */
void heap_give_back(struct heap *h, vm_va va, uint64_t bytes);     /* MADV_DONTNEED */
vm_va heap_mremap(struct heap *h, vm_va va, uint64_t old_bytes, uint64_t new_bytes);

/* ---- the top (top.c) ---- */
struct malloc_arena *heap_state(const struct heap *h); /* of the arena at work */
static inline struct malloc_process *heap_process(const struct heap *h)
{
    return &h->m->processes[h->mm].malloc;
}
static inline struct chunk *heap_chunk(const struct heap *h, uint32_t c)
{
    return &h->m->chunks[c];
}
uint64_t heap_top_bytes(const struct heap *h);
uint64_t heap_mmap_threshold(const struct heap *h);
uint32_t heap_carve(struct heap *h, uint64_t bytes); /* from the top, which is large enough */
/* The top is too small: a mapping of its own, or more from brk and then a piece of the top. 0: no
 * memory. */
uint32_t heap_more(struct heap *h, uint64_t bytes);
uint32_t heap_map_chunk(struct heap *h, uint64_t bytes);
uint32_t heap_own_chunk(struct heap *h, vm_va va, uint64_t bytes); /* the row of a fresh mapping */
void heap_trim(struct heap *h);
/* The kernel has just given out [va, va + bytes): whatever malloc knew there, the program unmapped
 * behind its back. */
void heap_forget(struct heap *h, vm_va va, uint64_t bytes);
void heap_retire(struct heap *h, uint32_t top); /* the top is elsewhere now */
void heap_abort(struct heap *h, vm_va va);      /* glibc's malloc_printerr */

/* ---- free chunks (bins.c) ---- */
uint32_t bins_malloc(struct heap *h, uint64_t bytes);    /* _int_malloc; 0: no memory */
uint32_t bins_cached(struct heap *h, uint64_t bytes);    /* tcache_get; 0: none */
void bins_free(struct heap *h, uint32_t c);              /* _int_free */
void bins_split(struct heap *h, uint32_t c, uint64_t n); /* the rest of a chunk in use is freed */

#endif
