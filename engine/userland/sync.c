/* SPDX-License-Identifier: MIT
 * Indivisible accesses to the words of a lock. Invariant: a lock costs its thread one access in
 * user mode, wherever its page is; only who must sleep or wake others calls the kernel.
 */
#include "userland/sync.h"

#include "kernel/lock.h"
#include "kernel/page_bytes.h"
#include "kernel/process.h"
#include "kernel/switch.h"
#include "kernel/words.h"
#include "mmu/table.h"
#include "userland/copy.h"

enum vm_status sync_check(const vm_machine *m, vm_va va, uint64_t bytes)
{
    bool fits = (va & (page_size(m) - 1)) + bytes <= page_size(m);
    return va & 7 || !fits ? VM_INVALID : VM_OK;
}

enum vm_status sync_reserve(vm_machine *m, uint64_t accesses)
{
    enum vm_status status = lock_reserve(m, accesses);
    status = status == VM_OK ? user_reserve(m, accesses, (accesses + 1) * LOCK_BYTES)
                             : status; /* a register, too */
    /* Each may lie elsewhere, and need tables of its own. */
    return status == VM_OK ? table_reserve(m, accesses * 2 * m->config.levels) : status;
}

enum vm_status sync_begin(vm_machine *m, uint64_t tid, vm_va va, uint64_t bytes, uint64_t accesses)
{
    enum vm_status status = task_ready(m, tid);
    status = status == VM_OK ? sync_check(m, va, bytes) : status;
    return status == VM_OK ? sync_reserve(m, accesses) : status;
}

enum access_end cell_open(vm_machine *m, vm_tid tid, vm_va va, uint64_t bytes, struct cell *out)
{
    *out = (struct cell){.offset = (uint32_t)(va & (page_size(m) - 1))};
    enum access_end end = access_page(m, tid, va, vm_access_store, &out->frame);
    if (end == ACCESS_DONE) {
        out->word = frame_word_get(m, out->frame, out->offset);
        out->second =
            bytes > WORD_BYTES ? frame_word_get(m, out->frame, out->offset + WORD_BYTES) : 0;
    }
    return end;
}

bool sync_open(vm_machine *m, uint64_t tid, vm_va va, uint64_t bytes, uint64_t accesses,
    struct cell *out, enum vm_status *status)
{
    *status = sync_begin(m, tid, va, bytes, accesses);
    if (*status != VM_OK) {
        return false;
    }
    switch_to(m, (vm_tid)tid);
    return cell_open(m, (vm_tid)tid, va, bytes, out) == ACCESS_DONE;
}

void cell_put_word(vm_machine *m, const struct cell *cell, uint64_t word)
{
    frame_word_put(m, cell->frame, cell->offset, word);
}

void cell_put(vm_machine *m, const struct cell *cell, uint64_t word, uint64_t second)
{
    cell_put_word(m, cell, word);
    frame_word_put(m, cell->frame, cell->offset + WORD_BYTES, second);
}

void sync_result(vm_machine *m, vm_tid tid, uint64_t into, uint64_t value)
{
    if (into) {
        registers_put(m, tid, (uint32_t)into, value);
    }
    m->outcome.value = value;
}
