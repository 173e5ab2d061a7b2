/* SPDX-License-Identifier: MIT
 * Results of calls and the names they are given. A call that waits has none yet: whoever wakes the
 * thread completes it, and the name gets its value then.
 */
#include "scenario/thread.h"

bool actor_bind_value(
    vm_run *run, struct actor *actor, const char *name, uint64_t value, uint64_t bytes)
{
    return actor_bind(run, run->now ? actor : actor_process(run, actor), name,
        (struct binding){.value = value, .bytes = bytes});
}
bool actor_bind_result(vm_run *run, struct actor *actor, const char *name, uint64_t bytes)
{
    if (vm_task_state_of(run_machine(run), actor->tid) == vm_task_state_waiting) {
        actor->awaited = name_id(&run->names, name);
        actor->awaited_bytes = bytes;
        run->awaited = true;
        return actor->awaited || run_no_memory(run);
    }
    return actor_bind_value(run, actor, name, vm_last(run_machine(run))->value, bytes);
}

static bool settle(vm_run *run, struct actor *actor, bool *more)
{
    struct vm_task_view task;
    if (!actor->awaited || !vm_task_at(run_machine(run), actor->tid, &task)) {
        return true;
    }
    if (task.state == vm_task_state_waiting) {
        *more = true;
        return true;
    }
    const char *name = name_text(&run->names, actor->awaited);
    bool failed = task.ret > UINT64_MAX - vm_errno_code_count;
    bool in_body = actor->is_thread && ((struct thread *)actor)->levels > 0;
    actor->awaited = 0;
    return failed || !is_alive(run, actor) ||
           actor_bind(run, in_body ? actor : actor_process(run, actor), name,
               (struct binding){.value = task.ret, .bytes = actor->awaited_bytes});
}

bool actors_settle(vm_run *run)
{
    bool more = false, ok = true;
    for (size_t i = 0; run->awaited && ok && i < run->actors; i++) {
        ok = settle(run, &run->actor[i], &more);
    }
    for (size_t i = 0; run->awaited && ok && i < run->threads; i++) {
        ok = settle(run, &run->thread[i]->actor, &more);
    }
    run->awaited = more || !ok;
    return ok;
}
