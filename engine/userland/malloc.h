/* SPDX-License-Identifier: MIT
 * malloc and its family, as glibc 2.36 decides: functions of the C library in user mode, that make
 * system calls when the heap must grow, shrink, or when a block is large.
 */
#ifndef USERLAND_MALLOC_H
#define USERLAND_MALLOC_H

#include "machine/world.h"

enum vm_status vm_op_malloc(vm_machine *m, const struct vm_op_malloc *op);
enum vm_status vm_op_calloc(vm_machine *m, const struct vm_op_calloc *op);
enum vm_status vm_op_realloc(vm_machine *m, const struct vm_op_realloc *op);
enum vm_status vm_op_free(vm_machine *m, const struct vm_op_free *op);

/* calloc and free within the library's own work: the thread runs, room is there (heap_reserve). 0:
 * no memory, or the process did not survive it. */
vm_va malloc_zeroed(vm_machine *m, vm_tid tid, uint64_t n, uint64_t bytes);
void malloc_give(vm_machine *m, vm_tid tid, vm_va va);
/* A thread ends: its cache is emptied, its arena is left. The process can die of it. */
void malloc_thread_end(vm_machine *m, vm_tid tid);

#endif
