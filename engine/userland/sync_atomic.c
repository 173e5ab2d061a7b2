/* SPDX-License-Identifier: MIT
 * C11's <stdatomic.h> on one word: an operation is indivisible, because an operation of the machine
 * is one step. All are sequentially consistent, as the log is.
 */
#include "userland/sync.h"

#include "kernel/page_bytes.h"
#include "kernel/process.h"
#include "kernel/switch.h"
#include "race/race.h"

static uint64_t result_of(const struct vm_op_atomic *op, uint64_t before)
{
    switch ((enum vm_atomic)op->atomic) {
    case vm_atomic_store:
    case vm_atomic_exchange:
        return op->value;
    case vm_atomic_add:
        return before + op->value;
    case vm_atomic_compare_exchange: /* writes the old value back when it is another one */
        return before == op->expected ? op->value : before;
    default:
        return before;
    }
}

enum vm_status vm_op_atomic(vm_machine *m, const struct vm_op_atomic *op)
{
    if (op->atomic >= vm_atomic_count) {
        return VM_INVALID;
    }
    enum vm_status status = sync_begin(m, op->tid, op->va, WORD_BYTES, 1);
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    bool loads = op->atomic == vm_atomic_load;
    vm_frame f;
    switch_to(m, tid);
    if (access_page(m, tid, op->va, loads ? vm_access_load : vm_access_store, &f) == ACCESS_DONE) {
        uint32_t offset = (uint32_t)(op->va & (page_size(m) - 1));
        uint64_t before = frame_word_get(m, f, offset), now = result_of(op, before);
        EMIT(m, atomic_done, .tid = tid, .atomic = op->atomic, .va = op->va, .before = before,
            .now = now);
        if (!loads) {
            frame_word_put(m, f, offset, now);
        }
        sync_result(m, tid, op->into, before);
        race_atomic(m, tid, op->va, (enum vm_atomic)op->atomic);
    }
    return VM_OK;
}
