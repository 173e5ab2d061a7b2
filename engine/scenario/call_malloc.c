/* SPDX-License-Identifier: MIT
 * Calls of the C library's malloc: malloc, calloc, realloc, free. Sizes are bytes and are not
 * rounded.
 */
#include "scenario/call.h"

/* The name gets the block's address; NULL when there was no memory. */
static bool keep_block(struct call *call, uint64_t bytes)
{
    uint64_t value = call_result(call);
    if (!is_alive(call->run, call->actor)) {
        return true; /* a fault or a damaged heap ended it: nothing was returned */
    }
    if (value > UINT64_MAX - vm_errno_code_count) {
        run_warn(call->run, call->statement->place, vm_enum_words("errno_code", 0 - value),
            "there is no memory: the answer is NULL");
        value = bytes = 0;
    }
    return !call->name || actor_bind_value(call->run, call->actor, call->name, value, bytes);
}

bool call_malloc(struct call *call)
{
    struct value bytes;
    if (!call_number(call, 0, &bytes)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_malloc, .u.malloc = {.tid = call->actor->tid, .bytes = bytes.number}};
    return call_apply(call, op) && keep_block(call, bytes.number);
}

bool call_calloc(struct call *call)
{
    struct value n, bytes;
    if (!call_number(call, 0, &n) || !call_number(call, 1, &bytes)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_calloc,
        .u.calloc = {.tid = call->actor->tid, .n = n.number, .bytes = bytes.number}};
    return call_apply(call, op) && keep_block(call, n.number * bytes.number);
}

bool call_realloc(struct call *call)
{
    struct value va, bytes;
    if (!call_number(call, 0, &va) || !call_number(call, 1, &bytes)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_realloc,
        .u.realloc = {.tid = call->actor->tid, .va = va.number, .bytes = bytes.number}};
    return call_apply(call, op) && keep_block(call, bytes.number);
}

bool call_free(struct call *call)
{
    struct value va;
    if (!call_number(call, 0, &va)) {
        return false;
    }
    struct vm_op op = {
        .kind = vm_op_kind_free, .u.free = {.tid = call->actor->tid, .va = va.number}};
    return call_apply(call, op);
}
