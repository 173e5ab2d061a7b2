/* SPDX-License-Identifier: MIT
 * The page cache: which pages of files and shared memory are in memory, and in which frames (Linux:
 * struct address_space, mm/filemap.c).
 */
#ifndef KERNEL_PAGE_CACHE_H
#define KERNEL_PAGE_CACHE_H

#include "machine/world.h"

/* The place of a page of an object; NULL past the end or for what has no cache. */
struct cached *cache_at(const vm_machine *m, uint32_t object, uint64_t index);
/* The frame that holds the page, plus one; 0: it is not in memory. */
uint32_t cache_find(const vm_machine *m, uint32_t object, uint64_t index);
/* A frame leaves the cache. */
void cache_forget(vm_machine *m, uint32_t object, uint64_t index);

/* Room for cache_resize to `bytes` (object 0: of an object that is still to be made). */
enum vm_status cache_reserve(vm_machine *m, uint32_t object, uint64_t bytes);
/* Makes a file or shared memory `bytes` long. Pages behind a new, nearer end leave every address
 * space (private copies of them too) and the cache; the rest of the last page becomes 0. Reserved
 * by cache_reserve. */
void cache_resize(vm_machine *m, uint32_t object, uint64_t bytes);

/* The frame with a page of a file for the kernel's own use (read, write), read from disk with
 * read-ahead when it is not cached; VM_NO_FRAME: no memory. Words are reserved as for a fault. */
vm_frame cache_read(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index);
/* Reads one page into a frame; it is not in the cache yet. */
vm_frame cache_load(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index);
/* A frame for a page of a file that is to be overwritten: full of zeros, nothing is read. It is not
 * in the cache yet. */
vm_frame cache_new(vm_machine *m, vm_pid pid, uint32_t object, uint64_t index);
/* A page of a file leaves the cache and every address space, unwritten (truncate, punch hole). */
void cache_remove(vm_machine *m, uint32_t object, uint64_t index);

/* Shared memory lives as long as somebody holds it: a mapping, an open file, its name. Of other
 * objects nobody counts. */
void object_hold(vm_machine *m, uint32_t object);
void object_drop(vm_machine *m, uint32_t object);

enum vm_status vm_op_warm(vm_machine *m, const struct vm_op_warm *op);
enum vm_status vm_op_drop_caches(vm_machine *m, const struct vm_op_drop_caches *op);

#endif
