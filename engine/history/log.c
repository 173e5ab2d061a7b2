/* SPDX-License-Identifier: MIT
 * One operation is: kind, a mask of the arguments that differ from the operation before, the line's
 * difference, and the differences named by the mask. All LEB128; differences zigzag. A block begins
 * as if the operation before it were all zeros. A reference of a trace takes about 7 bytes.
 */
#include "history/log.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* kind 3, mask 2, line 5, and 10 for each argument, rounded up. */
enum { OP_BYTES_MAX = 24 + VM_OP_ARGS_MAX * 10 };

static uint64_t zigzag(uint64_t difference)
{
    return (difference << 1) ^ (0 - (difference >> 63));
}

static uint64_t unzigzag(uint64_t coded)
{
    return (coded >> 1) ^ (0 - (coded & 1));
}

static uint8_t *put_number(uint8_t *at, uint64_t value)
{
    while (value >= 0x80) {
        *at++ = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    *at++ = (uint8_t)value;
    return at;
}

/* The bytes are our own, so they are well formed. */
static uint64_t get_number(const uint8_t *bytes, size_t *at)
{
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        uint8_t byte = bytes[(*at)++];
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            return value;
        }
    }
}

void vm_log_release(struct vm_log *log)
{
    free(log->bytes);
    free(log->block);
    *log = (struct vm_log){0};
}

bool vm_log_reserve(struct vm_log *log)
{
    if (log->capacity - log->length < OP_BYTES_MAX) {
        size_t capacity = log->capacity ? log->capacity + log->capacity / 2 : 1024;
        uint8_t *bytes = realloc(log->bytes, capacity);
        if (!bytes) {
            return false;
        }
        log->bytes = bytes;
        log->capacity = capacity;
    }
    if (log->count / VM_LOG_BLOCK >= log->blocks_capacity) {
        size_t capacity = log->blocks_capacity ? log->blocks_capacity * 2 : 16;
        size_t *block = realloc(log->block, capacity * sizeof(*block));
        if (!block) {
            return false;
        }
        log->block = block;
        log->blocks_capacity = capacity;
    }
    return true;
}

void vm_log_put(struct vm_log *log, const struct vm_op *op)
{
    assert(log->capacity - log->length >= OP_BYTES_MAX);
    if (log->count % VM_LOG_BLOCK == 0) {
        log->block[log->count / VM_LOG_BLOCK] = log->length;
        log->last = (struct vm_op){0};
    }
    const struct vm_op *last = &log->last;
    unsigned mask = 0;
    for (unsigned i = 0; i < VM_OP_ARGS_MAX; i++) {
        mask |= (unsigned)(op->u.arg[i] != last->u.arg[i]) << i;
    }
    uint8_t *at = put_number(log->bytes + log->length, op->kind);
    at = put_number(at, mask);
    at = put_number(at, zigzag((uint64_t)op->line - last->line));
    at = put_number(at, zigzag(op->pc - last->pc));
    for (unsigned i = 0; i < VM_OP_ARGS_MAX; i++) {
        if (mask & 1u << i) {
            at = put_number(at, zigzag(op->u.arg[i] - last->u.arg[i]));
        }
    }
    log->length = (size_t)(at - log->bytes);
    log->last = *op;
    log->count++;
}

bool vm_log_copy(struct vm_log *log, const struct vm_log *from, uint64_t count)
{
    assert(log->count == 0 && count <= from->count);
    struct vm_log_reader reader;
    struct vm_op op;
    vm_log_seek(from, 0, &reader);
    while (log->count < count && vm_log_next(from, &reader, &op)) {
        if (!vm_log_reserve(log)) {
            vm_log_release(log);
            return false;
        }
        vm_log_put(log, &op);
    }
    return true;
}

size_t vm_log_memory(const struct vm_log *log)
{
    return log->capacity + log->blocks_capacity * sizeof(*log->block);
}

void vm_log_seek(const struct vm_log *log, uint64_t index, struct vm_log_reader *reader)
{
    assert(index <= log->count);
    uint64_t block = index / VM_LOG_BLOCK;
    *reader = (struct vm_log_reader){.next = block * VM_LOG_BLOCK};
    reader->offset = reader->next < log->count ? log->block[block] : log->length;
    struct vm_op skipped;
    while (reader->next < index) {
        vm_log_next(log, reader, &skipped);
    }
}

bool vm_log_next(const struct vm_log *log, struct vm_log_reader *reader, struct vm_op *op)
{
    if (reader->next >= log->count) {
        return false;
    }
    if (reader->next % VM_LOG_BLOCK == 0) {
        reader->last = (struct vm_op){0};
    }
    struct vm_op *last = &reader->last;
    last->kind = (uint16_t)get_number(log->bytes, &reader->offset);
    unsigned mask = (unsigned)get_number(log->bytes, &reader->offset);
    last->line = (uint32_t)(last->line + unzigzag(get_number(log->bytes, &reader->offset)));
    last->pc += unzigzag(get_number(log->bytes, &reader->offset));
    for (unsigned i = 0; i < VM_OP_ARGS_MAX; i++) {
        if (mask & 1u << i) {
            last->u.arg[i] += unzigzag(get_number(log->bytes, &reader->offset));
        }
    }
    reader->next++;
    *op = *last;
    return true;
}
