/* SPDX-License-Identifier: MIT
 * Words of `expect` about locks: owner(m), to be compared with a thread; waiting(m), how many
 * threads do; value(s), the lock's first word.
 */
#include "scenario/thread.h"

#include <string.h>

bool eval_sync(
    vm_run *run, const struct actor *actor, const struct expr *call, struct value *out, bool *known)
{
    bool owner = strcmp(call->text, "owner") == 0, waiting = strcmp(call->text, "waiting") == 0;
    *known = owner || waiting || strcmp(call->text, "value") == 0;
    struct value at;
    if (!*known || !eval_address(run, actor, call, &at)) {
        return false;
    }
    const struct actor *process = eval_owner(run, call, &at);
    if (!process) {
        return false;
    }
    struct vm_lock_view lock = {0}; /* nobody has used it yet: free, and nobody waits */
    (void)vm_lock_at(run_machine(run), process->pid, at.number, &lock);
    if (owner) {
        *out = (struct value){.number = lock.owner ? lock.owner : VALUE_NONE};
        return true;
    }
    uint64_t word = 0;
    bool there = vm_value(run_machine(run), process->pid, at.number, &word);
    *out = (struct value){.number = waiting ? lock.waiters : word};
    return waiting || there ||
           run_error(run, call->place, "value(s), where semaphore s = 2", "there is no memory");
}

/* owner(m) = T1: the right side is a thread. */
bool eval_owner_word(
    vm_run *run, const struct expr *left, const struct expr *right, struct value *out)
{
    bool asked = left->kind == EXPR_CALL && left->parts == 1 && strcmp(left->text, "owner") == 0;
    bool none = right->kind == EXPR_NAME && right->parts == 1 && strcmp(right->text, "none") == 0;
    vm_tid tid;
    if (!asked || none || right->kind != EXPR_NAME || !thread_task(run, NULL, right, &tid)) {
        return false;
    }
    *out = (struct value){.number = tid};
    return true;
}
