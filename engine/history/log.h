/* SPDX-License-Identifier: MIT
 * The log of operations: each one as its difference to the one before, in blocks that stand alone.
 * Invariant: reading gives back exactly what was put, and any operation is found by reading one
 * block.
 */
#ifndef HISTORY_LOG_H
#define HISTORY_LOG_H

#include "vm/types.h"

struct vm_log {
    uint8_t *bytes; /* owned */
    size_t length, capacity;
    size_t *block; /* owned; where each block of VM_LOG_BLOCK operations begins in bytes */
    size_t blocks_capacity;
    uint64_t count;    /* operations */
    struct vm_op last; /* what the next one differs from */
};
enum { VM_LOG_BLOCK = 64 };

/* A place between two operations of a log; valid while the log only grows. */
struct vm_log_reader {
    size_t offset;
    uint64_t next; /* index of the operation that is read next, from 0 */
    struct vm_op last;
};

void vm_log_release(struct vm_log *log);
/* Room for one more operation: after true, vm_log_put cannot fail. */
bool vm_log_reserve(struct vm_log *log);
void vm_log_put(struct vm_log *log, const struct vm_op *op);
/* The first `count` operations of `from`. `log` must be empty; on false it still is. */
bool vm_log_copy(struct vm_log *log, const struct vm_log *from, uint64_t count);
size_t vm_log_memory(const struct vm_log *log);

/* Places the reader before operation `index` (0 .. count). */
void vm_log_seek(const struct vm_log *log, uint64_t index, struct vm_log_reader *reader);
/* False at the end. */
bool vm_log_next(const struct vm_log *log, struct vm_log_reader *reader, struct vm_op *op);

#endif
