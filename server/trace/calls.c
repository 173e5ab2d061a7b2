/* SPDX-License-Identifier: MIT
 * A system call as bytes: kind with bit 7 set when it failed, then LEB128: process, thread, before,
 * a mask of the arguments that are not 0 and these, the result, the name's length; then the name.
 */
#include "trace/block.h"

#include <string.h>

size_t call_put(uint8_t *at, const struct vm_trace_call *call)
{
    uint8_t *from = at;
    unsigned mask = 0;
    *at++ = (uint8_t)((unsigned)call->kind | (call->failed ? 0x80u : 0));
    at += leb_put(at, call->process);
    at += leb_put(at, call->thread);
    at += leb_put(at, call->before);
    for (unsigned i = 0; i < VM_TRACE_CALL_ARGS; i++) {
        mask |= (unsigned)(call->arg[i] != 0) << i;
    }
    *at++ = (uint8_t)mask;
    for (unsigned i = 0; i < VM_TRACE_CALL_ARGS; i++) {
        at += mask >> i & 1 ? leb_put(at, call->arg[i]) : 0;
    }
    at += leb_put(at, call->result);
    size_t n = strnlen(call->name, VM_TRACE_NAME_MAX - 1);
    at += leb_put(at, n);
    memcpy(at, call->name, n);
    return (size_t)(at + n - from);
}

bool call_get(const uint8_t **at, const uint8_t *end, struct vm_trace_call *call)
{
    uint64_t process, thread, n;
    *call = (struct vm_trace_call){0};
    if (*at == end) {
        return false;
    }
    uint8_t kind = *(*at)++;
    call->failed = kind & 0x80;
    call->kind = (enum vm_trace_call_kind)(kind & 0x7f);
    if (!leb_get(at, end, &process) || !leb_get(at, end, &thread) ||
        !leb_get(at, end, &call->before) || *at == end ||
        (kind & 0x7f) >= vm_trace_call_kind_count || process >= VM_TRACE_PROCESSES_MAX) {
        return false;
    }
    call->process = (uint16_t)process;
    call->thread = (uint32_t)thread;
    uint8_t mask = *(*at)++;
    for (unsigned i = 0; i < VM_TRACE_CALL_ARGS; i++) {
        if (mask >> i & 1 && !leb_get(at, end, &call->arg[i])) {
            return false;
        }
    }
    if (!leb_get(at, end, &call->result) || !leb_get(at, end, &n) || n >= VM_TRACE_NAME_MAX ||
        n > (uint64_t)(end - *at)) {
        return false;
    }
    memcpy(call->name, *at, n);
    *at += n;
    return true;
}
