/* SPDX-License-Identifier: MIT
 * Calls about the pages of mappings: madvise, msync.
 */
#include "scenario/arguments.h"
#include "scenario/call.h"

#include <string.h>

bool call_madvise(struct call *call)
{
    const struct expr *last = call->argument[call->arguments - 1];
    const char *word = call_word(last);
    int advice = word ? vm_enum_named("advice", word) : -1;
    if (advice < 0) {
        struct suggestion suggestion;
        char hint[SUGGESTION_MAX];
        suggestion_begin(&suggestion, word ? word : "");
        for (unsigned i = 0; i < vm_advice_count; i++) {
            suggestion_offer(&suggestion, vm_enum_name("advice", i));
        }
        suggestion_hint(&suggestion, "dontneed, free, willneed, pageout, cold, remove, …", hint);
        return run_error(call->run, last->place, hint, "expected an advice");
    }
    uint64_t va, bytes;
    if (!call_range(call, call->arguments > 2 ? call->argument[1] : NULL, &va, &bytes)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_madvise,
        .u.madvise = {
            .tid = call->actor->tid, .va = va, .bytes = bytes, .advice = (uint64_t)advice}};
    return call_apply(call, op) && call_keep(call, 0);
}

/* msync(p), msync(p, 1 page), msync(p, async), msync(p, 1 page, async); MS_SYNC when nothing is
 * said. */
bool call_msync(struct call *call)
{
    unsigned n = call->arguments;
    const char *word = n > 1 ? call_word(call->argument[n - 1]) : NULL;
    const struct argument_word *known = word ? argument_named("msync", word) : NULL;
    uint64_t flags = known ? known->flag : 0;
    if (n > 2 && !flags) {
        return run_error(call->run, call->argument[n - 1]->place, "sync, async or invalidate",
            "expected how to write the pages back");
    }
    n -= flags != 0;
    uint64_t va, bytes;
    if (!call_range(call, n > 1 ? call->argument[1] : NULL, &va, &bytes)) {
        return false;
    }
    struct vm_op op = {.kind = vm_op_kind_msync,
        .u.msync = {.tid = call->actor->tid,
            .va = va,
            .bytes = bytes,
            .flags = flags ? flags : (uint64_t)vm_msync_bit_sync}};
    return call_apply(call, op) && call_keep(call, 0);
}
