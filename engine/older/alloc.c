/* SPDX-License-Identifier: MIT
 * alloc and release: a program asks the free-space manager of its machine itself. Where a header is
 * kept, the address given is the first behind it. Who ends without giving back leaves his pieces:
 * nobody knows whose they are.
 */
#include "kernel/process.h"
#include "older/ops.h"
#include "older/buddy.h"
#include "older/free_list.h"
#include "older/slab.h"

static bool has_buddies(const vm_machine *m)
{
    return m->config.kind == vm_machine_kind_buddy || m->config.kind == vm_machine_kind_slab;
}

static enum vm_status reserve(vm_machine *m)
{
    enum vm_status status = pieces_reserve(m, has_buddies(m) ? BUDDY_PIECES : FREE_LIST_PIECES);
    return status == VM_OK ? RESERVE(m, slab_objects, 1) : status;
}

static bool take(vm_machine *m, const struct vm_op_alloc *op, vm_pa *at)
{
    if (op->cache) {
        return slab_take(m, (uint32_t)op->cache, at);
    }
    uint64_t align = has_buddies(m) ? 1 : m->config.align;
    uint64_t bytes = (op->bytes + align - 1) / align * align + m->config.header;
    uint32_t piece =
        has_buddies(m) ? buddy_take(m, bytes, op->bytes) : free_list_take(m, bytes, op->bytes);
    *at = m->pieces[piece].at + m->config.header;
    return piece != 0;
}

/* What is asked for has no machine with segments: there the kernel manages memory. */
static enum vm_status able(const vm_machine *m, uint64_t tid)
{
    return has_segments(m) ? VM_UNSUPPORTED : task_ready(m, tid);
}

enum vm_status vm_op_alloc(vm_machine *m, const struct vm_op_alloc *op)
{
    enum vm_status status = able(m, op->tid);
    if (status != VM_OK) {
        return status;
    }
    bool sound =
        op->cache ? op->cache < m->slab_caches_n : op->bytes && op->bytes <= UINT64_MAX / 4;
    status = sound ? reserve(m) : VM_INVALID;
    if (status != VM_OK) {
        return status;
    }
    vm_pa at = 0;
    call_begin(m, (vm_tid)op->tid, vm_op_kind_alloc);
    if (take(m, op, &at)) {
        call_end(m, (vm_tid)op->tid, at);
    } else {
        call_fail(m, (vm_tid)op->tid, vm_errno_code_enomem);
    }
    return VM_OK;
}

/* The piece in use that alloc gave at this address; 0: there is none. */
static uint32_t given(const vm_machine *m, vm_pa at)
{
    uint32_t p = at >= m->config.header ? piece_at(m, at - m->config.header) : 0;
    return p && m->pieces[p].state == vm_piece_state_used ? p : 0;
}

enum vm_status vm_op_release(vm_machine *m, const struct vm_op_release *op)
{
    enum vm_status status = able(m, op->tid);
    status = status == VM_OK ? reserve(m) : status;
    if (status != VM_OK) {
        return status;
    }
    vm_tid tid = (vm_tid)op->tid;
    call_begin(m, tid, vm_op_kind_release);
    uint32_t piece = given(m, op->pa);
    if (piece && has_buddies(m)) {
        buddy_give(m, piece);
    } else if (piece) {
        free_list_give(m, piece);
    } else if (!slab_give(m, op->pa)) {
        EMIT(m, release_refused, .at = op->pa);
        call_fail(m, tid, vm_errno_code_einval);
        return VM_OK;
    }
    call_end(m, tid, 0);
    return VM_OK;
}
