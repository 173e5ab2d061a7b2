/* SPDX-License-Identifier: MIT
 * Calls on mappings that are there: mremap, mlock, munlock.
 */
#include "scenario/call.h"

#include <string.h>

/* The words and the place behind mremap's sizes. */
static bool remap_argument(struct call *call, const struct expr *argument, struct vm_op_mremap *op)
{
    if (argument->kind == EXPR_WORD && strcmp(argument->text, "at") == 0) {
        struct value value;
        if (!eval(call->run, call->actor, argument->left, &value)) {
            return false;
        }
        op->new_va = value.number;
        op->flags |= vm_mremap_bit_maymove | vm_mremap_bit_fixed;
        return true;
    }
    static const char *const words[] = {"maymove", "fixed", "dontunmap"};
    const char *word = call_word(argument);
    for (unsigned i = 0; word && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i], word) == 0) {
            op->flags |= UINT64_C(1) << i;
            return true;
        }
    }
    return run_error(call->run, argument->place, "mremap(p, 4 pages, maymove)",
        "expected `maymove`, `dontunmap` or `at` with an address");
}

/* Sizes come first: the new one, or the old and the new one. */
static bool is_size(const struct call *call, unsigned i)
{
    static const char *const words[] = {"maymove", "fixed", "dontunmap"};
    if (i >= call->arguments || call->argument[i]->kind == EXPR_WORD) {
        return false;
    }
    const char *word = call_word(call->argument[i]);
    for (unsigned w = 0; word && w < sizeof words / sizeof words[0]; w++) {
        if (strcmp(words[w], word) == 0) {
            return false;
        }
    }
    return true;
}

bool call_mremap(struct call *call)
{
    struct value start;
    struct vm_op_mremap op = {.tid = call->actor->tid};
    if (!call_number(call, 0, &start)) {
        return false;
    }
    op.va = start.number;
    op.old_bytes = start.bytes;
    unsigned next = 1;
    if (is_size(call, 2)) {
        if (!call_size(call, call->argument[next++], &op.old_bytes)) {
            return false;
        }
    } else if (!start.bytes) {
        return run_error(call->run, call->argument[0]->place, "mremap(p, 1 page, 4 pages)",
            "how many bytes are there now? say the old and the new size");
    }
    if (!is_size(call, next)) {
        return run_error(call->run, call->argument[next]->place, "mremap(p, 4 pages, maymove)",
            "expected the new size");
    }
    if (!call_size(call, call->argument[next++], &op.new_bytes)) {
        return false;
    }
    for (; next < call->arguments; next++) {
        if (!remap_argument(call, call->argument[next], &op)) {
            return false;
        }
    }
    return call_apply(call, (struct vm_op){.kind = vm_op_kind_mremap, .u.mremap = op}) &&
           call_keep(call, op.new_bytes);
}

bool call_mlock(struct call *call, bool lock)
{
    uint64_t va, bytes;
    if (!call_range(call, call->arguments > 1 ? call->argument[1] : NULL, &va, &bytes)) {
        return false;
    }
    struct vm_op op = {.kind = lock ? vm_op_kind_mlock : vm_op_kind_munlock};
    if (lock) {
        op.u.mlock = (struct vm_op_mlock){.tid = call->actor->tid, .va = va, .bytes = bytes};
    } else {
        op.u.munlock = (struct vm_op_munlock){.tid = call->actor->tid, .va = va, .bytes = bytes};
    }
    return call_apply(call, op) && call_keep(call, 0);
}
