/* SPDX-License-Identifier: MIT
 * memcpy, and texts as values. The bytes travel through m->scratch, so that neither page has to
 * stay in memory while the other one faults in.
 */
#include "userland/copy.h"

#include "kernel/page_bytes.h"
#include "kernel/process.h"
#include "mmu/table.h"
#include "race/race.h"

enum access_end user_read(vm_machine *m, vm_tid tid, vm_va va, uint32_t n, uint8_t *out)
{
    while (n) {
        uint32_t part = bytes_in_page(m, va, n);
        vm_frame f;
        enum access_end end = access_page(m, tid, va, vm_access_load, &f);
        if (end != ACCESS_DONE) {
            return end;
        }
        frame_bytes_get(m, f, (uint32_t)(va & (page_size(m) - 1)), part, out);
        va += part;
        out += part;
        n -= part;
    }
    return ACCESS_DONE;
}

enum access_end user_write(vm_machine *m, vm_tid tid, vm_va va, uint32_t n, const uint8_t *in)
{
    while (n) {
        uint32_t part = bytes_in_page(m, va, n);
        vm_frame f;
        enum access_end end = access_page(m, tid, va, vm_access_store, &f);
        if (end != ACCESS_DONE) {
            return end;
        }
        frame_bytes_put(m, f, (uint32_t)(va & (page_size(m) - 1)), part, in);
        va += part;
        in += part;
        n -= part;
    }
    return ACCESS_DONE;
}

enum vm_status user_reserve(vm_machine *m, uint64_t pages, uint64_t bytes)
{
    /* The pages lie in at most three places, each with tables of its own. */
    enum vm_status status = access_reserve(m, pages);
    uint64_t tables = pages >> m->config.level_bits[m->config.levels - 1];
    status = status == VM_OK ? table_reserve(m, tables * 2 + 6 * m->config.levels) : status;
    return status == VM_OK ? page_bytes_reserve(m, pages, bytes) : status;
}

enum vm_status vm_op_copy(vm_machine *m, const struct vm_op_copy *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    uint64_t last = op->bytes - 1;
    if (!op->bytes || op->to + last < op->to || op->from + last < op->from) {
        return VM_INVALID;
    }
    if (pages_of(m, op->bytes) > m->config.limits.pages) {
        return VM_LIMIT;
    }
    /* A chunk ends where a page of either side does. */
    status = user_reserve(m, 4 * (pages_of(m, op->bytes) + 1), op->bytes);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    switch_to(m, tid);
    EMIT(m, bytes_moved, .tid = tid, .to = op->to, .from = op->from, .bytes = op->bytes);
    for (uint64_t done = 0; done < op->bytes;) {
        vm_va from = op->from + done, to = op->to + done;
        uint32_t part = bytes_in_page(m, to, bytes_in_page(m, from, op->bytes - done));
        enum access_end end = user_read(m, tid, from, part, m->scratch);
        if (end == ACCESS_DONE) {
            race_range(m, tid, from, part, vm_access_load);
            end = user_write(m, tid, to, part, m->scratch);
        }
        if (end == ACCESS_DONE) {
            race_range(m, tid, to, part, vm_access_store);
        }
        if (end == ACCESS_KILLED) {
            break;
        }
        done += part;
    }
    return VM_OK;
}

enum vm_status vm_op_store_text(vm_machine *m, const struct vm_op_store_text *op)
{
    enum vm_status status = task_ready(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    uint8_t text[64];
    if (!op->bytes || op->bytes > sizeof text || op->va + (op->bytes - 1) < op->va) {
        return VM_INVALID;
    }
    status = user_reserve(m, op->bytes, op->bytes); /* pages may be smaller than the text */
    if (status != VM_OK) {
        return status;
    }
    const uint64_t words[8] = {op->w0, op->w1, op->w2, op->w3, op->w4, op->w5, op->w6, op->w7};
    bytes_of_words(words, (uint32_t)op->bytes, text);
    vm_tid tid = (vm_tid)op->tid;
    switch_to(m, tid);
    EMIT(m, text_written, .tid = tid, .va = op->va, .bytes = op->bytes);
    if (user_write(m, tid, op->va, (uint32_t)op->bytes, text) == ACCESS_DONE) {
        race_range(m, tid, op->va, op->bytes, vm_access_store);
    }
    return VM_OK;
}
